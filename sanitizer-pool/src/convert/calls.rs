//! The system calls that LibreOffice, and the shell that starts it, may make in their jail.
//!
//! Two lists, which bubblewrap puts on everything in the jail, itself included, before the first of it runs. What is on
//! neither is answered as by a kernel that does not have it (`ENOSYS`): LibreOffice and its libraries ask for much that
//! they can do without, and it differs from version to version. The second list names what no document needs and
//! what breaks out of jails: that kills.
//!
//! Landlock and the cage's own list cannot stand here: LibreOffice opens thousands of files and starts threads and
//! processes. What this list takes from someone who owns it is most of the kernel's surface, and every socket but local ones.

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch,
};
use std::{collections::BTreeMap, fmt::Write as _};

/// Some calls, why they are needed, and under which condition.
struct Allowed {
    why: &'static str,
    when: When,
    calls: &'static [Call],
}

/// Some calls that kill, and what they would be good for.
struct Deadly {
    what: &'static str,
    calls: &'static [Call],
}

/// A call: its symbol, and its number where this architecture has it.
type Call = (&'static str, Option<i64>);

/// Under which condition on the arguments.
#[derive(Clone, Copy)]
enum When {
    Always,
    /// Without a flag that makes a namespace.
    NoNamespaces,
    /// A local socket.
    Local,
    /// Only these values of this argument.
    Only(u8, &'static [u64], &'static str),
}

/// The flags of `clone` that make namespaces. In `clone3` they stand in memory, where no filter can look: it is refused,
/// and the C library takes `clone`.
const NAMESPACES: &[i32] = &[
    libc::CLONE_NEWNS,
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
];

/// Requests of `ioctl`, whose type differs between C libraries.
const TCGETS: u64 = 0x5401;
const FIONREAD: u64 = 0x541B;

macro_rules! calls {
    ($($symbol:ident)*) => { &[$((stringify!($symbol), Some(libc::$symbol)),)*] };
}

/// Calls of the first x86 kernels, for which newer architectures have only the successors.
macro_rules! old_calls {
    ($($symbol:ident)*) => {
        &[$((
            stringify!($symbol),
            #[cfg(target_arch = "x86_64")]
            Some(libc::$symbol),
            #[cfg(not(target_arch = "x86_64"))]
            None,
        ),)*]
    };
}

const ALLOWED: &[Allowed] = &[
    Allowed {
        why: "find and read programs, fonts, settings, the document",
        when: When::Always,
        calls: calls! {
            SYS_openat SYS_close SYS_close_range SYS_read SYS_readv SYS_pread64 SYS_lseek SYS_newfstatat SYS_fstat SYS_statx
            SYS_statfs SYS_fstatfs SYS_faccessat SYS_faccessat2 SYS_readlinkat SYS_getdents64 SYS_getcwd SYS_chdir SYS_fchdir
            SYS_fadvise64 SYS_copy_file_range SYS_sendfile
        },
    },
    Allowed {
        why: "the same in their old form",
        when: When::Always,
        calls: old_calls! { SYS_open SYS_access SYS_stat SYS_lstat SYS_readlink SYS_getdents },
    },
    Allowed {
        why: "write the profile, scratch files and the result to the jail's own `/tmp`",
        when: When::Always,
        calls: calls! {
            SYS_write SYS_writev SYS_pwrite64 SYS_ftruncate SYS_fallocate SYS_fsync SYS_fdatasync SYS_mkdirat SYS_unlinkat
            SYS_renameat SYS_renameat2 SYS_fchmod SYS_fchmodat SYS_fchown SYS_fchownat SYS_utimensat SYS_umask SYS_flock
        },
    },
    Allowed {
        why: "the same in their old form",
        when: When::Always,
        calls: old_calls! { SYS_mkdir SYS_rmdir SYS_unlink SYS_rename SYS_chmod SYS_chown },
    },
    Allowed {
        why: "memory",
        when: When::Always,
        calls: calls! { SYS_brk SYS_mmap SYS_mprotect SYS_munmap SYS_mremap SYS_madvise SYS_mlock SYS_munlock },
    },
    Allowed { why: "processes of the shell, threads of LibreOffice", when: When::NoNamespaces, calls: calls! { SYS_clone } },
    Allowed {
        why: "begin and end of processes and threads",
        when: When::Always,
        calls: calls! {
            SYS_execve SYS_exit SYS_exit_group SYS_wait4 SYS_waitid SYS_set_tid_address SYS_set_robust_list SYS_rseq SYS_futex
            SYS_membarrier SYS_sched_yield SYS_sched_getaffinity SYS_kill SYS_tgkill SYS_pipe2 SYS_dup SYS_dup3
        },
    },
    Allowed {
        why: "the same in their old form",
        when: When::Always,
        calls: old_calls! { SYS_fork SYS_vfork SYS_pipe SYS_dup2 SYS_arch_prctl SYS_getrlimit },
    },
    Allowed { why: "limits, which can only be lowered", when: When::Only(0, &[0], "its own"), calls: calls! { SYS_prlimit64 } },
    Allowed {
        why: "signals",
        when: When::Always,
        calls: calls! { SYS_rt_sigaction SYS_rt_sigprocmask SYS_rt_sigreturn SYS_sigaltstack SYS_restart_syscall },
    },
    Allowed {
        why: "who and where one is",
        when: When::Always,
        calls: calls! {
            SYS_getpid SYS_getppid SYS_gettid SYS_getuid SYS_geteuid SYS_getgid SYS_getegid SYS_getgroups SYS_getresuid
            SYS_getresgid SYS_getpgid SYS_uname SYS_sysinfo SYS_getrusage SYS_getrandom
        },
    },
    Allowed {
        why: "time, and waiting",
        when: When::Always,
        calls: calls! {
            SYS_clock_gettime SYS_clock_getres SYS_clock_nanosleep SYS_gettimeofday SYS_nanosleep SYS_ppoll SYS_pselect6
            SYS_eventfd2 SYS_epoll_create1 SYS_epoll_ctl SYS_epoll_pwait
        },
    },
    Allowed {
        why: "the same in their old form",
        when: When::Always,
        calls: old_calls! { SYS_poll SYS_select SYS_time SYS_epoll_wait },
    },
    Allowed {
        why: "the pipe at which LibreOffice waits for orders",
        when: When::Local,
        calls: calls! { SYS_socket SYS_socketpair },
    },
    Allowed {
        why: "the same pipe: no other socket can be made",
        when: When::Always,
        calls: calls! {
            SYS_bind SYS_listen SYS_accept SYS_accept4 SYS_connect SYS_sendto SYS_recvfrom SYS_sendmsg SYS_recvmsg SYS_shutdown
            SYS_getsockopt SYS_setsockopt SYS_getsockname SYS_getpeername
        },
    },
    Allowed {
        why: "descriptors kept from children, locks on files",
        when: When::Only(
            1,
            &[
                flag_of(libc::F_DUPFD),
                flag_of(libc::F_DUPFD_CLOEXEC),
                flag_of(libc::F_GETFD),
                flag_of(libc::F_SETFD),
                flag_of(libc::F_GETFL),
                flag_of(libc::F_SETFL),
                flag_of(libc::F_GETLK),
                flag_of(libc::F_SETLK),
                flag_of(libc::F_SETLKW),
            ],
            "flags, duplicates and locks",
        ),
        calls: calls! { SYS_fcntl },
    },
    Allowed {
        why: "whether a stream is a terminal, how much it holds",
        when: When::Only(1, &[TCGETS, FIONREAD], "`TCGETS`, `FIONREAD`"),
        calls: calls! { SYS_ioctl },
    },
    Allowed {
        why: "names of threads",
        when: When::Only(0, &[flag_of(libc::PR_SET_NAME)], "`PR_SET_NAME`"),
        calls: calls! { SYS_prctl },
    },
];

const DEADLY: &[Deadly] = &[
    Deadly {
        what: "look into other processes, or reach for their descriptors",
        calls: calls! {
            SYS_ptrace SYS_process_vm_readv SYS_process_vm_writev SYS_process_madvise SYS_pidfd_open SYS_pidfd_getfd SYS_kcmp
        },
    },
    Deadly {
        what: "mount, or change the root",
        calls: calls! {
            SYS_mount SYS_umount2 SYS_pivot_root SYS_chroot SYS_fsopen SYS_fsconfig SYS_fsmount SYS_fspick SYS_move_mount
            SYS_open_tree SYS_mount_setattr
        },
    },
    Deadly { what: "make or join namespaces (and `clone` with a flag for one)", calls: calls! { SYS_unshare SYS_setns } },
    Deadly {
        what: "open files past their paths",
        calls: calls! { SYS_name_to_handle_at SYS_open_by_handle_at SYS_fanotify_init SYS_fanotify_mark },
    },
    Deadly {
        what: "what exploits of the kernel begin with",
        calls: calls! {
            SYS_bpf SYS_userfaultfd SYS_perf_event_open SYS_io_uring_setup SYS_io_uring_enter SYS_io_uring_register SYS_keyctl
            SYS_add_key SYS_request_key SYS_vmsplice
        },
    },
    Deadly {
        what: "the machine itself",
        calls: calls! {
            SYS_kexec_load SYS_init_module SYS_finit_module SYS_delete_module SYS_reboot SYS_swapon
            SYS_swapoff SYS_acct SYS_quotactl SYS_syslog SYS_settimeofday SYS_clock_settime SYS_clock_adjtime SYS_adjtimex
        },
    },
    Deadly { what: "the same on x86", calls: old_calls! { SYS_ioperm SYS_iopl SYS_modify_ldt SYS_kexec_file_load } },
];

impl When {
    const fn words(self) -> &'static str {
        match self {
            Self::Always => "",
            Self::NoNamespaces => "without a flag for a namespace",
            Self::Local => "`AF_UNIX` only",
            Self::Only(_, _, words) => words,
        }
    }

    /// Alternatives of which one must hold; none: always.
    fn rules(self) -> Result<Vec<SeccompRule>, BackendError> {
        let one_of = |argument, values: &[u64]| {
            values.iter().map(|value| SeccompRule::new(vec![condition(argument, SeccompCmpOp::Eq, *value)?])).collect()
        };
        match self {
            Self::Always => Ok(Vec::new()),
            Self::NoNamespaces => {
                let all = NAMESPACES.iter().fold(0, |all, flag| all | flag_of(*flag));
                Ok(vec![SeccompRule::new(vec![condition(0, SeccompCmpOp::MaskedEq(all), 0)?])?])
            }
            Self::Local => one_of(0, &[u64::from(libc::AF_UNIX.unsigned_abs())]),
            Self::Only(argument, values, _) => one_of(argument, values),
        }
    }
}

/// An argument of 32 bits.
const fn flag_of(flag: i32) -> u64 {
    flag.cast_unsigned() as u64
}

/// On the lower half of an argument, which is all that the kernel looks at in any of these.
fn condition(argument: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
}

/// The two programs in the order in which they are put on, each in the form in which bubblewrap reads it from a file.
pub(super) fn programs() -> Result<[Vec<u8>; 2], BackendError> {
    let mut allowed = BTreeMap::new();
    for row in ALLOWED {
        for number in row.calls.iter().filter_map(|(_, number)| *number) {
            allowed.insert(number, row.when.rules()?);
        }
    }
    let mut deadly: BTreeMap<i64, Vec<SeccompRule>> =
        DEADLY.iter().flat_map(|row| row.calls).filter_map(|(_, number)| Some(((*number)?, Vec::new()))).collect();
    let with = |flag: &i32| SeccompRule::new(vec![condition(0, SeccompCmpOp::MaskedEq(flag_of(*flag)), flag_of(*flag))?]);
    deadly.insert(libc::SYS_clone, NAMESPACES.iter().map(with).collect::<Result<_, _>>()?);
    let missing = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    Ok([
        written(&compile(deadly, SeccompAction::Allow, SeccompAction::KillProcess)?),
        // Last: with it on, no further list can be put on.
        written(&compile(allowed, missing, SeccompAction::Allow)?),
    ])
}

fn compile(
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    others: SeccompAction,
    these: SeccompAction,
) -> Result<BpfProgram, BackendError> {
    let architecture: TargetArch = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules, others, these, architecture)?.try_into()
}

/// The kernel's `struct sock_filter`, one after the other.
fn written(program: &BpfProgram) -> Vec<u8> {
    let mut bytes = Vec::new();
    for step in program {
        bytes.extend(step.code.to_ne_bytes());
        bytes.extend([step.jt, step.jf]);
        bytes.extend(step.k.to_ne_bytes());
    }
    bytes
}

/// Both lists as Markdown, for docs/sandbox.md.
pub(crate) fn tables() -> String {
    let mut text = String::from("| call | only | for |\n| --- | --- | --- |\n");
    for row in ALLOWED {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {} | {} | {} |", names(row.calls), row.when.words(), row.why);
    }
    text.push_str(
        "\nAny other is answered with `ENOSYS`, but for these, which kill the process:\n\n| call | good for |\n| --- | --- |\n",
    );
    for row in DEADLY {
        let _ = writeln!(text, "| {} | {} |", names(row.calls), row.what);
    }
    text
}

fn names(calls: &[Call]) -> String {
    let names: Vec<_> = calls.iter().map(|(symbol, _)| format!("`{}`", symbol.trim_start_matches("SYS_"))).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_call_is_on_both_lists_or_twice_on_one() {
        let mut seen = std::collections::BTreeSet::new();
        for (symbol, _) in ALLOWED.iter().flat_map(|row| row.calls).chain(DEADLY.iter().flat_map(|row| row.calls)) {
            assert!(seen.insert(symbol), "{symbol}");
        }
    }

    #[test]
    fn the_programs_are_what_the_kernel_takes() {
        for program in programs().unwrap() {
            assert!(program.len() % 8 == 0 && program.len() / 8 <= 4096, "{}", program.len());
        }
    }
}
