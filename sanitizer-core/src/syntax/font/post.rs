//! Names of glyphs: `post` in its version 2, or in version 3 without any (OpenType, "post").

use crate::syntax::cursor::Cursor;

/// The names every font has, by number.
const STANDARD: u16 = 258;

/// Writes the table anew. Names that cannot be read, or are none, go, and with them all: version 3 has none.
pub(super) fn rebuild(table: &[u8], count: u16) -> Vec<u8> {
    let names = match table.first_chunk::<4>() {
        Some([0, 2, 0, 0]) => names(table, count),
        // Version 1 is the standard names in their order.
        Some([0, 1, 0, 0]) if count == STANDARD => Some((0..STANDARD).map(Name::Standard).collect()),
        _ => None,
    };
    let mut out = vec![0, if names.is_some() { 2 } else { 3 }, 0, 0];
    // Angle, underline and pitch; the memory sizes mean nothing to a reader.
    let mut fields = table.get(4..16).unwrap_or_default().to_vec();
    fields.resize(12, 0);
    out.extend_from_slice(&fields);
    out.extend_from_slice(&[0; 16]);
    let Some(names) = names else { return out };
    out.extend_from_slice(&count.to_be_bytes());
    let mut strings = Vec::new();
    let mut next = STANDARD;
    for name in &names {
        let number = match name {
            Name::Standard(number) => *number,
            Name::Own(name) => {
                strings.push(u8::try_from(name.len()).unwrap_or(0));
                strings.extend_from_slice(name);
                next = next.saturating_add(1);
                next.saturating_sub(1)
            }
        };
        out.extend_from_slice(&number.to_be_bytes());
    }
    out.extend_from_slice(&strings);
    out
}

enum Name<'a> {
    Standard(u16),
    Own(&'a [u8]),
}

fn names(table: &[u8], count: u16) -> Option<Vec<Name<'_>>> {
    let mut cursor = Cursor::at(table, 32);
    let listed = cursor.u16()?;
    let numbers = (0..listed).map(|_| cursor.u16()).collect::<Option<Vec<_>>>()?;
    let mut strings = Vec::new();
    while let Some(length) = cursor.u8() {
        let Some(string) = cursor.take(usize::from(length)) else { break };
        strings.push(string);
    }
    let name = |index: u16| {
        let number = numbers.get(usize::from(index)).copied().unwrap_or(0);
        let Some(own) = number.checked_sub(STANDARD) else { return Name::Standard(number) };
        let string = strings.get(usize::from(own)).filter(|string| is_name(string));
        string.map_or(Name::Standard(0), |string| Name::Own(string))
    };
    // More names of their own than there are numbers for cannot be written.
    (count <= u16::MAX.saturating_sub(STANDARD)).then(|| (0..count).map(name).collect())
}

/// Names as the Adobe Glyph List specification has them.
fn is_name(string: &[u8]) -> bool {
    (1..=63).contains(&string.len())
        && string.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}
