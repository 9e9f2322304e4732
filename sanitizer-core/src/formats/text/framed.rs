//! Blocks that say themselves where they start: uuencode (POSIX), `begin-base64`, yEnc.

use super::encoded;

/// What the last line of yEnc starts with.
pub(super) const YEND: &str = "=yend";

/// How long the block is that `text` starts with, whose first line is `line`. That line alone is a sentence ("begin 644
/// meters from here"): the lines after it decide. `has_yend`: whether a last line of yEnc comes at all, so that nobody
/// looks for it twice.
pub(super) fn block(text: &str, line: &str, has_yend: bool) -> Option<usize> {
    let (marks, start) = encoded::quoted(line);
    if let Some(rest) = start.strip_prefix("=ybegin ") {
        return ["line=", "size=", "name="].iter().all(|key| rest.contains(key)).then(|| yenc(text, has_yend));
    }
    if let Some(rest) = start.strip_prefix("begin ") {
        return is_mode_and_name(rest).then(|| lines(text, marks, encoded::is_uuencoded))?;
    }
    let rest = start.strip_prefix("begin-base64 ")?;
    is_mode_and_name(rest).then(|| lines(text, marks, encoded::is_base64))?
}

/// `644 name`.
fn is_mode_and_name(rest: &str) -> bool {
    let Some((mode, name)) = rest.split_once(' ') else { return false };
    (3..=4).contains(&mode.len()) && mode.bytes().all(|digit| (b'0'..=b'7').contains(&digit)) && !name.trim().is_empty()
}

/// The first line, lines of data, and the end if it is there. Blank lines may stand between, and the line of no bytes.
fn lines(text: &str, marks: &str, is_data: fn(&str) -> bool) -> Option<usize> {
    // Where the last line of data ends.
    let mut certain = None;
    let mut at = 0_usize;
    for (index, whole) in encoded::lines(text).enumerate() {
        at = at.saturating_add(whole.len());
        let line = whole.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            continue;
        }
        let line = line.strip_prefix(marks).unwrap_or_else(|| encoded::quoted(whole).1);
        match line.trim() {
            _ if index == 0 => {}
            "end" | "====" => return certain.is_some().then_some(at),
            "" | "`" => {}
            _ if is_data(line) => certain = Some(at),
            _ => break,
        }
    }
    certain
}

/// Up to the last line of yEnc. Where that is missing, up to a blank line, which yEnc never has.
fn yenc(text: &str, has_yend: bool) -> usize {
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
