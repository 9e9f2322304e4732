//! The labels of charsets: those of the WHATWG encoding standard, and those Japanese programs write beside them.

use super::Charset;
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, REPLACEMENT, SHIFT_JIS, UTF_8};

/// Labels that `encoding_rs` does not know, lower case.
const OURS: &[(&str, Charset)] = &[
    ("big5-eten", Charset::Table(BIG5)),
    ("cp50220", Charset::Iso2022Jp),
    ("cp50221", Charset::Iso2022Jp),
    ("cp50222", Charset::Iso2022Jp),
    ("cp51932", Charset::Table(EUC_JP)),
    ("cp65001", Charset::Table(UTF_8)),
    ("cp932", Charset::Table(SHIFT_JIS)),
    ("cp936", Charset::Table(GB18030)),
    ("cp949", Charset::Table(EUC_KR)),
    ("cp950", Charset::Table(BIG5)),
    ("csiso2022jp2", Charset::Iso2022Jp),
    ("csiso2022jp", Charset::Iso2022Jp),
    ("euc", Charset::Table(EUC_JP)),
    ("eucjp", Charset::Table(EUC_JP)),
    ("eucjp-ms", Charset::Table(EUC_JP)),
    ("eucjp-open", Charset::Table(EUC_JP)),
    ("eucjp-win", Charset::Table(EUC_JP)),
    ("euc_jp", Charset::Table(EUC_JP)),
    ("iso-2022-jp", Charset::Iso2022Jp),
    ("iso-2022-jp-1", Charset::Iso2022Jp),
    ("iso-2022-jp-2", Charset::Iso2022Jp),
    ("iso-2022-jp-2004", Charset::Iso2022Jp),
    ("iso-2022-jp-3", Charset::Iso2022Jp),
    ("iso-2022-jp-ms", Charset::Iso2022Jp),
    ("iso2022-jp", Charset::Iso2022Jp),
    ("iso2022jp", Charset::Iso2022Jp),
    ("iso_2022-jp", Charset::Iso2022Jp),
    ("jis", Charset::Iso2022Jp),
    ("jis7", Charset::Iso2022Jp),
    ("jis8", Charset::Iso2022Jp),
    ("mbcs", Charset::Table(SHIFT_JIS)),
    ("ms932", Charset::Table(SHIFT_JIS)),
    ("ms_932", Charset::Table(SHIFT_JIS)),
    ("mskanji", Charset::Table(SHIFT_JIS)),
    ("s-jis", Charset::Table(SHIFT_JIS)),
    ("shift-jis", Charset::Table(SHIFT_JIS)),
    ("shift_jis-2004", Charset::Table(SHIFT_JIS)),
    ("shift_jisx0213", Charset::Table(SHIFT_JIS)),
    ("shiftjis", Charset::Table(SHIFT_JIS)),
    ("sjis-open", Charset::Table(SHIFT_JIS)),
    ("sjis-win", Charset::Table(SHIFT_JIS)),
    ("sjis_win", Charset::Table(SHIFT_JIS)),
    ("utf-8n", Charset::Table(UTF_8)),
    ("utf8n", Charset::Table(UTF_8)),
    ("utf8mb4", Charset::Table(UTF_8)),
    ("utf_8", Charset::Table(UTF_8)),
    ("windows-932", Charset::Table(SHIFT_JIS)),
    ("windows932", Charset::Table(SHIFT_JIS)),
    ("x-ms-cp932", Charset::Table(SHIFT_JIS)),
    ("x-euc", Charset::Table(EUC_JP)),
    ("x-jis", Charset::Iso2022Jp),
    ("x-sjis-win", Charset::Table(SHIFT_JIS)),
];

/// The charset with this label.
pub(super) fn find(label: &str) -> Option<Charset> {
    let label = label.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    if let Some((_, charset)) = OURS.iter().find(|(name, _)| *name == label) {
        return Some(*charset);
    }
    // `replacement` stands for charsets that browsers refuse, such as HZ-GB-2312.
    let encoding = Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != REPLACEMENT)?;
    Some(if encoding == encoding_rs::ISO_2022_JP { Charset::Iso2022Jp } else { Charset::Table(encoding) })
}

/// Labels that declare nothing: what 8-bit text under them is must be told from the bytes.
pub(super) fn says_nothing(label: &str) -> bool {
    let label = label.trim_matches(['"', '\'']);
    let names = ["", "ascii", "us-ascii", "ansi_x3.4-1968", "unknown", "unknown-8bit", "x-unknown", "default", "8bit", "binary"];
    names.iter().any(|name| label.eq_ignore_ascii_case(name))
}

/// UTF-7 hides markup and line ends in ASCII letters; no program we serve sends it.
pub fn is_utf7(label: &str) -> bool {
    let label = label.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    matches!(label.as_str(), "utf-7" | "utf7" | "unicode-1-1-utf-7" | "csunicode11utf7" | "x-unicode-2-0-utf-7" | "utf-7-imap")
}
