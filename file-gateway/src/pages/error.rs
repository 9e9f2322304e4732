//! The error page: what happened, whose fault it is, what to do.

use super::{Chrome, page_with};
use crate::{
    problem::{Failure, Fault},
    state::Shared,
};
use askama::Template;
use axum::response::Response;
use sanitizer_core::report::Language;

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    chrome: Chrome,
    title: &'static str,
    detail: String,
    kind: &'static str,
    fault: &'static str,
    request_id: &'a str,
    code: &'static str,
}

/// Draws a failure.
pub(crate) fn draw(shared: &Shared, failure: &Failure, request_id: &str) -> Response {
    let page = Page {
        chrome: Chrome::bare(shared),
        title: failure.title().ja,
        detail: failure.detail(Language::Ja),
        kind: if failure.fault() == Fault::Service { "error" } else { "modified" },
        fault: failure.fault().wording().ja,
        request_id,
        code: failure.code(),
    };
    page_with(failure.status(), &page).unwrap_or_else(|_| {
        // The page that says so cannot be drawn: the words alone.
        axum::response::IntoResponse::into_response((failure.status(), failure.title().ja))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::Face;

    #[test]
    fn a_machine_that_cannot_lock_workers_in_says_so_on_every_page() {
        let drawn = |exposed| {
            let chrome = Chrome { face: Face::Lgwan, user: None, csrf: String::new(), here: "", mailbox: false, exposed };
            Page { chrome, title: "", detail: String::new(), kind: "error", fault: "", request_id: "", code: "" }
                .render()
                .unwrap()
        };
        assert!(drawn(true).contains("開発用の設定で動いています"));
        assert!(!drawn(false).contains("開発用の設定で動いています"));
    }
}
