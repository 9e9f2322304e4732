//! The two faces and which routes exist on each. A route that is not named here for a face is 404 there.
//!
//! The types keep them apart: a handler of the internet face gets an [`Internet`], which holds the way into the inbox
//! and nothing else of custody; only an [`Lgwan`] can read the ledger, a report or a clean file.

use crate::{
    api, pages,
    state::{Internet, Lgwan, Shared},
    web,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    routing::{get, post},
};

/// Which side of the separation someone stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Face {
    /// インターネット側.
    Internet,
    /// LGWAN側.
    Lgwan,
}

impl Face {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Internet => "internet",
            Self::Lgwan => "lgwan",
        }
    }

    /// The face with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Internet, Self::Lgwan].into_iter().find(|face| face.code() == code)
    }

    /// What the badge says.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Internet => "インターネット側",
            Self::Lgwan => "LGWAN側",
        }
    }
}

/// What a form may weigh; uploads count for themselves.
const FORM_LIMIT: usize = 64 * 1024;

/// The internet face.
pub fn internet(state: Internet) -> Router {
    let uploads = Router::new()
        .route("/upload", get(pages::upload::show).post(pages::upload::send))
        .route("/api/v1/files", post(api::files::submit))
        // The upload counts its own bytes while they stream; the extractor's limit would cut a file off unexplained.
        .layer(DefaultBodyLimit::disable());
    let routes = Router::new()
        .route("/", get(pages::home::internet))
        .route("/items", get(pages::items::list))
        .route("/items/{id}", get(pages::items::one))
        .route("/api/v1/files/{id}", get(api::files::status_internet))
        .merge(common());
    face(routes.layer(DefaultBodyLimit::max(FORM_LIMIT)).merge(uploads), state)
}

/// The lgwan face.
pub fn lgwan(state: Lgwan) -> Router {
    let routes = Router::new()
        .route("/", get(pages::home::lgwan))
        .route("/receive", get(pages::receive::list))
        .route("/files/{id}", get(pages::result::show))
        .route("/files/{id}/content", get(pages::result::content))
        .route("/mail", get(pages::held::list))
        .route("/mailbox", get(pages::mailbox::list))
        .route("/mailbox/{key}", get(pages::mailbox::show))
        .route("/history", get(pages::history::list))
        .route("/api/v1/files/{id}", get(api::files::status_lgwan))
        .route("/api/v1/files/{id}/report", get(api::files::report))
        .route("/api/v1/files/{id}/content", get(api::files::content))
        .merge(common());
    face(routes.layer(DefaultBodyLimit::max(FORM_LIMIT)), state)
}

fn common<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Shared: FromRef<S>,
{
    Router::new()
        .route("/login", get(pages::login::show).post(pages::login::sign_in))
        .route("/logout", post(pages::login::sign_out))
        .route("/help", get(pages::help::show))
        .route("/static/{name}", get(web::assets::serve))
}

fn face<S>(routes: Router<S>, state: S) -> Router
where
    S: Clone + Send + Sync + 'static,
    Shared: FromRef<S>,
{
    let shared = Shared::from_ref(&state);
    web::wrap(routes.fallback(web::not_found).method_not_allowed_fallback(web::method_not_allowed), &shared).with_state(state)
}
