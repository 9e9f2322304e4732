//! What the process may do by what it is: capabilities, new privileges, who may look at it, whom it outlives.

use rustix::{
    process::{DumpableBehavior, Signal, set_dumpable_behavior, set_parent_process_death_signal},
    thread::{
        CapabilitySet, CapabilitySets, capabilities, clear_ambient_capability_set, remove_capability_from_bounding_set,
        set_capabilities, set_no_new_privs,
    },
};

/// More capabilities than any kernel has.
const CAPABILITIES: u32 = 64;

pub(super) fn drop_capabilities() -> bool {
    // Without the right to (no user namespace, not root) the bounding set stays, and no-new-privileges makes it moot.
    for bit in 0..CAPABILITIES {
        if remove_capability_from_bounding_set(CapabilitySet::from_bits_retain(1 << bit)).is_err() {
            break;
        }
    }
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    let _ = clear_ambient_capability_set();
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
