//! Notes on cells: their text stays; the VML that Excel wants beside it is made anew (ECMA-376 Part 4, 19.4).
//!
//! The VML of the sender is not read at all: it can link, run and is often not even XML.

use super::kinds;
use crate::{
    Context, DisarmError,
    formats::ooxml::{
        assembly::Naming,
        builder::{Builder, Scope},
        package::Target,
        relation, tree,
    },
    syntax::xml::{Ns, Writer},
};
use std::collections::BTreeSet;

const VML_TYPE: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";

/// Builds the notes of a sheet, if it has any, and gives the id by which the sheet refers to their boxes.
pub(super) fn build(builder: &mut Builder<'_>, scope: &Scope<'_>, cx: &mut Context<'_>) -> Result<Option<String>, DisarmError> {
    let kind = &kinds::COMMENTS;
    let target = scope.relationships.iter().find_map(|relationship| match &relationship.target {
        Target::Part(part) if relationship.kind == kind.relationship => Some(part),
        _ => None,
    });
    let Some(target) = target else { return Ok(None) };
    let typed = builder.package.content_type(target).unwrap_or_default();
    if !kind.content_types.iter().any(|known| known.eq_ignore_ascii_case(typed)) {
        return Ok(None);
    }
    let Some(bytes) = builder.package.read(target, cx)? else { return Ok(None) };
    cx.budget().entries(1)?;
    let mut root = tree::read(&bytes, kind.root, cx)?;
    let mut places = BTreeSet::new();
    for list in root.elements_mut().filter(|child| child.is(Ns::Sheet, "commentList")) {
        list.retain(|comment| comment.attribute(Ns::None, "ref").and_then(place).is_some_and(|place| places.insert(place)));
    }
    if places.is_empty() {
        return Ok(None);
    }
    let comments = builder.assembly.open(kind.naming, kind.content_types.first().copied().unwrap_or_default());
    builder.assembly.fill(comments, tree::write(&root));
    builder.assembly.relate(scope.index, kind.relationship, comments);
    let boxes = builder.assembly.open(Naming::Many("drawings/vmlDrawing"), VML_TYPE);
    builder.assembly.fill(boxes, vml(&places));
    Ok(Some(builder.assembly.relate(scope.index, relation::VML_DRAWING, boxes)))
}

/// Row and column of a cell, counted from zero.
fn place(reference: &str) -> Option<(u32, u32)> {
    let digits = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = reference.split_at_checked(digits)?;
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let value = letter.to_ascii_uppercase().checked_sub(b'A').filter(|value| *value < 26)?;
        column.checked_mul(26)?.checked_add(u32::from(value))?.checked_add(1)
    })?;
    let row: u32 = digits.parse().ok().filter(|row| (1..=1_048_576).contains(row))?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

/// A hidden yellow box for each note, right of its cell.
fn vml(places: &BTreeSet<(u32, u32)>) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.start(Ns::None, "xml");
    for ns in [Ns::Vml, Ns::Office, Ns::VmlExcel] {
        writer.declare(ns);
    }
    writer.start(Ns::Vml, "shapetype");
    attributes(&mut writer, &[("id", "_x0000_t202"), ("coordsize", "21600,21600"), ("path", "m,l,21600r21600,l21600,xe")]);
    writer.attr(Ns::Office, "spt", "202");
    empty(&mut writer, Ns::Vml, "stroke", &[("joinstyle", "miter")]);
    writer.end();
    for (number, (row, column)) in places.iter().enumerate() {
        shape(&mut writer, number, *row, *column);
    }
    writer.finish()
}

fn shape(writer: &mut Writer, number: usize, row: u32, column: u32) {
    writer.start(Ns::Vml, "shape");
    // Excel counts shapes from 1025 on.
    let id = format!("_x0000_s{}", number.saturating_add(1025));
    let style = "position:absolute;width:120pt;height:72pt;z-index:1;visibility:hidden";
    attributes(writer, &[("id", &id), ("type", "#_x0000_t202"), ("style", style), ("fillcolor", "#ffffe1")]);
    empty(writer, Ns::Vml, "shadow", &[("color", "black"), ("obscured", "t")]);
    empty(writer, Ns::Vml, "textbox", &[]);
    writer.start(Ns::VmlExcel, "ClientData");
    writer.attr(Ns::None, "ObjectType", "Note");
    empty(writer, Ns::VmlExcel, "MoveWithCells", &[]);
    empty(writer, Ns::VmlExcel, "SizeWithCells", &[]);
    let right = column.saturating_add(1);
    let anchor = format!("{right}, 15, {row}, 2, {}, 15, {}, 4", right.saturating_add(2), row.saturating_add(4));
    for (local, text) in
        [("Anchor", anchor), ("AutoFill", "False".to_owned()), ("Row", row.to_string()), ("Column", column.to_string())]
    {
        writer.start(Ns::VmlExcel, local);
        writer.text(&text);
        writer.end();
    }
    writer.end();
    writer.end();
}

fn attributes(writer: &mut Writer, values: &[(&str, &str)]) {
    for (local, value) in values {
        writer.attr(Ns::None, local, value);
    }
}

fn empty(writer: &mut Writer, ns: Ns, local: &str, values: &[(&str, &str)]) {
    writer.start(ns, local);
    attributes(writer, values);
    writer.end();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_name_places() {
        assert_eq!(place("A1"), Some((0, 0)));
        assert_eq!(place("AB12"), Some((11, 27)));
        for bad in ["", "A", "1", "A0", "ABCD1", "A1B", "Ａ1", "A99999999"] {
            assert_eq!(place(bad), None, "{bad}");
        }
    }
}
