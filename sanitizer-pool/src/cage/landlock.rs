//! Landlock: everything the kernel can handle is handled, and no rule allows any of it.

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, LandlockStatus, RestrictionStatus, Ruleset, RulesetAttr,
    RulesetError, Scope,
};

/// The newest rights asked for. An older kernel leaves out what it does not know.
const NEWEST: ABI = ABI::V6;

/// What of it holds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Enforced {
    /// Paths (from the first version on).
    pub files: bool,
    /// TCP (version 4).
    pub network: bool,
    /// Signals and abstract sockets (version 6).
    pub signals: bool,
}

pub(super) fn restrict() -> Enforced {
    match enforce().map(|status| status.landlock) {
        Ok(LandlockStatus::Available { effective_abi, .. }) => {
            Enforced { files: true, network: effective_abi >= ABI::V4, signals: effective_abi >= ABI::V6 }
        }
        _ => Enforced::default(),
    }
}

fn enforce() -> Result<RestrictionStatus, RulesetError> {
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .restrict_self()
}
