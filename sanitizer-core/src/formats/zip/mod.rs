//! ZIP: read strictly, members sanitized, written anew (APPNOTE 6.3).

use crate::{Context, Disarm, DisarmError, report::kinds::ZipFinding};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// ZIP: read strictly, members sanitized, written anew (APPNOTE 6.3).
#[derive(Clone, Copy, Debug)]
pub(super) struct Zip;

impl Disarm for Zip {
    fn formats(&self) -> &'static [Format] {
        &[Format::Zip]
    }

    fn disarm(&self, _input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        Err(cx.hold(ZipFinding::NotBuilt, Reason::TypeUnsupported))
    }
}
