//! What can be found: closed enums, one a family, each with a stable code and its wording in Japanese and English.
//!
//! A code is `family.name`, for example `pdf.javascript`. Codes are never reused for something else.

mod core;
mod ics;
mod image;
mod mail;
mod ooxml;
mod outlook;
mod pdf;
mod text;
mod vcf;
mod xlsx;
mod zip;

pub use self::{
    core::CoreFinding, ics::IcsFinding, image::ImageFinding, mail::MailFinding, ooxml::OoxmlFinding, outlook::OutlookFinding,
    pdf::PdfFinding, text::TextFinding, vcf::VcfFinding, xlsx::XlsxFinding, zip::ZipFinding,
};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::borrow::Cow;

/// Declares a family of findings: `Variant "name", "日本語", "English";`, alphabetical by variant.
macro_rules! family {
    ($(#[doc = $family_doc:literal])* $family:ident $prefix:literal { $($(#[doc = $doc:literal])* $variant:ident $name:literal, $ja:literal, $en:literal;)* }) => {
        $(#[doc = $family_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $family { $($(#[doc = $doc])* $variant,)* }

        impl $family {
            /// Every kind of the family.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => concat!($prefix, ".", $name),)* }
            }

            /// What it is, in words for a clerk.
            pub const fn wording(self) -> $crate::report::Wording {
                match self { $(Self::$variant => $crate::report::Wording { ja: $ja, en: $en },)* }
            }
        }

        impl From<$family> for $crate::report::FindingKind {
            fn from(kind: $family) -> Self {
                Self::$family(kind)
            }
        }
    };
}
use family;

macro_rules! kinds {
    ($($family:ident)*) => {
        /// A kind of finding, of any family.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FindingKind { $(#[doc = "One of this family."] $family($family),)* }

        impl FindingKind {
            /// Every kind there is.
            pub fn all() -> impl Iterator<Item = Self> {
                std::iter::empty()$(.chain($family::ALL.iter().copied().map(Self::$family)))*
            }

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$family(kind) => kind.code(),)* }
            }

            /// What it is, in words for a clerk.
            pub const fn wording(self) -> crate::report::Wording {
                match self { $(Self::$family(kind) => kind.wording(),)* }
            }
        }
    };
}

kinds! { CoreFinding IcsFinding ImageFinding MailFinding OoxmlFinding OutlookFinding PdfFinding TextFinding VcfFinding XlsxFinding ZipFinding }

impl FindingKind {
    /// The kind with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|kind| kind.code() == code)
    }
}

impl Serialize for FindingKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for FindingKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        // The text may come from a hostile worker: it is not repeated in the error.
        Self::from_code(&code).ok_or_else(|| D::Error::custom("unknown finding code"))
    }
}

impl JsonSchema for FindingKind {
    fn schema_name() -> Cow<'static, str> {
        "FindingKind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let codes: Vec<_> = Self::all().map(Self::code).collect();
        schemars::json_schema!({ "type": "string", "enum": codes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_found_again() {
        let mut seen = std::collections::BTreeSet::new();
        for kind in FindingKind::all() {
            assert!(seen.insert(kind.code()), "{} twice", kind.code());
            assert_eq!(FindingKind::from_code(kind.code()), Some(kind));
            assert!(!kind.wording().ja.is_empty() && !kind.wording().en.is_empty());
        }
    }
}
