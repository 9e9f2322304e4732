//! GIF: written anew from its color indices (GIF89a), without anything that does not show.

use crate::{Context, Disarm, DisarmError, syntax::image::gif};
use sanitizer_verify::{Format, Rebuilt, Untrusted};

/// GIF: written anew from its color indices (GIF89a).
#[derive(Clone, Copy, Debug)]
pub(super) struct Gif;

impl Disarm for Gif {
    fn formats(&self) -> &'static [Format] {
        &[Format::Gif]
    }

    fn disarm(&self, input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        let bytes = input.load(cx.budget())?;
        match gif::rebuild(&bytes, cx.budget()) {
            Ok(picture) => {
                for (kind, action) in picture.findings.iter() {
                    cx.find(kind, action);
                }
                Ok(Rebuilt::new(Format::Gif, picture.bytes))
            }
            Err(error) => {
                let (kind, reason) = error.cause();
                Err(cx.hold(kind, reason))
            }
        }
    }
}
