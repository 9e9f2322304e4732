//! TrueType outlines: every glyph is read to its points or components and written anew (OpenType, "glyf" and "loca").

use super::FontError;
use crate::syntax::cursor::Cursor;
use sanitizer_verify::Budget;

/// How deep composite glyphs may nest; real fonts stop at two or three.
const DEPTH: u16 = 16;

/// The written tables, and the most any glyph needs.
pub(super) struct Outlines {
    pub(super) glyf: Vec<u8>,
    /// With 32-bit offsets.
    pub(super) loca: Vec<u8>,
    pub(super) maxima: Maxima,
}

/// The fields of `maxp` that follow from the outlines.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Maxima {
    pub(super) points: u16,
    pub(super) contours: u16,
    pub(super) composite_points: u16,
    pub(super) composite_contours: u16,
    pub(super) instructions: u16,
    pub(super) components: u16,
    pub(super) depth: u16,
}

/// Reads and writes all glyphs.
pub(super) fn rebuild(glyf: &[u8], loca: &[u8], wide: bool, count: u16, budget: &mut Budget) -> Result<Outlines, FontError> {
    budget.objects(u64::from(count))?;
    let offset = |index: u16| {
        let index = usize::from(index);
        if wide {
            Cursor::at(loca, index.saturating_mul(4)).u32().and_then(|offset| usize::try_from(offset).ok())
        } else {
            Cursor::at(loca, index.saturating_mul(2)).u16().map(|offset| usize::from(offset).saturating_mul(2))
        }
    };
    let mut glyphs = Vec::with_capacity(usize::from(count));
    let mut spent = 0_u64;
    for index in 0..count {
        // The last offset may be missing, and offsets may overshoot: the table ends where it ends.
        let start = offset(index).unwrap_or(usize::MAX);
        let end = offset(index.saturating_add(1)).unwrap_or(glyf.len()).min(glyf.len());
        let bytes = glyf.get(start..end).unwrap_or_default();
        // Glyphs may overlap, so that a small table could be read again and again.
        spent = spent.saturating_add(bytes.len() as u64);
        budget.expand(if spent > glyf.len() as u64 { bytes.len() as u64 } else { 0 })?;
        glyphs.push(Glyph::read(bytes, count).unwrap_or(Glyph::Empty));
    }
    let maxima = measure(&mut glyphs);
    let mut outlines = Outlines { glyf: Vec::with_capacity(glyf.len()), loca: Vec::new(), maxima };
    for glyph in &glyphs {
        outlines.place()?;
        glyph.write(&mut outlines.glyf);
        outlines.glyf.resize(outlines.glyf.len().next_multiple_of(4), 0);
    }
    outlines.place()?;
    Ok(outlines)
}

impl Outlines {
    /// Notes that the next glyph starts here.
    fn place(&mut self) -> Result<(), FontError> {
        let offset = u32::try_from(self.glyf.len()).map_err(|_| FontError::Broken)?;
        self.loca.extend_from_slice(&offset.to_be_bytes());
        Ok(())
    }
}

enum Glyph<'a> {
    Empty,
    Simple { bounds: &'a [u8], ends: Vec<u16>, instructions: &'a [u8], points: Vec<Point> },
    Composite { bounds: &'a [u8], components: Vec<Component<'a>>, instructions: &'a [u8] },
}

#[derive(Clone, Copy)]
struct Point {
    on_curve: bool,
    overlap: bool,
    x: i16,
    y: i16,
}

struct Component<'a> {
    flags: u16,
    glyph: u16,
    /// Its arguments and its scale.
    placement: &'a [u8],
}

/// Flags of points.
const ON_CURVE: u8 = 0x01;
const X_SHORT: u8 = 0x02;
const Y_SHORT: u8 = 0x04;
const REPEAT: u8 = 0x08;
const X_SAME: u8 = 0x10;
const Y_SAME: u8 = 0x20;
const OVERLAP: u8 = 0x40;

/// Flags of components.
const WORDS: u16 = 0x0001;
const SCALE: u16 = 0x0008;
const MORE: u16 = 0x0020;
const TWO_SCALES: u16 = 0x0040;
const MATRIX: u16 = 0x0080;
const INSTRUCTIONS: u16 = 0x0100;
/// All that mean something: those above, values that are offsets, rounding, metrics, overlap, and the offset's scaling.
const KNOWN: u16 = 0x1FEF;

impl<'a> Glyph<'a> {
    fn read(bytes: &'a [u8], count: u16) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let contours = cursor.i16()?;
        let bounds = cursor.take(8)?;
        match u16::try_from(contours) {
            Ok(0) => Some(Self::Empty),
            Ok(contours) => Self::simple(cursor, bounds, contours),
            Err(_) => Self::composite(cursor, bounds, count),
        }
    }

    fn simple(mut cursor: Cursor<'a>, bounds: &'a [u8], contours: u16) -> Option<Self> {
        let mut ends: Vec<u16> = Vec::new();
        for _ in 0..contours {
            let end = cursor.u16()?;
            if ends.last().is_some_and(|last| *last >= end) {
                return None;
            }
            ends.push(end);
        }
        let length = usize::from(cursor.u16()?);
        let instructions = cursor.take(length)?;
        let total = usize::from(*ends.last()?).checked_add(1)?;
        let mut flags = Vec::new();
        while flags.len() < total {
            let flag = cursor.u8()?;
            let times = if flag & REPEAT == 0 { 1 } else { usize::from(cursor.u8()?).checked_add(1)? };
            flags.resize(flags.len().checked_add(times)?.min(total), flag);
        }
        let xs = coordinates(&mut cursor, &flags, X_SHORT, X_SAME)?;
        let ys = coordinates(&mut cursor, &flags, Y_SHORT, Y_SAME)?;
        let points = flags
            .iter()
            .zip(xs.iter().zip(&ys))
            .map(|(flag, (x, y))| Point { on_curve: flag & ON_CURVE != 0, overlap: flag & OVERLAP != 0, x: *x, y: *y })
            .collect();
        Some(Self::Simple { bounds, ends, instructions, points })
    }

    fn composite(mut cursor: Cursor<'a>, bounds: &'a [u8], count: u16) -> Option<Self> {
        let mut components = Vec::new();
        loop {
            let (flags, glyph) = (cursor.u16()? & KNOWN, cursor.u16()?);
            let arguments = if flags & WORDS == 0 { 2 } else { 4_usize };
            let scale = match flags {
                flags if flags & SCALE != 0 => 2,
                flags if flags & TWO_SCALES != 0 => 4,
                flags if flags & MATRIX != 0 => 8,
                _ => 0,
            };
            let placement = cursor.take(arguments.checked_add(scale)?)?;
            if glyph >= count || components.len() >= usize::from(u16::MAX) {
                return None;
            }
            components.push(Component { flags, glyph, placement });
            if flags & MORE == 0 {
                let length = if flags & INSTRUCTIONS == 0 { 0 } else { cursor.u16().map_or(0, usize::from) };
                let instructions = cursor.take(length).unwrap_or_default();
                return Some(Self::Composite { bounds, components, instructions });
            }
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Empty => {}
            Self::Simple { bounds, ends, instructions, points } => {
                extend(out, ends.len());
                out.extend_from_slice(bounds);
                for end in ends {
                    out.extend_from_slice(&end.to_be_bytes());
                }
                extend(out, instructions.len());
                out.extend_from_slice(instructions);
                write_points(out, points);
            }
            Self::Composite { bounds, components, instructions } => {
                out.extend_from_slice(&[0xFF, 0xFF]);
                out.extend_from_slice(bounds);
                for (index, component) in (1_usize..).zip(components) {
                    let mut flags = component.flags & !(MORE | INSTRUCTIONS);
                    if index < components.len() {
                        flags |= MORE;
                    } else if !instructions.is_empty() {
                        flags |= INSTRUCTIONS;
                    }
                    out.extend_from_slice(&flags.to_be_bytes());
                    out.extend_from_slice(&component.glyph.to_be_bytes());
                    out.extend_from_slice(component.placement);
                }
                if !instructions.is_empty() {
                    extend(out, instructions.len());
                    out.extend_from_slice(instructions);
                }
            }
        }
    }
}

/// Appends a number that came from 16 bits.
fn extend(out: &mut Vec<u8>, value: usize) {
    out.extend_from_slice(&u16::try_from(value).unwrap_or(u16::MAX).to_be_bytes());
}

/// The differences along one axis.
fn coordinates(cursor: &mut Cursor<'_>, flags: &[u8], short: u8, same: u8) -> Option<Vec<i16>> {
    let mut out = Vec::with_capacity(flags.len());
    for flag in flags {
        out.push(match (flag & short != 0, flag & same != 0) {
            (true, true) => i16::from(cursor.u8()?),
            (true, false) => i16::from(cursor.u8()?).wrapping_neg(),
            (false, true) => 0,
            (false, false) => cursor.i16()?,
        });
    }
    Some(out)
}

fn write_points(out: &mut Vec<u8>, points: &[Point]) {
    let mut xs = Vec::new();
    let mut ys = Vec::new();
    let mut flags: Vec<(u8, u8)> = Vec::new();
    for point in points {
        let mut flag = if point.on_curve { ON_CURVE } else { 0 } | if point.overlap { OVERLAP } else { 0 };
        flag |= coordinate(point.x, X_SHORT, X_SAME, &mut xs);
        flag |= coordinate(point.y, Y_SHORT, Y_SAME, &mut ys);
        match flags.last_mut() {
            Some((last, times)) if *last == flag && *times < u8::MAX => *times = times.saturating_add(1),
            _ => flags.push((flag, 0)),
        }
    }
    for (flag, times) in flags {
        match times {
            0 => out.push(flag),
            times => out.extend_from_slice(&[flag | REPEAT, times]),
        }
    }
    out.extend_from_slice(&xs);
    out.extend_from_slice(&ys);
}

/// Writes a difference in its shortest form; gives the flags that say which.
fn coordinate(value: i16, short: u8, same: u8, out: &mut Vec<u8>) -> u8 {
    if value == 0 {
        return same;
    }
    if let Ok(byte) = u8::try_from(value.unsigned_abs()) {
        out.push(byte);
        return if value > 0 { short | same } else { short };
    }
    out.extend_from_slice(&value.to_be_bytes());
    0
}

/// What a glyph amounts to with all its components.
#[derive(Clone, Copy)]
struct Size {
    points: u32,
    contours: u32,
    depth: u16,
}

/// Finds the most any glyph needs, and empties composites that contain themselves, nest too deep or grow too large:
/// readers draw nothing for those.
fn measure(glyphs: &mut [Glyph<'_>]) -> Maxima {
    let mut sizes: Vec<Option<Size>> = glyphs
        .iter()
        .map(|glyph| match glyph {
            Glyph::Empty => Some(Size { points: 0, contours: 0, depth: 0 }),
            Glyph::Simple { ends, points, .. } => {
                let (points, contours) = (u32::try_from(points.len()).ok()?, u32::try_from(ends.len()).ok()?);
                Some(Size { points, contours, depth: 0 })
            }
            Glyph::Composite { .. } => None,
        })
        .collect();
    // Each round finishes the composites whose components are finished: as many rounds as they may be deep.
    for _ in 0..DEPTH {
        let mut found = Vec::new();
        for (index, glyph) in glyphs.iter().enumerate() {
            if let (Glyph::Composite { components, .. }, Some(None)) = (glyph, sizes.get(index))
                && let Some(size) = total(components, &sizes)
            {
                found.push((index, size));
            }
        }
        if found.is_empty() {
            break;
        }
        for (index, size) in found {
            if let Some(slot) = sizes.get_mut(index) {
                *slot = Some(size);
            }
        }
    }
    let mut maxima = Maxima::default();
    for (glyph, size) in glyphs.iter_mut().zip(&sizes) {
        let fits = size.and_then(|size| Some((u16::try_from(size.points).ok()?, u16::try_from(size.contours).ok()?, size.depth)));
        let Some((points, contours, depth)) = fits else {
            *glyph = Glyph::Empty;
            continue;
        };
        match glyph {
            Glyph::Empty => {}
            Glyph::Simple { instructions, .. } => {
                maxima.points = maxima.points.max(points);
                maxima.contours = maxima.contours.max(contours);
                maxima.instructions = maxima.instructions.max(u16::try_from(instructions.len()).unwrap_or(u16::MAX));
            }
            Glyph::Composite { components, instructions, .. } => {
                maxima.composite_points = maxima.composite_points.max(points);
                maxima.composite_contours = maxima.composite_contours.max(contours);
                maxima.instructions = maxima.instructions.max(u16::try_from(instructions.len()).unwrap_or(u16::MAX));
                maxima.components = maxima.components.max(u16::try_from(components.len()).unwrap_or(u16::MAX));
                maxima.depth = maxima.depth.max(depth);
            }
        }
    }
    maxima
}

fn total(components: &[Component<'_>], sizes: &[Option<Size>]) -> Option<Size> {
    components.iter().try_fold(Size { points: 0, contours: 0, depth: 1 }, |sum, component| {
        let size = sizes.get(usize::from(component.glyph)).copied().flatten()?;
        Some(Size {
            points: sum.points.saturating_add(size.points),
            contours: sum.contours.saturating_add(size.contours),
            depth: sum.depth.max(size.depth.saturating_add(1)),
        })
    })
}
