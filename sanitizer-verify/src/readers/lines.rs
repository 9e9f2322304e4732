//! Content lines of iCalendar and vCard as our writers emit them: UTF-8, CRLF, folded at 75 bytes, one level of quoting.

use super::{Refusal, text};

/// The longest line on paper (RFC 5545, 3.1; RFC 6350, 3.2), in bytes.
const WIDTH: usize = 75;

/// One line, unfolded.
pub(super) struct Line {
    pub name: String,
    /// Names with their values as they stand between commas, quotes taken off.
    pub params: Vec<(String, Vec<String>)>,
    pub value: String,
}

/// Reads every line. `rule` is what a refusal is called.
pub(super) fn read(bytes: &[u8], rule: &'static str) -> Result<Vec<Line>, Refusal> {
    let refusal = || Refusal::new(rule);
    let whole = std::str::from_utf8(bytes).map_err(|_| refusal())?;
    let mut unfolded: Vec<String> = Vec::new();
    for line in whole.split_inclusive("\r\n") {
        let line = line.strip_suffix("\r\n").ok_or_else(refusal)?;
        let sound =
            !line.is_empty() && line.len() <= WIDTH && line.chars().all(|c| !matches!(c, '\r' | '\n') && text::is_allowed(c));
        if !sound {
            return Err(refusal());
        }
        match (line.strip_prefix(' '), unfolded.last_mut()) {
            (Some(rest), Some(before)) => before.push_str(rest),
            (Some(_), None) => return Err(refusal()),
            (None, _) => unfolded.push(line.to_owned()),
        }
    }
    unfolded.iter().map(|line| parse(line).ok_or_else(refusal)).collect()
}

fn parse(line: &str) -> Option<Line> {
    let (head, value) = split_outside_quotes(line, ':')?;
    let mut pieces = pieces(head, ';').into_iter();
    let name = pieces.next().filter(|name| is_name(name, true))?.to_owned();
    let mut params = Vec::new();
    for piece in pieces {
        let (name, values) = piece.split_once('=').filter(|(name, _)| is_name(name, false))?;
        let values = self::pieces(values, ',').into_iter().map(unquoted).collect::<Option<_>>()?;
        params.push((name.to_owned(), values));
    }
    Some(Line { name, params, value: value.to_owned() })
}

/// Upper case, with a group in front where there may be one.
fn is_name(name: &str, grouped: bool) -> bool {
    let token = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
    };
    match name.split_once('.') {
        Some((group, name)) => {
            grouped && !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && token(name)
        }
        None => token(name),
    }
}

fn unquoted(value: &str) -> Option<String> {
    match value.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').filter(|inner| !inner.contains('"')).map(str::to_owned),
        None => (!value.contains('"')).then(|| value.to_owned()),
    }
}

fn split_outside_quotes(text: &str, mark: char) -> Option<(&str, &str)> {
    let mut quoted = false;
    let at = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == mark && !quoted
    })?;
    Some((text.get(..at.0)?, text.get(at.0.checked_add(mark.len_utf8())?..)?))
}

fn pieces(text: &str, mark: char) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((piece, behind)) = split_outside_quotes(rest, mark) {
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}

/// Whether a text value has no more than its escapes: `\\`, `\n`, `\,` and `\;`.
pub(super) fn is_text(value: &str) -> bool {
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        if c == '\\' && !matches!(chars.next(), Some('\\' | 'n' | ',' | ';')) {
            return false;
        }
    }
    true
}

/// `mailto:` and an address of characters that no program takes for more.
pub(super) fn is_address(value: &str) -> bool {
    value.strip_prefix("mailto:").is_some_and(|address| {
        address.contains('@')
            && address.chars().all(|c| {
                c.is_alphanumeric()
                    || c.is_ascii_punctuation()
                        && !matches!(c, '%' | '?' | '"' | '<' | '>' | '(' | ')' | '[' | ']' | '\\' | ',' | ';' | ':')
            })
    })
}

/// http or https to a name with a dot, or to an address.
pub(super) fn is_link(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https")
        && host.contains('.')
        && value.chars().all(|c| c.is_alphanumeric() || c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\'))
}
