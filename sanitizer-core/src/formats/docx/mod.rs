//! WordprocessingML: docx, and docm, dotx and dotm, which come out as docx (ECMA-376).
//!
//! The package is read and written by `formats::ooxml`; here stand Word's kinds of parts and what is particular to
//! them: fields, objects, settings.

mod code;
mod fields;
mod fix;
mod kinds;

#[cfg(test)]
mod tests;

use super::ooxml::{builder::Builder, package::Package};
use crate::{Context, Disarm, DisarmError, report::kinds::OoxmlFinding};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// WordprocessingML: docx, and docm which comes out as docx (ECMA-376).
#[derive(Clone, Copy, Debug)]
pub(super) struct Docx;

impl Disarm for Docx {
    fn formats(&self) -> &'static [Format] {
        &[Format::Docm, Format::Docx]
    }

    fn disarm(&self, input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        let bytes = input.load(cx.budget())?;
        let mut builder = Builder::new(Package::open(&bytes, cx)?, "word");
        let main = builder.main_part(cx)?;
        let Some(document) = builder.part(&main, &kinds::DOCUMENT, None, cx)? else {
            return Err(cx.hold(OoxmlFinding::BrokenPackage, Reason::Broken));
        };
        match builder.assembly.finish(document, cx) {
            Ok(bytes) => Ok(Rebuilt::new(Format::Docx, bytes)),
            Err(error) => Err(cx.hold(OoxmlFinding::BrokenPackage, error.reason())),
        }
    }
}
