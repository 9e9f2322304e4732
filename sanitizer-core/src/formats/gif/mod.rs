//! GIF: the first frame, decoded and encoded anew.

use crate::{Context, Disarm, DisarmError, report::kinds::ImageFinding};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// GIF: the first frame, decoded and encoded anew.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gif;

impl Disarm for Gif {
    fn formats(&self) -> &'static [Format] {
        &[Format::Gif]
    }

    fn disarm(&self, _input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        Err(cx.hold(ImageFinding::NotBuilt, Reason::TypeUnsupported))
    }
}
