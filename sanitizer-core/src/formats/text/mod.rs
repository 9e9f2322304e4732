//! Plain text and CSV: decoded, cleaned, written as UTF-8.
//!
//! Line ends stay as they came. CSV with anything beyond ASCII gets a byte order mark, because Excel takes CSV without
//! one for the code page of the machine and shows Japanese as garbage; plain text gets none.

mod blocks;
mod csv;
mod encoded;
mod framed;
pub(crate) mod links;
#[cfg(test)]
mod tests;

use crate::{Action, Context, Disarm, DisarmError, report::kinds::TextFinding, syntax::charset};
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
        cx.budget().expand(bytes.len() as u64)?;
        let declared = cx.claim().media_type.and_then(charset_of);
        let decoded = charset::decode(&bytes, declared.as_deref());
        if is_no_text(&decoded.text) {
            return Err(cx.hold(TextFinding::UnknownCharset, Reason::Broken));
        }
        if decoded.malformed {
            cx.find(TextFinding::UnknownCharset, Action::Neutralize);
        }
        let mut text = clean(&decoded.text, cx);
        if cx.format() == Format::Csv {
            text = csv::disarm(&text, cx);
            if !text.is_ascii() {
                text.insert(0, '\u{FEFF}');
            }
        }
        Ok(Rebuilt::new(cx.format(), text.into_bytes()))
    }
}

/// The charset parameter of a declared media type.
pub(super) fn charset_of(media_type: &str) -> Option<String> {
    crate::syntax::mime::Structured::parse(media_type.as_bytes()).token("charset")
}

/// Whether more than one character in twenty could not be read or is a control character: then it is no text in any
/// charset we know (EBCDIC, for one), and what could be shown would be garbage.
fn is_no_text(text: &str) -> bool {
    let (mut all, mut lost) = (0_usize, 0_usize);
    for c in text.chars() {
        let is_lost = c == char::REPLACEMENT_CHARACTER || c.is_control() && !matches!(c, '\t'..='\r' | '\u{1A}' | '\u{1B}');
        all = all.saturating_add(1);
        lost = lost.saturating_add(usize::from(is_lost));
    }
    lost > 8 && lost.saturating_mul(20) > all
}

/// Makes text safe to show: no control characters, no direction overrides, no encoded files, no dangerous links.
/// Also for the body of a mail.
pub(super) fn clean(text: &str, cx: &mut Context<'_>) -> String {
    let text = visible(text, cx);
    let text = blocks::take_out(&text, cx);
    links::break_dangerous(&text, cx)
}

/// Leaves out what does not show or changes how the rest shows.
fn visible(text: &str, cx: &mut Context<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' => out.push(c),
            // A form feed parts pages in old text files, a vertical tab lines in Office; a mark inside text is nothing.
            '\u{0B}' | '\u{0C}' => out.push('\n'),
            '\u{1A}' | '\u{FEFF}' => {}
            c if c.is_control() => cx.find(TextFinding::Control, Action::Remove),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => cx.find(TextFinding::Direction, Action::Remove),
            // Tag characters and interlinear marks carry text nobody sees.
            '\u{E0000}'..='\u{E007F}' | '\u{FFF9}'..='\u{FFFB}' => cx.find(TextFinding::Control, Action::Remove),
            c => out.push(c),
        }
    }
    out
}
