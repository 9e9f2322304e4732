//! The tree of parts (RFC 2046, 5), split strictly.

use super::{Doubt, Encoding, Headers, Reach, Structured};
use sanitizer_verify::{Budget, Reason};

/// Multiparts within multiparts; real mail stays below ten.
const DEPTH: u32 = 30;
/// Parts of one message; a gallery mail has a few hundred.
const PARTS: u64 = 2000;
/// The longest boundary read: RFC 2046 allows 70, some programs write more and every reader follows them.
const BOUNDARY: usize = 200;

/// A message or one of its parts.
#[derive(Clone, Debug)]
pub struct Entity<'a> {
    /// The header.
    pub headers: Headers<'a>,
    /// Content-Type; `text/plain` where none is given or what is given is no type.
    pub media: Structured,
    /// Content-Disposition.
    pub disposition: Structured,
    /// Content-Transfer-Encoding.
    pub encoding: Encoding,
    /// The body as it stands, encoded.
    pub body: &'a [u8],
    /// What the body is.
    pub kind: Kind<'a>,
    /// Why readers could see it differently.
    pub doubt: Option<Doubt>,
}

/// What a body is.
#[derive(Clone, Debug)]
pub enum Kind<'a> {
    /// One piece of content.
    Leaf,
    /// A message in its own right, unencoded.
    Message,
    /// Parts.
    Multipart(Vec<Entity<'a>>),
}

/// Splits a message into its parts.
pub fn parse<'a>(bytes: &'a [u8], budget: &mut Budget) -> Result<Entity<'a>, Reason> {
    let mut splitter = Splitter { budget, parts: 0 };
    splitter.entity(bytes, "text/plain", 0)
}

struct Splitter<'b> {
    budget: &'b mut Budget,
    parts: u64,
}

impl Splitter<'_> {
    fn entity<'a>(&mut self, bytes: &'a [u8], default: &str, depth: u32) -> Result<Entity<'a>, Reason> {
        self.parts = self.parts.saturating_add(1);
        if self.parts > PARTS {
            return Err(Reason::CountLimit);
        }
        let headers = Headers::split(bytes, self.budget)?;
        let body = bytes.get(headers.body..).unwrap_or_default();
        let mut entity = Entity {
            media: Structured::default(),
            disposition: Structured::default(),
            encoding: Encoding::Identity,
            body,
            kind: Kind::Leaf,
            doubt: headers.doubt,
            headers,
        };
        entity.read_fields(default);
        if entity.media.value.starts_with("multipart/") {
            self.multipart(&mut entity, depth)?;
        } else {
            entity.leaf();
        }
        Ok(entity)
    }

    fn multipart(&mut self, entity: &mut Entity<'_>, depth: u32) -> Result<(), Reason> {
        if depth >= DEPTH {
            return Err(Reason::DepthLimit);
        }
        if entity.encoding != Encoding::Identity {
            entity.doubts(Doubt::EncodingOnContainer);
        }
        let Some(boundary) = boundary(&entity.media) else {
            entity.doubts(Doubt::BoundaryForm);
            return Ok(());
        };
        let split = Split::of(entity.body, &boundary, entity.headers.crlf);
        if let Some(doubt) = split.doubt {
            entity.doubts(doubt);
        }
        let default = if entity.media.value == "multipart/digest" { "message/rfc822" } else { "text/plain" };
        let mut parts = Vec::with_capacity(split.parts.len());
        for part in &split.parts {
            parts.push(self.entity(part, default, depth.saturating_add(1))?);
        }
        // What reaches around a part makes the borders here uncertain.
        if let Some(doubt) = parts.iter().filter_map(|part| part.doubt).find(|doubt| doubt.reach() == Reach::Around) {
            entity.doubts(doubt);
        }
        // Cut off: text is shown as far as it goes, a file that may lack its end is not passed on as if it were whole.
        if !split.closed
            && let Some(last) = parts.last_mut()
            && !matches!(last.kind, Kind::Multipart(_))
            && !matches!(last.media.value.as_str(), "text/plain" | "text/html")
        {
            last.doubts(Doubt::BoundaryUnclosed);
        }
        entity.kind = Kind::Multipart(parts);
        Ok(())
    }
}

impl Entity<'_> {
    fn doubts(&mut self, doubt: Doubt) {
        // What reaches further is the one to name.
        match self.doubt {
            Some(present) if present.reach() == Reach::Around || doubt.reach() == Reach::Part => {}
            _ => self.doubt = Some(doubt),
        }
    }

    /// Reads the fields that say what the body is, and whether they agree.
    fn read_fields(&mut self, default: &str) {
        let headers = self.headers.clone();
        if differ(headers.all("Content-Type")) {
            self.doubts(Doubt::TypeConflict);
        }
        if differ(headers.all("Content-Transfer-Encoding")) {
            self.doubts(Doubt::EncodingConflict);
        }
        if differ(headers.all("Content-Disposition")) {
            self.doubts(Doubt::DispositionConflict);
        }
        self.media = headers.first("Content-Type").map(Structured::parse).unwrap_or_default();
        self.disposition = headers.first("Content-Disposition").map(Structured::parse).unwrap_or_default();
        match Encoding::parse(headers.first("Content-Transfer-Encoding").unwrap_or_default(), self.body) {
            Some(encoding) => self.encoding = encoding,
            None => self.doubts(Doubt::EncodingUnknown),
        }
        if !is_media_type(&self.media.value) {
            // Half a multipart is none to some readers.
            if self.media.value.contains("multipart") || self.media.value.contains("message") {
                self.doubts(Doubt::TypeConflict);
            }
            default.clone_into(&mut self.media.value);
        }
        let mut charsets = self.media.plain("charset");
        let charset = charsets.next().map(<[u8]>::to_ascii_lowercase);
        let conflict = charsets.any(|other| Some(other.to_ascii_lowercase()) != charset);
        drop(charsets);
        if conflict {
            self.doubts(Doubt::CharsetConflict);
        }
        if charset.is_some_and(|label| crate::syntax::charset::is_utf7(&String::from_utf8_lossy(&label))) && self.is_shifted() {
            self.doubts(Doubt::Utf7);
        }
    }

    /// Whether text in UTF-7 could be anything but ASCII. Microsoft's mail server labels all its notifications so.
    fn is_shifted(&self) -> bool {
        self.encoding != Encoding::Identity || self.body.iter().any(|byte| !byte.is_ascii() || matches!(byte, b'+' | b'&' | 0x1B))
    }

    fn leaf(&mut self) {
        match self.media.value.as_str() {
            "message/partial" => self.doubts(Doubt::Partial),
            "message/external-body" => self.doubts(Doubt::ExternalBody),
            "message/rfc822" | "message/global" | "message/news" => {
                if self.encoding == Encoding::Identity {
                    self.kind = Kind::Message;
                } else {
                    self.doubts(Doubt::EncodingOnContainer);
                }
            }
            _ => {}
        }
        if has_bare_cr(self.body) {
            self.doubts(Doubt::BareCr);
        }
        if self.body.contains(&0) {
            self.doubts(Doubt::Nul);
        }
    }
}

/// Whether fields that may stand once stand there with different values.
fn differ<'a>(mut values: impl Iterator<Item = &'a [u8]>) -> bool {
    let first = values.next().map(super::words::unfold);
    values.any(|value| Some(super::words::unfold(value)) != first)
}

fn is_media_type(value: &str) -> bool {
    let token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&byte))
    };
    value.split_once('/').is_some_and(|(kind, subtype)| token(kind) && token(subtype))
}

/// The boundary, if there is one that every reader takes for the same.
fn boundary(media: &Structured) -> Option<Vec<u8>> {
    let mut given = media.plain("boundary");
    let boundary = given.next()?;
    let sound = given.next().is_none()
        && !media.is_extended("boundary")
        && !media.odd
        && !boundary.is_empty()
        && boundary.len() <= BOUNDARY
        && boundary.iter().all(|byte| (0x20..0x7F).contains(byte))
        && boundary.last() != Some(&b' ');
    sound.then(|| boundary.to_vec())
}

fn has_bare_cr(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\r') {
        rest = rest.get(at.saturating_add(1)..).unwrap_or_default();
        // A CR that ends the part belongs to the line end before the delimiter.
        if rest.first().is_some_and(|byte| *byte != b'\n') {
            return true;
        }
    }
    false
}

/// The pieces of a multipart's body.
struct Split<'a> {
    parts: Vec<&'a [u8]>,
    closed: bool,
    doubt: Option<Doubt>,
}

/// What a line is to a multipart.
#[derive(PartialEq, Eq)]
enum Line {
    Close,
    Content,
    Delimiter,
    /// A delimiter to some readers only.
    Prefix,
}

impl<'a> Split<'a> {
    fn of(body: &'a [u8], boundary: &[u8], crlf: bool) -> Self {
        let mut split = Self { parts: Vec::new(), closed: false, doubt: None };
        let (mut at, mut start, mut end_before) = (0_usize, None, LineEnd::None);
        for line in body.split_inclusive(|byte| *byte == b'\n') {
            let kind = classify(line, boundary);
            if hides_delimiter(line, boundary) {
                split.doubts(Doubt::BareCr);
            }
            if matches!(kind, Line::Close | Line::Delimiter) {
                if split.closed {
                    split.doubts(Doubt::AfterEnd);
                }
                if end_before.is_other(crlf) || LineEnd::of(line).is_other(crlf) {
                    split.doubts(Doubt::MixedLineEnds);
                }
                if let Some(from) = start.take() {
                    // The line end before a delimiter belongs to it (RFC 2046, 5.1.1).
                    let part = body.get(from..at.saturating_sub(end_before.len()).max(from)).unwrap_or_default();
                    split.parts.push(part);
                }
            }
            at = at.saturating_add(line.len());
            end_before = LineEnd::of(line);
            match kind {
                Line::Close => split.closed = true,
                Line::Delimiter if !split.closed => start = Some(at),
                Line::Prefix => split.doubts(Doubt::BoundaryPrefix),
                Line::Delimiter | Line::Content => {}
            }
        }
        if let Some(from) = start {
            split.parts.push(body.get(from..).unwrap_or_default());
        }
        if split.parts.is_empty() {
            split.doubts(Doubt::BoundaryUnused);
        }
        split
    }

    fn doubts(&mut self, doubt: Doubt) {
        self.doubt.get_or_insert(doubt);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    None,
    Lf,
    CrLf,
}

impl LineEnd {
    fn of(line: &[u8]) -> Self {
        match line {
            [.., b'\r', b'\n'] => Self::CrLf,
            [.., b'\n'] => Self::Lf,
            _ => Self::None,
        }
    }

    const fn len(self) -> usize {
        match self {
            Self::None => 0,
            Self::Lf => 1,
            Self::CrLf => 2,
        }
    }

    fn is_other(self, crlf: bool) -> bool {
        match self {
            Self::None => false,
            Self::Lf => crlf,
            Self::CrLf => !crlf,
        }
    }
}

fn classify(line: &[u8], boundary: &[u8]) -> Line {
    let Some(rest) = line.strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary)) else { return Line::Content };
    match rest.strip_prefix(b"--") {
        Some(rest) if rest.trim_ascii().is_empty() => Line::Close,
        _ if rest.trim_ascii().is_empty() => Line::Delimiter,
        _ => Line::Prefix,
    }
}

/// Whether a delimiter stands behind a bare CR: a line of its own to readers that take CR for a line end.
fn hides_delimiter(line: &[u8], boundary: &[u8]) -> bool {
    let mut rest = line;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\r') {
        rest = rest.get(at.saturating_add(1)..).unwrap_or_default();
        if rest.strip_prefix(b"--").is_some_and(|rest| rest.starts_with(boundary)) {
            return true;
        }
    }
    false
}
