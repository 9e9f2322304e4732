//! Files over REST: submit on the internet face; status on both; report and content on the lgwan face.

use crate::{
    pages::{items, result},
    problem::Failure,
    session::Caller,
    state::{Internet, Lgwan},
    upload::{self, Files, Intake, Named},
};
use axum::{
    Json,
    extract::{FromRequest as _, Multipart, Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use custody::{Committed, Item, Status, Summary};
use sanitizer_core::{Report, report::FindingKind};
use serde::Serialize;
use std::collections::BTreeMap;

/// A file as both faces describe it.
#[derive(Debug, Serialize)]
struct File {
    id: String,
    receipt: String,
    name: String,
    size: u64,
    received_at: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<Vec<Found>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<BTreeMap<String, u64>>,
}

#[derive(Debug, Serialize)]
struct Found {
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    wording: Option<&'static str>,
}

fn found(summary: &Summary) -> Vec<Found> {
    let one = |code: &String| Found { code: code.clone(), wording: FindingKind::from_code(code).map(|kind| kind.wording().ja) };
    summary.codes.iter().map(one).collect()
}

/// Takes a file in: the body itself, with its name in `Content-Disposition: attachment; filename*=…`, or a form with
/// one file.
pub(crate) async fn submit(State(state): State<Internet>, caller: Caller, request: Request) -> Result<Response, Failure> {
    let admitted = upload::admit(&state, request.headers(), Files::One).await;
    let intake = match admitted {
        Ok(intake) => intake,
        Err(failure) => {
            upload::drain(request.into_body()).await;
            return Err(failure);
        }
    };
    let committed = take(&state, &intake, &caller.0.id, request).await?;
    Ok(created(&committed))
}

async fn take(state: &Internet, intake: &Intake, owner: &str, request: Request) -> Result<Committed, Failure> {
    let media_type = text(request.headers(), &header::CONTENT_TYPE)?.to_owned();
    if !media_type.starts_with("multipart/form-data") {
        let name = disposition_name(text(request.headers(), &header::CONTENT_DISPOSITION)?)?;
        let named = Named { owner, name: &name, media_type: &media_type };
        return intake.body(named, request.into_body()).await;
    }
    let mut form = Multipart::from_request(request, state).await.map_err(|_| Failure::Malformed)?;
    let taken = field(intake, owner, &mut form).await;
    if taken.is_err() {
        upload::drain_form(form).await;
    }
    taken
}

async fn field(intake: &Intake, owner: &str, form: &mut Multipart) -> Result<Committed, Failure> {
    while let Some(field) = upload::next_field(form).await? {
        if field.file_name().is_some() {
            return intake.field(owner, field).await;
        }
    }
    Err(Failure::NoFile)
}

/// The 201: made from a [`Committed`] and from nothing else.
fn created(committed: &Committed) -> Response {
    #[derive(Serialize)]
    struct Created {
        id: String,
        receipt: String,
        size: u64,
        sha256: String,
        status: &'static str,
    }
    let id = committed.id().to_string();
    let location = format!("/api/v1/files/{id}");
    let body = Created {
        id,
        receipt: committed.receipt().to_string(),
        size: committed.size(),
        sha256: sanitizer_core::report::hex(committed.sha256()),
        status: "received",
    };
    (StatusCode::CREATED, [(header::LOCATION, location)], Json(body)).into_response()
}

/// Where one of the caller's own files is, as the internet side may know it.
pub(crate) async fn status_internet(
    State(state): State<Internet>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let Status { id, receipt, name, size, received_at, state, reason, summary, owner: _ } =
        items::own(&state, &caller.0.id, &id).await?;
    let file = File {
        id: id.to_string(),
        receipt: receipt.to_string(),
        name,
        size,
        received_at: received_at.to_string(),
        status: state.code(),
        verdict: summary.as_ref().map(|summary| summary.verdict.code()),
        reason,
        found: summary.as_ref().map(found),
        counts: summary.map(|summary| summary.counts),
    };
    Ok(Json(file).into_response())
}

/// Where one of the caller's own files is.
pub(crate) async fn status_lgwan(
    State(state): State<Lgwan>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let Item { id, receipt, intake, size, received_at, state, reason, summary, .. } =
        result::own(&state, &caller.0.id, &id).await?;
    let file = File {
        id: id.to_string(),
        receipt: receipt.to_string(),
        name: intake.name,
        size,
        received_at: received_at.to_string(),
        status: state.code(),
        verdict: summary.as_ref().map(|summary| summary.verdict.code()),
        reason,
        found: summary.as_ref().map(found),
        counts: summary.map(|summary| summary.counts),
    };
    Ok(Json(file).into_response())
}

/// The whole report.
pub(crate) async fn report(State(state): State<Lgwan>, caller: Caller, Path(id): Path<String>) -> Result<Json<Report>, Failure> {
    let item = result::own(&state, &caller.0.id, &id).await?;
    Ok(Json(result::report(&state, &item).await?.ok_or(Failure::NotReady)?))
}

/// The clean file.
pub(crate) async fn content(State(state): State<Lgwan>, caller: Caller, Path(id): Path<String>) -> Result<Response, Failure> {
    let item = result::own(&state, &caller.0.id, &id).await?;
    result::hand_over(&state, &item, &caller.0.name).await
}

/// A header's text. Raw 8-bit headers are refused: nobody knows which charset they are in.
fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Result<&'a str, Failure> {
    headers.get(name).map_or(Ok(""), |value| value.to_str().map_err(|_| Failure::Malformed))
}

/// The file name in a Content-Disposition header (RFC 6266): `filename*` in UTF-8 (RFC 8187), else `filename`.
fn disposition_name(header: &str) -> Result<String, Failure> {
    let mut plain = None;
    for parameter in parameters(header) {
        let Some((key, value)) = parameter.split_once('=') else { continue };
        let (key, value) = (key.trim(), value.trim());
        if key.eq_ignore_ascii_case("filename*") {
            let (charset, rest) = value.split_once('\'').ok_or(Failure::Malformed)?;
            let (_language, encoded) = rest.split_once('\'').ok_or(Failure::Malformed)?;
            if !charset.eq_ignore_ascii_case("utf-8") {
                return Err(Failure::Malformed);
            }
            return percent_decoded(encoded).ok_or(Failure::Malformed);
        }
        if key.eq_ignore_ascii_case("filename") {
            plain = Some(value.trim_matches('"').replace("\\\"", "\"").replace("\\\\", "\\"));
        }
    }
    Ok(plain.unwrap_or_default())
}

/// The parameters of a header, split at semicolons outside quotes.
fn parameters(header: &str) -> Vec<&str> {
    let mut quoted = false;
    let mut escaped = false;
    header
        .split(move |c| {
            let end = c == ';' && !quoted;
            if c == '"' && !escaped {
                quoted = !quoted;
            }
            escaped = c == '\\' && !escaped;
            end
        })
        .skip(1)
        .collect()
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_either_form() {
        for (header, name) in [
            ("", ""),
            ("attachment", ""),
            ("attachment; filename=\"a; b.txt\"", "a; b.txt"),
            ("attachment; filename=\"a\\\"b.txt\"", "a\"b.txt"),
            ("attachment; filename=x.txt; filename*=UTF-8''%E8%A6%8B%E7%A9%8D.docx", "見積.docx"),
            ("attachment; FILENAME*=utf-8'ja'%E8%A6%8B.txt", "見.txt"),
        ] {
            assert_eq!(disposition_name(header).unwrap(), name, "{header}");
        }
        for header in [
            "attachment; filename*=x",
            "attachment; filename*=shift_jis''%8C",
            "attachment; filename*=UTF-8''%E8",
            "attachment; filename*=UTF-8''%zz",
        ] {
            assert_eq!(disposition_name(header), Err(Failure::Malformed), "{header}");
        }
    }
}
