//! Signatures: our own table, then `infer` for what is only ever held (sound, video, other programs and archives).

use super::{Claim, cfb, container, names::Extension, text};
use sanitizer_verify::{Format, Untrusted, trust::LoadError};

/// How many bytes identification looks at.
const PREFIX: usize = 64 * 1024;

pub(super) fn identify(input: Untrusted<'_>, claim: &Claim<'_>) -> Result<Format, LoadError> {
    let prefix = input.prefix(PREFIX)?;
    if prefix.is_empty() {
        return Ok(Extension::of(claim).format_of_nothing(claim));
    }
    match signature(&prefix) {
        Some(Format::Zip) => return container::zip(input, claim),
        Some(Format::Cfb) => return cfb::identify(input, claim),
        Some(format) => return Ok(format),
        None => {}
    }
    let extension = Extension::of(claim);
    if text::is_text(&prefix) {
        return Ok(text::identify(&prefix, claim, &extension));
    }
    // Readers look for the header in the first kilobyte (ISO 32000-1, annex H, 3.4.1).
    if prefix.get(..1024).unwrap_or(&prefix).windows(5).any(|window| window == b"%PDF-") {
        return Ok(Format::Pdf);
    }
    if is_disk_image(input)? {
        return Ok(Format::DiskImage);
    }
    if let Some(format) = inferred(&prefix) {
        return Ok(format);
    }
    // A script that is no text is still run as one.
    Ok(if extension.is_run() { Format::Script } else { Format::Unknown })
}

/// What a file starts with, at which place; the first that fits counts.
const SIGNATURES: &[(usize, &[u8], Format)] = &[
    (0, b"%PDF-", Format::Pdf),
    (0, b"\xFF\xD8\xFF", Format::Jpeg),
    (0, b"\x89PNG\r\n\x1A\n", Format::Png),
    (0, b"GIF87a", Format::Gif),
    (0, b"GIF89a", Format::Gif),
    (0, b"PK\x03\x04", Format::Zip),
    (0, b"PK\x05\x06", Format::Zip),
    (0, b"PK\x07\x08", Format::Zip),
    (0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Format::Cfb),
    (0, b"{\\rt", Format::Rtf),
    (0, b"%!PS", Format::PostScript),
    (0, b"\xC5\xD0\xD3\xC6", Format::PostScript),
    (0, b"\x60\x0E\x82", Format::DocuWorks),
    (0, b"7z\xBC\xAF\x27\x1C", Format::SevenZip),
    (0, b"Rar!\x1A\x07", Format::Rar),
    (0, b"MSCF\0\0\0\0", Format::Cab),
    (0, b"\x1F\x8B\x08", Format::Gzip),
    (4, b"\x31\x41\x59\x26\x53\x59", Format::Bzip2),
    (0, b"\xFD7zXZ\0", Format::Xz),
    (0, b"\x28\xB5\x2F\xFD", Format::Zstd),
    (257, b"ustar", Format::Tar),
    (0, b"II*\0", Format::Tiff),
    (0, b"MM\0*", Format::Tiff),
    (0, b"II+\0", Format::Tiff),
    (0, b"MM\0+", Format::Tiff),
    (0, b"\xD7\xCD\xC6\x9A\0\0", Format::Wmf),
    (0, b"\x01\0\x09\0\0\x03", Format::Wmf),
    (0, b"\x02\0\x09\0\0\x03", Format::Wmf),
    (0, b"\x78\x9F\x3E\x22", Format::Tnef),
    (0, b"L\0\0\0\x01\x14\x02\0", Format::Lnk),
    (0, b"\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3", Format::OneNote),
    (0, b"vhdxfile", Format::DiskImage),
    (0, b"conectix", Format::DiskImage),
    (0, b"MSWIM\0\0\0", Format::DiskImage),
    (0, b"\x7FELF", Format::Executable),
    (0, b"\xFE\xED\xFA\xCE", Format::Executable),
    (0, b"\xFE\xED\xFA\xCF", Format::Executable),
    (0, b"\xCE\xFA\xED\xFE", Format::Executable),
    (0, b"\xCF\xFA\xED\xFE", Format::Executable),
    (0, b"\xCA\xFE\xBA\xBE", Format::Executable),
    (0, b"\0asm", Format::Executable),
    (0, b"dex\n0", Format::Executable),
    (0, b"!<arch>\n", Format::Executable),
    // Compiled help runs programs when it is opened.
    (0, b"ITSF\x03\0\0\0", Format::Executable),
];

fn signature(prefix: &[u8]) -> Option<Format> {
    let starts = |at: usize, bytes: &[u8]| prefix.get(at..).is_some_and(|rest| rest.starts_with(bytes));
    if let Some((_, _, format)) = SIGNATURES.iter().find(|(at, bytes, _)| starts(*at, bytes)) {
        return Some(*format);
    }
    match prefix {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Format::WebP),
        [1, 0, 0, 0, ..] if starts(40, b" EMF") => Some(Format::Emf),
        // Bitmap: reserved fields of nothing, then one of the known header sizes.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, 12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0, ..] => Some(Format::Bmp),
        // Icon or cursor with a sane count.
        [0, 0, 1 | 2, 0, 1..=64, 0, _, _, _, 0, ..] => Some(Format::Ico),
        // A level and method of LHA, as in -lh5- or -lhd-.
        [_, _, b'-', b'l' | b'p', b'h' | b'z' | b'm', b'0'..=b'9' | b'd' | b's' | b'x', b'-', ..] => Some(Format::Lzh),
        [_, _, _, _, b'f', b't', b'y', b'p', a, b, c, d, ..] => {
            let heif = matches!(
                &[*a, *b, *c, *d],
                b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"mif1" | b"msf1" | b"avif" | b"avis"
            );
            Some(if heif { Format::Heif } else { Format::Media })
        }
        // A program is not text; a note that begins with these letters is.
        [b'M' | b'Z', b'Z' | b'M', ..] if !text::is_text(prefix) => Some(Format::Executable),
        _ => None,
    }
}

/// ISO 9660 and UDF have their mark in the 17th sector, a fixed VHD at its end.
fn is_disk_image(input: Untrusted<'_>) -> Result<bool, LoadError> {
    let volume = container::part(input, 32_769, 5)?;
    let footer = container::part(input, input.size().saturating_sub(512), 8)?;
    Ok(matches!(&volume[..], b"CD001" | b"BEA01" | b"NSR02" | b"NSR03") || footer == b"conectix")
}

fn inferred(prefix: &[u8]) -> Option<Format> {
    let infer = infer::Infer::new();
    if infer.is_audio(prefix) || infer.is_video(prefix) {
        Some(Format::Media)
    } else if infer.is_app(prefix) {
        Some(Format::Executable)
    } else {
        None
    }
}
