//! Huffman tables: those of the source for reading, optimal ones for writing (T.81, annexes C and K.2).

use super::bits::BitReader;
use crate::syntax::image::PictureError;

/// Codes of up to this length are found in one step.
const FAST: u32 = 9;

/// A table for reading.
#[derive(Clone)]
pub(super) struct Decoder {
    /// For each nine bits the length of the code that starts there and its symbol; length 0: a longer code.
    fast: Vec<(u8, u8)>,
    /// For each length the first code behind those of that length, left-aligned to 16 bits.
    limit: [u32; 17],
    /// For each length what to add to a code to get the index of its symbol.
    offset: [i32; 17],
    symbols: Vec<u8>,
}

impl Decoder {
    /// The table with `counts[i]` codes of `i + 1` bits for these symbols. `None` if there is no such code.
    pub(super) fn new(counts: [u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut table =
            Self { fast: vec![(0, 0); 1_usize.wrapping_shl(FAST)], limit: [0; 17], offset: [0; 17], symbols: symbols.to_vec() };
        let mut code = 0_u32;
        let mut index = 0_usize;
        for (length, count) in (1_u32..).zip(counts) {
            *table.offset.get_mut(length as usize)? = i32::try_from(index).ok()?.checked_sub(i32::try_from(code).ok()?)?;
            for _ in 0..count {
                if code >= 1_u32.wrapping_shl(length) {
                    return None;
                }
                let symbol = *symbols.get(index)?;
                if length <= FAST {
                    let first = code.wrapping_shl(FAST.wrapping_sub(length)) as usize;
                    let last = first.checked_add(1_usize.wrapping_shl(FAST.wrapping_sub(length)))?;
                    table.fast.get_mut(first..last)?.fill((u8::try_from(length).ok()?, symbol));
                }
                index = index.checked_add(1)?;
                code = code.checked_add(1)?;
            }
            *table.limit.get_mut(length as usize)? = code.wrapping_shl(16_u32.wrapping_sub(length));
            code = code.wrapping_shl(1);
        }
        (index == symbols.len()).then_some(table)
    }

    /// The next symbol.
    pub(super) fn symbol(&self, bits: &mut BitReader<'_>) -> Result<u8, PictureError> {
        bits.fill();
        let peek = bits.peek16();
        if let Some((length @ 1.., symbol)) = self.fast.get(usize::from(peek.wrapping_shr(16 - FAST))) {
            bits.skip(u32::from(*length));
            return Ok(*symbol);
        }
        for (length, (limit, offset)) in (0_u32..).zip(self.limit.iter().zip(&self.offset)).skip(FAST.saturating_add(1) as usize)
        {
            if u32::from(peek) < *limit {
                bits.skip(length);
                let code = i32::from(peek.wrapping_shr(16_u32.wrapping_sub(length)));
                let index = usize::try_from(code.saturating_add(*offset)).map_err(|_| PictureError::Broken)?;
                return self.symbols.get(index).copied().ok_or(PictureError::Broken);
            }
        }
        Err(PictureError::Broken)
    }
}

/// How often each symbol is needed.
#[derive(Clone)]
pub(super) struct Frequencies([u32; 256]);

impl Default for Frequencies {
    fn default() -> Self {
        Self([0; 256])
    }
}

impl Frequencies {
    pub(super) fn count(&mut self, symbol: u8) {
        if let Some(count) = self.0.get_mut(usize::from(symbol)) {
            *count = count.saturating_add(1);
        }
    }
}

/// A table for writing.
#[derive(Clone)]
pub(super) struct Encoder {
    /// How many codes of each length there are.
    pub(super) counts: [u8; 16],
    /// Their symbols, in the order of their codes.
    pub(super) symbols: Vec<u8>,
    /// Code and length for each symbol; length 0: none.
    codes: Vec<(u16, u8)>,
}

impl Encoder {
    /// The optimal table for these frequencies with no code longer than 16 bits and none of all ones (K.2).
    pub(super) fn optimal(frequencies: &Frequencies) -> Self {
        let sizes = code_sizes(frequencies);
        let counts = counts(&sizes);
        let mut sorted: Vec<(u32, u8)> = sizes.iter().copied().zip(0_u8..=255).filter(|(size, _)| *size > 0).collect();
        sorted.sort_unstable();
        let symbols: Vec<u8> = sorted.iter().map(|(_, symbol)| *symbol).collect();
        let mut codes = vec![(0, 0); 256];
        let mut remaining = symbols.iter();
        let mut code = 0_u16;
        for (length, count) in (1_u8..).zip(counts) {
            for symbol in remaining.by_ref().take(usize::from(count)) {
                if let Some(slot) = codes.get_mut(usize::from(*symbol)) {
                    *slot = (code, length);
                }
                code = code.wrapping_add(1);
            }
            code = code.wrapping_shl(1);
        }
        Self { counts, symbols, codes }
    }

    /// Code and length of `symbol`, which was counted.
    pub(super) fn code(&self, symbol: u8) -> (u32, u32) {
        self.codes.get(usize::from(symbol)).map_or((0, 0), |(code, length)| (u32::from(*code), u32::from(*length)))
    }
}

/// Figure K.1: joins the two rarest trees until one is left, and gives the depth of each symbol. Symbol 256 keeps the
/// code of all ones free.
fn code_sizes(frequencies: &Frequencies) -> [u32; 257] {
    let mut trees: Vec<(u64, usize, Vec<usize>)> = frequencies
        .0
        .iter()
        .copied()
        .chain([1])
        .enumerate()
        .filter(|(_, count)| *count > 0)
        .map(|(symbol, count)| (u64::from(count), symbol, vec![symbol]))
        .collect();
    let mut sizes = [0; 257];
    // The rarest stand last; of two as rare, the one with the larger symbol, so that 256 gets one of the longest codes.
    trees.sort_unstable_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
    while let (Some(mut first), Some(second)) = (trees.pop(), trees.pop()) {
        first.2.extend(second.2);
        for symbol in &first.2 {
            if let Some(size) = sizes.get_mut(*symbol) {
                *size = u32::saturating_add(*size, 1);
            }
        }
        if trees.is_empty() {
            break;
        }
        let joined = (first.0.saturating_add(second.0), first.1.max(second.1), first.2);
        let at = trees.partition_point(|tree| (tree.0, joined.1) >= (joined.0, tree.1));
        trees.insert(at, joined);
    }
    sizes
}

/// Figures K.2 and K.3: how many codes of each length there are, after those over 16 bits were shortened and the
/// reserved one was taken away.
#[expect(clippy::indexing_slicing, reason = "all indexes are between 1 and 63, whatever the sizes are")]
fn counts(sizes: &[u32; 257]) -> [u8; 16] {
    let mut bits = [0_u32; 64];
    for size in sizes.iter().filter(|size| **size > 0) {
        let count = &mut bits[(*size as usize).min(63)];
        *count = count.saturating_add(1);
    }
    for long in (17..64_usize).rev() {
        while bits[long] > 0 {
            let Some(short) = (1..long.saturating_sub(1)).rev().find(|short| bits[*short] > 0) else { break };
            bits[long] = bits[long].saturating_sub(2);
            bits[long.saturating_sub(1)] = bits[long.saturating_sub(1)].saturating_add(1);
            bits[short.saturating_add(1)] = bits[short.saturating_add(1)].saturating_add(2);
            bits[short] = bits[short].saturating_sub(1);
        }
    }
    if let Some(longest) = (1..17_usize).rev().find(|length| bits[*length] > 0) {
        bits[longest] = bits[longest].saturating_sub(1);
    }
    let mut counts = [0; 16];
    for (count, of_length) in counts.iter_mut().zip(bits.iter().skip(1)) {
        *count = u8::try_from(*of_length).unwrap_or(u8::MAX);
    }
    counts
}
