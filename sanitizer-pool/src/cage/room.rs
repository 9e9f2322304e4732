//! The empty room: one process of the pool that owns namespaces with nothing in them, and which every child joins.
//!
//! A network namespace of its own for each child would cost more than all other layers together (making and dissolving
//! one takes the kernel half a millisecond). One for all forbids as much: none of them can open a socket in it.

use nix::sched::CloneFlags;
use rustix::{
    process::{Pid, PidfdFlags, pidfd_open},
    thread::{ThreadNameSpaceType, move_into_thread_name_spaces},
};
use std::os::fd::AsFd as _;

/// Makes the namespaces and moves this process into them.
pub(crate) fn make() -> bool {
    let all = CloneFlags::CLONE_NEWUSER
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS;
    nix::sched::unshare(all).is_ok()
}

/// Joins those that the process `room` made.
pub(super) fn join(room: Pid) -> bool {
    let all = ThreadNameSpaceType::USER
        | ThreadNameSpaceType::NETWORK
        | ThreadNameSpaceType::MOUNT
        | ThreadNameSpaceType::INTER_PROCESS_COMMUNICATION
        | ThreadNameSpaceType::HOST_NAME_AND_NIS_DOMAIN_NAME;
    pidfd_open(room, PidfdFlags::empty()).is_ok_and(|room| move_into_thread_name_spaces(room.as_fd(), all).is_ok())
}
