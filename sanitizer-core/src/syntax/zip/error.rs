//! What an archive is refused for: the list of ways in which readers of ZIP see different things.

use sanitizer_verify::{Exceeded, Reason};

/// Why an archive, or one entry of it, is refused.
///
/// The letters are the classes of Ye et al., "My ZIP isn't your ZIP" (USENIX Security 2025).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZipError {
    /// A4: a name says directory, the data or the attributes say file.
    DirectoryOrFile,
    /// C4: the directory does not stand where the end record says.
    DirectoryOffset,
    /// The directory itself is encrypted (APPNOTE 7.3), so that not even names can be read.
    DirectoryEncrypted,
    /// C3: the directory holds another number of entries than the end record says.
    Count,
    /// The data does not decode, or not to what its checksum says.
    Data,
    /// A2: the data descriptor says something else than the directory.
    Descriptor,
    /// B1: two entries of one name.
    DuplicateName,
    /// The entry is encrypted: a password would be needed.
    Encrypted,
    /// A5: one header says encrypted, the other does not.
    EncryptionBit,
    /// C2: more than one end record could be meant.
    EndRecord,
    /// Over the budget.
    Exceeded(Exceeded),
    /// An extra field runs over its end, or one that counts stands there twice.
    ExtraField,
    /// C1: bytes that belong to no entry: before, between or behind them, or a hidden entry.
    Gap,
    /// The entry's compression method is not handled.
    Method,
    /// A1: local header and directory name different methods.
    MethodDiffers,
    /// One volume of several.
    MultiVolume,
    /// A3: local header, directory and Unicode Path field name different files.
    NameDiffers,
    /// There is no end record at all.
    NotZip,
    /// C1: two entries share bytes.
    Overlap,
    /// The second reader, the `zip` crate, sees another archive.
    SecondReader,
    /// A2: local header and directory give different sizes or checksums, or the data has another size.
    Size,
    /// A header runs over the end.
    Truncated,
    /// C5: ZIP64 and ordinary records disagree.
    Zip64,
}

impl ZipError {
    /// Why whatever it concerns is held.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Data | Self::NotZip | Self::Truncated => Reason::Broken,
            Self::DirectoryEncrypted | Self::Encrypted => Reason::PasswordRequired,
            Self::Exceeded(Exceeded::Depth) => Reason::DepthLimit,
            Self::Exceeded(Exceeded::Entries | Exceeded::Objects) => Reason::CountLimit,
            Self::Exceeded(Exceeded::Expanded) => Reason::UnpackedLimit,
            Self::Exceeded(Exceeded::Input) => Reason::SizeLimit,
            Self::Exceeded(Exceeded::Pixels) => Reason::PixelLimit,
            Self::Method | Self::MultiVolume => Reason::TypeUnsupported,
            Self::Count
            | Self::Descriptor
            | Self::DirectoryOffset
            | Self::DirectoryOrFile
            | Self::DuplicateName
            | Self::EncryptionBit
            | Self::EndRecord
            | Self::ExtraField
            | Self::Gap
            | Self::MethodDiffers
            | Self::NameDiffers
            | Self::Overlap
            | Self::SecondReader
            | Self::Size
            | Self::Zip64 => Reason::Ambiguous,
        }
    }
}

impl From<Exceeded> for ZipError {
    fn from(exceeded: Exceeded) -> Self {
        Self::Exceeded(exceeded)
    }
}

impl std::fmt::Display for ZipError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for ZipError {}
