//! Extensions of a sheet that only draw or check: rules, input and sparklines of 2010 ([MS-XLSX] 2.3).

use super::{formula::Gone, sheet::keeps_formulas};
use crate::{
    Action, Context, DisarmError,
    formats::ooxml::{package, tree},
    report::kinds::XlsxFinding,
    syntax::xml::{Event, Ns, Reader, Start, Writer, XmlError},
};

/// What may be in an extension, and the URI that says so.
const KNOWN: &[(&str, &str)] = &[
    ("conditionalFormattings", "{78C0D931-6437-407d-A8EE-F0AAD7539E65}"),
    ("dataValidations", "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"),
    ("sparklineGroups", "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"),
];

/// Copies what may stay of the list whose start was the last event.
pub(super) fn copy(reader: &mut Reader<'_>, writer: &mut Writer, gone: &Gone, cx: &mut Context<'_>) -> Result<(), DisarmError> {
    let mut kept = Vec::new();
    // The list and the extension in it.
    let mut depth = 1_usize;
    while depth > 0 {
        match reader.next().map_err(|error| package::xml_error(error, cx))? {
            Event::Start(start) if depth == 1 && start.is(Ns::Sheet, "ext") => depth = 2,
            Event::Start(start) => kept.extend(one(reader, &start, gone, cx)?),
            Event::Text(_) => {}
            Event::End => depth = depth.saturating_sub(1),
            Event::Eof => return Err(package::xml_error(XmlError::WellFormedness, cx)),
        }
    }
    if kept.is_empty() {
        return Ok(());
    }
    writer.start(Ns::Sheet, "extLst");
    for (uri, element) in &kept {
        writer.start(Ns::Sheet, "ext");
        writer.attr(Ns::None, "uri", uri);
        tree::write_into(element, writer);
        writer.end();
    }
    writer.end();
    Ok(())
}

/// One extension, less the rules whose formulas may not stay.
fn one(
    reader: &mut Reader<'_>,
    start: &Start<'_>,
    gone: &Gone,
    cx: &mut Context<'_>,
) -> Result<Option<(&'static str, tree::Element)>, DisarmError> {
    let uri = KNOWN.iter().find(|(local, _)| start.is(Ns::Sheet14, local)).map(|(_, uri)| *uri);
    let element = tree::element(reader, start, None, cx).map_err(|error| package::xml_error(error, cx))?;
    let (Some(uri), Some(mut element)) = (uri, element) else { return Ok(None) };
    let mut lost = 0_u32;
    element.retain(|child| {
        let keep = keeps_formulas(child, gone);
        lost = lost.saturating_add(u32::from(!keep));
        keep
    });
    for _ in 0..lost {
        cx.find(XlsxFinding::ExternalFormula, Action::Remove);
    }
    for group in element.elements_mut() {
        // A data bar of 2010 completes one of 2007 by an extension of that one, which is not kept.
        group.retain(|rule| !rule.is(Ns::Sheet14, "cfRule") || rule.attribute(Ns::None, "type") != Some("dataBar"));
    }
    element.retain(|group| !group.is(Ns::Sheet14, "conditionalFormatting") || group.child(Ns::Sheet14, "cfRule").is_some());
    if element.attribute(Ns::None, "count").is_some() {
        let count = element.elements().count();
        element.set(Ns::None, "count", count.to_string());
    }
    let is_empty = element.elements().next().is_none();
    Ok((!is_empty).then_some((uri, element)))
}
