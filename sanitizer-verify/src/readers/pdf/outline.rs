//! The pages, as the second reader finds them.

use super::super::Refusal;
use crate::{Budget, Outline, Page};
use hayro_syntax::{
    Pdf,
    object::{Object, Rect},
    page::Rotation,
};

/// Tells the pages of a document that was accepted.
pub(in super::super) fn outline(bytes: &[u8], budget: &mut Budget) -> Result<Outline, Refusal> {
    budget.expand(bytes.len() as u64)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|_| Refusal::new("pdf.second_reader"))?;
    let mut pages = Vec::new();
    for page in pdf.pages().iter() {
        budget.objects(1)?;
        let rotate = match page.rotation() {
            Rotation::None => 0,
            Rotation::Horizontal => 90,
            Rotation::Flipped => 180,
            Rotation::FlippedHorizontal => 270,
        };
        let mut texts = 0_u64;
        let mut operations = page.operations();
        while let Some(operation) = operations.next() {
            budget.objects(1)?;
            let shows = matches!(&**operation.operator, b"Tj" | b"TJ" | b"'" | b"\"");
            if shows && operation.operands().any(is_text) {
                texts = texts.saturating_add(1);
            }
        }
        pages.push(Page { media: edges(page.media_box()), crop: edges(page.crop_box()), rotate, texts });
    }
    Ok(Outline { pages, ..Outline::leaf(bytes) })
}

/// Whether something but blanks stands in an operand.
fn is_text(operand: &Object<'_>) -> bool {
    match operand {
        Object::String(string) => string.as_bytes().iter().any(|byte| !matches!(byte, 0 | b' ')),
        Object::Array(array) => array.iter::<Object<'_>>().any(|item| matches!(item, Object::String(_)) && is_text(&item)),
        _ => false,
    }
}

fn edges(area: Rect) -> [i64; 4] {
    #[expect(clippy::cast_possible_truncation, reason = "a page is never that large; what is, saturates")]
    let thousandths = |value: f64| (value * 1000.0).round() as i64;
    [thousandths(area.x0), thousandths(area.y0), thousandths(area.x1), thousandths(area.y1)]
}
