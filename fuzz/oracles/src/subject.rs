//! What the oracles ask: how an item is built anew, and how what was built is read again.

use crate::run;
use sanitizer_core::{Claim, Draft, Policy, rebuild};
use sanitizer_verify::{Format, Limits, Rebuilt, Untrusted, verify};

/// Builds items anew and reads them again.
pub trait Subject {
    /// What the disarm child does.
    fn rebuild(&self, bytes: &[u8], claim: &Claim<'_>, policy: &Policy) -> Draft;

    /// What the verify child does; the error says where and why not.
    fn verify(&self, built: Rebuilt, limits: &Limits) -> Result<Accepted, String>;
}

/// What a verifier let through. No `Clean`: a planted verifier must not be able to make one either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What it was read as.
    pub format: Format,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The product's own core and verifier.
#[derive(Clone, Copy, Debug)]
pub struct Core;

impl Subject for Core {
    fn rebuild(&self, bytes: &[u8], claim: &Claim<'_>, policy: &Policy) -> Draft {
        rebuild(Untrusted::new(bytes), claim, policy, &run())
    }

    fn verify(&self, built: Rebuilt, limits: &Limits) -> Result<Accepted, String> {
        let clean = verify(built, limits).map_err(|refusal| refusal.to_string())?;
        Ok(Accepted { format: clean.format(), bytes: clean.into_bytes() })
    }
}
