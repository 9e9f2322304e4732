//! Names and subjects, made safe to show, and names under which files are written.

use sanitizer_verify::Format;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// Text an attacker may have written, safe to show on a page, in a notice or a log: no control characters, no
/// direction overrides, no invisible characters, no more than [`DisplayName::MAX_CHARS`] characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String")]
pub struct DisplayName(String);

impl DisplayName {
    /// More than this is cut, with an ellipsis.
    pub const MAX_CHARS: usize = 200;

    /// Makes `raw` safe.
    pub fn new(raw: &str) -> Self {
        let mut safe: String = raw.chars().filter(|c| is_visible(*c)).take(Self::MAX_CHARS).collect();
        if raw.chars().filter(|c| is_visible(*c)).nth(Self::MAX_CHARS).is_some() {
            safe.push('…');
        }
        Self(safe)
    }

    /// The safe text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A file name for content of `format`: no path, no device, nothing a shell or Windows reads as anything but a name,
    /// and the extension of what it really is.
    ///
    /// At most 200 characters and 255 bytes. Composed (NFC), so that a name from macOS is the same one on Windows.
    pub fn file_name(&self, format: Format) -> String {
        let name: String = self.0.nfc().collect();
        let last = name.rsplit(['/', '\\']).find(|part| !bare(part).is_empty()).unwrap_or_default();
        let mut clean = String::with_capacity(last.len());
        for c in last.chars() {
            let c = if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c };
            // Rows of blanks push the true extension out of sight.
            if !(c.is_whitespace() && clean.ends_with(char::is_whitespace)) {
                clean.push(if c == '\u{3000}' {
                    c
                } else if c.is_whitespace() {
                    ' '
                } else {
                    c
                });
            }
        }
        let (stem, extension) = split(bare(&clean), format);
        let stem = if bare(stem).is_empty() { "noname" } else { bare(stem) };
        let stem = if is_device(stem) { format!("_{stem}") } else { stem.to_owned() };
        let room = extension.len().saturating_add(usize::from(!extension.is_empty()));
        let stem = cut(&stem, 255_usize.saturating_sub(room), 200_usize.saturating_sub(room));
        if extension.is_empty() { stem.to_owned() } else { format!("{stem}.{extension}") }
    }
}

/// Without the dots and blanks at either end, which Windows drops and shells hide behind.
fn bare(name: &str) -> &str {
    name.trim_matches(|c: char| c == '.' || c.is_whitespace())
}

/// The name without its extension if that one fits `format` or stands for the same kind, and the extension to write.
fn split(name: &str, format: Format) -> (&str, String) {
    let usual = format.extension();
    let Some((stem, given)) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) else {
        return (name, usual.to_owned());
    };
    let lower = given.to_ascii_lowercase();
    let (kept, replaced): (&[&str], &[&str]) = match format {
        Format::Csv => (&["csv"], &["tsv", "txt"]),
        Format::Docx => (&["docx"], &["doc", "docm", "dot", "dotm", "dotx", "odt", "ott", "rtf"]),
        Format::Gif => (&["gif"], PICTURES),
        Format::Ics => (&["ics"], &["vcs"]),
        Format::Jpeg => (&["jpeg", "jpg"], PICTURES),
        Format::Mail => (&["eml"], &["mht", "mhtml", "msg"]),
        Format::Pdf => (&["pdf"], &["ai"]),
        Format::Png => (&["png"], PICTURES),
        Format::Text => (&["log", "md", "txt"], &["htm", "html", "text"]),
        Format::Vcf => (&["vcf"], &["vcard"]),
        Format::Xlsx => (&["xlsx"], &["ods", "ots", "xls", "xlsm", "xlt", "xltm", "xltx"]),
        Format::Zip => (&["zip"], &["7z", "lzh", "rar", "tar", "tgz"]),
        _ => (&[], &[]),
    };
    if kept.contains(&lower.as_str()) || lower == usual {
        (stem, given.to_owned())
    } else if replaced.contains(&lower.as_str()) {
        (stem, usual.to_owned())
    } else {
        (name, usual.to_owned())
    }
}

/// Extensions of pictures, which senders mix up among themselves.
const PICTURES: &[&str] = &["bmp", "gif", "jfif", "jpe", "jpeg", "jpg", "png", "tif", "tiff", "webp"];

/// Names Windows gives to devices, whatever their extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let names = ["AUX", "CLOCK$", "CON", "CONIN$", "CONOUT$", "NUL", "PRN"];
    let numbered = stem.get(..3).filter(|port| ["COM", "LPT"].iter().any(|name| port.eq_ignore_ascii_case(name)));
    names.iter().any(|name| stem.eq_ignore_ascii_case(name))
        || numbered.is_some()
            && matches!(stem.get(3..), Some("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"))
}

/// The longest start of `text` within these bytes and characters.
fn cut(text: &str, bytes: usize, chars: usize) -> &str {
    let end =
        text.char_indices().take(chars).map(|(at, c)| at.saturating_add(c.len_utf8())).take_while(|end| *end <= bytes).last();
    bare(text.get(..end.unwrap_or(0)).unwrap_or_default())
}

impl From<String> for DisplayName {
    /// Safe again after a way through another process.
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl std::fmt::Display for DisplayName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a character shows, and shows where it stands.
pub(crate) fn is_visible(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_show_is_left_out() {
        assert_eq!(DisplayName::new("請求書\u{202E}fdp.exe\r\n").as_str(), "請求書fdp.exe");
        assert_eq!(DisplayName::new(&"あ".repeat(300)).as_str().chars().count(), 201);
    }

    #[test]
    fn twice_is_once() {
        let once = DisplayName::new(&"x".repeat(250));
        assert_eq!(DisplayName::new(once.as_str()).as_str(), once.as_str());
    }

    #[test]
    fn a_file_name_is_only_a_name() {
        let cases = [
            ("見積書.pdf", Format::Pdf, "見積書.pdf"),
            ("C:\\Users\\x\\写真.JPG", Format::Jpeg, "写真.JPG"),
            ("../../etc/passwd", Format::Text, "passwd.txt"),
            ("請求書.pdf.exe", Format::Pdf, "請求書.pdf.exe.pdf"),
            ("請求書.docm", Format::Docx, "請求書.docx"),
            ("photo.png", Format::Jpeg, "photo.jpg"),
            ("CON", Format::Text, "_CON.txt"),
            ("com1.csv", Format::Csv, "_com1.csv"),
            ("x.txt:evil.exe", Format::Text, "x.txt_evil.exe.txt"),
            ("trailing. . .", Format::Zip, "trailing.zip"),
            ("a          .pdf", Format::Pdf, "a.pdf"),
            ("", Format::Png, "noname.png"),
            ("/", Format::Png, "noname.png"),
            ("\u{202E}fdp.exe\u{200B}", Format::Pdf, "fdp.exe.pdf"),
            ("か\u{3099}.txt", Format::Text, "が.txt"),
            (".htaccess", Format::Text, "htaccess.txt"),
        ];
        for (given, format, want) in cases {
            assert_eq!(DisplayName::new(given).file_name(format), want, "{given}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        for name in ["あ".repeat(300), "x".repeat(400), "😀".repeat(100)] {
            let name = DisplayName::new(&name).file_name(Format::Docx);
            assert!(name.len() <= 255 && name.chars().count() <= 200 && name.rsplit_once('.').unwrap().1 == "docx", "{name}");
            assert_eq!(DisplayName::new(&name).file_name(Format::Docx), name);
        }
    }
}
