//! From the first marker to the last (T.81, annex B): tables, the frame, the scans; everything else is passed over.

use super::{
    exif,
    huffman::Decoder,
    scan::{self, Component, Frame, Scan, ScanComponent},
};
use crate::{
    Action,
    report::kinds::ImageFinding,
    syntax::image::{Findings, PictureError, cost},
};
use sanitizer_verify::Budget;

/// What is kept of a file.
pub(super) struct Source {
    pub(super) frame: Frame,
    /// The density of a JFIF header: unit, across, down.
    pub(super) jfif: Option<[u8; 5]>,
    /// The transform flag of an Adobe segment.
    pub(super) adobe: Option<u8>,
    pub(super) orientation: Option<u8>,
    pub(super) findings: Findings,
}

#[derive(Default)]
struct State {
    frame: Option<Frame>,
    quantization: [Option<[u16; 64]>; 4],
    dc: [Option<Decoder>; 4],
    ac: [Option<Decoder>; 4],
    restart: u16,
    jfif: Option<[u8; 5]>,
    adobe: Option<u8>,
    orientation: Option<u8>,
    findings: Findings,
}

/// Reads a whole file.
pub(super) fn read(data: &[u8], budget: &mut Budget) -> Result<Source, PictureError> {
    if !data.starts_with(&[0xFF, 0xD8]) {
        return Err(PictureError::Broken);
    }
    let mut state = State::default();
    let mut at = 2;
    let mut ended = false;
    // Without an end marker it ends here too: whether the picture is whole is seen below.
    while let Some((code, start)) = marker(data, at) {
        match code {
            0xD9 => {
                ended = true;
                if data.len() > start {
                    state.findings.add(ImageFinding::TrailingData, Action::Rebuild);
                }
                break;
            }
            // Markers without a segment: restarts out of place, TEM, another SOI.
            0x01 | 0xD0..=0xD8 => at = start,
            _ => {
                let (segment, behind) = segment(data, start)?;
                at = if code == 0xDA { state.scan(segment, data, behind)? } else { behind };
                state.other(code, segment, budget)?;
            }
        }
    }
    if !ended {
        state.findings.add(ImageFinding::MissingEnd, Action::Keep);
    }
    state.finish()
}

/// The next marker from `at` on, and the place behind it. Stray bytes before it are passed over, as every reader does.
fn marker(data: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        let rest = data.get(at..)?;
        at = at.checked_add(rest.iter().position(|byte| *byte == 0xFF)?)?.checked_add(1)?;
        match *data.get(at)? {
            0x00 | 0xFF => {}
            code => return Some((code, at.checked_add(1)?)),
        }
    }
}

/// The content of the segment whose length field is at `at`, and the place behind it.
fn segment(data: &[u8], at: usize) -> Result<(&[u8], usize), PictureError> {
    let found = || {
        let length = usize::from(u16::from_be_bytes([*data.get(at)?, *data.get(at.checked_add(1)?)?]));
        let behind = at.checked_add(length)?;
        Some((data.get(at.checked_add(2)?..behind)?, behind))
    };
    found().ok_or(PictureError::Broken)
}

impl State {
    fn other(&mut self, code: u8, segment: &[u8], budget: &mut Budget) -> Result<(), PictureError> {
        match code {
            0xC0..=0xC2 => self.start_of_frame(code, segment, budget),
            0xC4 => self.huffman(segment),
            // Lossless, hierarchical and arithmetic coding, and a height that comes after the picture.
            0xC3 | 0xC5..=0xCF | 0xDC | 0xDE | 0xDF => Err(PictureError::Unsupported),
            0xDB => self.quantization(segment),
            0xDD => {
                let [high, low] = segment else { return Err(PictureError::Broken) };
                self.restart = u16::from_be_bytes([*high, *low]);
                Ok(())
            }
            0xE0..=0xEF | 0xFE => {
                self.application(code, segment);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn application(&mut self, code: u8, segment: &[u8]) {
        match (code, segment) {
            (0xE0, [b'J', b'F', b'I', b'F', 0, _, _, unit, x1, x2, y1, y2, ..]) => {
                self.jfif = Some([*unit, *x1, *x2, *y1, *y2]);
            }
            (0xEE, [b'A', b'd', b'o', b'b', b'e', _, _, _, _, _, _, transform, ..]) => self.adobe = Some(*transform),
            _ => {
                if code == 0xE1 && self.orientation.is_none() {
                    self.orientation = exif::orientation(segment);
                }
                // Our own segment with nothing but the orientation is no finding.
                if self.orientation.is_none_or(|value| exif::segment(value) != segment) {
                    self.findings.add(ImageFinding::Metadata, Action::Rebuild);
                }
            }
        }
    }

    /// B.2.4.1.
    fn quantization(&mut self, mut segment: &[u8]) -> Result<(), PictureError> {
        while let [head, rest @ ..] = segment {
            let wide = match head.wrapping_shr(4) {
                0 => false,
                1 => true,
                _ => return Err(PictureError::Broken),
            };
            let (values, rest) = rest.split_at_checked(if wide { 128 } else { 64 }).ok_or(PictureError::Broken)?;
            let mut table = [0; 64];
            for (index, entry) in table.iter_mut().enumerate() {
                let value = if wide {
                    let at = index.wrapping_mul(2);
                    values.get(at..).and_then(|two| two.first_chunk::<2>()).map(|two| u16::from_be_bytes(*two))
                } else {
                    values.get(index).copied().map(u16::from)
                };
                // A step of nothing has no meaning, and some readers divide by it.
                *entry = value.filter(|value| *value > 0).ok_or(PictureError::Broken)?;
            }
            *self.quantization.get_mut(usize::from(head & 15)).ok_or(PictureError::Broken)? = Some(table);
            segment = rest;
        }
        Ok(())
    }

    /// B.2.4.2.
    fn huffman(&mut self, mut segment: &[u8]) -> Result<(), PictureError> {
        while let [head, rest @ ..] = segment {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or(PictureError::Broken)?;
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, rest) = rest.split_at_checked(total).ok_or(PictureError::Broken)?;
            let class = match head.wrapping_shr(4) {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(PictureError::Broken),
            };
            let slot = class.get_mut(usize::from(head & 15)).ok_or(PictureError::Broken)?;
            *slot = Some(Decoder::new(*counts, symbols).ok_or(PictureError::Broken)?);
            segment = rest;
        }
        Ok(())
    }

    /// B.2.2, with room for the coefficients.
    fn start_of_frame(&mut self, code: u8, segment: &[u8], budget: &mut Budget) -> Result<(), PictureError> {
        let [precision, h1, h2, w1, w2, count, components @ ..] = segment else { return Err(PictureError::Broken) };
        let (width, height) = (u16::from_be_bytes([*w1, *w2]), u16::from_be_bytes([*h1, *h2]));
        budget.picture(u64::from(width), u64::from(height))?;
        if *precision != 8 || height == 0 || !matches!(count, 1 | 3 | 4) {
            return Err(PictureError::Unsupported);
        }
        if self.frame.is_some() || width == 0 || components.len() != usize::from(*count).wrapping_mul(3) {
            return Err(PictureError::Broken);
        }
        let components = components.chunks_exact(3).map(component).collect::<Option<Vec<_>>>().ok_or(PictureError::Broken)?;
        let mut frame = Frame { progressive: code == 0xC2, width, height, mcus_wide: 0, mcus_high: 0, components };
        let bytes = frame.lay_out().ok_or(PictureError::Broken)?;
        budget.expand(cost(bytes))?;
        frame.allocate();
        self.frame = Some(frame);
        Ok(())
    }

    /// B.2.3, and the coded data behind it.
    fn scan(&mut self, segment: &[u8], data: &[u8], at: usize) -> Result<usize, PictureError> {
        let frame = self.frame.as_mut().ok_or(PictureError::Broken)?;
        let [count @ 1..=4, rest @ ..] = segment else { return Err(PictureError::Broken) };
        let (selectors, rest) = rest.split_at_checked(usize::from(*count).wrapping_mul(2)).ok_or(PictureError::Broken)?;
        let [first, last, bits] = *rest else { return Err(PictureError::Broken) };
        // What a sequential scan says here has one legal value, and readers ignore it.
        let (first, last, high, low) =
            if frame.progressive { (first, last, bits.wrapping_shr(4), bits & 15) } else { (0, 63, 0, 0) };
        let spectral = if first == 0 { last == 0 } else { *count == 1 && last >= first && last <= 63 };
        if frame.progressive && !spectral || low > 13 {
            return Err(PictureError::Broken);
        }
        let mut components = Vec::new();
        let mut units = 0_usize;
        for selector in selectors.chunks_exact(2) {
            let [id, tables] = *selector else { return Err(PictureError::Broken) };
            let index = frame.components.iter().position(|component| component.id == id).ok_or(PictureError::Broken)?;
            let component = frame.components.get_mut(index).ok_or(PictureError::Broken)?;
            if components.iter().any(|other: &ScanComponent<'_>| other.index == index) {
                return Err(PictureError::Broken);
            }
            if component.quantization.is_none() {
                component.quantization = self.quantization.get(usize::from(component.destination)).copied().flatten();
            }
            units = units.wrapping_add(usize::from(component.across).wrapping_mul(usize::from(component.down)));
            let dc = self.dc.get(usize::from(tables.wrapping_shr(4))).and_then(Option::as_ref);
            let ac = self.ac.get(usize::from(tables & 15)).and_then(Option::as_ref);
            components.push(ScanComponent { index, dc, ac });
        }
        // B.2.3: no more than ten blocks in a coding unit.
        if components.len() > 1 && units > 10 {
            return Err(PictureError::Broken);
        }
        let scan = Scan { components, first, last, high, low, restart: self.restart };
        scan::decode(frame, &scan, data, at)
    }

    fn finish(self) -> Result<Source, PictureError> {
        let frame = self.frame.ok_or(PictureError::Broken)?;
        for component in &frame.components {
            let [dc, ..] = component.known;
            if dc.is_none() || component.quantization.is_none() {
                return Err(PictureError::Broken);
            }
        }
        Ok(Source { frame, jfif: self.jfif, adobe: self.adobe, orientation: self.orientation, findings: self.findings })
    }
}

fn component(entry: &[u8]) -> Option<Component> {
    let [id, sampling, destination] = *entry else { return None };
    let (across, down) = (sampling.wrapping_shr(4), sampling & 15);
    ((1..=4).contains(&across) && (1..=4).contains(&down) && destination < 4).then_some(Component {
        id,
        across,
        down,
        destination,
        quantization: None,
        blocks_wide: 0,
        blocks_high: 0,
        stride: 0,
        blocks: Vec::new(),
        known: [None; 64],
    })
}

impl Frame {
    /// Computes how many blocks there are (A.1.1 and A.2.3) and how many bytes they take.
    fn lay_out(&mut self) -> Option<u64> {
        if let [only] = &mut self.components[..] {
            // With one component its sampling factors mean nothing (A.2.2).
            (only.across, only.down) = (1, 1);
        }
        let most_across = usize::from(self.components.iter().map(|component| component.across).max()?);
        let most_down = usize::from(self.components.iter().map(|component| component.down).max()?);
        let (width, height) = (usize::from(self.width), usize::from(self.height));
        self.mcus_wide = width.div_ceil(most_across.checked_mul(8)?);
        self.mcus_high = height.div_ceil(most_down.checked_mul(8)?);
        let mut bytes = 0_u64;
        for component in &mut self.components {
            let (across, down) = (usize::from(component.across), usize::from(component.down));
            component.blocks_wide = width.checked_mul(across)?.div_ceil(most_across).div_ceil(8);
            component.blocks_high = height.checked_mul(down)?.div_ceil(most_down).div_ceil(8);
            component.stride = self.mcus_wide.checked_mul(across)?;
            let blocks = component.stride.checked_mul(self.mcus_high.checked_mul(down)?)?;
            bytes = bytes.checked_add(u64::try_from(blocks).ok()?.checked_mul(128)?)?;
        }
        Some(bytes)
    }

    fn allocate(&mut self) {
        let high = self.mcus_high;
        for component in &mut self.components {
            let rows = high.saturating_mul(usize::from(component.down));
            component.blocks = vec![[0; 64]; component.stride.saturating_mul(rows)];
        }
    }
}
