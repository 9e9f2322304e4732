//! Configured ceilings, and what is left of them.
//!
//! One [`Budget`] is shared by every nesting level of one item. It counts work (bytes, entries, depth, objects,
//! pixels) and never time: only the parent of a worker kills on wall time.

use crate::Reason;
use serde::{Deserialize, Serialize};

/// Ceilings for one item with everything nested in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Size of the item as it came in, in bytes.
    pub input_bytes: u64,
    /// Sum of everything that was decoded, at every level, in bytes.
    pub expanded_bytes: u64,
    /// Decoded bytes for each byte of compressed input; counts only after [`Limits::RATIO_FLOOR`] bytes came out.
    pub ratio: u64,
    /// Members, parts and attachments at all levels together.
    pub entries: u64,
    /// Nesting: archives in archives, mails in mails.
    pub depth: u32,
    /// Objects of structured formats: PDF objects, XML elements, header fields.
    pub objects: u64,
    /// Pixels of one picture.
    pub pixels: u64,
}

impl Limits {
    /// A ratio counts only after this many decoded bytes, so that a blank scan is no bomb.
    pub const RATIO_FLOOR: u64 = 10 * 1024 * 1024;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            input_bytes: 500_000_000,
            expanded_bytes: 1 << 30,
            ratio: 1000,
            entries: 10_000,
            depth: 16,
            objects: 20_000_000,
            pixels: 100_000_000,
        }
    }
}

/// Which ceiling was hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exceeded {
    /// [`Limits::depth`].
    Depth,
    /// [`Limits::entries`].
    Entries,
    /// [`Limits::expanded_bytes`] or [`Limits::ratio`].
    Expanded,
    /// [`Limits::input_bytes`].
    Input,
    /// [`Limits::objects`].
    Objects,
    /// [`Limits::pixels`].
    Pixels,
}

impl From<Exceeded> for Reason {
    fn from(exceeded: Exceeded) -> Self {
        match exceeded {
            Exceeded::Depth => Self::DepthLimit,
            Exceeded::Entries | Exceeded::Objects => Self::CountLimit,
            Exceeded::Expanded => Self::UnpackedLimit,
            Exceeded::Input => Self::SizeLimit,
            Exceeded::Pixels => Self::PixelLimit,
        }
    }
}

/// What is left of the [`Limits`] of one item.
#[derive(Clone, Debug)]
pub struct Budget {
    limits: Limits,
    expanded: u64,
    entries: u64,
    objects: u64,
    depth: u32,
}

impl Budget {
    /// A full budget.
    pub fn new(limits: &Limits) -> Self {
        Self { limits: limits.clone(), expanded: 0, entries: 0, objects: 0, depth: 0 }
    }

    /// The ceilings this budget started from.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Checks the size of the whole item.
    pub fn input(&self, bytes: u64) -> Result<(), Exceeded> {
        if bytes > self.limits.input_bytes { Err(Exceeded::Input) } else { Ok(()) }
    }

    /// Charges `bytes` that were, or are about to be, decoded.
    pub fn expand(&mut self, bytes: u64) -> Result<(), Exceeded> {
        self.expanded = self.expanded.saturating_add(bytes);
        if self.expanded > self.limits.expanded_bytes { Err(Exceeded::Expanded) } else { Ok(()) }
    }

    /// How many bytes may still be decoded: the cap to hand to a decoder.
    pub fn expandable(&self) -> u64 {
        self.limits.expanded_bytes.saturating_sub(self.expanded)
    }

    /// How many bytes a stream of `compressed` bytes may decode to: the smaller of what is left and of the ratio.
    pub fn expandable_from(&self, compressed: u64) -> u64 {
        let by_ratio = compressed.saturating_mul(self.limits.ratio).max(Limits::RATIO_FLOOR);
        self.expandable().min(by_ratio)
    }

    /// Charges `count` members, parts or attachments.
    pub fn entries(&mut self, count: u64) -> Result<(), Exceeded> {
        self.entries = self.entries.saturating_add(count);
        if self.entries > self.limits.entries { Err(Exceeded::Entries) } else { Ok(()) }
    }

    /// Charges `count` objects of a structured format.
    pub fn objects(&mut self, count: u64) -> Result<(), Exceeded> {
        self.objects = self.objects.saturating_add(count);
        if self.objects > self.limits.objects { Err(Exceeded::Objects) } else { Ok(()) }
    }

    /// Checks the size of one picture, before anything is allocated for it.
    pub fn picture(&self, width: u64, height: u64) -> Result<(), Exceeded> {
        if width.saturating_mul(height) > self.limits.pixels { Err(Exceeded::Pixels) } else { Ok(()) }
    }

    /// Goes one nesting level deeper; [`Budget::leave`] comes back.
    pub fn enter(&mut self) -> Result<(), Exceeded> {
        if self.depth >= self.limits.depth {
            return Err(Exceeded::Depth);
        }
        self.depth = self.depth.saturating_add(1);
        Ok(())
    }

    /// Comes back from the level [`Budget::enter`] went to.
    pub fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ceiling_refuses_one_more() {
        let limits =
            Limits { expanded_bytes: 10, entries: 2, objects: 3, depth: 1, pixels: 100, input_bytes: 5, ..Limits::default() };
        let mut budget = Budget::new(&limits);
        assert_eq!(budget.expand(10), Ok(()));
        assert_eq!(budget.expand(1), Err(Exceeded::Expanded));
        assert_eq!(budget.entries(3), Err(Exceeded::Entries));
        assert_eq!(budget.objects(4), Err(Exceeded::Objects));
        assert_eq!(budget.enter(), Ok(()));
        assert_eq!(budget.enter(), Err(Exceeded::Depth));
        assert_eq!(budget.picture(101, 1), Err(Exceeded::Pixels));
        assert_eq!(budget.picture(u64::MAX, 2), Err(Exceeded::Pixels));
        assert_eq!(budget.input(6), Err(Exceeded::Input));
    }

    #[test]
    fn a_small_stream_may_always_reach_the_floor() {
        let budget = Budget::new(&Limits::default());
        assert_eq!(budget.expandable_from(10), Limits::RATIO_FLOOR);
        assert_eq!(budget.expandable_from(1 << 20), 1000 << 20);
        assert_eq!(budget.expandable_from(1 << 30), 1 << 30);
    }
}
