//! SpreadsheetML: xlsx, and xlsm, xltx and xltm, which come out as xlsx (ECMA-376).
//!
//! The package is read and written by `formats::ooxml`; here stand Excel's kinds of parts and what is particular to
//! them. Sheets are read and written row by row, because they can be large.
//!
//! ```text
//!  workbook ─► which sheets and names stay
//!           ─► sheet   rows, cells; formulas by `formula`, notes by `notes`
//!           ─► kinds   styles, texts, tables, drawings, charts
//! ```

mod chart;
mod extensions;
mod formula;
mod functions;
mod kinds;
mod notes;
mod sheet;
mod strings;
mod workbook;

#[cfg(test)]
mod tests;

use super::ooxml::{builder::Builder, package::Package};
use crate::{Context, Disarm, DisarmError, report::kinds::OoxmlFinding};
use sanitizer_verify::{Format, Rebuilt, Untrusted};

/// SpreadsheetML: xlsx, and xlsm which comes out as xlsx (ECMA-376).
#[derive(Clone, Copy, Debug)]
pub(super) struct Xlsx;

impl Disarm for Xlsx {
    fn formats(&self) -> &'static [Format] {
        &[Format::Xlsm, Format::Xlsx]
    }

    fn disarm(&self, input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        let bytes = input.load(cx.budget())?;
        let mut builder = Builder::new(Package::open(&bytes, cx)?, "xl");
        let main = builder.main_part(cx)?;
        let workbook = workbook::build(&mut builder, &main, cx)?;
        match builder.assembly.finish(workbook, cx) {
            Ok(bytes) => Ok(Rebuilt::new(Format::Xlsx, bytes)),
            Err(error) => Err(cx.hold(OoxmlFinding::BrokenPackage, error.reason())),
        }
    }
}
