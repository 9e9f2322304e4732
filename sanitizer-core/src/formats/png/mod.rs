//! PNG: written anew from its scan lines (ISO/IEC 15948), without anything that does not show.

use crate::{Context, Disarm, DisarmError, syntax::image::png};
use sanitizer_verify::{Format, Rebuilt, Untrusted};

/// PNG: written anew from its scan lines (ISO/IEC 15948).
#[derive(Clone, Copy, Debug)]
pub(super) struct Png;

impl Disarm for Png {
    fn formats(&self) -> &'static [Format] {
        &[Format::Png]
    }

    fn disarm(&self, input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        let bytes = input.load(cx.budget())?;
        match png::rebuild(&bytes, cx.budget()) {
            Ok(picture) => {
                for (kind, action) in picture.findings.iter() {
                    cx.find(kind, action);
                }
                Ok(Rebuilt::new(Format::Png, picture.bytes))
            }
            Err(error) => {
                let (kind, reason) = error.cause();
                Err(cx.hold(kind, reason))
            }
        }
    }
}
