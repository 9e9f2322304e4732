//! The one place of this crate that makes a `Clean`: from bytes the parent holds and a verify child's receipt.

use crate::job::Built;
use sanitizer_verify::{Accept, Clean, trust};

/// A `Clean` of `bytes` if the receipt is about exactly them, read as what they were built as, under this policy.
#[expect(clippy::disallowed_methods, reason = "one of the two files that may: see clippy.toml")]
pub(crate) fn clean(bytes: Vec<u8>, built: Built, policy: &str, receipt: &Accept) -> Option<Clean> {
    let same = receipt.format == built.format && receipt.policy == policy && receipt.version == trust::VERSION;
    if !same {
        return None;
    }
    trust::attest(bytes, receipt).ok()
}
