//! The few forms of a value our writer uses, passed over byte by byte: nothing may stand between or behind them.

use std::collections::BTreeSet;

/// Nesting of values.
const DEPTH: u32 = 32;

/// A value that was passed over.
pub(super) struct Value {
    /// The position behind it.
    pub(super) end: usize,
    /// For a dictionary: `Length`, if it has one.
    pub(super) length: Option<usize>,
}

/// Passes over the value at `at`.
pub(super) fn value(data: &[u8], at: usize) -> Option<Value> {
    nested(data, at, DEPTH)
}

fn nested(data: &[u8], at: usize, depth: u32) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let rest = data.get(at..)?;
    let end = match *rest {
        [b'<', b'<', ..] => return dictionary(data, at.checked_add(2)?, depth),
        [b'<', ..] => {
            let digits = rest.get(1..)?.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            let end = at.checked_add(digits)?.checked_add(1)?;
            (digits % 2 == 0 && data.get(end) == Some(&b'>')).then_some(end.checked_add(1)?)?
        }
        [b'(', ..] => {
            let plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'(' | b')' | b'\\');
            let count = rest.get(1..)?.iter().take_while(|byte| plain(**byte)).count();
            let end = at.checked_add(count)?.checked_add(1)?;
            (data.get(end) == Some(&b')')).then_some(end.checked_add(1)?)?
        }
        [b'/', ..] => name(data, at)?,
        [b'[', ..] => array(data, at.checked_add(1)?, depth)?,
        [b'0'..=b'9' | b'-', ..] => return Some(Value { end: number(data, at)?, length: None }),
        _ => at.checked_add([b"true".as_slice(), b"false", b"null"].into_iter().find(|word| rest.starts_with(word))?.len())?,
    };
    Some(Value { end, length: None })
}

/// A name: printable, with `#xx` for the rest.
pub(super) fn name(data: &[u8], at: usize) -> Option<usize> {
    let rest = data.get(at.checked_add(1)?..)?;
    let plain = |byte: u8| {
        matches!(byte, b'!'..=b'~') && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
    };
    let count = rest.iter().take_while(|byte| plain(**byte)).count();
    at.checked_add(1)?.checked_add(count)
}

/// A number, or a reference: `7 0 R`.
fn number(data: &[u8], at: usize) -> Option<usize> {
    let digits = |at: usize| data.get(at..).map(|rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count());
    let start = if data.get(at) == Some(&b'-') { at.checked_add(1)? } else { at };
    let whole = start.checked_add(digits(start).filter(|count| *count > 0)?)?;
    if data.get(whole) == Some(&b'.') {
        let fraction = whole.checked_add(1)?;
        return fraction.checked_add(digits(fraction).filter(|count| *count > 0)?);
    }
    // `0 0 RG` sets a colour.
    let reference = data
        .get(whole..)
        .is_some_and(|rest| rest.starts_with(b" 0 R") && !rest.get(4).is_some_and(u8::is_ascii_alphanumeric) && start == at);
    if reference { whole.checked_add(4) } else { Some(whole) }
}

fn array(data: &[u8], mut at: usize, depth: u32) -> Option<usize> {
    if data.get(at) == Some(&b']') {
        return at.checked_add(1);
    }
    loop {
        at = nested(data, at, depth)?.end;
        match data.get(at)? {
            b']' => return at.checked_add(1),
            b' ' => at = at.checked_add(1)?,
            _ => return None,
        }
    }
}

fn dictionary(data: &[u8], mut at: usize, depth: u32) -> Option<Value> {
    let mut keys = BTreeSet::new();
    let mut length = None;
    loop {
        if data.get(at..)?.starts_with(b">>") {
            return Some(Value { end: at.checked_add(2)?, length });
        }
        if data.get(at) != Some(&b'/') {
            return None;
        }
        let end = name(data, at)?;
        let key = data.get(at..end)?;
        if !keys.insert(key) {
            return None;
        }
        let start = if data.get(end) == Some(&b' ') { end.checked_add(1)? } else { end };
        at = nested(data, start, depth)?.end;
        if key == b"/Length" {
            length = std::str::from_utf8(data.get(start..at)?).ok()?.parse().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_forms_are_values() {
        assert_eq!(value(b"0 0 RG", 0).map(|value| value.end), Some(1));
        for text in ["<</A 1/B[1 2 0 R]/C(x)>>", "[]", "<0aFF>", "-1.5", "/A#20b", "null"] {
            assert_eq!(value(text.as_bytes(), 0).map(|value| value.end), Some(text.len()), "{text}");
        }
        for text in ["<</A 1/A 1>>", "<</A 1 %c\n>>", "(a\\)", "<0>", "+1", "[1  2]", "<</A 1", "/"] {
            assert!(value(text.as_bytes(), 0).is_none_or(|value| value.end != text.len()) || text == "/", "{text}");
        }
    }
}
