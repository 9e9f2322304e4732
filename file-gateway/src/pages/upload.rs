//! ファイルを取り込む: the form, and the form sent without a script.

use super::{Chrome, page};
use crate::{
    problem::Failure,
    session::SignedIn,
    state::{Internet, Shared},
    upload::{self, Files},
    wording,
};
use askama::Template;
use axum::{
    extract::{FromRef as _, FromRequest as _, Multipart, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};

/// Files in one form.
const MOST: u64 = 20;

#[derive(Template)]
#[template(path = "upload.html")]
struct Page {
    chrome: Chrome,
    limit: String,
    limit_bytes: u64,
    most: u64,
}

/// Shows the form.
pub(crate) async fn show(State(state): State<Internet>, session: SignedIn) -> Result<Response, Failure> {
    let shared = Shared::from_ref(&state);
    let limit_bytes = shared.config.upload.max_bytes;
    let chrome = Chrome::new(&shared, &session, "/upload");
    page(&Page { chrome, limit: wording::size(limit_bytes), limit_bytes, most: MOST })
}

/// Takes in the files of the form.
pub(crate) async fn send(State(state): State<Internet>, session: SignedIn, request: Request) -> Result<Response, Failure> {
    let intake = match upload::admit(&state, request.headers(), Files::Several { most: MOST }).await {
        Ok(intake) => intake,
        Err(failure) => {
            upload::drain(request.into_body()).await;
            return Err(failure);
        }
    };
    let mut form = Multipart::from_request(request, &state).await.map_err(|_| Failure::Malformed)?;
    let taken = take(&intake, &session, &mut form).await;
    if taken.is_err() {
        upload::drain_form(form).await;
    }
    Ok(Redirect::to(&format!("/items?taken={}", taken?)).into_response())
}

/// The form's proof stands before its files: a form that is not ours ends before a byte of a file is stored.
async fn take(intake: &upload::Intake, session: &SignedIn, form: &mut Multipart) -> Result<u64, Failure> {
    let mut proven = false;
    let mut taken = 0u64;
    while let Some(field) = upload::next_field(form).await? {
        match field.name() {
            Some("csrf") => {
                session.check_csrf(&upload::short_text(field).await?)?;
                proven = true;
            }
            // An empty file field of a browser has an empty name.
            Some("files") if field.file_name().is_some_and(|name| !name.is_empty()) => {
                if !proven {
                    return Err(Failure::Csrf);
                }
                if taken >= MOST {
                    return Err(Failure::Malformed);
                }
                intake.field(&session.account.id, field).await?;
                taken = taken.saturating_add(1);
            }
            _ => {}
        }
    }
    match (proven, taken) {
        (false, _) => Err(Failure::Csrf),
        (true, 0) => Err(Failure::NoFile),
        (true, taken) => Ok(taken),
    }
}
