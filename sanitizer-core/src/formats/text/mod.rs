//! Plain text and CSV.

use crate::{Action, Context, Disarm, DisarmError, report::kinds::TextFinding};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// Plain text and CSV.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text;

impl Disarm for Text {
    fn formats(&self) -> &'static [Format] {
        &[Format::Csv, Format::Text]
    }

    fn disarm(&self, input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        let bytes = input.load(cx.budget())?;
        let Ok(text) = std::str::from_utf8(&bytes) else {
            return Err(cx.hold(TextFinding::UnknownCharset, Reason::Broken));
        };
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\t' | '\n' | '\r' => out.push(c),
                c if c.is_control() => cx.find(TextFinding::Control, Action::Remove),
                c => out.push(c),
            }
        }
        Ok(Rebuilt::new(cx.format(), out.into_bytes()))
    }
}
