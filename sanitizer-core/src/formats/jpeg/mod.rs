//! JPEG: decoded and encoded anew (ITU-T T.81).

use crate::{Context, Disarm, DisarmError, report::kinds::ImageFinding};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// JPEG: decoded and encoded anew (ITU-T T.81).
#[derive(Clone, Copy, Debug)]
pub(super) struct Jpeg;

impl Disarm for Jpeg {
    fn formats(&self) -> &'static [Format] {
        &[Format::Jpeg]
    }

    fn disarm(&self, _input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        Err(cx.hold(ImageFinding::NotBuilt, Reason::TypeUnsupported))
    }
}
