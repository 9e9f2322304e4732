//! Taking a file in: from the socket to the inbox in pieces, never whole in memory, and a success only from a
//! [`Committed`].

use crate::{problem::Failure, state::Internet};
use axum::{
    body::Body,
    extract::{Multipart, multipart::Field},
    http::{HeaderMap, header},
};
use custody::{AppendError, Committed, Inbox, Incoming, NewItem};
use http_body_util::BodyExt as _;
use std::{future::Future, time::Duration};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

/// A client that sends nothing for this long is given up.
const STALL: Duration = Duration::from_mins(1);

/// Names longer than this are cut: Windows and Linux know none that long.
const NAME_CHARS: usize = 255;

/// The form around the files: boundaries, field names, file names.
const FORM_OVERHEAD: u64 = 64 * 1024;

/// The right to send a file now.
#[derive(Debug)]
pub(crate) struct Intake {
    inbox: Inbox,
    limit: u64,
    _seat: OwnedSemaphorePermit,
}

/// Asks, before a byte is read: is there room, is intake open, and is what is announced small enough?
pub(crate) async fn admit(state: &Internet, headers: &HeaderMap, files: Files) -> Result<Intake, Failure> {
    use axum::extract::FromRef as _;
    let shared = crate::state::Shared::from_ref(state);
    let limit = shared.config.upload.max_bytes;
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|value| value.parse::<u64>().ok());
    let ceiling = match files {
        Files::One => limit.saturating_add(FORM_OVERHEAD),
        Files::Several { most } => limit.saturating_mul(most).saturating_add(FORM_OVERHEAD),
    };
    if announced.is_some_and(|bytes| bytes > ceiling) {
        return Err(Failure::TooLarge { limit });
    }
    let seat = state.uploads.clone().try_acquire_owned().map_err(|_| Failure::Busy)?;
    if !state.inbox.is_open().await {
        return Err(Failure::IntakeClosed);
    }
    Ok(Intake { inbox: state.inbox.clone(), limit, _seat: seat })
}

/// How many files a request may carry.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Files {
    /// One.
    One,
    /// A form with several.
    Several {
        /// At most so many.
        most: u64,
    },
}

/// A file as the uploader names it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named<'a> {
    /// The account.
    pub(crate) owner: &'a str,
    /// Its name as typed; may be empty.
    pub(crate) name: &'a str,
    /// The media type as claimed; may be empty.
    pub(crate) media_type: &'a str,
}

impl Intake {
    /// Takes in a file that is a field of a form.
    pub(crate) async fn field(&self, owner: &str, mut field: Field<'_>) -> Result<Committed, Failure> {
        let name = field.file_name().unwrap_or_default().to_owned();
        let media_type = field.content_type().unwrap_or_default().to_owned();
        let mut incoming = self.begin(Named { owner, name: &name, media_type: &media_type }).await?;
        while let Some(chunk) = in_time(field.chunk()).await?.map_err(|_| broke_off())? {
            self.take(&mut incoming, &chunk).await?;
        }
        self.commit(incoming).await
    }

    /// Takes in a file that is the body itself.
    pub(crate) async fn body(&self, named: Named<'_>, mut body: Body) -> Result<Committed, Failure> {
        let mut incoming = self.begin(named).await?;
        while let Some(frame) = in_time(body.frame()).await? {
            if let Ok(chunk) = frame.map_err(|_| broke_off())?.into_data() {
                self.take(&mut incoming, &chunk).await?;
            }
        }
        self.commit(incoming).await
    }

    async fn begin(&self, named: Named<'_>) -> Result<Incoming, Failure> {
        let item = NewItem::file(named.owner, base_name(named.name), named.media_type);
        Ok(self.inbox.begin(item).await?)
    }

    async fn take(&self, incoming: &mut Incoming, chunk: &[u8]) -> Result<(), Failure> {
        let total = incoming.len().saturating_add(chunk.len() as u64);
        if total > self.limit {
            return Err(Failure::TooLarge { limit: self.limit });
        }
        Ok(incoming.write(chunk).await?)
    }

    async fn commit(&self, incoming: Incoming) -> Result<Committed, Failure> {
        let committed = incoming.commit().await?;
        metrics::counter!("sanitizer_uploads_total").increment(1);
        metrics::counter!("sanitizer_upload_bytes_total").increment(committed.size());
        Ok(committed)
    }
}

async fn in_time<T>(next: impl Future<Output = T>) -> Result<T, Failure> {
    timeout(STALL, next).await.map_err(|_| broke_off())
}

fn broke_off() -> Failure {
    metrics::counter!("sanitizer_uploads_incomplete_total").increment(1);
    Failure::Incomplete
}

/// The next field of a form, in time.
pub(crate) async fn next_field(form: &mut Multipart) -> Result<Option<Field<'_>>, Failure> {
    timeout(STALL, form.next_field()).await.map_err(|_| Failure::Incomplete)?.map_err(|_| Failure::Malformed)
}

/// The last component of whatever path a browser or a program sent, as it was typed but for what no name contains.
/// It is stored, shown escaped, and never used as a path.
fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(NAME_CHARS).collect()
}

impl From<AppendError> for Failure {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Closed => Self::IntakeClosed,
            AppendError::TooLarge { limit } => Self::TooLarge { limit },
            AppendError::Store(error) => {
                tracing::error!(%error, "inbox");
                Self::IntakeClosed
            }
        }
    }
}

/// A short field of a form.
pub(crate) async fn short_text(mut field: Field<'_>) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) =
        timeout(STALL, field.chunk()).await.map_err(|_| Failure::Incomplete)?.map_err(|_| Failure::Malformed)?
    {
        if bytes.len().saturating_add(chunk.len()) > 256 {
            return Err(Failure::Malformed);
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Failure::Malformed)
}

/// Reads a form on for a while, as [`drain`] does.
pub(crate) async fn drain_form(mut form: Multipart) {
    let read = async {
        let mut seen = 0usize;
        while let Ok(Some(mut field)) = form.next_field().await {
            while let Ok(Some(chunk)) = field.chunk().await {
                seen = seen.saturating_add(chunk.len());
                if seen > DRAIN_MOST {
                    return;
                }
            }
        }
    };
    let _ = timeout(DRAIN_LONGEST, read).await;
}

/// So much more is read after a refusal.
const DRAIN_MOST: usize = 64 * 1024 * 1024;

/// And for so long.
const DRAIN_LONGEST: Duration = Duration::from_secs(15);

/// Reads on for a while after a refusal, so that a browser in the middle of sending sees the answer and not a broken
/// connection.
pub(crate) async fn drain(mut body: Body) {
    let read = async {
        let mut seen = 0usize;
        while let Some(Ok(frame)) = body.frame().await {
            seen = seen.saturating_add(frame.data_ref().map_or(0, axum::body::Bytes::len));
            if seen > DRAIN_MOST {
                return;
            }
        }
    };
    // Whoever is slower gets the broken connection after all.
    let _ = timeout(DRAIN_LONGEST, read).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_last_component() {
        for (name, base) in [
            ("見積書.docx", "見積書.docx"),
            ("C:\\Users\\y\\見積書.docx", "見積書.docx"),
            ("../../etc/passwd", "passwd"),
            ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
            ("", ""),
            ("dir/", ""),
        ] {
            assert_eq!(base_name(name), base);
        }
        assert_eq!(base_name(&"あ".repeat(1000)).chars().count(), 255);
    }
}
