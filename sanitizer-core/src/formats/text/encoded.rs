//! What encoded data looks like: lines and words of base64 and hex, lines of uuencode, and how sure they are.

/// Shorter lines and words are names, numbers, keys of programs.
pub(super) const SHORT: usize = 24;
/// Lines of hex of this length and more are a dump.
const HEX: usize = 60;
/// But hashes and keys have these lengths.
const HASHES: [usize; 3] = [64, 96, 128];
/// Words of a line of data that was split by blanks.
const WORD: usize = 16;
/// Data is looked at in pieces of this size, so that padding cannot thin out what is sure.
const PIECE: usize = 64;

/// What a line or a word of encoded data holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Data {
    /// Characters.
    pub size: usize,
    /// Characters in pieces whose letters and digits are mixed as no word, number or hash mixes them.
    pub sure: usize,
    /// Whether there are capitals and small letters, or more hex than a hash has: data, if enough comes together.
    pub mixed: bool,
}

/// A line that is nothing but data, and the marks around it: those of a quote, a string, a list.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub lead: &'a str,
    pub trail: &'a str,
    pub data: Data,
}

/// Reads a line of base64, or of its form for URLs, or a long line of uuencode. After such a line (`follows`) the last
/// one may be short. Prose has short words, punctuation and Japanese; of a table or a list at most single lines look
/// like data.
pub(super) fn line(line: &str, follows: bool) -> Option<Line<'_>> {
    let (lead, bare) = quoted(line);
    if let Some(size) = is_full(bare) {
        return Some(Line { lead, trail: "", data: Data { size, sure: size, mixed: true } });
    }
    let start = after_marks(bare);
    let core = start.trim_end_matches(is_mark);
    let digits = core.trim_end_matches('=');
    if digits.is_empty() || !digits.bytes().all(|byte| is_digit(byte) || matches!(byte, b' ' | b'\t')) {
        return None;
    }
    let data = Data { size: core.len(), ..words(digits, follows)? };
    let is_last = || follows && core.bytes().any(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'='));
    let whole = line.trim_end_matches(['\r', '\n']);
    let lead = whole.get(..whole.len().saturating_sub(start.len())).unwrap_or_default();
    let trail = start.get(core.len()..).unwrap_or_default();
    (data.size >= SHORT || is_last()).then_some(Line { lead, trail, data })
}

/// The words of a line: one of data, or several, as a program that groups characters writes them.
fn words(digits: &str, follows: bool) -> Option<Data> {
    let words = digits.split([' ', '\t']).filter(|word| !word.is_empty());
    let first = words.clone().next()?.len();
    if first == digits.len() {
        let data = weigh(digits.as_bytes());
        let is_rest = first < SHORT || follows && first < HEX && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        return (data.mixed || is_rest || is_sparse(digits)).then_some(data);
    }
    let mut before = words.clone().rev().skip(1);
    let is_even = first >= 4 && before.all(|word| word.len() == first) && words.clone().all(|word| word.len() <= first);
    if !is_even && words.clone().any(|word| word.len() < WORD) {
        return None;
    }
    let data = weigh(words.collect::<String>().as_bytes());
    (data.sure > 0 && data.sure.saturating_mul(2) >= data.size).then_some(data)
}

/// Weighs characters of the alphabet.
pub(super) fn weigh(digits: &[u8]) -> Data {
    let mut all = Count::default();
    let mut sure = 0_usize;
    for piece in digits.chunks(PIECE) {
        let count = Count::of(piece);
        if count.is_sure() {
            sure = sure.saturating_add(piece.len());
        }
        all = all.and(count);
    }
    Data { size: digits.len(), sure, mixed: all.is_mixed() || is_long_hex(digits) }
}

/// Whether this is hex as a dump has it, in lines of a length of its own.
fn is_long_hex(digits: &[u8]) -> bool {
    digits.len() >= HEX
        && !HASHES.contains(&digits.len())
        && digits.iter().all(u8::is_ascii_hexdigit)
        && digits.iter().any(u8::is_ascii_alphabetic)
}

/// Whether most characters are as the one before: what base64 makes of empty places in a file.
fn is_sparse(digits: &str) -> bool {
    let pairs = digits.bytes().zip(digits.bytes().skip(1));
    let same = pairs.filter(|(a, b)| a == b && (a.is_ascii_alphabetic() || *a == b'/')).count();
    same.saturating_mul(2) >= digits.len()
}

#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    upper: usize,
    lower: usize,
    /// Digits, and `+`, which stands in no name.
    digits: usize,
    /// What also parts words and the steps of a path.
    marks: usize,
    beyond_hex: usize,
    /// Neighbors of different kinds.
    changes: usize,
    /// Small letters before a capital.
    rises: usize,
}

impl Count {
    fn of(piece: &[u8]) -> Self {
        let count = |is: fn(&u8) -> bool| piece.iter().filter(|byte| is(byte)).count();
        let pairs = || piece.iter().zip(piece.iter().skip(1));
        Self {
            all: piece.len(),
            upper: count(u8::is_ascii_uppercase),
            lower: count(u8::is_ascii_lowercase),
            digits: count(|byte| byte.is_ascii_digit() || *byte == b'+'),
            marks: count(|byte| matches!(byte, b'/' | b'-' | b'_')),
            beyond_hex: count(|byte| byte.is_ascii_alphabetic() && !byte.is_ascii_hexdigit()),
            changes: pairs().filter(|(a, b)| kind(**a) != kind(**b)).count(),
            rises: pairs().filter(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase()).count(),
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            all: self.all.saturating_add(other.all),
            upper: self.upper.saturating_add(other.upper),
            lower: self.lower.saturating_add(other.lower),
            marks: self.marks.saturating_add(other.marks),
            ..self
        }
    }

    fn is_mixed(&self) -> bool {
        self.upper > 0 && self.lower > 0 && self.marks.saturating_mul(8) <= self.all
    }

    /// In base64 two of three neighbors differ in kind, one of six is a small letter before a capital, and one of six
    /// characters is a digit; in names and numbers not all of this is so. A hash or an address has no letters beyond F.
    /// Half of what is usual is enough.
    fn is_sure(&self) -> bool {
        self.is_mixed()
            && self.all >= SHORT
            && self.upper >= 2
            && self.lower >= 2
            && self.digits.saturating_mul(10) >= self.all
            && self.beyond_hex.saturating_mul(8) >= self.all
            && self.changes.saturating_mul(20) >= self.all.saturating_mul(7)
            && self.rises.saturating_mul(16) >= self.all
    }
}

fn kind(byte: u8) -> u8 {
    match byte {
        b'A'..=b'Z' => 0,
        b'a'..=b'z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

/// A character of base64 or of its form for URLs (RFC 4648, 4 and 5).
pub(super) fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// The line without its first marks; those of a comment or a list may be of the alphabet (`//`, `-`).
fn after_marks(line: &str) -> &str {
    let line = line.trim_start_matches(is_mark);
    let bare = line.trim_start_matches(['/', '-', '+']);
    if bare.starts_with([' ', '\t']) { bare.trim_start_matches(is_mark) } else { line }
}

/// What stands around data and is none.
fn is_mark(c: char) -> bool {
    match u8::try_from(c) {
        Ok(byte) => byte.is_ascii_whitespace() || byte.is_ascii_punctuation() && !is_digit(byte) && byte != b'=',
        Err(_) => matches!(c, '＞' | '｜' | '\u{3000}'),
    }
}

/// A line in two: the marks that quote it, and the rest without its end.
pub(super) fn quoted(line: &str) -> (&str, &str) {
    let line = line.trim_end_matches(['\r', '\n']);
    if line.bytes().next().is_none_or(|byte| byte.is_ascii_alphanumeric()) {
        return ("", line);
    }
    let bare = line.trim_start_matches(['>', '|', '＞', '｜', ' ', '\t', '\u{3000}']);
    line.split_at_checked(line.len().saturating_sub(bare.len())).unwrap_or(("", line))
}

/// The lines of a text with their ends, of which there are three kinds.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let line = first_line(rest);
        rest = rest.get(line.len()..).unwrap_or_default();
        (!line.is_empty()).then_some(line)
    })
}

/// The first line with its end; empty at the end of the text.
pub(super) fn first_line(text: &str) -> &str {
    let Some(end) = text.bytes().position(|byte| matches!(byte, b'\r' | b'\n')) else { return text };
    let length = if text.as_bytes().get(end..).is_some_and(|end| end.starts_with(b"\r\n")) { 2 } else { 1 };
    text.get(..end.saturating_add(length)).unwrap_or(text)
}

/// How well a line fits what it says of itself in uuencode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is as long as it says, and of the alphabet.
    Exact,
    /// The characters it needs are of the alphabet, but more follow, which decoders ignore, or blanks are missing.
    Longer,
    /// It is as long as it says, in characters of which a decoder takes six bits.
    Masked,
    /// It is long enough, in such characters.
    Loose,
}

/// How many bytes a line of uuencode says it holds, and how many characters that takes. Decoders take six bits.
fn length(line: &str) -> Option<(usize, usize)> {
    let first = line.bytes().next().filter(|byte| (0x20..=0x7E).contains(byte))?;
    let count = usize::from(first.saturating_sub(0x20) & 63);
    (count > 0).then_some((count, count.div_ceil(3).saturating_mul(4).saturating_add(1)))
}

/// Reads a line as one of uuencode. Only the characters it needs are looked at, which bounds the cost.
pub(super) fn fit(line: &str) -> Option<Fit> {
    let (_, want) = length(line)?;
    let needed = || line.bytes().take(want);
    let is_alphabet = needed().all(|byte| (0x20..=0x60).contains(&byte));
    // Some programs leave out what pads the last group, and mail takes away the blanks at the end of a line.
    let is_cut = line.starts_with('M') && line.len() > 20;
    let is_long = line.len() >= want;
    // Some programs add a check character.
    let is_short = line.len() <= want.saturating_add(1) && line.bytes().all(|byte| byte <= 0x60);
    if is_alphabet && is_short && (is_cut || line.len().saturating_add(2) >= want) {
        return Some(if line.len().saturating_add(2) >= want { Fit::Exact } else { Fit::Longer });
    }
    if !is_long || !needed().all(|byte| matches!(byte, b'\t' | 0x20..=0x7E)) {
        return None;
    }
    Some(match line.len().saturating_sub(want) {
        _ if is_alphabet => Fit::Longer,
        0 | 1 => Fit::Masked,
        _ => Fit::Loose,
    })
}

/// A line of so many bytes that it stands in no frame by chance: a full one of 45 bytes, or one of 30 bytes and more
/// whose characters are mixed as in no text in capitals. How many characters it holds.
fn is_full(line: &str) -> Option<usize> {
    let fit = fit(line).filter(|fit| matches!(fit, Fit::Exact | Fit::Longer))?;
    let (count, want) = length(line).filter(|(count, want)| *count >= 30 && line.len().saturating_add(2) >= *want)?;
    let size = want.saturating_sub(1);
    let needed = || line.bytes().take(want).skip(1);
    let marks = needed().filter(u8::is_ascii_punctuation).count();
    let others = needed().filter(u8::is_ascii_alphanumeric).count();
    let is_mixed = marks.saturating_mul(4) >= size && others.saturating_mul(8) >= size;
    (is_mixed || count == 45 && fit == Fit::Exact && line.len() >= want).then_some(size)
}
