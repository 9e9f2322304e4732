//! The style sheet and the scripts, from the binary itself.

use crate::problem::Failure;
use axum::{
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};

const ASSETS: &[(&str, &str, &str)] = &[
    ("app.css", "text/css; charset=utf-8", include_str!("../../static/app.css")),
    ("refresh.js", "text/javascript; charset=utf-8", include_str!("../../static/refresh.js")),
    ("upload.js", "text/javascript; charset=utf-8", include_str!("../../static/upload.js")),
];

/// Serves one asset.
pub(crate) async fn serve(Path(name): Path<String>) -> Result<Response, Failure> {
    let (_, media_type, text) = ASSETS.iter().find(|(known, ..)| *known == name).ok_or(Failure::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    Ok((headers, *text).into_response())
}
