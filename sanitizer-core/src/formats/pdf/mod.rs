//! PDF: a new document filled by reachability from an allow-listed root (ISO 32000).

use crate::{Context, Disarm, DisarmError, report::kinds::PdfFinding};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// PDF: a new document filled by reachability from an allow-listed root (ISO 32000).
#[derive(Clone, Copy, Debug)]
pub(super) struct Pdf;

impl Disarm for Pdf {
    fn formats(&self) -> &'static [Format] {
        &[Format::Pdf]
    }

    fn disarm(&self, _input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        Err(cx.hold(PdfFinding::NotBuilt, Reason::TypeUnsupported))
    }
}
