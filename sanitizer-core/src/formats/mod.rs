//! One folder a format, and the registry of them.

mod docx;
mod gif;
mod ics;
mod jpeg;
pub mod mail;
mod ooxml;
mod outlook;
mod pdf;
mod png;
mod text;
mod vcf;
mod xlsx;
mod zip;

use crate::Disarm;
use sanitizer_verify::Format;

/// Every format that can be built anew. What is not here is held.
pub static REGISTRY: &[&dyn Disarm] = &[
    &docx::Docx,
    &gif::Gif,
    &ics::Ics,
    &jpeg::Jpeg,
    &mail::Mail,
    &outlook::Outlook,
    &pdf::Pdf,
    &png::Png,
    &text::Text,
    &vcf::Vcf,
    &xlsx::Xlsx,
    &zip::Zip,
];

/// What a converter makes of a format that is not built anew as it is: the current format of the same kind of document.
pub const fn converted_to(format: Format) -> Option<Format> {
    match format {
        Format::Doc | Format::Odt | Format::Rtf => Some(Format::Docx),
        Format::Ods | Format::Xls => Some(Format::Xlsx),
        _ => None,
    }
}

/// The disarm for `format`, if there is one.
pub fn find(format: Format) -> Option<&'static dyn Disarm> {
    REGISTRY.iter().copied().find(|disarm| disarm.formats().contains(&format))
}
