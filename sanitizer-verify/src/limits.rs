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

    /// What a part and all within it may always decode to, however small it is.
    pub const PART_FLOOR: u64 = 64 * 1024 * 1024;
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
    /// One for each level that was entered: what the counts above may come to within it.
    shares: Vec<Share>,
}

/// What the counts of a [`Budget`] may come to.
#[derive(Clone, Copy, Debug)]
struct Share {
    expanded: u64,
    entries: u64,
    objects: u64,
}

impl Budget {
    /// A full budget.
    pub fn new(limits: &Limits) -> Self {
        Self { limits: limits.clone(), expanded: 0, entries: 0, objects: 0, shares: Vec::new() }
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
        let share = self.share();
        charge(&mut self.expanded, bytes, share.expanded).ok_or(Exceeded::Expanded)
    }

    /// How many bytes may still be decoded: the cap to hand to a decoder.
    pub fn expandable(&self) -> u64 {
        self.share().expanded.saturating_sub(self.expanded)
    }

    /// How many bytes a stream of `compressed` bytes may decode to: the smaller of what is left and of the ratio.
    pub fn expandable_from(&self, compressed: u64) -> u64 {
        let by_ratio = compressed.saturating_mul(self.limits.ratio).max(Limits::RATIO_FLOOR);
        self.expandable().min(by_ratio)
    }

    /// Charges `count` members, parts or attachments.
    pub fn entries(&mut self, count: u64) -> Result<(), Exceeded> {
        let share = self.share();
        charge(&mut self.entries, count, share.entries).ok_or(Exceeded::Entries)
    }

    /// Charges `count` objects of a structured format.
    pub fn objects(&mut self, count: u64) -> Result<(), Exceeded> {
        let share = self.share();
        charge(&mut self.objects, count, share.objects).ok_or(Exceeded::Objects)
    }

    /// Checks the size of one picture, before anything is allocated for it.
    pub fn picture(&self, width: u64, height: u64) -> Result<(), Exceeded> {
        if width.saturating_mul(height) > self.limits.pixels { Err(Exceeded::Pixels) } else { Ok(()) }
    }

    /// Goes one nesting level deeper; [`Budget::leave`] comes back.
    pub fn enter(&mut self) -> Result<(), Exceeded> {
        self.enter_share(self.share())
    }

    /// The same for a part of `bytes` bytes that has neighbours: it may not use up what is left for them.
    ///
    /// All within it together may decode to twice what the ratio allows one stream, which no ordinary file comes near
    /// and every bomb within bombs does, and it never gets more than fifteen of sixteen parts of what is left.
    pub fn enter_part(&mut self, bytes: u64) -> Result<(), Exceeded> {
        let whole = self.share();
        let most = |spent: u64, ceiling: u64| {
            let left = ceiling.saturating_sub(spent);
            left.saturating_sub(left.div_euclid(16))
        };
        let by_ratio = bytes.saturating_mul(self.limits.ratio).saturating_mul(2).max(Limits::PART_FLOOR);
        self.enter_share(Share {
            expanded: self.expanded.saturating_add(most(self.expanded, whole.expanded).min(by_ratio)),
            entries: self.entries.saturating_add(most(self.entries, whole.entries)),
            objects: self.objects.saturating_add(most(self.objects, whole.objects)),
        })
    }

    /// Whether what is looked at is the item itself and no part of it.
    pub fn is_outermost(&self) -> bool {
        self.shares.len() <= 1
    }

    /// Comes back from the level that was entered last.
    pub fn leave(&mut self) {
        self.shares.pop();
    }

    fn enter_share(&mut self, share: Share) -> Result<(), Exceeded> {
        if self.shares.len() as u64 >= u64::from(self.limits.depth) {
            return Err(Exceeded::Depth);
        }
        self.shares.push(share);
        Ok(())
    }

    fn share(&self) -> Share {
        let Limits { expanded_bytes: expanded, entries, objects, .. } = self.limits;
        self.shares.last().copied().unwrap_or(Share { expanded, entries, objects })
    }
}

/// Adds `more` up to `ceiling`; what goes beyond is not done and not counted.
fn charge(spent: &mut u64, more: u64, ceiling: u64) -> Option<()> {
    let sum = spent.saturating_add(more);
    *spent = sum.min(ceiling);
    (sum <= ceiling).then_some(())
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
    fn a_part_leaves_something_for_its_neighbours() {
        let mut budget = Budget::new(&Limits { entries: 160, ..Limits::default() });
        budget.enter().unwrap();
        for _ in 0..8 {
            budget.enter_part(9000).unwrap();
            assert_eq!(budget.expandable(), Limits::PART_FLOOR);
            // A bomb in the bomb takes what it can get, and so does the rest of the outer one.
            budget.enter_part(9000).unwrap();
            assert_eq!(budget.expand(1 << 40), Err(Exceeded::Expanded));
            budget.leave();
            assert_eq!(budget.expand(1 << 40), Err(Exceeded::Expanded));
            budget.leave();
        }
        assert_eq!(budget.expandable(), 8 * Limits::PART_FLOOR);
        budget.enter_part(1 << 30).unwrap();
        assert_eq!(budget.entries(151), Err(Exceeded::Entries));
        budget.leave();
        assert_eq!(budget.entries(10), Ok(()));
        assert_eq!(budget.entries(1), Err(Exceeded::Entries));
    }

    #[test]
    fn a_small_stream_may_always_reach_the_floor() {
        let budget = Budget::new(&Limits::default());
        assert_eq!(budget.expandable_from(10), Limits::RATIO_FLOOR);
        assert_eq!(budget.expandable_from(1 << 20), 1000 << 20);
        assert_eq!(budget.expandable_from(1 << 30), 1 << 30);
    }
}
