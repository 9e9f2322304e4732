//! ISO-2022-JP as mail programs send it (RFC 1468, RFC 1554, JIS X 0202; Microsoft's CP50220 to CP50222).
//!
//! `encoding_rs` follows the browsers: no SO/SI kana, no JIS X 0212. Here the escapes are read and each double-byte
//! character is looked up in its EUC-JP table, which has the NEC and IBM extension rows too.

use encoding_rs::EUC_JP;

/// What the bytes mean at the moment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    Ascii,
    /// JIS X 0201 Roman: ASCII but for ¥ and ‾.
    Roman,
    /// JIS X 0201 katakana, half-width.
    Kana,
    /// JIS X 0208 with the extension rows; JIS X 0213 plane 1 is the same where it has the same character.
    Kanji,
    /// JIS X 0212.
    Supplement,
}

/// The escape sequences, without ESC. JIS C 6226 (`$@`) is read as JIS X 0208, as every program does.
const ESCAPES: &[(&[u8], Set)] = &[
    (b"(B", Set::Ascii),
    (b"(J", Set::Roman),
    (b"(H", Set::Roman),
    (b"(I", Set::Kana),
    (b"$@", Set::Kanji),
    (b"$B", Set::Kanji),
    (b"$(@", Set::Kanji),
    (b"$(B", Set::Kanji),
    (b"$(O", Set::Kanji),
    (b"$(Q", Set::Kanji),
    (b"$(D", Set::Supplement),
    // Announces the next designation (JIS X 0208:1990); itself nothing.
    (b"&@", Set::Ascii),
];

/// The characters, and whether something was none.
pub(super) fn decode(bytes: &[u8]) -> (String, bool) {
    let mut reader = Reader { out: String::with_capacity(bytes.len()), set: Set::Ascii, shifted: false, malformed: false };
    let mut rest = bytes;
    while let Some(after) = reader.step(rest) {
        rest = after;
    }
    (reader.out, reader.malformed)
}

struct Reader {
    out: String,
    set: Set,
    /// Between SO and SI: half-width kana.
    shifted: bool,
    malformed: bool,
}

impl Reader {
    /// Reads one character, escape or shift; gives what is left.
    fn step<'a>(&mut self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let (&byte, after) = bytes.split_first()?;
        match byte {
            0x1B => return Some(self.escape(after)),
            0x0E => self.shifted = true,
            0x0F => self.shifted = false,
            // A line starts in ASCII (RFC 1468); programs that forget to switch back are read as they meant it.
            b'\r' | b'\n' => {
                if byte == b'\n' {
                    self.set = Set::Ascii;
                    self.shifted = false;
                }
                self.out.push(char::from(byte));
            }
            0..=0x20 | 0x7F => self.out.push(char::from(byte)),
            // Eight-bit half-width kana, as CP50220 lets it pass.
            0xA1..=0xDF if !matches!(self.set, Set::Kanji | Set::Supplement) => self.kana(byte & 0x7F),
            0x80.. => self.wrong(),
            _ if self.shifted => self.kana(byte),
            _ => match self.set {
                Set::Roman if byte == b'\\' => self.out.push('¥'),
                Set::Roman if byte == b'~' => self.out.push('‾'),
                Set::Ascii | Set::Roman => self.out.push(char::from(byte)),
                Set::Kana => self.kana(byte),
                Set::Kanji => return Some(self.double(&[], byte, after)),
                Set::Supplement => return Some(self.double(&[0x8F], byte, after)),
            },
        }
        Some(after)
    }

    fn escape<'a>(&mut self, after: &'a [u8]) -> &'a [u8] {
        for (sequence, set) in ESCAPES {
            if let Some(rest) = after.strip_prefix(*sequence) {
                if *sequence != b"&@" {
                    self.set = *set;
                }
                return rest;
            }
        }
        self.wrong();
        after
    }

    fn kana(&mut self, byte: u8) {
        match char::from_u32(0xFF40_u32.saturating_add(u32::from(byte))) {
            Some(kana) if (0x21..=0x5F).contains(&byte) => self.out.push(kana),
            _ => self.wrong(),
        }
    }

    fn double<'a>(&mut self, prefix: &[u8], first: u8, after: &'a [u8]) -> &'a [u8] {
        let Some((&second, rest)) = after.split_first() else {
            self.wrong();
            return after;
        };
        if !(0x21..=0x7E).contains(&second) {
            self.wrong();
            return after;
        }
        let euc: Vec<u8> = prefix.iter().copied().chain([first | 0x80, second | 0x80]).collect();
        match EUC_JP.decode_without_bom_handling_and_without_replacement(&euc) {
            Some(text) => self.out.push_str(&text),
            None => self.wrong(),
        }
        rest
    }

    fn wrong(&mut self) {
        self.malformed = true;
        self.out.push(char::REPLACEMENT_CHARACTER);
    }
}
