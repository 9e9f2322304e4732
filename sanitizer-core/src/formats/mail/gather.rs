//! From the tree of parts to what a reader gets: texts in order, and files.

use super::flowed;
use crate::{
    Action, Context,
    formats::text,
    report::kinds::{MailFinding, TextFinding},
    syntax::{
        charset, html,
        mime::{Doubt, Encoding, Entity, Kind, words},
    },
};
use sanitizer_verify::Exceeded;

/// What a message holds.
#[derive(Debug, Default)]
pub(super) struct Gathered<'a> {
    /// Texts to show, in order.
    pub texts: Vec<Body>,
    /// Everything else, in order.
    pub files: Vec<File<'a>>,
}

/// A text to show.
#[derive(Debug)]
pub(super) struct Body {
    text: String,
    /// Whether it was HTML.
    html: bool,
    /// Whether more than a preview line of it was hidden.
    concealed: bool,
}

/// A part that is not shown as text.
#[derive(Debug)]
pub(super) struct File<'a> {
    /// The part.
    pub entity: &'a Entity<'a>,
    /// Why it cannot be read for certain.
    pub doubt: Option<Doubt>,
    /// Whether it belongs into HTML, as a picture.
    pub inline: bool,
}

impl Gathered<'_> {
    /// The text of the new message.
    pub(super) fn text(&self) -> String {
        self.texts.iter().map(|body| body.text.trim_end()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
    }

    /// Whether text is missing that was there, though no reader saw it.
    pub(super) fn conceals(&self) -> bool {
        self.texts.iter().any(|body| body.concealed)
    }

    fn is_html(&self) -> bool {
        self.texts.iter().any(|body| body.html)
    }

    /// Letters to read, without links.
    fn letters(&self) -> usize {
        let mut in_link = false;
        let letters = self.texts.iter().flat_map(|body| body.text.chars()).filter(|c| {
            in_link = match c {
                '<' => true,
                '>' => false,
                _ => in_link,
            };
            c.is_alphanumeric() && !in_link
        });
        letters.count()
    }
}

/// Parts of a report that are lines of text (RFC 3462, 3464, 6533, 8098).
const STATUS: &[&str] = &[
    "message/delivery-status",
    "message/disposition-notification",
    "message/global-delivery-status",
    "message/global-disposition-notification",
    "message/global-headers",
    "text/rfc822-headers",
];

/// Cut off at the end of the message: shown as far as it goes, like any text.
fn is_cut_status(entity: &Entity<'_>) -> bool {
    entity.doubt == Some(Doubt::BoundaryUnclosed) && STATUS.contains(&entity.media.value.as_str())
}

/// Gathers a part, or a whole message (`root`).
pub(super) fn part<'a>(entity: &'a Entity<'a>, root: bool, out: &mut Gathered<'a>, cx: &mut Context<'_>) -> Result<(), Exceeded> {
    if entity.doubt.is_some() && !is_cut_status(entity) {
        out.files.push(File { entity, doubt: entity.doubt, inline: false });
        return Ok(());
    }
    match &entity.kind {
        Kind::Multipart(parts) => multipart(entity, parts, out, cx),
        Kind::Message => {
            out.files.push(File { entity, doubt: None, inline: false });
            Ok(())
        }
        Kind::Leaf => leaf(entity, root, out, cx),
    }
}

fn multipart<'a>(
    entity: &'a Entity<'a>,
    parts: &'a [Entity<'a>],
    out: &mut Gathered<'a>,
    cx: &mut Context<'_>,
) -> Result<(), Exceeded> {
    match entity.media.value.as_str() {
        "multipart/alternative" => alternative(parts, out, cx),
        "multipart/encrypted" => {
            out.files.push(File { entity, doubt: None, inline: false });
            Ok(())
        }
        "multipart/related" => {
            for (index, child) in parts.iter().enumerate() {
                let picture = index > 0 && child.doubt.is_none() && child.media.value.starts_with("image/");
                if picture {
                    out.files.push(File { entity: child, doubt: None, inline: true });
                } else {
                    part(child, false, out, cx)?;
                }
            }
            Ok(())
        }
        _ => parts.iter().try_for_each(|child| part(child, false, out, cx)),
    }
}

/// The best of several forms: plain text, unless it is only a hint that there is HTML.
fn alternative<'a>(parts: &'a [Entity<'a>], out: &mut Gathered<'a>, cx: &mut Context<'_>) -> Result<(), Exceeded> {
    let (mut forms, mut files) = (Vec::new(), Vec::new());
    for child in parts {
        let mut form = Gathered::default();
        part(child, false, &mut form, cx)?;
        files.append(&mut form.files);
        if !form.texts.is_empty() {
            forms.push(form);
        }
    }
    // A form of the text that nobody here reads, such as AMP, or that cannot be read for certain: nothing is lost where
    // another form can be read.
    let count = files.len();
    files.retain(|file| forms.is_empty() || !is_other_form(file));
    if files.len() < count {
        cx.find(MailFinding::Alternative, Action::Rebuild);
    }
    out.files.append(&mut files);
    let html = forms.iter().rposition(Gathered::is_html);
    let plain = forms.iter().rposition(|form| !form.is_html());
    let best = match (plain, html) {
        (Some(plain), Some(html)) => {
            let letters = |index: usize| forms.get(index).map_or(0, Gathered::letters);
            let (short, long) = (letters(plain), letters(html));
            if short >= 200 || short.saturating_mul(3) >= long { Some(plain) } else { Some(html) }
        }
        (plain, html) => plain.or(html),
    };
    if let Some(best) = best {
        out.texts.append(&mut forms.swap_remove(best).texts);
    }
    Ok(())
}

fn is_other_form(file: &File<'_>) -> bool {
    let unread = match file.entity.media.value.as_str() {
        "text/x-amp-html" | "text/watch-html" | "text/enriched" | "text/richtext" => true,
        "text/plain" | "text/html" => file.doubt.is_some(),
        _ => false,
    };
    unread && file_name(file.entity).is_none()
}

fn leaf<'a>(entity: &'a Entity<'a>, root: bool, out: &mut Gathered<'a>, cx: &mut Context<'_>) -> Result<(), Exceeded> {
    let kind = entity.media.value.as_str();
    if matches!(kind, "application/pgp-signature" | "application/pkcs7-signature" | "application/x-pkcs7-signature") {
        cx.find(MailFinding::Signature, Action::Rebuild);
        return Ok(());
    }
    // The resource half of a Macintosh file; the file itself stands beside it.
    if kind == "application/applefile" {
        return Ok(());
    }
    let readable = matches!(kind, "text/plain" | "text/html") || STATUS.contains(&kind);
    let is_file = entity.disposition.value == "attachment" || file_name(entity).is_some() && !root;
    if !readable || is_file {
        out.files.push(File { entity, doubt: None, inline: entity.headers.first("Content-ID").is_some() });
        return Ok(());
    }
    match entity.encoding.decode(entity.body, true) {
        Err(doubt) => out.files.push(File { entity, doubt: Some(doubt), inline: false }),
        Ok(bytes) => {
            cx.budget().expand(bytes.len() as u64)?;
            out.texts.push(body(entity, &bytes, cx));
        }
    }
    Ok(())
}

fn body(entity: &Entity<'_>, bytes: &[u8], cx: &mut Context<'_>) -> Body {
    let declared = entity.media.token("charset");
    let is_html = entity.media.value == "text/html";
    let meta = if is_html && declared.is_none() { charset_in_html(bytes) } else { None };
    let decoded = charset::decode(bytes, declared.or(meta).as_deref());
    if decoded.malformed {
        cx.find(TextFinding::UnknownCharset, Action::Neutralize);
    }
    if !is_html {
        let plain = flowed::read(&decoded.text, &entity.media);
        return Body { text: text::clean(&plain, cx), html: false, concealed: false };
    }
    let rendered = html::to_text(&decoded.text);
    cx.find(MailFinding::HtmlToText, Action::Rebuild);
    if rendered.active {
        cx.find(MailFinding::Script, Action::Rebuild);
    }
    if rendered.hidden {
        cx.find(MailFinding::HiddenText, Action::Rebuild);
    }
    if rendered.unveiled {
        cx.find(MailFinding::HiddenShown, Action::Rebuild);
    }
    Body { text: text::clean(&rendered.text, cx), html: true, concealed: rendered.concealed }
}

/// `<meta charset=…>` or `content="text/html; charset=…"` near the start.
fn charset_in_html(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(bytes.get(..2048).unwrap_or(bytes)).to_ascii_lowercase();
    let (_, after) = start.split_once("charset=")?;
    let label: String = after
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    (!label.is_empty()).then_some(label)
}

/// The name a part goes by, decoded.
pub(super) fn file_name(entity: &Entity<'_>) -> Option<String> {
    let name = entity.disposition.text("filename").or_else(|| entity.media.text("name"));
    name.map(|name| words::decode_str(&name)).filter(|name| !name.trim().is_empty())
}

/// The decoded bytes of a file.
pub(super) fn content<'a>(entity: &'a Entity<'a>) -> Result<std::borrow::Cow<'a, [u8]>, Doubt> {
    let encoding = if matches!(entity.kind, Kind::Message) { Encoding::Identity } else { entity.encoding };
    encoding.decode(entity.body, entity.media.value.starts_with("text/"))
}

/// Whether a picture is too small to show anything: it only tells the sender that the mail was opened.
pub(super) fn is_dot(bytes: &[u8]) -> bool {
    let size = match bytes {
        [b'G', b'I', b'F', b'8', _, b'a', w0, w1, h0, h1, ..] => {
            (u32::from(u16::from_le_bytes([*w0, *w1])), u32::from(u16::from_le_bytes([*h0, *h1])))
        }
        [0x89, b'P', b'N', b'G', _, _, _, _, _, _, _, _, b'I', b'H', b'D', b'R', w0, w1, w2, w3, h0, h1, h2, h3, ..] => {
            (u32::from_be_bytes([*w0, *w1, *w2, *w3]), u32::from_be_bytes([*h0, *h1, *h2, *h3]))
        }
        _ => return false,
    };
    size.0 <= 3 && size.1 <= 3
}
