//! What is done with which format, and within which limits: TOML, versioned, unknown keys refused.

use crate::{formats, report::Language};
use sanitizer_verify::{Format, Limits};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A policy as an operator writes it. Everything has a default; an unknown key is an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Version of this form; only 1 exists.
    pub version: u32,
    /// A name for people.
    pub name: String,
    /// What is done with a format; what is not named is rebuilt or converted if we can and held if not.
    pub treatment: BTreeMap<Format, Treatment>,
    /// Ceilings for one item.
    pub limits: Limits,
    /// Mail.
    pub mail: MailPolicy,
}

/// What is done with a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// Have it converted to the current format of its kind, and build that anew. For old formats alone: see
    /// [`formats::converted_to`].
    Convert,
    /// Hold it.
    Hold,
    /// Build it anew.
    Rebuild,
}

/// Mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailPolicy {
    /// Language of the notice.
    pub notice: Language,
    /// Where a recipient looks up a 受付番号; empty: the notice names no address.
    pub portal_url: String,
    /// The host name that stands in the Received field and in message ids we make. A relay puts its own here.
    pub host: String,
    /// How many Received fields of the way before us are carried over, each cut down to hosts and date; 100 at most. A relay
    /// carries over as many as it counts, or a loop through it would never end.
    pub received: usize,
}

impl Default for MailPolicy {
    fn default() -> Self {
        Self { notice: Language::Ja, portal_url: String::new(), host: "sanitizer.invalid".to_owned(), received: 30 }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            version: 1,
            name: "default".to_owned(),
            treatment: BTreeMap::new(),
            limits: Limits::default(),
            mail: MailPolicy::default(),
        }
    }
}

/// Why a policy was refused. The message is for the operator and shows the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError(String);

impl std::fmt::Display for PolicyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PolicyError {}

impl Policy {
    /// Reads a policy.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        let policy: Self = toml::from_str(text).map_err(|error| PolicyError(error.to_string()))?;
        if policy.version != 1 {
            return Err(PolicyError(format!("policy version {} is not known; this program reads version 1", policy.version)));
        }
        let cannot = policy
            .treatment
            .iter()
            .find(|(format, treatment)| **treatment == Treatment::Convert && formats::converted_to(**format).is_none());
        if let Some((format, _)) = cannot {
            return Err(PolicyError(format!("treatment.{format}: nothing converts this format; say rebuild or hold")));
        }
        Ok(policy)
    }

    /// The treatment of `format`.
    pub fn treatment(&self, format: Format) -> Treatment {
        let usual = if formats::converted_to(format).is_some() { Treatment::Convert } else { Treatment::Rebuild };
        self.treatment.get(&format).copied().unwrap_or(usual)
    }

    /// Name and content hash: two policies with the same id do the same.
    pub fn id(&self) -> String {
        // A struct of maps, strings and numbers always serializes.
        let text = serde_json::to_vec(self).unwrap_or_default();
        let hash = Sha256::digest(text);
        format!("{}-{}", self.name, crate::report::hex(hash.get(..8).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(Policy::from_toml("pass_on_error = true").is_err());
        assert!(Policy::from_toml("[limits]\nmax = 1").is_err());
        assert!(Policy::from_toml("[treatment]\npdf = \"pass\"").is_err());
    }

    #[test]
    fn the_empty_policy_is_the_default() {
        assert_eq!(Policy::from_toml("").unwrap(), Policy::default());
        assert_eq!(Policy::default().treatment(Format::Pdf), Treatment::Rebuild);
        let held = Policy::from_toml("[treatment]\npdf = \"hold\"").unwrap();
        assert_eq!(held.treatment(Format::Pdf), Treatment::Hold);
        assert_ne!(held.id(), Policy::default().id());
    }

    #[test]
    fn old_formats_are_converted_and_nothing_else_can_be() {
        assert_eq!(Policy::default().treatment(Format::Doc), Treatment::Convert);
        assert_eq!(Policy::default().treatment(Format::Ppt), Treatment::Rebuild);
        let held = Policy::from_toml("[treatment]\nxls = \"hold\"\nrtf = \"convert\"").unwrap();
        assert_eq!((held.treatment(Format::Xls), held.treatment(Format::Rtf)), (Treatment::Hold, Treatment::Convert));
        let refused = Policy::from_toml("[treatment]\npdf = \"convert\"").unwrap_err();
        assert!(refused.to_string().contains("treatment.pdf"));
    }
}
