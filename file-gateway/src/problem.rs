//! The one place where what went wrong becomes an answer: a stable code, a status, and words in Japanese and English
//! that say whose fault it is and what to do. Pages and the API draw the same table (RFC 9457 for the API).

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sanitizer_core::report::{Language, Wording};
use sanitizer_verify::Reason;
use serde::Serialize;

/// Why a request is not answered as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// More work than we take on at a time.
    Busy,
    /// The form was not one of ours, or is from an earlier session.
    Csrf,
    /// The stored result does not match its receipt: it does not leave.
    Damaged,
    /// Held: there is nothing to hand over.
    Held(Reason),
    /// Nothing can be taken in now: ledger or audit cannot be written.
    IntakeClosed,
    /// Something of ours failed.
    Internal,
    /// The request makes no sense as it stands.
    Malformed,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// No file was in the form.
    NoFile,
    /// Not there, not here, or not yours.
    NotFound,
    /// Not done yet.
    NotReady,
    /// The sender stopped in the middle of an upload.
    Incomplete,
    /// Nobody is signed in.
    SignInRequired,
    /// Larger than one file may be.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// Too many wrong passwords.
    Throttled {
        /// Seconds to wait.
        seconds: i64,
    },
}

/// Whose doing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// What was sent.
    Request,
    /// Ours.
    Service,
}

impl Fault {
    /// In words.
    pub const fn wording(self) -> Wording {
        match self {
            Self::Request => Wording { ja: "送られた内容または操作", en: "what was sent" },
            Self::Service => Wording {
                ja: "システム側（お使いの方の操作が原因ではありません）",
                en: "the service (nothing you did)",
            },
        }
    }
}

impl Failure {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Csrf => "csrf",
            Self::Damaged => "verify_failed",
            Self::Held(reason) => reason.code(),
            Self::Incomplete => "upload_incomplete",
            Self::IntakeClosed => "intake_closed",
            Self::Internal => "internal",
            Self::Malformed => "malformed",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NoFile => "no_file",
            Self::NotFound => "not_found",
            Self::NotReady => "not_ready",
            Self::SignInRequired => "sign_in_required",
            Self::Throttled { .. } => "too_many_attempts",
            Self::TooLarge { .. } => "size_limit",
        }
    }

    /// The status.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Busy | Self::IntakeClosed => StatusCode::SERVICE_UNAVAILABLE,
            Self::Csrf => StatusCode::FORBIDDEN,
            Self::Damaged | Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Held(_) => StatusCode::LOCKED,
            Self::Incomplete | Self::Malformed | Self::NoFile => StatusCode::BAD_REQUEST,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NotReady => StatusCode::CONFLICT,
            Self::SignInRequired => StatusCode::UNAUTHORIZED,
            Self::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// Whose doing it is.
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Busy | Self::Damaged | Self::IntakeClosed | Self::Internal => Fault::Service,
            _ => Fault::Request,
        }
    }

    /// Whether the same request may work later.
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Busy | Self::Incomplete | Self::IntakeClosed | Self::Internal | Self::NotReady | Self::Throttled { .. }
        )
    }

    /// Seconds for `Retry-After` (RFC 9110, 10.2.3), where there is something to wait for.
    pub fn retry_after(&self) -> Option<i64> {
        match self {
            Self::Busy => Some(5),
            Self::IntakeClosed => Some(60),
            Self::NotReady => Some(2),
            Self::Throttled { seconds } => Some(*seconds),
            _ => None,
        }
    }

    /// What happened, in a few words.
    pub const fn title(&self) -> Wording {
        match self {
            Self::Busy => Wording { ja: "ただいま混み合っています", en: "Busy" },
            Self::Csrf => Wording { ja: "画面の有効期限が切れています", en: "The form has expired" },
            Self::Damaged => Wording { ja: "最終確認で止めました", en: "The final check stopped it" },
            Self::Held(reason) => sanitizer_core::report::reason_wording(*reason).0,
            Self::Incomplete => Wording { ja: "送信が途中で切れました", en: "The upload broke off" },
            Self::IntakeClosed => {
                Wording { ja: "ただいま受け付けを止めています", en: "Nothing is taken in at the moment" }
            }
            Self::Internal => Wording { ja: "処理に失敗しました", en: "Something failed" },
            Self::Malformed => Wording { ja: "送られた内容を読み取れません", en: "The request could not be read" },
            Self::MethodNotAllowed => Wording { ja: "この操作はできません", en: "Not possible here" },
            Self::NoFile => Wording { ja: "ファイルが選ばれていません", en: "No file was chosen" },
            Self::NotFound => Wording { ja: "見つかりません", en: "Not found" },
            Self::NotReady => Wording { ja: "まだ処理中です", en: "Not done yet" },
            Self::SignInRequired => Wording { ja: "ログインが必要です", en: "Sign-in is required" },
            Self::Throttled { .. } => Wording { ja: "しばらくログインできません", en: "Too many attempts" },
            Self::TooLarge { .. } => Wording { ja: "大きさの上限を超えています", en: "Larger than allowed" },
        }
    }

    /// What to do now.
    pub fn detail(&self, language: Language) -> String {
        let words = match self {
            Self::Busy => {
                Wording { ja: "少し待ってから、もう一度お試しください。", en: "Try again in a moment." }
            }
            Self::Csrf => Wording {
                ja: "前の画面を開き直してから、もう一度操作してください。",
                en: "Open the page again and repeat.",
            },
            Self::Damaged => Wording {
                ja: "保管していた結果が検証時のものと一致しないため、渡していません。受付番号を情報担当へお知らせください。",
                en: "The stored result is not the one that was verified, so it was not handed over. Tell the information section.",
            },
            Self::Held(reason) => sanitizer_core::report::reason_wording(*reason).1,
            Self::Incomplete => Wording {
                ja: "受け付けていません。通信の状態を確かめて、もう一度送ってください。",
                en: "It was not taken in. Check the connection and send it again.",
            },
            Self::IntakeClosed => Wording {
                ja: "記録を書き込めないため、ファイルをお預かりできません。受け付けていないので、時間をおいてもう一度送ってください。",
                en: "The records cannot be written, so nothing was taken in. Send it again later.",
            },
            Self::Internal => Wording {
                ja: "もう一度お試しください。続くときは、下の問い合わせ番号を情報担当へお知らせください。",
                en: "Try again. If it persists, tell the information section the request number.",
            },
            Self::Malformed => {
                Wording { ja: "前の画面に戻り、もう一度操作してください。", en: "Go back and try again." }
            }
            Self::MethodNotAllowed => {
                Wording { ja: "ホームからやり直してください。", en: "Start again from the home page." }
            }
            Self::NoFile => Wording {
                ja: "前の画面に戻り、ファイルを選んでから送ってください。", en: "Choose a file first."
            },
            Self::NotFound => Wording {
                ja: "アドレスが違うか、この画面の側では扱っていないか、ほかの方のものです。ホームからお探しください。",
                en: "The address is wrong, belongs to the other side, or is someone else's.",
            },
            Self::NotReady => Wording {
                ja: "無害化が終わるまで、もう少しお待ちください。",
                en: "Wait until it has been made harmless.",
            },
            Self::SignInRequired => {
                Wording { ja: "ログインしてから、もう一度操作してください。", en: "Sign in and try again." }
            }
            Self::Throttled { seconds } => return throttled(*seconds, language),
            Self::TooLarge { limit } => return too_large(*limit, language),
        };
        words.text(language).to_owned()
    }
}

fn throttled(seconds: i64, language: Language) -> String {
    match language {
        Language::Ja => format!("パスワードの間違いが続いたため、あと{seconds}秒は試せません。時間をおいてからお試しください。"),
        Language::En => format!("Too many wrong passwords; wait {seconds} seconds."),
    }
}

fn too_large(limit: u64, language: Language) -> String {
    let limit = crate::wording::size(limit);
    match language {
        Language::Ja => format!("1ファイルの上限は{limit}です。受け付けていません。分けて送ってください。"),
        Language::En => format!("One file may have {limit}; it was not taken in. Split it."),
    }
}

impl IntoResponse for Failure {
    /// Marks the response; [`crate::web`] draws it as a page or a problem, knowing the path and the request id.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self == Self::SignInRequired {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize)]
struct Problem<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: String,
    instance: &'a str,
    code: &'a str,
    fault: Fault,
    request_id: &'a str,
    retryable: bool,
}

/// The problem document for `failure` at `path`.
pub(crate) fn document(failure: &Failure, path: &str, request_id: &str, headers: &HeaderMap) -> Response {
    let language = language(headers);
    let problem = Problem {
        r#type: format!("urn:sanitizer:problem:{}", failure.code()),
        title: failure.title().text(language),
        status: failure.status().as_u16(),
        detail: failure.detail(language),
        instance: path,
        code: failure.code(),
        fault: failure.fault(),
        request_id,
        retryable: failure.is_retryable(),
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let media_type = HeaderValue::from_static("application/problem+json");
    let content_language = HeaderValue::from_static(if language == Language::En { "en" } else { "ja" });
    (failure.status(), [(header::CONTENT_TYPE, media_type), (header::CONTENT_LANGUAGE, content_language)], body).into_response()
}

/// Japanese, unless English stands first in `Accept-Language`.
fn language(headers: &HeaderMap) -> Language {
    let wish = headers.get(HeaderName::from_static("accept-language")).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if wish.trim_start().get(..2).is_some_and(|tag| tag.eq_ignore_ascii_case("en")) { Language::En } else { Language::Ja }
}

impl From<crate::accounts::AccountError> for Failure {
    fn from(error: crate::accounts::AccountError) -> Self {
        tracing::error!(%error, "accounts");
        Self::Internal
    }
}

impl From<getrandom::Error> for Failure {
    fn from(_: getrandom::Error) -> Self {
        tracing::error!("no random bytes from the system");
        Self::Internal
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        tracing::error!(%error, "page not rendered");
        Self::Internal
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        tracing::error!(panicked = error.is_panic(), "blocking job ended early");
        Self::Internal
    }
}

impl From<custody::StoreError> for Failure {
    fn from(error: custody::StoreError) -> Self {
        tracing::error!(%error, "custody");
        Self::Internal
    }
}

impl From<custody::SettleError> for Failure {
    fn from(error: custody::SettleError) -> Self {
        tracing::error!(%error, "custody");
        Self::Internal
    }
}

impl From<sanitizer_service::OpenError> for Failure {
    fn from(error: sanitizer_service::OpenError) -> Self {
        match error {
            sanitizer_service::OpenError::Absent => Self::NotFound,
            sanitizer_service::OpenError::Mismatch => Self::Damaged,
            sanitizer_service::OpenError::Store(error) => error.into(),
        }
    }
}
