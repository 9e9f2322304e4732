//! One scan to coefficients: sequential and progressive Huffman coding (T.81, F.2.2 and G.2).
//!
//! Coefficients stay in zigzag order, as they are coded: nothing here needs another one.

use super::{bits::BitReader, huffman::Decoder};
use crate::syntax::image::PictureError;

/// The coefficients of 8 × 8 samples, in zigzag order.
pub(super) type Block = [i16; 64];

/// A frame and its coefficients so far.
pub(super) struct Frame {
    pub(super) progressive: bool,
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) mcus_wide: usize,
    pub(super) mcus_high: usize,
    pub(super) components: Vec<Component>,
}

/// A component of a frame.
pub(super) struct Component {
    pub(super) id: u8,
    /// Sampling factors, 1 to 4.
    pub(super) across: u8,
    pub(super) down: u8,
    /// Destination of its quantization table, and the table that stood there at its first scan.
    pub(super) destination: u8,
    pub(super) quantization: Option<[u16; 64]>,
    /// Blocks that show.
    pub(super) blocks_wide: usize,
    pub(super) blocks_high: usize,
    /// Blocks in a stored row, with those that only fill up a coding unit.
    pub(super) stride: usize,
    pub(super) blocks: Vec<Block>,
    /// For each coefficient the lowest bit known so far.
    pub(super) known: [Option<u8>; 64],
}

/// A scan header, with its components as indexes into the frame.
pub(super) struct Scan<'a> {
    pub(super) components: Vec<ScanComponent<'a>>,
    /// First and last coefficient.
    pub(super) first: u8,
    pub(super) last: u8,
    /// Bit positions: the one of an earlier scan (0: none) and of this one.
    pub(super) high: u8,
    pub(super) low: u8,
    pub(super) restart: u16,
}

/// A component in a scan.
#[derive(Clone, Copy)]
pub(super) struct ScanComponent<'a> {
    pub(super) index: usize,
    pub(super) dc: Option<&'a Decoder>,
    pub(super) ac: Option<&'a Decoder>,
}

/// What runs on from block to block.
#[derive(Default)]
struct Running {
    predictions: [i32; 4],
    end_of_band: u32,
}

/// Decodes the scan whose coded data start at `at`; gives the place of the marker behind them.
pub(super) fn decode(frame: &mut Frame, scan: &Scan<'_>, data: &[u8], at: usize) -> Result<usize, PictureError> {
    progress(frame, scan)?;
    let mut bits = BitReader::new(data, at);
    let mut running = Running::default();
    let mut until_restart = u32::from(scan.restart);
    let mut restarts = 0_u8;
    let (wide, high) = units(frame, scan)?;
    for row in 0..high {
        for column in 0..wide {
            if scan.restart > 0 {
                if until_restart == 0 {
                    let (code, place) = bits.marker().ok_or(PictureError::Broken)?;
                    if code != 0xD0_u8.wrapping_add(restarts) {
                        return Err(PictureError::Broken);
                    }
                    bits.restart(place);
                    restarts = restarts.wrapping_add(1) & 7;
                    running = Running::default();
                    until_restart = u32::from(scan.restart);
                }
                until_restart = until_restart.saturating_sub(1);
            }
            unit(frame, scan, row, column, &mut running, &mut bits)?;
            if bits.is_overrun() {
                return Err(PictureError::Broken);
            }
        }
    }
    Ok(bits.marker().map_or(data.len(), |(_, place)| place))
}

/// How many coding units the scan has: of one component it is single blocks, and only those that show (A.2.2).
fn units(frame: &Frame, scan: &Scan<'_>) -> Result<(usize, usize), PictureError> {
    match scan.components[..] {
        [one] => {
            let component = frame.components.get(one.index).ok_or(PictureError::Broken)?;
            Ok((component.blocks_wide, component.blocks_high))
        }
        _ => Ok((frame.mcus_wide, frame.mcus_high)),
    }
}

/// Checks that the scan adds what was not known before, and nothing twice.
fn progress(frame: &mut Frame, scan: &Scan<'_>) -> Result<(), PictureError> {
    let refines = scan.high != 0;
    for one in &scan.components {
        let component = frame.components.get_mut(one.index).ok_or(PictureError::Broken)?;
        for known in component.known.get_mut(usize::from(scan.first)..=usize::from(scan.last)).ok_or(PictureError::Broken)? {
            let expected = refines.then_some(scan.high);
            if *known != expected || refines && scan.low.checked_add(1) != Some(scan.high) {
                return Err(PictureError::Broken);
            }
            *known = Some(scan.low);
        }
    }
    Ok(())
}

fn unit(
    frame: &mut Frame,
    scan: &Scan<'_>,
    row: usize,
    column: usize,
    running: &mut Running,
    bits: &mut BitReader<'_>,
) -> Result<(), PictureError> {
    let alone = scan.components.len() == 1;
    for (one, prediction) in scan.components.iter().zip(0..) {
        let component = frame.components.get_mut(one.index).ok_or(PictureError::Broken)?;
        let (across, down) = if alone { (1, 1) } else { (usize::from(component.across), usize::from(component.down)) };
        for y in 0..down {
            let line = row.wrapping_mul(down).wrapping_add(y).wrapping_mul(component.stride);
            let start = line.wrapping_add(column.wrapping_mul(across));
            let blocks = component.blocks.get_mut(start..start.wrapping_add(across)).ok_or(PictureError::Broken)?;
            for block in blocks {
                if frame.progressive {
                    progressive(block, scan, one, prediction, running, bits)?;
                } else {
                    sequential(block, one, prediction, running, bits)?;
                }
            }
        }
    }
    Ok(())
}

/// F.2.2.1 and F.2.2.2.
fn sequential(
    block: &mut Block,
    tables: &ScanComponent<'_>,
    prediction: usize,
    running: &mut Running,
    bits: &mut BitReader<'_>,
) -> Result<(), PictureError> {
    let ac = tables.ac.ok_or(PictureError::Broken)?;
    let dc = difference(tables, prediction, running, bits)?;
    let [first, rest @ ..] = block;
    *first = i16::try_from(dc).map_err(|_| PictureError::Broken)?;
    let mut at = 0_usize;
    while at < rest.len() {
        let symbol = ac.symbol(bits)?;
        let (run, size) = (usize::from(symbol.wrapping_shr(4)), u32::from(symbol & 15));
        if size == 0 {
            if run != 15 {
                break;
            }
            at = at.wrapping_add(16);
            continue;
        }
        at = at.wrapping_add(run);
        let value = extend(bits.take(size), size);
        *rest.get_mut(at).ok_or(PictureError::Broken)? = i16::try_from(value).map_err(|_| PictureError::Broken)?;
        at = at.wrapping_add(1);
    }
    Ok(())
}

/// The next DC value: the one before it and a coded difference.
fn difference(
    tables: &ScanComponent<'_>,
    prediction: usize,
    running: &mut Running,
    bits: &mut BitReader<'_>,
) -> Result<i32, PictureError> {
    let size = u32::from(tables.dc.ok_or(PictureError::Broken)?.symbol(bits)?);
    if size > 15 {
        return Err(PictureError::Broken);
    }
    let difference = extend(bits.take(size), size);
    let prediction = running.predictions.get_mut(prediction).ok_or(PictureError::Broken)?;
    *prediction = prediction.saturating_add(difference);
    Ok(*prediction)
}

/// The value of `size` coded bits (table F.1 and figure F.12).
fn extend(bits: u32, size: u32) -> i32 {
    let value = i32::try_from(bits).unwrap_or(0);
    if size == 0 || bits >= 1_u32.wrapping_shl(size.wrapping_sub(1)) {
        value
    } else {
        value.wrapping_sub(1_i32.wrapping_shl(size)).wrapping_add(1)
    }
}

fn progressive(
    block: &mut Block,
    scan: &Scan<'_>,
    tables: &ScanComponent<'_>,
    prediction: usize,
    running: &mut Running,
    bits: &mut BitReader<'_>,
) -> Result<(), PictureError> {
    let low = u32::from(scan.low);
    if scan.first == 0 {
        let [first, ..] = block;
        if scan.high != 0 {
            if bits.bit() {
                *first |= 1_i16.wrapping_shl(low);
            }
            return Ok(());
        }
        let value = difference(tables, prediction, running, bits)?;
        *first = scaled(value, low)?;
        return Ok(());
    }
    let ac = tables.ac.ok_or(PictureError::Broken)?;
    let band = block.get_mut(usize::from(scan.first)..=usize::from(scan.last)).ok_or(PictureError::Broken)?;
    if scan.high == 0 { first_band(band, ac, low, running, bits) } else { refined_band(band, ac, low, running, bits) }
}

fn scaled(value: i32, low: u32) -> Result<i16, PictureError> {
    i16::try_from(i64::from(value).wrapping_shl(low)).map_err(|_| PictureError::Broken)
}

/// G.1.2.2: the first bits of a band.
fn first_band(
    band: &mut [i16],
    ac: &Decoder,
    low: u32,
    running: &mut Running,
    bits: &mut BitReader<'_>,
) -> Result<(), PictureError> {
    if running.end_of_band > 0 {
        running.end_of_band = running.end_of_band.wrapping_sub(1);
        return Ok(());
    }
    let mut at = 0_usize;
    while at < band.len() {
        let symbol = ac.symbol(bits)?;
        let (run, size) = (u32::from(symbol.wrapping_shr(4)), u32::from(symbol & 15));
        if size == 0 && run < 15 {
            running.end_of_band = 1_u32.wrapping_shl(run).wrapping_sub(1).wrapping_add(bits.take(run));
            break;
        }
        at = at.wrapping_add(run as usize);
        if size > 0 {
            let value = scaled(extend(bits.take(size), size), low)?;
            *band.get_mut(at).ok_or(PictureError::Broken)? = value;
        }
        at = at.wrapping_add(1);
    }
    Ok(())
}

/// G.1.2.3: one bit more of a band.
fn refined_band(
    band: &mut [i16],
    ac: &Decoder,
    low: u32,
    running: &mut Running,
    bits: &mut BitReader<'_>,
) -> Result<(), PictureError> {
    let bit = 1_i16.wrapping_shl(low);
    let mut rest = band.iter_mut();
    if running.end_of_band == 0 {
        while rest.len() > 0 {
            let symbol = ac.symbol(bits)?;
            let (mut run, size) = (u32::from(symbol.wrapping_shr(4)), symbol & 15);
            let new = match size {
                0 if run < 15 => {
                    running.end_of_band = 1_u32.wrapping_shl(run).wrapping_add(bits.take(run));
                    break;
                }
                0 => 0,
                1 if bits.bit() => bit,
                1 => bit.wrapping_neg(),
                _ => return Err(PictureError::Broken),
            };
            // Passes `run` coefficients that were zero before, refining the others on the way.
            let mut placed = false;
            for coefficient in rest.by_ref() {
                if *coefficient != 0 {
                    refine(coefficient, bit, bits);
                } else if run == 0 {
                    *coefficient = new;
                    placed = true;
                    break;
                } else {
                    run = run.wrapping_sub(1);
                }
            }
            if !placed && new != 0 {
                return Err(PictureError::Broken);
            }
        }
    }
    if running.end_of_band > 0 {
        for coefficient in rest.filter(|coefficient| **coefficient != 0) {
            refine(coefficient, bit, bits);
        }
        running.end_of_band = running.end_of_band.wrapping_sub(1);
    }
    Ok(())
}

fn refine(coefficient: &mut i16, bit: i16, bits: &mut BitReader<'_>) {
    if bits.bit() && *coefficient & bit == 0 {
        *coefficient = coefficient.wrapping_add(if *coefficient > 0 { bit } else { bit.wrapping_neg() });
    }
}
