//! Random secrets, how they are kept, and how they are compared.

use sanitizer_core::report::hex;
use sha2::{Digest as _, Sha256};

/// 256 random bits in hexadecimal.
pub(crate) fn random_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// 128 random bits in hexadecimal.
pub(crate) fn random_id() -> Result<String, getrandom::Error> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// How a secret of enough random bits is kept at rest: no salt or slow hash is needed for 256 of them.
pub(crate) fn sha256(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// Compares what was sent with what was expected. Over hashes, so that the time taken tells nothing about the secret.
pub(crate) fn same(sent: &str, expected: &str) -> bool {
    sha256(sent.as_bytes()) == sha256(expected.as_bytes())
}
