//! ヘルプ: the words of the results and every reason, drawn from the catalogue itself.

use super::{Chrome, page};
use crate::{problem::Failure, session::SignedIn, state::Shared};
use askama::Template;
use axum::{
    extract::{FromRef, State},
    response::Response,
};
use sanitizer_core::report::reason_wording;
use sanitizer_verify::Reason;

#[derive(Template)]
#[template(path = "help.html")]
struct Page {
    chrome: Chrome,
    reasons: Vec<(&'static str, &'static str, &'static str)>,
}

/// Shows the page.
pub(crate) async fn show<S>(State(state): State<S>, session: SignedIn) -> Result<Response, Failure>
where
    Shared: FromRef<S>,
{
    let row = |reason: &Reason| {
        let (what, next) = reason_wording(*reason);
        (what.ja, next.ja, reason.code())
    };
    let chrome = Chrome::new(&Shared::from_ref(&state), &session, "/help");
    page(&Page { chrome, reasons: Reason::ALL.iter().map(row).collect() })
}
