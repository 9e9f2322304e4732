//! 届いたメール（開発用）: what the next hop got, each message made clean again before it is shown.

use super::{Chrome, page};
use crate::{
    mailbox::{self, Letter, Stored},
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
use sanitizer_core::{DisplayName, report::reason_wording};

#[derive(Template)]
#[template(path = "mailbox.html")]
struct List {
    chrome: Chrome,
    rows: Vec<Row>,
}

struct Row {
    key: String,
    subject: DisplayName,
    from: DisplayName,
    attachments: usize,
    at: String,
}

/// Shows the list.
pub(crate) async fn list(State(state): State<Lgwan>, session: SignedIn) -> Result<Response, Failure> {
    let mut rows = Vec::new();
    for stored in stored(&state, &session).await? {
        rows.push(row(&state, &stored).await?);
    }
    page(&List { chrome: Chrome::new(state.shared(), &session, "/mailbox"), rows })
}

async fn row(state: &Lgwan, stored: &Stored) -> Result<Row, Failure> {
    let (subject, from, attachments) = match letter(state, stored).await {
        Ok(Letter { subject, from, attachments, .. }) => (subject, from, attachments.len()),
        Err(Failure::Held(reason)) => {
            let words = format!("（表示できません：{}）", reason_wording(reason).0.ja);
            (DisplayName::new(&words), DisplayName::new(""), 0)
        }
        Err(failure) => return Err(failure),
    };
    Ok(Row { key: stored.key.clone(), subject, from, attachments, at: wording::moment(stored.at) })
}

#[derive(Template)]
#[template(path = "message.html")]
struct One {
    chrome: Chrome,
    subject: DisplayName,
    headers: Vec<(&'static str, String)>,
    text: String,
    attachments: Vec<(DisplayName, String)>,
}

/// Shows one message.
pub(crate) async fn show(State(state): State<Lgwan>, session: SignedIn, Path(key): Path<String>) -> Result<Response, Failure> {
    // Looked up among what is there: the key never becomes a path.
    let found = stored(&state, &session).await?.into_iter().find(|stored| stored.key == key);
    let stored = found.ok_or(Failure::NotFound)?;
    let Letter { from, to, date, subject, text, attachments } = letter(&state, &stored).await?;
    let mut headers = vec![("差出人", from.as_str().to_owned()), ("宛先", to.as_str().to_owned())];
    headers.extend(date.map(|date| ("送信日時", date)));
    headers.push(("届いた日時", wording::moment(stored.at)));
    let chrome = Chrome::new(state.shared(), &session, "/mailbox");
    page(&One { chrome, subject, headers, text, attachments })
}

/// The messages this account may see: its own, and all of them for those who run the box.
async fn stored(state: &Lgwan, session: &SignedIn) -> Result<Vec<Stored>, Failure> {
    let dir = state.shared().config.mailbox.clone().ok_or(Failure::NotFound)?;
    let own = (!session.account.admin).then(|| session.account.addresses.clone());
    mailbox::list(dir, own).await
}

async fn letter(state: &Lgwan, stored: &Stored) -> Result<Letter, Failure> {
    let clean = stored.clean(&state.pool, &state.policy).await?;
    mailbox::letter(&clean).ok_or(Failure::Internal)
}
