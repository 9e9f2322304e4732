//! Old formats: what is wanted of a converter, and what one made.
//!
//! The core converts nothing itself. A part in an old format is held (`converter_missing`) and asked for in
//! [`Draft::wanted`](crate::Draft::wanted); whoever has a converter builds the item again with what it made in
//! [`Run::converted`](crate::Run::converted). That is untrusted input like any other: it is identified, built anew and
//! verified.

use sanitizer_verify::{Format, Location, Reason, Untrusted, trust::LoadError};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// Parts of one item that are converted, at most.
pub const MOST: usize = 100;

/// Bytes of the parts of one item that are converted, at most, all together.
pub const MOST_BYTES: u64 = 128 << 20;

/// A part that a converter is wanted for.
#[derive(Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Where it stands.
    pub at: Location,
    /// What it is.
    pub format: Format,
    /// Its bytes as they came in. None for the item itself, which whoever asked has.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wanted({} at {}, {} bytes)", self.format, self.at, self.bytes.len())
    }
}

/// What a converter made, by the place of the part it was made of, or why it made nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Converted(BTreeMap<Location, Result<Arc<[u8]>, Reason>>);

impl Converted {
    /// What was made of the part at `at`; `None` if none was asked.
    pub fn get(&self, at: &Location) -> Option<&Result<Arc<[u8]>, Reason>> {
        self.0.get(at)
    }

    /// Notes what was made of the part at `at`.
    pub fn insert(&mut self, at: Location, made: Result<Arc<[u8]>, Reason>) {
        self.0.insert(at, made);
    }

    /// All of them, by place.
    pub fn iter(&self) -> impl Iterator<Item = (&Location, &Result<Arc<[u8]>, Reason>)> {
        self.0.iter()
    }
}

impl fmt::Debug for Converted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Converted({} parts)", self.0.len())
    }
}

pub(crate) enum Want {
    This(Wanted),
    TooMuch(Reason),
}

/// Asks for the part at `at`, beside those asked for already.
pub(crate) fn want(input: Untrusted<'_>, format: Format, at: &Location, asked: &[Wanted]) -> Result<Want, LoadError> {
    if asked.len() >= MOST {
        return Ok(Want::TooMuch(Reason::CountLimit));
    }
    let others = asked.iter().fold(0_u64, |sum, wanted| sum.saturating_add(wanted.bytes.len() as u64));
    if others.saturating_add(input.size()) > MOST_BYTES {
        return Ok(Want::TooMuch(Reason::SizeLimit));
    }
    let bytes = if at.is_root() { Vec::new() } else { input.prefix(usize::MAX)?.into_owned() };
    Ok(Want::This(Wanted { at: at.clone(), format, bytes }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_bounded_in_number_and_size() {
        let at = Location::from(vec![1]);
        let Ok(Want::This(one)) = want(Untrusted::new(b"old"), Format::Doc, &at, &[]) else { panic!("one is fine") };
        assert_eq!((one.at.clone(), one.bytes.as_slice()), (at.clone(), &b"old"[..]));
        let many = vec![one.clone(); MOST];
        let too_many = want(Untrusted::new(b"old"), Format::Doc, &at, &many);
        assert!(matches!(too_many, Ok(Want::TooMuch(Reason::CountLimit))));
        let large = Wanted { bytes: vec![0; usize::try_from(MOST_BYTES).unwrap() - 2], ..one };
        let too_large = want(Untrusted::new(b"old"), Format::Doc, &at, &[large]);
        assert!(matches!(too_large, Ok(Want::TooMuch(Reason::SizeLimit))));
    }

    #[test]
    fn the_item_itself_is_not_copied() {
        let Ok(Want::This(whole)) = want(Untrusted::new(b"old"), Format::Rtf, &Location::root(), &[]) else { panic!("fine") };
        assert!(whole.bytes.is_empty());
    }
}
