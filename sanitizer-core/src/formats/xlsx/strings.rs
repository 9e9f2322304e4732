//! The texts that cells share, read and written one by one, because there can be many (ECMA-376 Part 1, 18.4).

use super::kinds;
use crate::{
    Context, DisarmError,
    formats::ooxml::{
        builder::{Builder, Scope},
        package::{self, Target},
        tree,
    },
    syntax::xml::{Document, Event, Ns, Writer, XmlError},
};

/// Builds the table of texts, if the workbook has one.
pub(super) fn build(builder: &mut Builder<'_>, scope: &Scope<'_>, cx: &mut Context<'_>) -> Result<(), DisarmError> {
    let kind = &kinds::SHARED_STRINGS;
    let target = scope.relationships.iter().find_map(|relationship| match &relationship.target {
        Target::Part(part) if relationship.kind == kind.relationship => Some(part),
        _ => None,
    });
    let Some(target) = target else { return Ok(()) };
    let typed = builder.package.content_type(target).unwrap_or_default();
    if !kind.content_types.iter().any(|known| known.eq_ignore_ascii_case(typed)) {
        return Ok(());
    }
    let Some(bytes) = builder.package.read(target, cx)?.filter(|bytes| !bytes.is_empty()) else { return Ok(()) };
    cx.budget().entries(1)?;
    let index = builder.assembly.open(kind.naming, kind.content_types.first().copied().unwrap_or_default());
    let document = Document::decode(&bytes, cx.budget()).map_err(|error| package::xml_error(error, cx))?;
    let content = copy(&document, cx)?;
    builder.assembly.fill(index, content);
    builder.assembly.relate(scope.index, kind.relationship, index);
    Ok(())
}

fn copy(document: &Document<'_>, cx: &mut Context<'_>) -> Result<Vec<u8>, DisarmError> {
    let mut reader = document.reader(tree::understands);
    let mut writer = Writer::new();
    loop {
        match reader.next().map_err(|error| package::xml_error(error, cx))? {
            Event::Start(start) if start.is(Ns::Sheet, "sst") && writer.depth() == 0 => {
                writer.start(Ns::Sheet, "sst");
                writer.declare(Ns::Sheet);
                for local in ["count", "uniqueCount"] {
                    if let Some(count) = start.attr(local).filter(|count| count.bytes().all(|byte| byte.is_ascii_digit())) {
                        writer.attr(Ns::None, local, count);
                    }
                }
            }
            Event::Start(_) if writer.depth() == 0 => return Err(package::xml_error(XmlError::WellFormedness, cx)),
            Event::Start(start) => {
                let text = tree::element(&mut reader, &start, None, cx).map_err(|error| package::xml_error(error, cx))?;
                // Cells count the texts: one that is not known must not move the others.
                let text = text.filter(|text| text.is(Ns::Sheet, "si"));
                if let Some(text) = text {
                    tree::write_into(&text, &mut writer);
                } else if start.ns == Ns::Sheet && start.local != "extLst" {
                    return Err(package::xml_error(XmlError::WellFormedness, cx));
                }
            }
            Event::Text(_) => {}
            Event::End => writer.end(),
            Event::Eof => return Ok(writer.finish()),
        }
    }
}
