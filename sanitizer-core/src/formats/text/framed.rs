//! Blocks that say themselves where they start: uuencode (POSIX), `begin-base64`, yEnc.
//!
//! GNU uudecode is the measure: it takes any blanks and any octal number before the name, looks only at the characters
//! that a line needs, at six bits of each, and turns prose between lines of data into a few odd bytes.

use super::encoded::{self, Fit};

/// What the last line of yEnc starts with.
pub(super) const YEND: &str = "=yend";

/// What makes a block certain. Text has lines that fit by chance, but not one after the other.
const CERTAIN: u32 = 4;
/// A shorter line is not enough alone (`#123`).
const ALONE: usize = 20;

/// A first line of uuencode. It alone is a sentence ("begin 644 meters from here"): the lines after it decide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    /// What quotes its lines.
    marks: &'a str,
    is_base64: bool,
}

impl<'a> Frame<'a> {
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let (marks, start) = encoded::quoted(line);
        let rest = start.strip_prefix("begin")?;
        let base64 = rest.strip_prefix("-base64");
        let rest = base64.unwrap_or(rest);
        let rest = rest.strip_prefix("-encoded").unwrap_or(rest);
        let mode = rest.trim_start_matches([' ', '\t']);
        let name = mode.trim_start_matches(|digit| matches!(digit, '0'..='7'));
        let is_first = mode.len() < rest.len() && name.len() < mode.len() && !name.trim().is_empty();
        is_first.then_some(Self { marks, is_base64: base64.is_some() })
    }

    /// How long the block is that starts with the line `first`, which `text` starts with.
    pub(super) fn block(self, text: &str, first: &str) -> Option<usize> {
        let body = text.get(first.len()..)?;
        Some(self.body(body, Seen::default())?.saturating_add(first.len()))
    }

    /// How much data `text` starts with, where other lines stand between it and the first line. In base64 those would
    /// stop a decoder.
    pub(super) fn later(self, text: &str) -> Option<usize> {
        // Lines that say nothing are passed over once, not again from each of them.
        let is_data = !self.is_base64 && encoded::fit(self.bare(encoded::first_line(text))).is_some();
        is_data.then(|| self.body(text, Seen { is_later: true, ..Seen::default() }))?
    }

    /// A line without its end and the marks that quote it.
    fn bare<'b>(&self, whole: &'b str) -> &'b str {
        let line = whole.trim_end_matches(['\r', '\n']);
        line.strip_prefix(self.marks).unwrap_or_else(|| encoded::quoted(whole).1)
    }

    /// Lines of data, and the end if it is there. Blank lines may stand between, and the line of no bytes.
    fn body(self, text: &str, mut seen: Seen) -> Option<usize> {
        // Where the last line of data ends.
        let mut certain = None;
        let mut at = 0_usize;
        for whole in encoded::lines(text).take_while(|whole| Frame::read(whole).is_none()) {
            at = at.saturating_add(whole.len());
            let line = self.bare(whole);
            match line.trim() {
                "" => {}
                "end" | "====" => return (seen.score.saturating_mul(2) >= CERTAIN).then_some(at),
                "`" => seen.score = seen.score.saturating_mul(2),
                _ if self.takes(line, &mut seen) => {}
                _ => break,
            }
            if seen.score >= CERTAIN && !line.trim().is_empty() {
                certain = Some(at);
            }
        }
        certain
    }

    /// Whether a line is data; `seen` learns how sure.
    fn takes(self, line: &str, seen: &mut Seen) -> bool {
        let points = if self.is_base64 { base64(line) } else { seen.uuencoded(line) };
        seen.score = seen.score.saturating_add(points.unwrap_or(0));
        points.is_some()
    }
}

/// What the lines of a block have shown so far.
#[derive(Default)]
struct Seen {
    score: u32,
    /// What the line before starts with.
    first: Option<u8>,
    /// Whether other lines stand before these.
    is_later: bool,
}

impl Seen {
    /// What a line of uuencode counts.
    fn uuencoded(&mut self, line: &str) -> Option<u32> {
        let first = line.bytes().next();
        let before = std::mem::replace(&mut self.first, first);
        match encoded::fit(line)? {
            Fit::Exact if line.len() >= ALONE => Some(CERTAIN),
            Fit::Exact if self.is_later => Some(1),
            Fit::Exact | Fit::Longer => Some(CERTAIN / 2),
            Fit::Masked if !self.is_later => Some(CERTAIN / 2),
            // A list has marks in front, and its lines are often as long as each other.
            Fit::Masked | Fit::Loose if !first?.is_ascii_alphanumeric() => None,
            Fit::Masked => Some(1),
            // Any prose fits so, but not line after line of the same length.
            Fit::Loose if self.is_later => None,
            Fit::Loose if before.is_none() => Some(0),
            Fit::Loose => (before == first).then_some(1),
        }
    }
}

/// What a line of `begin-base64` counts. A decoder takes it in pieces of any length, up to the first other character.
fn base64(line: &str) -> Option<u32> {
    let line = line.trim_end();
    let after = line.trim_start_matches(|c| u8::try_from(c).is_ok_and(encoded::is_digit));
    let size = line.len().saturating_sub(after.len());
    let is_whole = size > 0 && after.bytes().all(|byte| byte == b'=');
    match size {
        _ if is_whole && line.len().is_multiple_of(4) => Some(CERTAIN),
        _ if size >= encoded::SHORT => Some(CERTAIN),
        _ => is_whole.then_some(CERTAIN / 2),
    }
}

/// How long the block of yEnc is that `text` starts with, whose first line is `line`. `has_yend`: whether a last line
/// of yEnc comes at all, so that nobody looks for it twice.
pub(super) fn yenc(text: &str, line: &str, has_yend: bool) -> Option<usize> {
    let rest = encoded::quoted(line).1.strip_prefix("=ybegin ")?;
    ["line=", "size=", "name="].iter().all(|key| rest.contains(key)).then(|| to_yend(text, has_yend))
}

/// Up to the last line of yEnc. Where that is missing, up to a blank line, which yEnc never has.
fn to_yend(text: &str, has_yend: bool) -> usize {
    let mut at = 0_usize;
    for line in encoded::lines(text) {
        if !has_yend && encoded::quoted(line).1.is_empty() {
            break;
        }
        at = at.saturating_add(line.len());
        if line.contains(YEND) {
            break;
        }
    }
    at
}
