//! Files hidden in text: uuencode, yEnc, long base64. They are cut out, and a line says so.

use crate::{Action, Context, report::kinds::TextFinding};

/// What stands where a block was.
const PLACEHOLDER: &str = "［符号化されたデータを除きました］";

/// Base64 of fewer characters than this stays: keys, tokens and hashes are shorter, files that do harm are not.
const LONG: usize = 2000;
/// Lines of base64 shorter than this end a block, as its last line may.
const LINE: usize = 40;

/// Takes every block out.
pub(super) fn take_out(text: &str, cx: &mut Context<'_>) -> String {
    let mut scan = Scan { out: String::with_capacity(text.len()), block: String::new(), kind: Kind::None, size: 0, found: 0 };
    for line in text.split_inclusive('\n') {
        scan.line(line);
    }
    scan.finish();
    for _ in 0..scan.found {
        cx.find(TextFinding::EncodedBlock, Action::Remove);
    }
    scan.out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    None,
    Base64,
    Uuencode,
    YEnc,
}

struct Scan {
    out: String,
    /// Lines that may turn out to be a block.
    block: String,
    kind: Kind,
    size: usize,
    found: u32,
}

impl Scan {
    fn line(&mut self, whole: &str) {
        let line = whole.trim_end_matches(['\r', '\n']);
        match self.kind {
            Kind::Uuencode | Kind::YEnc => {
                self.block.push_str(whole);
                let ends = if self.kind == Kind::YEnc { line.starts_with("=yend") } else { line.trim() == "end" };
                if ends {
                    self.cut();
                }
                return;
            }
            Kind::Base64 if is_base64(line) => {
                self.block.push_str(whole);
                self.size = self.size.saturating_add(line.len());
                if line.trim().len() < LINE {
                    self.settle();
                }
                return;
            }
            Kind::Base64 => self.settle(),
            Kind::None => {}
        }
        if is_uuencode_start(line) {
            self.open(Kind::Uuencode, whole);
        } else if line.starts_with("=ybegin ") {
            self.open(Kind::YEnc, whole);
        } else if line.trim().len() >= LINE && is_base64(line) {
            self.open(Kind::Base64, whole);
        } else {
            let kept = without_long_words(whole, &mut self.found);
            self.out.push_str(&kept);
        }
    }

    fn open(&mut self, kind: Kind, whole: &str) {
        self.kind = kind;
        whole.clone_into(&mut self.block);
        self.size = whole.trim().len();
    }

    /// A run of base64 lines has ended: long ones go.
    fn settle(&mut self) {
        if self.size >= LONG {
            self.cut();
        } else {
            self.out.push_str(&std::mem::take(&mut self.block));
            self.kind = Kind::None;
        }
    }

    fn cut(&mut self) {
        let end = if self.block.ends_with("\r\n") {
            "\r\n"
        } else if self.block.ends_with('\n') {
            "\n"
        } else {
            ""
        };
        self.out.push_str(PLACEHOLDER);
        self.out.push_str(end);
        self.block.clear();
        self.kind = Kind::None;
        self.found = self.found.saturating_add(1);
    }

    fn finish(&mut self) {
        match self.kind {
            Kind::None => {}
            Kind::Base64 => self.settle(),
            // "begin 600 meters from here" that never ends is a sentence, unless what follows is encoded.
            Kind::Uuencode if !self.block.lines().skip(1).take(2).all(is_uuencoded) || self.block.lines().nth(1).is_none() => {
                self.out.push_str(&std::mem::take(&mut self.block));
            }
            Kind::Uuencode | Kind::YEnc => self.cut(),
        }
    }
}

/// `begin 644 name`, `begin-base64 644 name`.
fn is_uuencode_start(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("begin ").or_else(|| line.strip_prefix("begin-base64 ")) else { return false };
    let Some((mode, name)) = rest.split_once(' ') else { return false };
    (3..=4).contains(&mode.len()) && mode.bytes().all(|digit| (b'0'..=b'7').contains(&digit)) && !name.trim().is_empty()
}

/// A line of uuencoded data: its first character is its length.
fn is_uuencoded(line: &str) -> bool {
    let bytes = line.as_bytes();
    let Some(first) = bytes.first().filter(|byte| (0x20..=0x60).contains(*byte)) else { return false };
    let count = usize::from(first.saturating_sub(0x20) & 63);
    let want = count.div_ceil(3).saturating_mul(4).saturating_add(1);
    bytes.len() <= want.saturating_add(2)
        && bytes.len().saturating_add(4) >= want
        && bytes.iter().all(|byte| (0x20..=0x60).contains(byte))
}

fn is_base64(line: &str) -> bool {
    let line = line.trim().trim_end_matches('=');
    !line.is_empty() && line.bytes().all(is_digit)
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// A run of base64 inside a line, as in a data URI.
fn without_long_words(line: &str, found: &mut u32) -> String {
    if line.len() < LONG {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c.is_ascii() && is_digit(u8::try_from(c).unwrap_or(0))) {
        let (before, from) = rest.split_at_checked(start).unwrap_or_default();
        let end = from.bytes().position(|byte| !is_digit(byte)).unwrap_or(from.len());
        let (run, after) = from.split_at_checked(end).unwrap_or_default();
        out.push_str(before);
        if run.len() >= LONG {
            out.push_str(PLACEHOLDER);
            *found = found.saturating_add(1);
            rest = after.trim_start_matches('=');
        } else {
            out.push_str(run);
            rest = after;
        }
    }
    out.push_str(rest);
    out
}
