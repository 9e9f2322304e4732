//! The layers of the cage: their names, what each is, and which a service insists on.

use serde::{Deserialize, Serialize};

macro_rules! layers {
    ($($layer:ident $code:literal, $required:literal, $does:literal;)*) => {
        /// One layer of the lock-down of a child.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Layer { $(#[doc = $does] $layer,)* }

        impl Layer {
            /// Every layer, in the order in which a child lowers itself into them.
            pub const ALL: &'static [Self] = &[$(Self::$layer,)*];

            /// Its name in logs, metrics and the self-test.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$layer => $code,)* }
            }

            /// What it is, in a clause.
            pub const fn does(self) -> &'static str {
                match self { $(Self::$layer => $does,)* }
            }

            /// Whether `sandbox.level = "require"` insists on it. The others depend on how a kernel is configured, and
            /// what they forbid another layer forbids as well.
            pub const fn is_required(self) -> bool {
                match self { $(Self::$layer => $required,)* }
            }
        }
    };
}

layers! {
    OneThread "one_thread", true, "one thread, so that every step below is about the whole process";
    Environment "environment", true, "an empty environment";
    Namespaces "namespaces", false, "user, network, mount, IPC and host-name namespaces with nothing in them";
    Descriptors "descriptors", true, "no descriptor open but the two that carry frames";
    Memory "memory", true, "a ceiling on the address space";
    Stack "stack", true, "a ceiling on the stack";
    NoCore "no_core", true, "no core dump";
    NoFileGrowth "no_file_growth", true, "no byte written to any file";
    NoProcesses "no_processes", true, "no further process or thread (the kernel exempts root from this one)";
    NoCapabilities "no_capabilities", true, "no capability, and none to be had again";
    NoNewPrivileges "no_new_privileges", true, "no privileges from executing something";
    NotDumpable "not_dumpable", true, "its memory is not to be read by other processes of the same user";
    DiesWithParent "dies_with_parent", true, "killed by the kernel when the parent ends";
    NoFiles "no_files", true, "Landlock: no path can be opened, made, run or removed";
    NoNetwork "no_network", false, "Landlock: no TCP connection in or out (Linux 6.7)";
    NoSignals "no_signals", false, "Landlock: no signal and no abstract socket to the outside (Linux 6.12)";
    NoDescriptors "no_descriptors", true, "no new descriptor of any sort";
    SystemCalls "system_calls", true, "seccomp: the system calls of the list below; any other kills the process";
}

impl std::fmt::Display for Layer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}
