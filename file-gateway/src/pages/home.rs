//! ホーム, one for each face.

use super::{Chrome, page, rows::Row};
use crate::{
    problem::Failure,
    session::SignedIn,
    state::{Internet, Lgwan, Shared},
};
use askama::Template;
use axum::{
    extract::{FromRef as _, State},
    response::Response,
};
use custody::{Filter, Kind, State as ItemState};

/// Rows on the home page.
const RECENT: u32 = 5;

#[derive(Template)]
#[template(path = "home_internet.html")]
struct InternetPage {
    chrome: Chrome,
    rows: Vec<Row>,
}

/// The internet face's.
pub(crate) async fn internet(State(state): State<Internet>, session: SignedIn) -> Result<Response, Failure> {
    let own = state.inbox.list_by_owner(&session.account.id, None, RECENT).await?;
    let chrome = Chrome::new(&Shared::from_ref(&state), &session, "/");
    page(&InternetPage { chrome, rows: own.iter().map(Row::status).collect() })
}

#[derive(Template)]
#[template(path = "home_lgwan.html")]
struct LgwanPage {
    chrome: Chrome,
    rows: Vec<Row>,
    ready: usize,
}

/// The lgwan face's.
pub(crate) async fn lgwan(State(state): State<Lgwan>, session: SignedIn) -> Result<Response, Failure> {
    let own = Filter { kind: Some(Kind::File), owner: Some(session.account.id.clone()), ..Filter::default() };
    let recent = state.custody.list(own.clone(), RECENT).await?;
    let ready = state.custody.list(Filter { states: vec![ItemState::Ready], ..own }, super::receive::MOST).await?;
    let chrome = Chrome::new(state.shared(), &session, "/");
    page(&LgwanPage { chrome, rows: recent.iter().map(Row::item).collect(), ready: ready.len() })
}
