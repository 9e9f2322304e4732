//! The table of ambiguities: what makes readers see different parts, bytes or types, and what is held for it.

use crate::report::kinds::MailFinding;
use sanitizer_verify::Reason;

/// How far a doubt reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The borders of the part itself are certain: only it is held.
    Part,
    /// Where the part ends is uncertain, or what its header is: everything around it is held.
    Around,
}

macro_rules! doubts {
    ($($(#[doc = $doc:literal])* $variant:ident $reach:ident $reason:ident;)*) => {
        /// Why readers could see different content in a part. Each has a [`MailFinding`] of the same name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Doubt { $($(#[doc = $doc])* $variant,)* }

        impl Doubt {
            /// The table.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// How far it reaches.
            pub const fn reach(self) -> Reach {
                match self { $(Self::$variant => Reach::$reach,)* }
            }

            /// The reason it is held with.
            pub const fn reason(self) -> Reason {
                match self { $(Self::$variant => Reason::$reason,)* }
            }

            /// What the report calls it.
            pub const fn finding(self) -> MailFinding {
                match self { $(Self::$variant => MailFinding::$variant,)* }
            }
        }
    };
}

// Sources: RFC 2045, 2046, 2231, 5322; draft-chen-email-mime-ambiguity-defense-00; noxxi.de "mime is broken" families.
doubts! {
    /// A delimiter again after the closing one: some readers go on, some stop (RFC 2046, 5.1.1).
    AfterEnd Part Ambiguous;
    /// Base64 with other characters in it, with padding in the middle or a group of one (RFC 2045, 6.8).
    Base64Junk Part Ambiguous;
    /// A boundary that is missing, empty, too long, doubled, in RFC 2231 form, with escapes or with a comment near it.
    BoundaryForm Part Ambiguous;
    /// A line that starts with a boundary and goes on: a delimiter to readers that compare prefixes.
    BoundaryPrefix Part Ambiguous;
    /// No closing delimiter: cut off, or more was to come (RFC 2046, 5.1.1).
    BoundaryUnclosed Part Broken;
    /// A multipart in which its delimiter never stands: text to some, nothing to others.
    BoundaryUnused Part Ambiguous;
    /// A CR without LF: a line end to some readers (RFC 5322, 2.2).
    BareCr Part Ambiguous;
    /// Two different charsets declared for one text.
    CharsetConflict Part Ambiguous;
    /// Two Content-Disposition fields that differ.
    DispositionConflict Part Ambiguous;
    /// Two Content-Transfer-Encoding fields that differ.
    EncodingConflict Part Ambiguous;
    /// Base64 or quoted-printable around a multipart or a message, which RFC 2045, 6.4 forbids and readers undo or not.
    EncodingOnContainer Part Ambiguous;
    /// An encoding nobody knows, or a known one with a comment or anything else beside it.
    EncodingUnknown Part Ambiguous;
    /// message/external-body: the content is elsewhere (RFC 2046, 5.2.3).
    ExternalBody Part Ambiguous;
    /// A header line that is neither a field nor a continuation: the body starts here for some readers.
    HeaderForm Around Ambiguous;
    /// The header stops in the middle of a line.
    HeaderUnfinished Around Broken;
    /// Bare LF around a delimiter or in the header where the other lines end in CRLF.
    MixedLineEnds Around Ambiguous;
    /// NUL, at which some readers stop (RFC 5322, 4).
    Nul Part Ambiguous;
    /// message/partial: a piece, put together by the reader (RFC 2046, 5.2.2).
    Partial Part Ambiguous;
    /// A quoted-printable file with an escape that is none (RFC 2045, 6.7).
    QuotedPrintableJunk Part Ambiguous;
    /// Another reader splits the message elsewhere.
    ReadersDisagree Around Ambiguous;
    /// Two Content-Type fields that differ, or one that could be a multipart and something else.
    TypeConflict Part Ambiguous;
    /// UTF-7, in which ASCII letters hide markup and line ends.
    Utf7 Part Ambiguous;
}
