//! 取り込んだファイル: the uploader's own files as the internet side may know them, from codes and counts only.

use super::{
    Chrome, page,
    rows::{self, Row},
};
use crate::{
    problem::Failure,
    session::SignedIn,
    state::{Internet, Shared},
    wording,
};
use askama::Template;
use axum::{
    extract::{FromRef as _, Path, Query, State},
    response::Response,
};
use custody::{ItemId, Status, Summary};
use sanitizer_core::report::{FindingKind, kinds::CoreFinding, reason_wording};
use serde::Deserialize;

/// Rows on a page.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "items.html")]
struct List {
    chrome: Chrome,
    rows: Vec<Row>,
    summary: String,
    taken: Option<u32>,
    pending: bool,
    older: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    taken: Option<u32>,
    before: Option<String>,
}

/// Shows the list.
pub(crate) async fn list(
    State(state): State<Internet>,
    session: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let before = asked.before.map(|id| id.parse()).transpose().map_err(|_| Failure::NotFound)?;
    let own = state.inbox.list_by_owner(&session.account.id, before, ROWS).await?;
    let pending = own.iter().filter(|status| wording::is_pending(status.state)).count();
    let full = u32::try_from(own.len()).is_ok_and(|rows| rows == ROWS);
    let older = own.last().filter(|_| full).map(|status| status.id.to_string());
    let summary = match (own.len(), pending) {
        (0, _) => String::new(),
        (all, 0) => format!("{all}件すべての処理が終わりました"),
        (all, pending) => format!("{all}件のうち{pending}件を処理しています"),
    };
    let chrome = Chrome::new(&Shared::from_ref(&state), &session, "/items");
    let rows = own.iter().map(Row::status).collect();
    page(&List { chrome, rows, summary, taken: asked.taken, pending: pending > 0, older })
}

#[derive(Template)]
#[template(path = "item.html")]
struct One {
    chrome: Chrome,
    row: Row,
    lines: Vec<String>,
    found: Vec<&'static str>,
    pending: bool,
}

/// Shows one file.
pub(crate) async fn one(State(state): State<Internet>, session: SignedIn, Path(id): Path<String>) -> Result<Response, Failure> {
    let status = own(&state, &session.account.id, &id).await?;
    let chrome = Chrome::new(&Shared::from_ref(&state), &session, "/items");
    let found = status.summary.as_ref().map(rows::found).unwrap_or_default();
    let pending = wording::is_pending(status.state);
    page(&One { chrome, row: Row::status(&status), lines: lines(&status), found, pending })
}

/// The status of one of the account's own files; of another's it is not even said that there is one.
pub(crate) async fn own(state: &Internet, account: &str, id: &str) -> Result<Status, Failure> {
    let id: ItemId = id.parse().map_err(|_| Failure::NotFound)?;
    let status = state.inbox.status(id).await?.ok_or(Failure::NotFound)?;
    if status.owner == account { Ok(status) } else { Err(Failure::NotFound) }
}

fn lines(status: &Status) -> Vec<String> {
    if let Some(reason) = rows::reason(status.reason.as_deref()) {
        let (what, next) = reason_wording(reason);
        return vec![format!("{}。", what.ja), format!("次にすること：{}。", next.ja)];
    }
    if wording::is_pending(status.state) {
        return vec!["この画面は自動で更新されます。閉じてもかまいません。".to_owned()];
    }
    status.summary.as_ref().map(|summary| converted(summary).into_iter().chain(counted(summary)).collect()).unwrap_or_default()
}

/// This side is not told which part it was, nor any new name.
fn converted(summary: &Summary) -> Option<String> {
    let code = FindingKind::from(CoreFinding::Converted).code();
    summary
        .codes
        .iter()
        .any(|found| found == code)
        .then(|| "古い形式のものを新しい形式に変換しました。新しい名前はLGWAN側の画面に表示されます。".to_owned())
}

/// The counts of a summary in words.
pub(crate) fn counted(summary: &Summary) -> Vec<String> {
    let words = [("removed", "除いた部分"), ("neutralized", "働かないようにした部分"), ("held", "止めた部分")];
    let count =
        |(key, label): (&str, &str)| summary.counts.get(key).filter(|count| **count > 0).map(|count| format!("{label}：{count}"));
    words.into_iter().filter_map(count).collect()
}
