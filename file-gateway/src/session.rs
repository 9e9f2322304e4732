//! Who is asking: sessions by cookie for pages, bearer tokens for programs, and the proof that a form is ours.
//!
//! A session token is 256 random bits, kept as a hash, in a cookie a script cannot read and another site cannot send. It
//! is good on one face only. It ends after a time without use, and after a time whatever happens.

use crate::{
    accounts::{Account, AccountError, Accounts},
    faces::Face,
    problem::Failure,
    secret::{random_token, same, sha256},
    state::{Shared, blocking},
};
use axum::{
    Form,
    extract::{FromRef, FromRequest, FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, de::DeserializeOwned};

/// A session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Whose.
    pub account: Account,
    /// The token every form of this session carries.
    pub csrf: String,
    hash: [u8; 32],
}

impl SignedIn {
    /// Whether a form or a script's request comes from a page of this session.
    pub fn check_csrf(&self, sent: &str) -> Result<(), Failure> {
        if same(sent, &self.csrf) { Ok(()) } else { Err(Failure::Csrf) }
    }

    /// Ends the session.
    pub(crate) async fn end(&self, shared: &Shared) -> Result<(), Failure> {
        let (accounts, hash) = (shared.accounts.clone(), self.hash);
        Ok(blocking(move || accounts.with(|db| db.execute("DELETE FROM sessions WHERE hash = ?1", [hash.to_vec()])))
            .await?
            .map(drop)?)
    }
}

impl<S> FromRequestParts<S> for SignedIn
where
    S: Send + Sync,
    Shared: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let shared = Shared::from_ref(state);
        let token = cookie(&parts.headers, &session_cookie(&shared)).ok_or(Failure::SignInRequired)?;
        let now = shared.now();
        let found = blocking(move || {
            let limits = shared.config.session;
            find(&shared.accounts, &token, shared.face, now, limits.idle_seconds, limits.absolute_seconds)
        });
        found.await??.ok_or(Failure::SignInRequired)
    }
}

/// Someone who may use the API: a token, or a session whose page sent its proof along.
#[derive(Clone, Debug)]
pub struct Caller(pub Account);

/// Carries a session's proof when a script of ours calls the API.
const CSRF_HEADER: &str = "x-csrf-token";

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    Shared: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        if let Some(authorization) = parts.headers.get(header::AUTHORIZATION) {
            let shared = Shared::from_ref(state);
            let text = authorization.to_str().map_err(|_| Failure::SignInRequired)?;
            let (scheme, token) = text.split_once(' ').ok_or(Failure::SignInRequired)?;
            if !scheme.eq_ignore_ascii_case("bearer") {
                return Err(Failure::SignInRequired);
            }
            let token = token.trim().to_owned();
            let owner = blocking(move || shared.accounts.token_owner(&token, shared.face)).await??;
            return owner.map(Self).ok_or(Failure::SignInRequired);
        }
        let session = SignedIn::from_request_parts(parts, state).await?;
        if !parts.method.is_safe() {
            let sent = parts.headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
            session.check_csrf(sent)?;
        }
        Ok(Self(session.account))
    }
}

/// A form of ours, sent by the session it was made for: there is no other way to get at a posted form.
#[derive(Debug)]
pub struct Posted<T> {
    /// Whose session.
    pub session: SignedIn,
    /// The fields.
    pub fields: T,
}

#[derive(Deserialize)]
struct WithProof<T> {
    #[serde(default)]
    csrf: String,
    #[serde(flatten)]
    fields: T,
}

impl<S, T> FromRequest<S> for Posted<T>
where
    S: Send + Sync,
    Shared: FromRef<S>,
    T: DeserializeOwned,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let session = SignedIn::from_request_parts(&mut parts, state).await?;
        let form = Form::<WithProof<T>>::from_request(Request::from_parts(parts, body), state).await;
        let Form(form) = form.map_err(|_| Failure::Malformed)?;
        session.check_csrf(&form.csrf)?;
        Ok(Self { session, fields: form.fields })
    }
}

/// Starts a session and returns the cookie for it.
pub(crate) async fn start(shared: &Shared, account: &Account) -> Result<HeaderValue, Failure> {
    let (token, csrf) = (random_token()?, random_token()?);
    let cookie = set_cookie(shared, &session_cookie(shared), &token, None);
    let (accounts, id, face, now) = (shared.accounts.clone(), account.id.clone(), shared.face, shared.now());
    let absolute = shared.config.session.absolute_seconds;
    blocking(move || -> Result<(), AccountError> {
        accounts.transaction(|tx| {
            tx.execute("DELETE FROM sessions WHERE created < ?1", [now.saturating_sub(absolute)])?;
            tx.execute(
                "INSERT INTO sessions (hash, account, face, csrf, created, seen) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
                params![sha256(token.as_bytes()).to_vec(), id, face.code(), csrf, now],
            )?;
            Ok(())
        })
    })
    .await??;
    cookie
}

/// The cookie that makes a browser forget its session.
pub(crate) fn forget(shared: &Shared) -> Result<HeaderValue, Failure> {
    set_cookie(shared, &session_cookie(shared), "", Some(0))
}

/// How often the time of last use is written: not a write to disk for every click.
const TOUCH_EVERY: i64 = 60;

fn find(
    accounts: &Accounts,
    token: &str,
    face: Face,
    now: i64,
    idle: i64,
    absolute: i64,
) -> Result<Option<SignedIn>, AccountError> {
    let hash = sha256(token.as_bytes());
    let row: Option<(String, String, i64, i64)> = accounts.with(|db| {
        db.query_row(
            "SELECT account, csrf, created, seen FROM sessions WHERE hash = ?1 AND face = ?2",
            params![hash.to_vec(), face.code()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .optional()
    })?;
    let Some((account, csrf, created, seen)) = row else { return Ok(None) };
    if created.saturating_add(absolute) <= now || seen.saturating_add(idle) <= now {
        accounts.with(|db| db.execute("DELETE FROM sessions WHERE hash = ?1", [hash.to_vec()]))?;
        return Ok(None);
    }
    if seen.saturating_add(TOUCH_EVERY) <= now {
        accounts.with(|db| db.execute("UPDATE sessions SET seen = ?2 WHERE hash = ?1", params![hash.to_vec(), now]))?;
    }
    let account = accounts.with_id(&account)?.filter(|account| !account.disabled);
    Ok(account.map(|account| SignedIn { account, csrf, hash }))
}

/// Browsers keep cookies by host and not by port: each face has a name of its own.
fn session_cookie(shared: &Shared) -> String {
    prefixed(shared, "session")
}

fn prefixed(shared: &Shared, name: &str) -> String {
    // RFC 6265bis, 4.1.3.2: nobody but this very host can set a __Host- cookie. It asks for https.
    let prefix = if shared.config.https { "__Host-" } else { "" };
    format!("{prefix}snz_{name}_{}", shared.face.code())
}

/// The proof that a sign-in form came from our own page: a cookie and a field with the same value.
pub(crate) struct LoginProof;

impl LoginProof {
    /// The value the browser has, or a new one.
    pub(crate) fn value(shared: &Shared, headers: &HeaderMap) -> Result<String, Failure> {
        let old = cookie(headers, &prefixed(shared, "login")).filter(|value| value.len() == 64);
        old.map_or_else(|| Ok(random_token()?), Ok)
    }

    /// The cookie with it.
    pub(crate) fn cookie(shared: &Shared, value: &str) -> Result<HeaderValue, Failure> {
        set_cookie(shared, &prefixed(shared, "login"), value, None)
    }

    /// Whether the form's field is the cookie's value.
    pub(crate) fn check(shared: &Shared, headers: &HeaderMap, sent: &str) -> Result<(), Failure> {
        let expected = cookie(headers, &prefixed(shared, "login")).ok_or(Failure::Csrf)?;
        if same(sent, &expected) { Ok(()) } else { Err(Failure::Csrf) }
    }
}

fn set_cookie(shared: &Shared, name: &str, value: &str, max_age: Option<u32>) -> Result<HeaderValue, Failure> {
    let secure = if shared.config.https { "; Secure" } else { "" };
    let age = max_age.map(|age| format!("; Max-Age={age}")).unwrap_or_default();
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
    HeaderValue::try_from(cookie).map_err(|_| Failure::Internal)
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let pairs =
        headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{NewAccount, tests::store};

    #[test]
    fn a_session_ends_by_idleness_and_by_age_and_is_of_one_face() {
        let (_dir, accounts, password) = store();
        let new = NewAccount { name: "yamada", addresses: &[], admin: false };
        let account = accounts.add(&new, &password, 0).unwrap();
        let begin = |token: &str| {
            let params = params![sha256(token.as_bytes()).to_vec(), account.id, "internet", "proof", 0, 0];
            let insert = "INSERT INTO sessions (hash, account, face, csrf, created, seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            accounts.with(|db| db.execute(insert, params)).unwrap();
        };
        let at = |token: &str, face, now| find(&accounts, token, face, now, 1800, 36_000).unwrap().is_some();
        begin("a");
        assert!(at("a", Face::Internet, 10));
        assert!(!at("a", Face::Lgwan, 10));
        assert!(!at("b", Face::Internet, 10));
        assert!(!at("a", Face::Internet, 1800), "idle");
        begin("c");
        for now in (0..36_000).step_by(1000) {
            assert!(at("c", Face::Internet, now), "{now}");
        }
        assert!(!at("c", Face::Internet, 36_000), "too old");
        begin("d");
        accounts.disable("yamada").unwrap();
        assert!(!at("d", Face::Internet, 10));
    }
}
