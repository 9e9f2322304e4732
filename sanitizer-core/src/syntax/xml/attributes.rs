//! Attributes of a start tag (XML 1.0, 3.1; Namespaces in XML 1.0, 6).

use super::{Ns, XmlError, names, text};
use std::borrow::Cow;

/// No element of any Office document has as many.
const MAX: usize = 512;

/// An attribute. Declarations of namespaces are not among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute<'d> {
    /// Its namespace; [`Ns::None`] without a prefix.
    pub ns: Ns,
    /// Its local name.
    pub local: &'d str,
    /// Its value, decoded.
    pub value: Cow<'d, str>,
}

/// An attribute before its prefix is resolved.
pub(super) struct Raw<'d> {
    pub(super) prefix: &'d str,
    pub(super) local: &'d str,
    pub(super) value: Cow<'d, str>,
}

/// Splits what follows the name in a start tag.
pub(super) fn split(raw: &str) -> Result<Vec<Raw<'_>>, XmlError> {
    let mut attributes: Vec<Raw<'_>> = Vec::new();
    let mut rest = raw;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        if trimmed.is_empty() {
            return Ok(attributes);
        }
        if trimmed.len() == rest.len() {
            // No white space before it.
            return Err(XmlError::WellFormedness);
        }
        if attributes.len() >= MAX {
            return Err(XmlError::Bomb);
        }
        let (name, after) = trimmed.split_once('=').ok_or(XmlError::WellFormedness)?;
        let (prefix, local) = names::split(name.trim_end_matches([' ', '\t', '\r', '\n']))?;
        let after = after.trim_start_matches([' ', '\t', '\r', '\n']);
        let (value, next) = match after.strip_prefix('"') {
            Some(value) => value.split_once('"'),
            None => after.strip_prefix('\'').and_then(|value| value.split_once('\'')),
        }
        .ok_or(XmlError::WellFormedness)?;
        attributes.push(Raw { prefix, local, value: text::attribute(value)? });
        rest = next;
    }
}

/// Whether one stands there twice, by name or by namespace and local name.
pub(super) fn has_duplicate(attributes: &[Attribute<'_>]) -> bool {
    let same = |one: &Attribute<'_>, other: &Attribute<'_>| one.local == other.local && one.ns == other.ns;
    attributes
        .iter()
        .enumerate()
        .any(|(index, one)| one.ns != Ns::Other && attributes.iter().skip(index.saturating_add(1)).any(|other| same(one, other)))
}
