//! What stands in a message, as this reader splits and decodes it.

use super::{super::Refusal, ATTACHMENTS, encoded, parts, split};
use crate::{Budget, Outline, readers};
use std::collections::BTreeMap;

/// Tells a message that was accepted: its header, and its parts decoded.
pub(in super::super) fn outline(bytes: &[u8], budget: &mut Budget) -> Result<Outline, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::new("mail.ascii"))?;
    let (fields, _) = split(text)?;
    let mut header = BTreeMap::new();
    // What follows the version says what the content is.
    for field in fields.iter().take_while(|field| field.name != "MIME-Version").filter(|field| field.name != "Received") {
        header.insert(field.name.to_owned(), encoded::decoded_words(&field.value)?);
    }
    Ok(Outline { header, parts: vec![entity(text, budget)?], ..Outline::leaf(bytes) })
}

/// A header that says what the body is, and that body.
fn entity(text: &str, budget: &mut Budget) -> Result<Outline, Refusal> {
    let (header, body) = split(text)?;
    let field = |name: &str| header.iter().find(|field| field.name == name).map(|field| field.value.as_str());
    let kind = field("Content-Type").ok_or(Refusal::new("mail.content_type"))?;
    let media = kind.split(';').next().unwrap_or_default();
    let name = field("Content-Disposition").map(encoded::file_name).transpose()?;
    let outline = if media.starts_with("multipart/") {
        let (_, boundary) = kind.split_once("boundary=").ok_or(Refusal::new("mail.multipart"))?;
        let parts = parts(body, boundary)?.into_iter().map(|part| entity(part, budget)).collect::<Result<_, _>>()?;
        Outline { parts, ..Outline::leaf(body.as_bytes()) }
    } else {
        let content = match field("Content-Transfer-Encoding") {
            Some("base64") => encoded::base64(body, budget)?,
            _ => body.as_bytes().to_vec(),
        };
        match ATTACHMENTS.iter().find(|(format, _)| name.is_some() && format.media_type() == media) {
            Some((format, _)) => readers::outline(*format, &content, budget)?,
            None => Outline::leaf(&content),
        }
    };
    Ok(Outline { name, media: Some(media.to_owned()), ..outline })
}
