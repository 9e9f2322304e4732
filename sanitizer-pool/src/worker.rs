//! The child's side: lower the own limits, then read jobs and answer, one at a time, until the parent closes the pipe.

use crate::{
    frame::{self, Tag},
    job::{Built, DisarmJob, DraftAnswer, Kind, Verdict, VerifyJob},
    slots::Protection,
};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use sanitizer_core::{Policy, rebuild};
use sanitizer_verify::{Location, Rebuilt, Untrusted, verify};
use std::{
    ffi::OsString,
    io::{self, BufReader, BufWriter, Read, Write},
};

/// What the first argument of a worker starts with; the kind follows.
pub(crate) const ARGUMENT: &str = "--sanitizer-worker=";

/// Becomes a worker, and never returns, if this process was started as one. Line one of every `main`.
#[expect(clippy::exit, reason = "a worker must not run the program it is an image of")]
pub fn enter_if_worker() {
    let mut arguments = std::env::args_os().skip(1);
    let Some(kind) = arguments.next().and_then(|argument| kind_of(&argument)) else { return };
    let memory = arguments.next().and_then(|argument| argument.to_str()?.parse().ok());
    let served = memory.ok_or_else(|| io::ErrorKind::InvalidInput.into()).and_then(|memory| serve(kind, memory));
    std::process::exit(i32::from(served.is_err()));
}

fn kind_of(argument: &OsString) -> Option<Kind> {
    let name = argument.to_str()?.strip_prefix(ARGUMENT)?;
    Kind::ALL.iter().copied().find(|kind| kind.name() == name)
}

fn serve(kind: Kind, memory: u64) -> io::Result<()> {
    // A panic message may quote the input. Nobody reads it: the parent learns of the panic from the answer.
    std::panic::set_hook(Box::new(|_| {}));
    let protections = lower_limits(memory);
    let mut from = BufReader::with_capacity(64 * 1024, io::stdin().lock());
    let mut to = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    frame::write(&mut to, Tag::Hello, &to_json(&protections)?)?;
    to.flush()?;
    match kind {
        Kind::Disarm => serve_disarm(&mut from, &mut to),
        Kind::Verify => serve_verify(&mut from, &mut to),
    }
}

/// Lowers the own limits and says which of the protections hold.
fn lower_limits(memory: u64) -> Vec<Protection> {
    let limit = |resource, value| setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) }).is_ok();
    [
        (Protection::Memory, limit(Resource::As, memory)),
        (Protection::NoCore, limit(Resource::Core, 0)),
        (Protection::NoFileGrowth, limit(Resource::Fsize, 0)),
        (Protection::NoNewFiles, limit(Resource::Nofile, 0)),
        (Protection::NoNewPrivileges, rustix::thread::set_no_new_privs(true).is_ok()),
        (Protection::NotDumpable, set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()),
    ]
    .into_iter()
    .filter_map(|(protection, holds)| holds.then_some(protection))
    .collect()
}

fn serve_disarm(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut policy = Policy::default();
    while let Some((tag, payload)) = frame::read(from)? {
        match tag {
            Tag::Policy => policy = from_json(&payload)?,
            Tag::Job => {
                let job: DisarmJob = from_json(&payload)?;
                let content = frame::read_content(from, job.size)?;
                let draft = rebuild(Untrusted::new(&content), &job.claim.borrow(), &policy, &job.run);
                drop(content);
                let built = draft.part.as_ref().map(|part| Built { format: part.format(), size: part.bytes().len() as u64 });
                let answer = DraftAnswer { report: draft.report, built: built.map_err(|reason| *reason) };
                frame::write(to, Tag::Draft, &to_json(&answer)?)?;
                if let Ok(part) = &draft.part {
                    frame::write_content(to, part.bytes())?;
                }
                to.flush()?;
            }
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
    Ok(())
}

fn serve_verify(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    while let Some((tag, payload)) = frame::read(from)? {
        let Tag::Job = tag else { return Err(io::ErrorKind::InvalidData.into()) };
        let job: VerifyJob = from_json(&payload)?;
        let content = frame::read_content(from, job.size)?;
        // A panic of a reader refuses the whole; it must not look like an acceptance or cost the child.
        let read = std::panic::catch_unwind(|| verify(Rebuilt::new(job.format, content), &job.limits));
        let verdict = match read {
            Ok(Ok(clean)) => Verdict::Accepted(clean.receipt(job.policy)),
            Ok(Err(refusal)) => Verdict::Refused(refusal.at),
            Err(_) => Verdict::Refused(Location::root()),
        };
        frame::write(to, Tag::Verdict, &to_json(&verdict)?)?;
        to.flush()?;
    }
    Ok(())
}

fn to_json(value: &impl serde::Serialize) -> io::Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(io::Error::from)
}

fn from_json<T: serde::de::DeserializeOwned>(payload: &[u8]) -> io::Result<T> {
    serde_json::from_slice(payload).map_err(io::Error::from)
}
