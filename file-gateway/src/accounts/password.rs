//! Passwords: argon2id at rest, and a generator for those nobody wants to think up.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use std::sync::OnceLock;

/// A password that may be set: 12 characters or more, not absurdly long. Never printed by `Debug`.
#[derive(Clone)]
pub struct Password(String);

/// Why a password was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Could not be hashed.
    #[error("the password could not be hashed")]
    Hash,
    /// Longer than [`Password::MAX_BYTES`].
    #[error("the password is longer than 256 bytes")]
    Long,
    /// Shorter than [`Password::MIN_CHARS`].
    #[error("the password is shorter than 12 characters")]
    Short,
}

impl Password {
    /// Fewer characters than this are refused (NIST SP 800-63B asks for 8 at least; there is no second factor yet).
    pub const MIN_CHARS: usize = 12;

    /// More than this would only feed the hash function work.
    pub const MAX_BYTES: usize = 256;

    /// Letters and digits that no two people read differently: 32 of them, five bits each.
    const ALPHABET: &'static [u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";

    /// Takes what someone typed.
    pub fn new(typed: String) -> Result<Self, PasswordError> {
        if typed.len() > Self::MAX_BYTES {
            return Err(PasswordError::Long);
        }
        if typed.chars().count() < Self::MIN_CHARS {
            return Err(PasswordError::Short);
        }
        Ok(Self(typed))
    }

    /// Makes one of 100 random bits.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0u8; 20];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes.iter().filter_map(|byte| Self::ALPHABET.get(usize::from(byte % 32)).copied().map(char::from)).collect()))
    }

    /// The password, to be shown once to the person it is for.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The argon2id hash in PHC form, with the crate's defaults (19 MiB, 2 passes), which are OWASP's.
    pub(super) fn hash(&self) -> Result<String, PasswordError> {
        let hash = Argon2::default().hash_password(self.0.as_bytes()).map_err(|_| PasswordError::Hash)?;
        Ok(hash.to_string())
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Whether `typed` fits the hash. Without a hash one of nothing is checked, so that the time taken does not tell which
/// names exist.
pub(super) fn verify(hash: Option<&str>, typed: &str) -> bool {
    static NOBODY: OnceLock<String> = OnceLock::new();
    if typed.len() > Password::MAX_BYTES {
        return false;
    }
    let nobody = || NOBODY.get_or_init(|| Password(String::from("nobody has this one")).hash().unwrap_or_default());
    let known = hash.is_some();
    let Ok(hash) = PasswordHash::new(hash.unwrap_or_else(|| nobody())) else { return false };
    Argon2::default().verify_password(typed.as_bytes(), &hash).is_ok() && known
}
