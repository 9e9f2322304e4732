//! ログイン and ログアウト.

use super::{Chrome, page_with};
use crate::{
    accounts::{Account, Standing},
    problem::Failure,
    session::{self, LoginProof, Posted},
    state::{Shared, blocking},
};
use askama::Template;
use axum::{
    Form,
    extract::{FromRef, Query, State, rejection::FormRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use custody::audit::{Action, AuditEvent};
use serde::Deserialize;
use std::time::Duration;
use tokio::time::timeout;

#[derive(Template)]
#[template(path = "login.html")]
struct Page {
    chrome: Chrome,
    proof: String,
    name: String,
    message: Option<String>,
    signed_out: bool,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    signed_out: Option<String>,
}

/// Shows the form.
pub(crate) async fn show<S>(State(state): State<S>, headers: HeaderMap, Query(asked): Query<Asked>) -> Result<Response, Failure>
where
    Shared: FromRef<S>,
{
    draw(&Shared::from_ref(&state), &headers, StatusCode::OK, String::new(), None, asked.signed_out.is_some())
}

#[derive(Deserialize)]
pub(crate) struct Typed {
    name: String,
    password: String,
    #[serde(default)]
    proof: String,
}

/// How long a sign-in may wait for its turn to be hashed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tries what was typed.
pub(crate) async fn sign_in<S>(
    State(state): State<S>,
    headers: HeaderMap,
    typed: Result<Form<Typed>, FormRejection>,
) -> Result<Response, Failure>
where
    Shared: FromRef<S>,
{
    let shared = Shared::from_ref(&state);
    let Form(typed) = typed.map_err(|_| Failure::Malformed)?;
    LoginProof::check(&shared, &headers, &typed.proof)?;
    // The store finds names without regard to the case of ASCII letters; a name longer than any account's is nobody's.
    let name: String = typed.name.trim().chars().take(64).collect();
    let now = shared.now();

    let (accounts, subject) = (shared.accounts.clone(), name.clone());
    if let Standing::Locked { seconds } = blocking(move || accounts.standing(&subject, now)).await?? {
        count("locked");
        let failure = Failure::Throttled { seconds };
        let message = failure.detail(sanitizer_core::report::Language::Ja);
        let mut response = draw(&shared, &headers, failure.status(), name, Some(message), false)?;
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        return Ok(response);
    }
    match check(&shared, &name, typed.password).await? {
        Some(account) => admitted(&shared, &account).await,
        None => refused(&shared, &headers, name).await,
    }
}

async fn check(shared: &Shared, name: &str, password: String) -> Result<Option<Account>, Failure> {
    let seat = timeout(PATIENCE, shared.hashing.clone().acquire_owned()).await;
    let seat = seat.map_err(|_| Failure::Busy)?.map_err(|_| Failure::Internal)?;
    let (accounts, name, now) = (shared.accounts.clone(), name.to_owned(), shared.now());
    let checked = blocking(move || {
        let _seat = seat;
        let found = accounts.check(&name, &password)?;
        // Counted before the answer goes out: many tries at a time gain nothing.
        match found {
            Some(_) => accounts.succeeded(&name)?,
            None => accounts.failed(&name, now)?,
        }
        Ok::<_, crate::accounts::AccountError>(found)
    });
    Ok(checked.await??)
}

async fn admitted(shared: &Shared, account: &Account) -> Result<Response, Failure> {
    let event = AuditEvent::new(&account.name, Action::Login).with("face", shared.face.code());
    shared.audit.write(event).await?;
    let cookie = session::start(shared, account).await?;
    count("ok");
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

async fn refused(shared: &Shared, headers: &HeaderMap, name: String) -> Result<Response, Failure> {
    // Not the name as typed: people type passwords there.
    let accounts = shared.accounts.clone();
    let subject = name.clone();
    let known = blocking(move || accounts.named(&subject)).await??;
    let actor = known.map_or_else(|| "unknown".to_owned(), |account| account.name);
    shared.audit.write(AuditEvent::new(actor, Action::LoginFail).with("face", shared.face.code())).await?;
    count("failed");
    let message = "アカウント名またはパスワードが違います。".to_owned();
    draw(shared, headers, StatusCode::UNAUTHORIZED, name, Some(message), false)
}

fn count(result: &'static str) {
    metrics::counter!("sanitizer_sign_ins_total", "result" => result).increment(1);
}

fn draw(
    shared: &Shared,
    headers: &HeaderMap,
    status: StatusCode,
    name: String,
    message: Option<String>,
    signed_out: bool,
) -> Result<Response, Failure> {
    let proof = LoginProof::value(shared, headers)?;
    let cookie = LoginProof::cookie(shared, &proof)?;
    let page = Page { chrome: Chrome::bare(shared), proof, name, message, signed_out };
    let mut response = page_with(status, &page)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

#[derive(Deserialize)]
pub(crate) struct Nothing {}

/// Ends the session.
pub(crate) async fn sign_out<S>(State(state): State<S>, posted: Posted<Nothing>) -> Result<Response, Failure>
where
    Shared: FromRef<S>,
{
    let shared = Shared::from_ref(&state);
    let Posted { session, fields: Nothing {} } = posted;
    session.end(&shared).await?;
    let event = AuditEvent::new(&session.account.name, Action::Logout).with("face", shared.face.code());
    shared.audit.write(event).await?;
    let cookie = session::forget(&shared)?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/login?signed_out=1")).into_response())
}
