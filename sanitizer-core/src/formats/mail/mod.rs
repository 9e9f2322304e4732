//! Mail: RFC 5322 and MIME.
//!
//! ```text
//! syntax::mime::parse ─► Entity tree with doubts ─► gather (bodies, attachments) ─► headers, notice ─► write
//! ```
//!
//! What goes out is a new message: fields of an allow-list, one text/plain body, rebuilt attachments.

mod date;
mod dsn;
mod headers;
mod notice;
mod stub;
mod write;

pub use dsn::{Dsn, FailedRecipient, Failure, dsn};
pub use stub::stub;

use crate::{Context, Disarm, DisarmError, report::kinds::MailFinding};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// Mail: RFC 5322 and MIME.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mail;

impl Disarm for Mail {
    fn formats(&self) -> &'static [Format] {
        &[Format::Mail]
    }

    fn disarm(&self, _input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        Err(cx.hold(MailFinding::ReadersDisagree, Reason::TypeUnsupported))
    }
}
