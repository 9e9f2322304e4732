//! Header fields, split strictly (RFC 5322, 2.2 and 3.6).

use super::Doubt;
use sanitizer_verify::{Budget, Reason};

/// A header longer than this is held: the longest real ones (ARC, many recipients) stay far below.
const HEADER_BYTES: usize = 1 << 20;
/// More fields than this in one header are held.
const HEADER_FIELDS: usize = 2000;

/// One field, as it stands in the input.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// The name, ASCII.
    pub name: &'a str,
    /// The value with its folds, without the last line end.
    pub value: &'a [u8],
}

/// The header of a message or part.
#[derive(Clone, Debug, Default)]
pub struct Headers<'a> {
    /// The fields in order.
    pub fields: Vec<Field<'a>>,
    /// Offset of the body.
    pub body: usize,
    /// Whether lines end in CRLF, told by the first one.
    pub crlf: bool,
    /// The first place readers could differ about.
    pub doubt: Option<Doubt>,
}

impl<'a> Headers<'a> {
    /// Splits the header off `bytes`.
    pub fn split(bytes: &'a [u8], budget: &mut Budget) -> Result<Self, Reason> {
        let mut headers = Self::default();
        let mut splitter = Splitter { bytes, at: 0, open: None, first: true };
        while let Some(line) = splitter.line(&mut headers) {
            budget.objects(1)?;
            if splitter.at > HEADER_BYTES {
                return Err(Reason::SizeLimit);
            }
            if line.is_empty() {
                break;
            }
            splitter.take(line, &mut headers);
            if headers.fields.len() > HEADER_FIELDS {
                return Err(Reason::CountLimit);
            }
        }
        splitter.close(&mut headers);
        headers.body = splitter.at;
        Ok(headers)
    }

    /// The values of all fields with this name, in order.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value)
    }

    /// The value of the first field with this name.
    pub fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    fn doubts(&mut self, doubt: Doubt) {
        self.doubt.get_or_insert(doubt);
    }
}

struct Splitter<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Name, start and end of the value of the field being read.
    open: Option<(&'a str, usize, usize)>,
    first: bool,
}

impl<'a> Splitter<'a> {
    /// The next line without its end; `None` at the end of the input.
    fn line(&mut self, headers: &mut Headers<'a>) -> Option<&'a [u8]> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let end = rest.iter().position(|byte| *byte == b'\n');
        let Some(end) = end else {
            // A header that ends without a line end was cut off.
            headers.doubts(Doubt::HeaderUnfinished);
            self.at = self.bytes.len();
            return None;
        };
        let whole = rest.get(..end)?;
        let line = whole.strip_suffix(b"\r").unwrap_or(whole);
        let crlf = line.len() != whole.len();
        if self.first {
            headers.crlf = crlf;
        } else if headers.crlf != crlf {
            headers.doubts(Doubt::MixedLineEnds);
        }
        if line.contains(&b'\r') {
            headers.doubts(Doubt::BareCr);
        }
        if line.contains(&0) {
            headers.doubts(Doubt::Nul);
        }
        self.at = self.at.saturating_add(end).saturating_add(1);
        Some(line)
    }

    fn take(&mut self, line: &'a [u8], headers: &mut Headers<'a>) {
        let first = std::mem::replace(&mut self.first, false);
        let start = self.at.saturating_sub(line.len()).saturating_sub(if headers.crlf { 2 } else { 1 });
        let end = start.saturating_add(line.len());
        if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            match &mut self.open {
                Some((_, _, to)) => *to = end,
                None => headers.doubts(Doubt::HeaderForm),
            }
            return;
        }
        self.close(headers);
        // The separator line of mbox files, which mail programs leave on exported messages.
        if first && (line.starts_with(b"From ") || line.starts_with(b">From ")) {
            return;
        }
        let Some((name, gap, colon)) = field_name(line) else {
            headers.doubts(Doubt::HeaderForm);
            return;
        };
        // "Content-Type : …" is a field to some readers and none to others (RFC 5322, 4.5).
        if gap && name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("content-")) {
            headers.doubts(Doubt::HeaderForm);
        }
        self.open = Some((name, start.saturating_add(colon).saturating_add(1), end));
    }

    fn close(&mut self, headers: &mut Headers<'a>) {
        if let Some((name, from, to)) = self.open.take() {
            headers.fields.push(Field { name, value: self.bytes.get(from..to).unwrap_or_default() });
        }
    }
}

/// The name at the start of a field line, whether blanks follow it, and where the colon stands.
fn field_name(line: &[u8]) -> Option<(&str, bool, usize)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let raw = std::str::from_utf8(line.get(..colon)?).ok()?;
    let name = raw.trim_end_matches([' ', '\t']);
    let is_name = !name.is_empty() && name.len() <= 200 && name.bytes().all(|byte| (0x21..0x7F).contains(&byte));
    is_name.then_some((name, name.len() != raw.len(), colon))
}
