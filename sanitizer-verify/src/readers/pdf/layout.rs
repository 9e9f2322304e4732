//! The file from its first byte to its last: header, objects in order, table, trailer, end.

use super::{super::Refusal, scan};
use crate::Budget;

const HEADER: &[u8] = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";
const ROW: usize = 20;

/// Checks that nothing stands between what the table names; gives the number of objects.
pub(super) fn check(data: &[u8], budget: &mut Budget) -> Result<u32, Refusal> {
    let refused = || Refusal::new("pdf.layout");
    if !data.starts_with(HEADER) {
        return Err(Refusal::new("pdf.header"));
    }
    let start = table_start(data).ok_or_else(refused)?;
    let offsets = table(data, start).ok_or_else(|| Refusal::new("pdf.table"))?;
    budget.objects(offsets.len() as u64)?;
    let mut at = HEADER.len();
    for (number, offset) in (1u32..).zip(&offsets) {
        if *offset != at {
            return Err(refused());
        }
        at = object(data, at, number).ok_or_else(refused)?;
    }
    if at == start { u32::try_from(offsets.len()).map_err(|_| refused()) } else { Err(refused()) }
}

/// What the last lines say.
fn table_start(data: &[u8]) -> Option<usize> {
    let body = data.strip_suffix(b"\n%%EOF\n")?;
    let line = body.iter().rposition(|byte| *byte == b'\n')?.checked_add(1)?;
    let start: usize = decimal(body.get(line..)?)?;
    body.get(..line)?.ends_with(b">>\nstartxref\n").then_some(start)
}

/// The offsets in the table, whose form and trailer are fixed.
fn table(data: &[u8], start: usize) -> Option<Vec<usize>> {
    let rest = data.get(start..)?.strip_prefix(b"xref\n0 ")?;
    let (size, rest) = rest.split_at_checked(rest.iter().position(|byte| *byte == b'\n')?)?;
    let size: usize = decimal(size)?;
    let rest = rest.get(1..)?.strip_prefix(b"0000000000 65535 f \n")?;
    let (rows, trailer) = rest.split_at_checked(size.checked_sub(1)?.checked_mul(ROW)?)?;
    let offsets = rows.chunks_exact(ROW).map(|row| decimal(row.strip_suffix(b" 00000 n \n")?)).collect::<Option<_>>()?;
    let tail = trailer.strip_prefix(format!("trailer\n<</Size {size}/Root 1 0 R/ID[<").as_bytes())?;
    let (id, tail) = tail.split_at_checked(32)?;
    let tail = tail.strip_prefix(b"><")?.strip_prefix(id)?;
    let ends = tail == format!(">]>>\nstartxref\n{start}\n%%EOF\n").as_bytes();
    (ends && id.iter().all(u8::is_ascii_hexdigit)).then_some(offsets)
}

fn decimal(digits: &[u8]) -> Option<usize> {
    digits.iter().all(u8::is_ascii_digit).then(|| std::str::from_utf8(digits).ok()?.parse().ok())?
}

/// Passes over one object: exactly one value, and for a stream exactly `Length` bytes.
fn object(data: &[u8], at: usize, number: u32) -> Option<usize> {
    let head = format!("{number} 0 obj\n");
    data.get(at..)?.starts_with(head.as_bytes()).then_some(())?;
    let value = scan::value(data, at.checked_add(head.len())?)?;
    let mut at = value.end;
    if data.get(at..)?.starts_with(b"\nstream\n") {
        at = at.checked_add(b"\nstream\n".len())?.checked_add(value.length?)?;
        data.get(at..)?.starts_with(b"\nendstream").then_some(())?;
        at = at.checked_add(b"\nendstream".len())?;
    }
    data.get(at..)?.starts_with(b"\nendobj\n").then_some(())?;
    at.checked_add(b"\nendobj\n".len())
}
