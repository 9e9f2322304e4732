//! Where in an item something is: an index path, never a name.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

/// An index path: `/` is the item itself, `/2/0` the first child of its third child.
///
/// Names and subjects are text an attacker wrote, so they never serve as an address.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location(Vec<u32>);

impl Location {
    /// The item itself.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// The child with this index.
    #[must_use]
    pub fn child(&self, index: u32) -> Self {
        let mut path = self.0.clone();
        path.push(index);
        Self(path)
    }

    /// The steps from the item down.
    pub fn steps(&self) -> &[u32] {
        &self.0
    }

    /// Whether this is the item itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts `step` in front: what was relative to a child becomes relative to its parent.
    #[must_use]
    pub fn under(mut self, step: u32) -> Self {
        self.0.insert(0, step);
        self
    }
}

impl From<Vec<u32>> for Location {
    fn from(steps: Vec<u32>) -> Self {
        Self(steps)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("/");
        }
        self.0.iter().try_for_each(|step| write!(f, "/{step}"))
    }
}

/// The text was not an index path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotALocation;

impl fmt::Display for NotALocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an index path such as /2/0")
    }
}

impl std::error::Error for NotALocation {}

impl FromStr for Location {
    type Err = NotALocation;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let path = text.strip_prefix('/').ok_or(NotALocation)?;
        if path.is_empty() {
            return Ok(Self::root());
        }
        let steps = path.split('/').map(|step| step.parse().map_err(|_| NotALocation)).collect::<Result<Vec<u32>, _>>()?;
        if steps.len() > 256 { Err(NotALocation) } else { Ok(Self(steps)) }
    }
}

impl Serialize for Location {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Location {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        for text in ["/", "/0", "/2/0/17"] {
            assert_eq!(text.parse::<Location>().unwrap().to_string(), text);
        }
        for text in ["", "0", "//", "/a", "/-1", "/4294967296"] {
            assert_eq!(text.parse::<Location>(), Err(NotALocation), "{text}");
        }
    }
}
