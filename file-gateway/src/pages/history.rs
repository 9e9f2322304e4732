//! 履歴: all of the account's own files, by result and by 受付番号.

use super::{Chrome, page, rows::Row};
use crate::{problem::Failure, session::SignedIn, state::Lgwan};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use custody::{Filter, Item, Kind, ReceiptNumber, Verdict};
use serde::Deserialize;

/// Rows on a page.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "history.html")]
struct Page {
    chrome: Chrome,
    rows: Vec<Row>,
    typed: String,
    wrong: bool,
    verdicts: Vec<(&'static str, &'static str, bool)>,
    chosen: &'static str,
    older: Option<String>,
}

/// What can be chosen.
const VERDICTS: [(&str, &str); 4] =
    [("", "すべて"), ("rebuilt", "無害化しました"), ("modified", "一部を除きました"), ("held", "止めました")];

#[derive(Deserialize)]
pub(crate) struct Asked {
    receipt: Option<String>,
    verdict: Option<String>,
    before: Option<String>,
}

/// Shows what was asked for.
pub(crate) async fn list(State(state): State<Lgwan>, session: SignedIn, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let verdict = Verdict::ALL.into_iter().find(|verdict| Some(verdict.code()) == asked.verdict.as_deref());
    let typed: String = asked.receipt.unwrap_or_default().trim().chars().take(64).collect();
    let receipt: Option<Result<ReceiptNumber, _>> = (!typed.is_empty()).then(|| typed.parse());
    let wrong = matches!(receipt, Some(Err(_)));
    let items = match receipt {
        None => {
            let before = asked.before.map(|id| id.parse()).transpose().map_err(|_| Failure::NotFound)?;
            let filter = Filter {
                kind: Some(Kind::File),
                owner: Some(session.account.id.clone()),
                verdicts: verdict.into_iter().collect(),
                before,
                ..Filter::default()
            };
            state.custody.list(filter, ROWS).await?
        }
        Some(Err(_)) => Vec::new(),
        Some(Ok(receipt)) => {
            let own = |item: &Item| item.intake.kind == Kind::File && item.intake.owner == session.account.id;
            state.custody.by_receipt(receipt).await?.filter(own).into_iter().collect()
        }
    };
    let full = u32::try_from(items.len()).is_ok_and(|rows| rows == ROWS);
    let chosen = verdict.map_or("", Verdict::code);
    let page_data = Page {
        chrome: Chrome::new(state.shared(), &session, "/history"),
        older: items.last().filter(|_| full).map(|item| item.id.to_string()),
        rows: items.iter().map(Row::item).collect(),
        typed,
        wrong,
        verdicts: VERDICTS.into_iter().map(|(value, label)| (value, label, value == chosen)).collect(),
        chosen,
    };
    page(&page_data)
}
