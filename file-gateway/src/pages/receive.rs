//! 受け取る: files that are ready or on their way.

use super::{Chrome, page, rows::Row};
use crate::{problem::Failure, session::SignedIn, state::Lgwan, wording};
use askama::Template;
use axum::{extract::State, response::Response};
use custody::{Filter, Kind, State as ItemState};

/// Rows on the page.
pub(crate) const MOST: u32 = 100;

#[derive(Template)]
#[template(path = "receive.html")]
struct Page {
    chrome: Chrome,
    rows: Vec<Row>,
    summary: String,
    pending: bool,
}

/// Shows the list.
pub(crate) async fn list(State(state): State<Lgwan>, session: SignedIn) -> Result<Response, Failure> {
    let filter = Filter {
        kind: Some(Kind::File),
        owner: Some(session.account.id.clone()),
        states: vec![ItemState::Received, ItemState::Sanitizing, ItemState::Ready],
        ..Filter::default()
    };
    let items = state.custody.list(filter, MOST).await?;
    let pending = items.iter().filter(|item| wording::is_pending(item.state)).count();
    let ready = items.len().saturating_sub(pending);
    let summary = match (ready, pending) {
        (0, 0) => String::new(),
        (ready, 0) => format!("{ready}件を受け取れます"),
        (ready, pending) => format!("{ready}件を受け取れます。{pending}件を処理しています"),
    };
    let chrome = Chrome::new(state.shared(), &session, "/receive");
    page(&Page { chrome, rows: items.iter().map(Row::item).collect(), summary, pending: pending > 0 })
}
