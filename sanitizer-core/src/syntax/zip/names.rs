//! Entry names: which characters their bytes stand for (APPNOTE appendix D, and what Japanese programs really write).

use encoding_rs::SHIFT_JIS;

/// Decodes a raw name.
///
/// Flag bit 11 says UTF-8, and without it the standard says CP437, which in Japan nobody means: Windows writes CP932,
/// macOS writes UTF-8 and sets no bit, and some set the bit over CP932. A name of more than ASCII that is valid UTF-8 is
/// hardly ever meant as anything else; so UTF-8 is tried first whatever the bit says, then CP932, then CP437, which any
/// bytes are.
///
/// It comes before everything that looks for separators: the second byte of a CP932 character may be 0x5C (表, ソ, 能),
/// which is no backslash.
pub(super) fn decode(raw: &[u8]) -> String {
    if let Ok(name) = std::str::from_utf8(raw) {
        return name.to_owned();
    }
    match SHIFT_JIS.decode_without_bom_handling_and_without_replacement(raw) {
        Some(name) => name.into_owned(),
        None => raw.iter().map(|byte| cp437(*byte)).collect(),
    }
}

/// Whether `unicode` could be the true name of what is called `plain` in a legacy code page: writers replace what the
/// page lacks, but neither the directories nor the extension.
pub(super) fn could_be_one(plain: &str, unicode: &str) -> bool {
    let shape = |name: &str| {
        let name = separated(name);
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        (name.matches('/').count(), extension.filter(|extension| extension.is_ascii()))
    };
    plain == unicode || shape(plain) == shape(unicode)
}

/// With `/` between components: some Windows programs write `\` (against APPNOTE 4.4.17.1).
pub(super) fn separated(name: &str) -> String {
    name.replace('\\', "/")
}

fn cp437(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(high) => CP437.chars().nth(usize::from(high)).unwrap_or('\u{FFFD}'),
    }
}

/// The upper half of IBM code page 437.
const CP437: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";
