//! Formulas in CSV: a cell that a spreadsheet would compute is written as text.
//!
//! Excel and LibreOffice run a formula in a CSV cell as if it had been typed. Cells that compute nothing stay as they
//! are: numbers (`-5`), telephone numbers (`+81-3-…`), `="0012"` (the usual way to keep a leading zero), words with a
//! dash in front.

use crate::{Action, Context, report::kinds::TextFinding};

/// Programs differ in what parts cells, and a quote opens a cell only at its start: each view is cleaned by itself.
const DELIMITERS: &[char] = &[',', ';', '\t', '|', '^'];
/// Those that every reader knows: a first line that names one may stay.
const COMMON: &[char] = &[',', ';', '\t'];
/// What opens a cell, and what makes one text: nothing can be cleaned where these part cells.
const QUOTES: &[char] = &['"', '\''];
/// So many delimiters are looked for.
const MOST: usize = 8;

/// Puts `'` before every formula.
pub(super) fn disarm(text: &str, cx: &mut Context<'_>) -> String {
    let mut delimiters = DELIMITERS.to_vec();
    let mut rest = text;
    while let Some((delimiter, after)) = separator(rest) {
        let after = after.filter(|_| !COMMON.contains(&delimiter));
        // Each costs a pass over the text; that of a line that goes counts for no program any more.
        if !delimiters.contains(&delimiter) && !QUOTES.contains(&delimiter) && (after.is_none() || delimiters.len() < MOST) {
            delimiters.push(delimiter);
        }
        let Some(after) = after else { break };
        cx.find(TextFinding::Formula, Action::Neutralize);
        rest = after;
    }
    let mut text = rest.to_owned();
    for delimiter in delimiters {
        if delimiter == ',' || text.contains(delimiter) {
            text = one_view(&text, delimiter, cx);
        }
    }
    text
}

/// The delimiter that a first line such as `sep=^` tells Excel to use, and the text without that line if it says
/// nothing else, or must not stay.
fn separator(text: &str) -> Option<(char, Option<&str>)> {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let (line, after) = text.split_at_checked(end)?;
    let line = line.trim_start_matches(['"', ' ']);
    let (key, value) = line.split_at_checked(4)?;
    let mut value = value.chars();
    let delimiter = value.next().filter(|_| key.eq_ignore_ascii_case("sep="))?;
    let after = after.strip_prefix('\r').unwrap_or(after);
    let after = after.strip_prefix('\n').unwrap_or(after);
    let is_all =
        QUOTES.contains(&delimiter) || value.as_str().trim_matches(|c| COMMON.contains(&c) || matches!(c, '"' | ' ')).is_empty();
    Some((delimiter, is_all.then_some(after)))
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
    match narrow(first) {
        '=' => rest.chars().any(char::is_alphanumeric) && !is_text_constant(rest),
        '+' | '-' | '@' => {
            let rest: String = rest.chars().map(narrow).collect();
            // Words of Japanese are no formula, whatever marks stand between them.
            let is_ascii = |c: char| c.is_ascii_alphanumeric() || matches!(c, '|' | '\'' | '"' | '[' | '\\');
            rest.contains(is_ascii) && (rest.contains('|') || is_reference(&rest) || is_call(&rest))
        }
        _ => false,
    }
}

/// Excel takes the wide form of ASCII as ASCII.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c),
        _ => c,
    }
}

/// What follows an opening bracket or an exclamation mark.
fn follower(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().skip(1).find(|c| !c.is_whitespace())
}

/// An exclamation mark with a name behind it, as in `'[a.xlsx]b'!A1`; not one that ends a sentence.
fn is_reference(rest: &str) -> bool {
    let mut marks = rest.match_indices('!');
    marks.any(|(at, _)| follower(rest, at).is_some_and(|c| c.is_alphanumeric() || matches!(c, '$' | '#' | '\'' | '"' | '_')))
}

/// `"0012"`.
fn is_text_constant(rest: &str) -> bool {
    let inner = rest.trim().trim_start_matches('"');
    rest.trim().starts_with('"')
        && inner.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | ' ' | '.' | '/' | '"'))
        && !inner.trim_end_matches('"').contains('"')
}

/// A name with an opening bracket, as in `SUM(`, or a bracket behind what brackets yield, as in `(SUM)(`. In `A(予備)`
/// no function is called: there is none whose first value is a bare word of Japanese.
fn is_call(rest: &str) -> bool {
    rest.char_indices().filter(|(_, c)| matches!(c, '(' | '（')).any(|(at, _)| {
        match rest.get(..at).and_then(|before| before.trim_end().chars().next_back()) {
            Some(')' | '）') => true,
            Some(c) => c.is_ascii_alphabetic() && follower(rest, at).is_none_or(|c| c.is_ascii()),
            None => false,
        }
    })
}
