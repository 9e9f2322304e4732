//! What every response of a face goes through: request id, security headers, one log line, and failures drawn as a page
//! or as a problem document.

pub(crate) mod assets;

use crate::{
    faces::Face,
    pages,
    problem::{self, Failure},
    state::Shared,
};
use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Redirect, Response},
};
use std::time::{Duration, Instant};

/// Wraps the routes of a face.
pub(crate) fn wrap<S: Clone + Send + Sync + 'static>(routes: Router<S>, shared: &Shared) -> Router<S> {
    routes
        .layer(middleware::from_fn(no_cross_site))
        .layer(middleware::from_fn_with_state(shared.clone(), finish))
        .layer(middleware::from_fn(security_headers))
}

/// The answer where no route is.
pub(crate) async fn not_found() -> Failure {
    Failure::NotFound
}

/// The answer where the path exists and the method does not.
pub(crate) async fn method_not_allowed() -> Failure {
    Failure::MethodNotAllowed
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request an id, runs it, draws what failed, counts and logs. Nothing of the request but its method, its
/// route and its figures is logged: paths, names and queries are somebody's data.
async fn finish(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = uuid::Uuid::now_v7().hyphenated().to_string();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let headers = request.headers().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();

    let mut response = run(request, next).await;
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        let retry = response.headers_mut().remove(header::RETRY_AFTER);
        response = draw(&shared, &failure, &method, &path, &id, &headers);
        if let Some(retry) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, retry);
        }
        tracing::debug!(request_id = %id, code = failure.code(), "answered with a failure");
    }
    if let Ok(id) = HeaderValue::try_from(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let status = response.status().as_u16();
    let elapsed = begun.elapsed();
    count(shared.face, &method, &route, status, elapsed);
    tracing::info!(request_id = %id, face = shared.face.code(), %method, route, status, ms = elapsed.as_millis(), "request");
    response
}

/// Counts an answer. `route` is the pattern and never the path, so nobody can make labels grow.
fn count(face: Face, method: &Method, route: &str, status: u16, took: Duration) {
    let known = [Method::GET, Method::HEAD, Method::POST].into_iter().find(|known| known == method);
    let method = known.map_or_else(|| "other".to_owned(), |method| method.to_string());
    let class = format!("{}xx", status.checked_div(100).unwrap_or_default());
    let labels = [("face", face.code().to_owned()), ("method", method), ("route", route.to_owned()), ("status_class", class)];
    metrics::counter!("sanitizer_http_requests_total", &labels).increment(1);
    metrics::histogram!("sanitizer_http_request_duration_seconds", "face" => face.code()).record(took.as_secs_f64());
}

/// Runs the handler in a task of its own: a panic becomes a failure, and a browser that goes away does not drop a
/// handler between two writes.
async fn run(request: Request, next: Next) -> Response {
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(error) => Failure::from(error).into_response(),
    }
}

fn draw(shared: &Shared, failure: &Failure, method: &Method, path: &str, id: &str, headers: &axum::http::HeaderMap) -> Response {
    if path.starts_with("/api/") {
        return problem::document(failure, path, id, headers);
    }
    if *failure == Failure::SignInRequired && method == Method::GET {
        return Redirect::to("/login").into_response();
    }
    pages::error::draw(shared, failure, id)
}

/// Refuses what another site made the browser send (Fetch Metadata): the second line behind `SameSite` and the form's
/// proof. Programs and old browsers send no such header.
async fn no_cross_site(request: Request, next: Next) -> Response {
    let site = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let ours = matches!(site, None | Some("same-origin" | "none"));
    if ours || request.method().is_safe() { next.run(request).await } else { Failure::Csrf.into_response() }
}

/// No script, style, frame or form target but our own; nothing is kept in a cache; nothing is guessed.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; object-src 'none'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
