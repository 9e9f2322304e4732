//! JPEG: written anew from its coefficients (ITU-T T.81), without anything that does not show.

use crate::{Context, Disarm, DisarmError, syntax::image::jpeg};
use sanitizer_verify::{Format, Rebuilt, Untrusted};

/// JPEG: written anew from its coefficients (ITU-T T.81).
#[derive(Clone, Copy, Debug)]
pub(super) struct Jpeg;

impl Disarm for Jpeg {
    fn formats(&self) -> &'static [Format] {
        &[Format::Jpeg]
    }

    fn disarm(&self, input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        let bytes = input.load(cx.budget())?;
        match jpeg::rebuild(&bytes, cx.budget()) {
            Ok(picture) => {
                for (kind, action) in picture.findings.iter() {
                    cx.find(kind, action);
                }
                Ok(Rebuilt::new(Format::Jpeg, picture.bytes))
            }
            Err(error) => {
                let (kind, reason) = error.cause();
                Err(cx.hold(kind, reason))
            }
        }
    }
}
