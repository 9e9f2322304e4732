//! 止めたメールの添付: held parts of mails to the account's own addresses, with reason and next step.

use super::{Chrome, page};
use crate::{
    findings::{self, HeldPart, Shown},
    problem::Failure,
    session::SignedIn,
    state::Lgwan,
    wording,
};
use askama::Template;
use axum::{extract::State, response::Response};
use custody::{Filter, Item, Kind, Verdict};
use sanitizer_core::DisplayName;
use std::collections::BTreeMap;

/// Mails looked at for each address, newest first.
const MAILS: u32 = 100;

#[derive(Template)]
#[template(path = "held.html")]
struct Page {
    chrome: Chrome,
    addresses: Vec<String>,
    mails: Vec<Mail>,
}

struct Mail {
    at: String,
    sender: DisplayName,
    recipients: DisplayName,
    receipt: String,
    parts: Shown<HeldPart>,
}

/// Shows them.
pub(crate) async fn list(State(state): State<Lgwan>, session: SignedIn) -> Result<Response, Failure> {
    let mut items = BTreeMap::new();
    for address in &session.account.addresses {
        let filter = Filter {
            kind: Some(Kind::Mail),
            recipient: Some(address.clone()),
            verdicts: vec![Verdict::Held, Verdict::Modified],
            ..Filter::default()
        };
        items.extend(state.custody.list(filter, MAILS).await?.into_iter().map(|item| (item.id, item)));
    }
    let mut mails = Vec::new();
    for item in items.values().rev() {
        let Some(report) = super::result::report(&state, item).await? else { continue };
        let parts = findings::held(&report.part);
        if !parts.rows.is_empty() {
            mails.push(mail(item, parts, &session.account.addresses));
        }
    }
    let addresses = session.account.addresses.clone();
    page(&Page { chrome: Chrome::new(state.shared(), &session, "/mail"), addresses, mails })
}

/// Who else got the mail is theirs to know: only the account's own addresses are shown.
fn mail(item: &Item, parts: Shown<HeldPart>, own: &[String]) -> Mail {
    let is_own = |address: &str| own.iter().any(|mine| mine.eq_ignore_ascii_case(address));
    let recipients: Vec<_> = item.recipients.iter().map(|to| to.address.as_str()).filter(|to| is_own(to)).collect();
    let sender = if item.intake.sender.is_empty() { "（差出人なし：配送の通知）" } else { &item.intake.sender };
    Mail {
        at: wording::moment(item.received_at),
        sender: DisplayName::new(sender),
        recipients: DisplayName::new(&recipients.join("、")),
        receipt: item.receipt.to_string(),
        parts,
    }
}
