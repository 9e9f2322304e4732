//! WordprocessingML: docx, and docm which comes out as docx (ECMA-376).

use crate::{Context, Disarm, DisarmError, report::kinds::OoxmlFinding};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// WordprocessingML: docx, and docm which comes out as docx (ECMA-376).
#[derive(Clone, Copy, Debug)]
pub(super) struct Docx;

impl Disarm for Docx {
    fn formats(&self) -> &'static [Format] {
        &[Format::Docm, Format::Docx]
    }

    fn disarm(&self, _input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        Err(cx.hold(OoxmlFinding::NotBuilt, Reason::TypeUnsupported))
    }
}
