//! The result of one file: what was removed and why, and the way to the clean file.

use super::{Chrome, page, rows::Row};
use crate::{
    download,
    findings::{self, Branch, Line, Shown},
    problem::Failure,
    session::SignedIn,
    state::Lgwan,
    wording,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use custody::{
    Item, Kind, State as ItemState,
    audit::{Action, AuditEvent},
};
use sanitizer_core::{
    DisplayName, Report,
    report::{hex, reason_wording},
};
use sanitizer_service::{outputs, records};

#[derive(Template)]
#[template(path = "result.html")]
struct Page {
    chrome: Chrome,
    row: Row,
    lines: Vec<String>,
    saved: Option<String>,
    size_out: Option<String>,
    found: Shown<Line>,
    tree: Shown<Branch>,
    policy: Option<String>,
    sha256_in: String,
    pending: bool,
}

/// Shows it.
pub(crate) async fn show(State(state): State<Lgwan>, session: SignedIn, Path(id): Path<String>) -> Result<Response, Failure> {
    let item = own(&state, &session.account.id, &id).await?;
    let report = report(&state, &item).await?;
    if report.is_some() {
        state.shared().audit.write(AuditEvent::new(&session.account.name, Action::View).about(item.id)).await?;
    }
    let output = report.as_ref().filter(|_| is_ready(&item)).and_then(|report| report.part.output);
    let page_data = Page {
        chrome: Chrome::new(state.shared(), &session, "/receive"),
        row: Row::item(&item),
        lines: report.as_ref().filter(|_| output.is_some()).and_then(converted).into_iter().chain(lines(&item)).collect(),
        saved: output.map(|format| DisplayName::new(&item.intake.name).file_name(format)),
        size_out: report.as_ref().and_then(|report| report.part.size_out).map(wording::size),
        found: report.as_ref().map(findings::lines).unwrap_or_default(),
        tree: report.as_ref().map(findings::tree).unwrap_or_default(),
        policy: report.map(|report| report.policy),
        sha256_in: hex(&item.sha256),
        pending: wording::is_pending(item.state),
    };
    page(&page_data)
}

/// For a file that leaves in another format and under another name than it came.
fn converted(report: &Report) -> Option<String> {
    let became = findings::conversion(&report.part)?;
    Some(format!("{became}改行の位置など、見た目が元のファイルと少し変わることがあります。"))
}

fn lines(item: &Item) -> Vec<String> {
    if let Some(reason) = super::rows::reason(item.reason.as_deref()) {
        let (what, next) = reason_wording(reason);
        return vec![format!("{}。", what.ja), format!("次にすること：{}。", next.ja)];
    }
    match item.state {
        state if wording::is_pending(state) => vec!["この画面は自動で更新されます。閉じてもかまいません。".to_owned()],
        ItemState::Expired => vec!["保管期限を過ぎたため、受け取れません。もう一度取り込んでください。".to_owned()],
        _ => item.summary.as_ref().map(super::items::counted).unwrap_or_default(),
    }
}

/// Hands the clean file over.
pub(crate) async fn content(State(state): State<Lgwan>, session: SignedIn, Path(id): Path<String>) -> Result<Response, Failure> {
    let item = own(&state, &session.account.id, &id).await?;
    hand_over(&state, &item, &session.account.name).await
}

/// Re-opens the output as a `Clean`, writes down who gets it, and only then sends it.
pub(crate) async fn hand_over(state: &Lgwan, item: &Item, actor: &str) -> Result<Response, Failure> {
    if wording::is_pending(item.state) {
        return Err(Failure::NotReady);
    }
    if !is_ready(item) {
        let reason = super::rows::reason(item.reason.as_deref());
        return Err(reason.map_or(Failure::NotFound, Failure::Held));
    }
    let opened = outputs::open(&state.custody, item.id).await?;
    state.custody.fetched(item.id, actor).await?;
    Ok(download::attachment(opened.clean, &item.intake.name))
}

/// Whether there is something to hand over.
pub(crate) fn is_ready(item: &Item) -> bool {
    matches!(item.state, ItemState::Ready | ItemState::Delivered)
}

/// One of the account's own files; of another's it is not even said that there is one.
pub(crate) async fn own(state: &Lgwan, account: &str, id: &str) -> Result<Item, Failure> {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    let item = state.custody.item(id).await?.ok_or(Failure::NotFound)?;
    let is_own = item.intake.kind == Kind::File && item.intake.owner == account;
    if is_own { Ok(item) } else { Err(Failure::NotFound) }
}

/// The item's report, if it has one.
pub(crate) async fn report(state: &Lgwan, item: &Item) -> Result<Option<Report>, Failure> {
    let Some(bytes) = state.custody.report(item.id).await? else { return Ok(None) };
    let report = records::load_report(&bytes).ok_or_else(|| {
        tracing::error!(item = %item.id, "stored report does not read");
        Failure::Internal
    })?;
    Ok(Some(report))
}
