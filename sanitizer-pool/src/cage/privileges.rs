//! What the process may do by what it is: capabilities, new privileges, who may look at it, whom it outlives.

use rustix::{
    process::{DumpableBehavior, Signal, set_dumpable_behavior, set_parent_process_death_signal},
    thread::{
        CapabilitiesSecureBits, CapabilitySet, CapabilitySets, capabilities, clear_ambient_capability_set, set_capabilities,
        set_capabilities_secure_bits, set_no_new_privs,
    },
};

pub(super) fn drop_capabilities() -> bool {
    // From here on root is a user like any other, even for a program it would execute. Allowed to root and in a user
    // namespace; without either there is nothing to lose, and no-new-privileges keeps it so.
    let _ = set_capabilities_secure_bits(CapabilitiesSecureBits::NO_ROOT | CapabilitiesSecureBits::NO_ROOT_LOCKED);
    let _ = clear_ambient_capability_set();
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    set_capabilities(None, none).is_ok() && capabilities(None).is_ok_and(|left| left == none)
}

pub(super) fn no_new_privileges() -> bool {
    set_no_new_privs(true).is_ok()
}

pub(super) fn not_dumpable() -> bool {
    set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

/// A parent that ended before this line has closed the other ends of the frames: the child then ends by itself.
pub(super) fn die_with_parent() -> bool {
    set_parent_process_death_signal(Some(Signal::KILL)).is_ok()
}
