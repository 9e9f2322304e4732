//! What content is. The content decides; the claim is only compared.

mod cfb;
mod container;
mod magic;
mod names;
#[cfg(test)]
mod tests;
mod text;

use sanitizer_verify::{Format, Reason, Untrusted, trust::LoadError};

/// What the sender says a part is. Nothing here is believed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Claim<'a> {
    /// File name, decoded, as it came.
    pub name: Option<&'a str>,
    /// Media type with parameters, as declared (for example `text/plain; charset=iso-2022-jp`).
    pub media_type: Option<&'a str>,
    /// Where the part stands.
    pub role: Role,
}

/// Where a part stands, which limits what it may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// An attachment of a mail.
    Attachment,
    /// The item itself, a file.
    #[default]
    File,
    /// A member of an archive.
    Member,
    /// The item itself, or a nested one, that is a message by its place (SMTP, message/rfc822): never guessed.
    Message,
    /// A picture inside a document.
    Picture,
}

impl Role {
    /// Whether a part of `format` may stand here.
    pub fn accepts(self, format: Format) -> bool {
        match self {
            Self::Picture => matches!(format, Format::Jpeg | Format::Png | Format::Gif),
            Self::Message => format == Format::Mail,
            Self::Attachment | Self::File | Self::Member => true,
        }
    }
}

/// What identification found.
#[derive(Clone, Copy, Debug)]
pub struct Identified {
    /// What the content is.
    pub format: Format,
    /// Whether the claim disagrees.
    pub mismatch: Option<Mismatch>,
}

/// The claim disagrees with the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Whether the disagreement is one to hold for: across families, not a JPEG that is named `.png`.
    pub holds: bool,
}

/// Identifies a part by its content.
pub fn identify(input: Untrusted<'_>, claim: &Claim<'_>) -> Result<Identified, LoadError> {
    if claim.role == Role::Message {
        return Ok(Identified { format: Format::Mail, mismatch: None });
    }
    let format = magic::identify(input, claim)?;
    Ok(Identified { format, mismatch: names::mismatch(format, claim) })
}

/// What a document of an old format has that a conversion loses or fails for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Old {
    /// Macros.
    pub macros: bool,
    /// Encryption; where it is by a password that everybody knows, a converter opens it all the same.
    pub encrypted: bool,
}

/// Looks at a document of an old format from outside; what cannot be told is not there.
pub(crate) fn old(input: Untrusted<'_>, format: Format) -> Result<Old, LoadError> {
    match format {
        Format::Doc | Format::Xls => cfb::old(input),
        Format::Ods | Format::Odt => container::old(input),
        _ => Ok(Old { macros: false, encrypted: false }),
    }
}

/// Why a format without a disarm is held.
pub fn unhandled_reason(format: Format) -> Reason {
    match format {
        Format::Empty => Reason::Broken,
        Format::EncryptedOoxml => Reason::PasswordRequired,
        _ => Reason::TypeUnsupported,
    }
}
