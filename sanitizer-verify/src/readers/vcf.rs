//! vCard 3.0 as the core writes it: known lines, text with its escapes, pictures that are read as what they say.

use super::{
    Refusal,
    lines::{self, Line},
    mail,
};
use crate::{Budget, Format};

/// Lines of text.
const TEXTS: &[&str] = &[
    "ADR",
    "CATEGORIES",
    "FN",
    "LABEL",
    "N",
    "NICKNAME",
    "NOTE",
    "ORG",
    "ROLE",
    "SORT-STRING",
    "TEL",
    "TITLE",
    "UID",
    "X-ABLABEL",
    "X-PHONETIC-FIRST-NAME",
    "X-PHONETIC-LAST-NAME",
    "X-PHONETIC-ORG",
];

/// Lines of digits, letters and the marks between them.
const PLAIN: &[&str] = &["BDAY", "CLASS", "GEO", "REV", "TZ"];

/// Reads cards, one after the other.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    let lines = lines::read(bytes, "vcf.line")?;
    budget.objects(lines.len() as u64)?;
    let mut pictures = 0_u32;
    let mut cards = lines.split(|line| line.name == "END");
    // What stands behind the last END.
    if lines.is_empty() || cards.next_back().is_some_and(|rest| !rest.is_empty()) {
        return Err(Refusal::new("vcf.card"));
    }
    for card in cards {
        let [begin, version, name, shown, rest @ ..] = card else { return Err(Refusal::new("vcf.card")) };
        let head = [(begin, "BEGIN"), (version, "VERSION"), (name, "N"), (shown, "FN")];
        let named = head.iter().all(|(line, expected)| line.name == *expected && line.params.is_empty());
        if !named
            || begin.value != "VCARD"
            || version.value != "3.0"
            || !lines::is_text(&name.value)
            || !lines::is_text(&shown.value)
        {
            return Err(Refusal::new("vcf.card"));
        }
        for line in rest {
            property(line, &mut pictures, budget)?;
        }
    }
    if lines.iter().filter(|line| line.name == "END").all(|line| line.value == "VCARD" && line.params.is_empty()) {
        Ok(())
    } else {
        Err(Refusal::new("vcf.card"))
    }
}

fn property(line: &Line, pictures: &mut u32, budget: &mut Budget) -> Result<(), Refusal> {
    let name = line.name.rsplit_once('.').map_or(line.name.as_str(), |(_, name)| name);
    let value = line.value.as_str();
    if matches!(name, "LOGO" | "PHOTO") {
        let index = *pictures;
        *pictures = pictures.saturating_add(1);
        return picture(line, budget).map_err(|refusal| refusal.child(index));
    }
    let sound = match name {
        "EMAIL" => lines::is_address(&format!("mailto:{value}")),
        "URL" => lines::is_link(value),
        name if TEXTS.contains(&name) => lines::is_text(value),
        name if PLAIN.contains(&name) => value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-+.,:;/".contains(&byte)),
        _ => false,
    };
    let typed = line.params.iter().all(|(name, values)| {
        matches!(name.as_str(), "LANGUAGE" | "TYPE")
            && values
                .iter()
                .all(|value| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
    });
    if sound && typed { Ok(()) } else { Err(Refusal::new("vcf.property")) }
}

fn picture(line: &Line, budget: &mut Budget) -> Result<(), Refusal> {
    let params: Vec<(&str, &str)> =
        line.params.iter().flat_map(|(name, values)| values.iter().map(move |value| (name.as_str(), value.as_str()))).collect();
    let format = match params.as_slice() {
        [("ENCODING", "b"), ("TYPE", "GIF")] => Format::Gif,
        [("ENCODING", "b"), ("TYPE", "JPEG")] => Format::Jpeg,
        [("ENCODING", "b"), ("TYPE", "PNG")] => Format::Png,
        _ => return Err(Refusal::new("vcf.picture")),
    };
    let mut bytes = Vec::new();
    budget.expand(line.value.len() as u64)?;
    mail::decode_base64(&line.value, &mut bytes)?;
    super::read(format, &bytes, budget)
}
