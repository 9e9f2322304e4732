//! What a child locks itself into before it reads a byte of a job.
//!
//! [`enter`] runs at line one of `main`, with one thread and nothing open but what the parent gave. The order is fixed by
//! what each step still needs: namespaces want one thread and capabilities, a Landlock ruleset wants a descriptor, and
//! after the system call filter nothing can be asked for any more. Each step says whether it holds; the parent decides
//! what to do about one that does not. docs/sandbox.md is written from the tables here.

pub(crate) mod descriptors;
pub(crate) mod document;
mod landlock;
mod layers;
mod limits;
mod privileges;
pub(crate) mod probe;
pub(crate) mod room;
mod seccomp;

pub use layers::Layer;
pub(crate) use seccomp::Filter;

use rustix::process::Pid;

/// How a child locks itself in.
#[derive(Clone, Debug)]
pub(crate) struct Cage {
    /// The system calls it may make.
    pub filter: Filter,
    /// Ceiling on its address space, in bytes.
    pub memory: u64,
    /// The process whose namespaces it joins, if there is one.
    pub room: Option<Pid>,
    /// Layers left out, to see what holds behind them: the self-test's alone.
    pub without: Vec<Layer>,
}

/// Goes in, and says which layers hold. There is no way back out.
pub(crate) fn enter(cage: &Cage) -> Vec<Layer> {
    let mut held = Vec::new();
    let mut step = |layer: Layer, lower: &mut dyn FnMut() -> bool| {
        if !cage.without.contains(&layer) && lower() {
            held.push(layer);
        }
    };
    // Keeps no file system busy; what it could reach from there is Landlock's business.
    let _ = std::env::set_current_dir("/");
    step(Layer::OneThread, &mut limits::one_thread);
    step(Layer::Environment, &mut || std::env::vars_os().next().is_none());
    step(Layer::Namespaces, &mut || cage.room.is_some_and(room::join));
    step(Layer::Descriptors, &mut || descriptors::close_above(descriptors::FRAMES));
    step(Layer::Memory, &mut || limits::memory(cage.memory));
    step(Layer::Stack, &mut limits::stack);
    step(Layer::NoCore, &mut limits::no_core);
    step(Layer::NoFileGrowth, &mut limits::no_file_growth);
    step(Layer::NoProcesses, &mut limits::no_processes);
    step(Layer::NoCapabilities, &mut privileges::drop_capabilities);
    step(Layer::NoNewPrivileges, &mut privileges::no_new_privileges);
    step(Layer::NotDumpable, &mut privileges::not_dumpable);
    // Forgotten by the kernel whenever credentials change: after all that changes them.
    step(Layer::DiesWithParent, &mut privileges::die_with_parent);
    let landlock = if cage.without.contains(&Layer::NoFiles) { landlock::Enforced::default() } else { landlock::restrict() };
    step(Layer::NoFiles, &mut || landlock.files);
    step(Layer::NoNetwork, &mut || landlock.network);
    step(Layer::NoSignals, &mut || landlock.signals);
    // Not before: the ruleset needed a descriptor.
    step(Layer::NoDescriptors, &mut limits::no_descriptors);
    step(Layer::SystemCalls, &mut || seccomp::apply(cage.filter));
    held
}
