//! The second reader: `mail-parser`, which splits by other rules, must find the same parts at the same places.

use super::{Entity, Kind};
use mail_parser::{MessageParser, PartType};
use std::panic::catch_unwind;

/// Whether `mail-parser` splits `bytes` as `entity` does. Where it panics, readers do not agree.
pub fn agrees(bytes: &[u8], entity: &Entity<'_>) -> bool {
    let parsed = catch_unwind(|| MessageParser::new().with_mime_headers().parse(bytes));
    let Ok(Some(message)) = parsed else { return false };
    let mut ours = Vec::new();
    leaves(bytes, entity, &mut ours);
    let theirs: Vec<usize> = message
        .parts
        .iter()
        .filter(|part| !matches!(part.body, PartType::Multipart(_)))
        .map(|part| usize::try_from(part.offset_body).unwrap_or(usize::MAX))
        .collect();
    ours == theirs
}

/// Where the bodies of all parts that are no multiparts start.
fn leaves(bytes: &[u8], entity: &Entity<'_>, out: &mut Vec<usize>) {
    match &entity.kind {
        Kind::Multipart(parts) => parts.iter().for_each(|part| leaves(bytes, part, out)),
        Kind::Leaf | Kind::Message => out.push((entity.body.as_ptr() as usize).saturating_sub(bytes.as_ptr() as usize)),
    }
}
