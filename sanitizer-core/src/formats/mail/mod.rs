//! Mail: RFC 5322 and MIME.

use crate::{Context, Disarm, DisarmError, Policy, Report, Run, report::kinds::MailFinding};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// The message that takes the place of one held as a whole.
pub fn stub(reason: Reason, _headers: Option<Untrusted<'_>>, report: &Report, _policy: &Policy, _run: &Run) -> Rebuilt {
    Rebuilt::new(Format::Mail, format!("Subject: {} {}\r\n\r\n", report.receipt, reason.code()).into_bytes())
}

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
