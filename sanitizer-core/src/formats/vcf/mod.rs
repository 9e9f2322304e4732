//! vCard: 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), written as 3.0, which every address book reads.
//!
//! Cards of Japanese telephones are 2.1: `Shift_JIS` in quoted-printable, and the reading of a name as a "sound". They come
//! out in UTF-8 with the reading where phones of today look for it.

mod encoding;
mod properties;
#[cfg(test)]
mod tests;

use crate::{
    Action, Context, Disarm, DisarmError, formats::ics::lines, report::kinds::VcfFinding, syntax::contentline::ContentLine,
};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};
use std::collections::BTreeSet;

/// vCard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vcf;

impl Disarm for Vcf {
    fn formats(&self) -> &'static [Format] {
        &[Format::Vcf]
    }

    fn disarm(&self, input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        let lines = lines(input, cx)?;
        let mut out = String::new();
        for card in cards(&lines, cx)? {
            for line in build(&card, cx) {
                line.write(&mut out);
            }
        }
        if out.is_empty() {
            return Err(cx.hold(VcfFinding::Form, Reason::Broken));
        }
        Ok(Rebuilt::new(Format::Vcf, out.into_bytes()))
    }
}

/// The lines of each card. A card in a card (an agent, 2.1) is left out; a file that ends inside one was cut off.
fn cards(lines: &[String], cx: &mut Context<'_>) -> Result<Vec<Vec<ContentLine>>, DisarmError> {
    let (mut cards, mut card, mut depth) = (Vec::new(), Vec::new(), 0_u32);
    for line in lines {
        let Some(line) = ContentLine::parse(line) else {
            cx.find(VcfFinding::Line, Action::Remove);
            continue;
        };
        let is_card = line.value.trim().eq_ignore_ascii_case("VCARD");
        match (line.name.as_str(), depth) {
            ("BEGIN", _) if is_card => depth = depth.saturating_add(1),
            ("END", 1) if is_card => {
                cards.push(std::mem::take(&mut card));
                depth = 0;
            }
            ("END", 2..) if is_card => {
                cx.find(VcfFinding::Attachment, Action::Remove);
                depth = depth.saturating_sub(1);
            }
            ("BEGIN" | "END", _) => return Err(cx.hold(VcfFinding::Form, Reason::Broken)),
            (_, 1) => card.push(line),
            (_, 0) => cx.find(VcfFinding::Line, Action::Remove),
            _ => {}
        }
    }
    if depth == 0 { Ok(cards) } else { Err(cx.hold(VcfFinding::Form, Reason::Broken)) }
}

/// The card with what may stay of it, and the two lines that every card has.
fn build(card: &[ContentLine], cx: &mut Context<'_>) -> Vec<ContentLine> {
    let mut kept: Vec<ContentLine> = Vec::new();
    let named: BTreeSet<&str> = card.iter().map(|line| line.name.as_str()).collect();
    for line in card {
        let lines = properties::rebuild(line, cx);
        // A reading that stands there as a sound and by itself counts once.
        kept.extend(lines.into_iter().filter(|new| line.name != "SOUND" || !named.contains(new.name.as_str())));
    }
    let value = |name: &str| kept.iter().find(|line| line.name == name).map(|line| line.value.clone());
    let shown = value("FN").or_else(|| value("N").map(|name| written_name(&name))).filter(|name| !name.trim().is_empty());
    let shown = shown.or_else(|| value("ORG")).or_else(|| value("EMAIL")).or_else(|| value("TEL")).unwrap_or_default();
    let name = value("N").unwrap_or_else(|| format!("{shown};;;;"));
    kept.retain(|line| !matches!(line.name.as_str(), "FN" | "N"));
    let head = [
        ContentLine::new("BEGIN", "VCARD"),
        ContentLine::new("VERSION", "3.0"),
        ContentLine::new("N", name),
        ContentLine::new("FN", shown),
    ];
    head.into_iter().chain(kept).chain([ContentLine::new("END", "VCARD")]).collect()
}

/// Family and given name as they are written here.
fn written_name(name: &str) -> String {
    let mut pieces = crate::syntax::contentline::split(name, ';').into_iter();
    let (family, given) = (pieces.next().unwrap_or_default(), pieces.next().unwrap_or_default());
    format!("{family} {given}").trim().to_owned()
}
