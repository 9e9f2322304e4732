//! Why something is held.

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[doc = $doc:literal])* $variant:ident $code:literal;)*) => {
        /// Why something is held. The codes are stable; the wording for people lives in the core's `report`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Reason { $($(#[doc = $doc])* $variant,)* }

        impl Reason {
            /// Every reason, in the order of the enum.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable code, as in reports, metrics and RFC 9457 problems.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
    };
}

reasons! {
    /// Two readers could see different content.
    Ambiguous "ambiguous";
    /// Damaged, cut off, or not of its own format's form.
    Broken "broken";
    /// The converter could not open it, or did not come to an end.
    ConvertFailed "convert_failed";
    /// The converter this format needs is not installed.
    ConverterMissing "converter_missing";
    /// Too many members, parts or objects.
    CountLimit "count_limit";
    /// Nested too deep.
    DepthLimit "depth_limit";
    /// Something of ours failed.
    Internal "internal";
    /// The worker hit its memory ceiling.
    OutOfMemory "out_of_memory";
    /// Encrypted: a password would be needed.
    PasswordRequired "password_required";
    /// A picture has too many pixels.
    PixelLimit "pixel_limit";
    /// The policy holds this format.
    PolicyHold "policy_hold";
    /// Larger than allowed as it came in.
    SizeLimit "size_limit";
    /// Not done in time.
    Timeout "timeout";
    /// Content and claimed type disagree.
    TypeMismatch "type_mismatch";
    /// A format, or a part of one, that is not handled.
    TypeUnsupported "type_unsupported";
    /// Unpacks to more than allowed.
    UnpackedLimit "unpacked_limit";
    /// Nothing usable is left without the dangerous part.
    UnsafeContentRequired "unsafe_content_required";
    /// The verifier refused what was built.
    VerifyFailed "verify_failed";
    /// The worker ended without an answer.
    WorkerDied "worker_died";
}

impl Reason {
    /// The reason with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.code() == code)
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}
