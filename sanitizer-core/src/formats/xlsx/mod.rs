//! SpreadsheetML: xlsx, and xlsm which comes out as xlsx (ECMA-376).

use crate::{Context, Disarm, DisarmError, report::kinds::OoxmlFinding};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// SpreadsheetML: xlsx, and xlsm which comes out as xlsx (ECMA-376).
#[derive(Clone, Copy, Debug)]
pub(super) struct Xlsx;

impl Disarm for Xlsx {
    fn formats(&self) -> &'static [Format] {
        &[Format::Xlsm, Format::Xlsx]
    }

    fn disarm(&self, _input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        Err(cx.hold(OoxmlFinding::NotBuilt, Reason::TypeUnsupported))
    }
}
