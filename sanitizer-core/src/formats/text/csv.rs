//! Formulas in CSV: a cell that a spreadsheet would compute is written as text.
//!
//! Excel and LibreOffice run a formula in a CSV cell as if it had been typed. Cells that compute nothing stay as they
//! are: numbers (`-5`), telephone numbers (`+81-3-…`), `="0012"` (the usual way to keep a leading zero), words with a
//! dash in front.

use crate::{Action, Context, report::kinds::TextFinding};

/// Programs differ in what parts cells, and a quote opens a cell only at its start: each view is cleaned by itself.
const DELIMITERS: &[char] = &[',', ';', '\t'];

/// Puts `'` before every formula.
pub(super) fn disarm(text: &str, cx: &mut Context<'_>) -> String {
    let mut text = text.to_owned();
    for delimiter in DELIMITERS {
        if *delimiter == ',' || text.contains(*delimiter) {
            text = one_view(&text, *delimiter, cx);
        }
    }
    text
}

fn one_view(text: &str, delimiter: char, cx: &mut Context<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (cell, after) = cell(rest, delimiter);
        let quoted = cell.starts_with('"');
        let value = if quoted { cell.get(1..).unwrap_or_default() } else { cell };
        let value = value.trim_end_matches(['"', '\r', '\n']).replace("\"\"", "\"");
        if is_formula(&value) {
            cx.find(TextFinding::Formula, Action::Neutralize);
            out.push_str(if quoted { "\"'" } else { "'" });
            out.push_str(if quoted { cell.get(1..).unwrap_or_default() } else { cell });
        } else {
            out.push_str(cell);
        }
        let mut chars = after.chars();
        if let Some(end) = chars.next() {
            out.push(end);
        }
        rest = chars.as_str();
    }
    out
}

/// The next cell as it stands, and what follows from its delimiter on.
fn cell(text: &str, delimiter: char) -> (&str, &str) {
    let ends = |c: char| c == delimiter || c == '\n' || c == '\r';
    let mut quoted = text.starts_with('"');
    let mut chars = text.char_indices().skip(usize::from(quoted));
    let end = chars.find(|(_, c)| {
        if *c == '"' && text.starts_with('"') {
            quoted = !quoted;
        }
        !quoted && ends(*c)
    });
    text.split_at_checked(end.map_or(text.len(), |(at, _)| at)).unwrap_or((text, ""))
}

/// Whether a spreadsheet would compute this.
fn is_formula(value: &str) -> bool {
    let value = value.trim_start();
    let mut chars = value.chars();
    let Some(first) = chars.next() else { return false };
    let rest = chars.as_str();
    let calls = rest.contains(['|', '!', '！', '｜']) || is_call(rest);
    match first {
        '=' | '＝' => rest.chars().any(char::is_alphanumeric) && !is_text_constant(rest),
        '+' | '-' | '@' | '＋' | '－' | '＠' => calls,
        _ => false,
    }
}

/// `"0012"`.
fn is_text_constant(rest: &str) -> bool {
    let inner = rest.trim().trim_start_matches('"');
    rest.trim().starts_with('"')
        && inner.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | ' ' | '.' | '/' | '"'))
        && !inner.trim_end_matches('"').contains('"')
}

/// A name with an opening bracket, as in `SUM(`, or a bracket behind what brackets yield, as in `(SUM)(`.
fn is_call(rest: &str) -> bool {
    rest.char_indices().any(|(at, c)| {
        matches!(c, '(' | '（')
            && rest
                .get(..at)
                .and_then(|before| before.trim_end().chars().next_back())
                .is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, ')' | '）'))
    })
}
