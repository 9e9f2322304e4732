//! A row of a list of files, from what either side knows of a file.

use crate::wording::{self, Badge};
use custody::{Item, Status, Summary};
use sanitizer_core::{
    DisplayName,
    report::{FindingKind, reason_wording},
};
use sanitizer_verify::Reason;

/// A file in a list.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) href: String,
    pub(crate) name: DisplayName,
    pub(crate) receipt: String,
    pub(crate) size: String,
    pub(crate) at: String,
    pub(crate) badge: Badge,
    pub(crate) reason: Option<&'static str>,
}

impl Row {
    /// From what the internet side may know.
    pub(crate) fn status(status: &Status) -> Self {
        Self {
            id: status.id.to_string(),
            href: format!("/items/{}", status.id),
            name: name(&status.name),
            receipt: status.receipt.to_string(),
            size: wording::size(status.size),
            at: wording::moment(status.received_at),
            badge: wording::badge(status.state, verdict(status.summary.as_ref())),
            reason: reason(status.reason.as_deref()).map(|reason| reason_wording(reason).0.ja),
        }
    }

    /// From the ledger.
    pub(crate) fn item(item: &Item) -> Self {
        Self {
            id: item.id.to_string(),
            href: format!("/files/{}", item.id),
            name: name(&item.intake.name),
            receipt: item.receipt.to_string(),
            size: wording::size(item.size),
            at: wording::moment(item.received_at),
            badge: wording::badge(item.state, verdict(item.summary.as_ref())),
            reason: reason(item.reason.as_deref()).map(|reason| reason_wording(reason).0.ja),
        }
    }
}

/// How sanitizing ended, as a code.
pub(crate) fn verdict(summary: Option<&Summary>) -> Option<&'static str> {
    summary.map(|summary| summary.verdict.code())
}

/// The reason behind a stored code.
pub(crate) fn reason(code: Option<&str>) -> Option<Reason> {
    code.and_then(Reason::from_code)
}

/// What the codes of a summary say, in words.
pub(crate) fn found(summary: &Summary) -> Vec<&'static str> {
    let words = |code: &String| {
        let kind = FindingKind::from_code(code).map(|kind| kind.wording().ja);
        kind.or_else(|| Reason::from_code(code).map(|reason| reason_wording(reason).0.ja))
    };
    let mut found: Vec<_> = summary.codes.iter().filter_map(words).collect();
    found.dedup();
    found
}

/// A file without a name is shown as one.
fn name(typed: &str) -> DisplayName {
    let shown = DisplayName::new(typed);
    if shown.as_str().trim().is_empty() { DisplayName::new("（名前なし）") } else { shown }
}
