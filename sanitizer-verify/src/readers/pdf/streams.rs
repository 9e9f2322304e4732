//! What is in streams: inflated by `miniz_oxide` to the last byte, measured, and given to the reader of its kind.

use super::super::{Refusal, font as fonts, read};
use crate::{Budget, Format};
use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream};
use miniz_oxide::inflate::{
    TINFLStatus,
    core::{DecompressorOxide, decompress, inflate_flags},
};

/// Operators of type 4 functions (ISO 32000-2, table 42).
const CALCULATOR: &[&str] = &[
    "abs", "add", "and", "atan", "bitshift", "ceiling", "copy", "cos", "cvi", "cvr", "div", "dup", "eq", "exch", "exp", "false",
    "floor", "ge", "gt", "idiv", "if", "ifelse", "index", "le", "ln", "log", "lt", "mod", "mul", "ne", "neg", "not", "or", "pop",
    "roll", "round", "sin", "sqrt", "sub", "true", "truncate", "xor",
];

/// The bytes of a Flate stream, which must fill the stream exactly.
pub(super) fn inflate(stream: &Stream<'_>, budget: &mut Budget) -> Result<Vec<u8>, Refusal> {
    let filter = stream.dict().get::<Name<'_>>("Filter");
    if filter.is_none_or(|name| name.as_ref() != b"FlateDecode") {
        return Err(Refusal::new("pdf.filter"));
    }
    let data = stream.raw_data();
    let limit = usize::try_from(budget.expandable_from(data.len() as u64)).unwrap_or(usize::MAX);
    let mut out = vec![0; data.len().saturating_mul(4).clamp(1 << 12, limit.max(1 << 12))];
    let mut state = Box::<DecompressorOxide>::default();
    let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER
        | inflate_flags::TINFL_FLAG_COMPUTE_ADLER32
        | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (mut read, mut written) = (0usize, 0usize);
    loop {
        let input = data.get(read..).unwrap_or_default();
        let (status, consumed, produced) = decompress(&mut state, input, &mut out, written, flags);
        read = read.saturating_add(consumed);
        written = written.saturating_add(produced);
        match status {
            TINFLStatus::Done if read == data.len() => break,
            TINFLStatus::HasMoreOutput if out.len() < limit => out.resize(out.len().saturating_mul(2).min(limit), 0),
            TINFLStatus::HasMoreOutput => return Err(Refusal::new("limit.expanded")),
            _ => return Err(Refusal::new("pdf.flate")),
        }
    }
    budget.expand(written as u64)?;
    out.truncate(written);
    Ok(out)
}

/// Whether an external object is a picture.
pub(super) fn is_image(dict: &Dict<'_>) -> bool {
    dict.get::<Name<'_>>("Subtype").is_some_and(|name| name.as_ref() == b"Image")
}

fn whole(dict: &Dict<'_>, key: &str) -> Result<u64, Refusal> {
    let number = dict.get::<Number>(key).ok_or(Refusal::new("pdf.image.number"))?;
    u64::try_from(number.as_i64()).map_err(|_| Refusal::new("pdf.image.number"))
}

/// A picture: as many bytes as its size says, or a JPEG that the JPEG reader takes.
pub(super) fn image(stream: &Stream<'_>, budget: &mut Budget) -> Result<(), Refusal> {
    let dict = stream.dict();
    let (width, height) = (whole(dict, "Width")?, whole(dict, "Height")?);
    budget.picture(width, height)?;
    if dict.get::<Name<'_>>("Filter").is_some_and(|name| name.as_ref() == b"DCTDecode") {
        return read(Format::Jpeg, &stream.raw_data(), budget);
    }
    let (bits, components) = if dict.get::<bool>("ImageMask") == Some(true) {
        (1, 1)
    } else {
        let space = dict.get::<Object<'_>>("ColorSpace").ok_or(Refusal::new("pdf.image.space"))?;
        (whole(dict, "BitsPerComponent")?, components(&space).ok_or(Refusal::new("pdf.image.space"))?)
    };
    let row = width.saturating_mul(bits).saturating_mul(components).div_ceil(8);
    let bytes = inflate(stream, budget)?;
    if bytes.len() as u64 == row.saturating_mul(height) { Ok(()) } else { Err(Refusal::new("pdf.image.size")) }
}

/// Components of a colour in this space.
fn components(space: &Object<'_>) -> Option<u64> {
    match space {
        Object::Name(name) => match name.as_ref() {
            b"DeviceGray" => Some(1),
            b"DeviceRGB" => Some(3),
            b"DeviceCMYK" => Some(4),
            _ => None,
        },
        Object::Array(array) => {
            let mut items = array.flex_iter();
            let family = items.next::<Name<'_>>()?;
            match family.as_ref() {
                b"CalGray" | b"Indexed" | b"Separation" => Some(1),
                b"CalRGB" | b"Lab" => Some(3),
                b"DeviceN" => items.next::<Array<'_>>().map(|names| names.raw_iter().count() as u64),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A font program: a bare CFF, or an sfnt with outlines of either form.
pub(super) fn font(stream: &Stream<'_>, budget: &mut Budget) -> Result<(), Refusal> {
    let bytes = inflate(stream, budget)?;
    let bare =
        stream.dict().get::<Name<'_>>("Subtype").is_some_and(|subtype| matches!(subtype.as_ref(), b"Type1C" | b"CIDFontType0C"));
    if bare { fonts::read_cff(&bytes, budget) } else { fonts::read_sfnt(&bytes, budget) }
}

/// A Type 1 program, whose dictionary says how long its three parts are.
pub(super) fn type1(stream: &Stream<'_>, budget: &mut Budget) -> Result<(), Refusal> {
    let bytes = inflate(stream, budget)?;
    let length = |key: &str| {
        let number = stream.dict().get::<Number>(key).ok_or(Refusal::new("font.type1.length"))?;
        usize::try_from(number.as_i64()).map_err(|_| Refusal::new("font.type1.length"))
    };
    fonts::read_type1(&bytes, [length("Length1")?, length("Length2")?, length("Length3")?], budget)
}

/// A function with data: samples, or a type 4 program read word by word.
pub(super) fn function(stream: &Stream<'_>, budget: &mut Budget) -> Result<(), Refusal> {
    let bytes = inflate(stream, budget)?;
    match stream.dict().get::<Number>("FunctionType").map(|number| number.as_i64()) {
        Some(0) => Ok(()),
        Some(4) => {
            let text = std::str::from_utf8(&bytes).map_err(|_| Refusal::new("pdf.function"))?;
            let known = |word: &str| {
                matches!(word, "{" | "}") || CALCULATOR.contains(&word) || word.parse::<f64>().is_ok_and(f64::is_finite)
            };
            if text.split(' ').all(known) { Ok(()) } else { Err(Refusal::new("pdf.function")) }
        }
        _ => Err(Refusal::new("pdf.function")),
    }
}
