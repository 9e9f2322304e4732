//! PNG: decoded and encoded anew (ISO/IEC 15948).

use crate::{Context, Disarm, DisarmError, report::kinds::ImageFinding};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// PNG: decoded and encoded anew (ISO/IEC 15948).
#[derive(Clone, Copy, Debug)]
pub(super) struct Png;

impl Disarm for Png {
    fn formats(&self) -> &'static [Format] {
        &[Format::Png]
    }

    fn disarm(&self, _input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        Err(cx.hold(ImageFinding::NotBuilt, Reason::TypeUnsupported))
    }
}
