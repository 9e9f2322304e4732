//! The child's side: lock itself in, then read jobs and answer, one at a time, until the parent closes the pipe.

use crate::{
    cage::{
        self, Cage, Layer,
        probe::{Probe, Target, attempt},
        room,
    },
    convert::{self, wire},
    end::PANIC,
    frame::{self, Tag},
    hello::Hello,
    job::{Built, DisarmJob, DraftAnswer, Sharing, Verdict, VerdictAnswer, VerifyJob},
    kind::Kind,
    nursery::ROOM,
    sharing,
};
use rustix::process::Pid;
use sanitizer_core::{Policy, rebuild};
use sanitizer_verify::{Location, Rebuilt, Untrusted, verify};
use std::{
    ffi::OsString,
    io::{self, BufReader, BufWriter, Read, Write},
    sync::atomic::{AtomicBool, Ordering},
};

/// What the first argument of a worker starts with; the kind follows.
pub(crate) const ARGUMENT: &str = "--sanitizer-worker=";

/// Whether anything in this process has panicked, caught or not.
static PANICKED: AtomicBool = AtomicBool::new(false);

/// What a planted exploit does when it meets a job: the tests' alone.
type Attack = fn(Kind, content: &[u8], to: &mut dyn Write);

/// Becomes a worker, and never returns, if this process was started as one. Line one of every `main`.
pub fn enter_if_worker() {
    enter(None);
}

/// The same, with an exploit in it that meets each job before the parser does.
#[cfg(feature = "planted-exploit")]
pub fn enter_if_planted(attack: fn(Kind, content: &[u8], to: &mut dyn Write)) {
    enter(Some(attack));
}

#[expect(clippy::exit, reason = "a worker must not run the program it is an image of")]
fn enter(attack: Option<Attack>) {
    let mut arguments = std::env::args_os().skip(1);
    let Some(name) = arguments.next().and_then(|first| Some(first.to_str()?.strip_prefix(ARGUMENT)?.to_owned())) else {
        return;
    };
    if let Some(code) = convert::enter(&name, &mut arguments) {
        std::process::exit(code);
    }
    // A panic message may quote the input. Nobody reads it: the parent learns of the panic from the answer.
    std::panic::set_hook(Box::new(|_| PANICKED.store(true, Ordering::Relaxed)));
    let served = Orders::parse(&name, arguments).ok_or_else(|| io::ErrorKind::InvalidInput.into()).and_then(|orders| {
        let worker = Worker {
            attack,
            from: BufReader::with_capacity(64 * 1024, io::stdin().lock()),
            to: BufWriter::with_capacity(64 * 1024, io::stdout().lock()),
        };
        worker.run(&orders)
    });
    std::process::exit(if PANICKED.load(Ordering::Relaxed) { PANIC } else { i32::from(served.is_err()) });
}

/// What this process was started for.
struct Orders {
    duty: Duty,
    cage: Cage,
}

enum Duty {
    Room,
    Serve(Kind),
    Probe(Probe, Target),
}

impl Orders {
    /// Arguments: memory, process id of the room or 0; for a probe also its name, a port, and layers to leave out.
    fn parse(name: &str, mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        let mut next = || arguments.next()?.into_string().ok();
        let memory: u64 = next()?.parse().ok()?;
        let room = Pid::from_raw(next()?.parse().ok()?);
        let kind = if name == ROOM { None } else { Some(Kind::named(name)?) };
        let filter = kind.unwrap_or(Kind::Verify).row().filter;
        let mut cage = Cage { filter, memory, room, without: Vec::new() };
        let duty = match (kind, next()) {
            (None, _) => {
                // Those who join must be able to see it.
                cage.without = vec![Layer::Namespaces, Layer::NotDumpable];
                Duty::Room
            }
            (Some(kind), None) => Duty::Serve(kind),
            (Some(_), Some(probe)) => {
                let target = Target { port: next()?.parse().ok()?, memory };
                let without = next()?;
                cage.without =
                    Layer::ALL.iter().copied().filter(|layer| without.split(',').any(|code| code == layer.code())).collect();
                Duty::Probe(Probe::named(&probe)?, target)
            }
        };
        Some(Self { duty, cage })
    }
}

struct Worker<R, W: Write> {
    attack: Option<Attack>,
    from: R,
    to: W,
}

impl<R: Read, W: Write> Worker<R, W> {
    fn run(mut self, orders: &Orders) -> io::Result<()> {
        if matches!(orders.duty, Duty::Room) && !room::make() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let layers = cage::enter(&orders.cage);
        self.say(Tag::Hello, &Hello::new(layers))?;
        match orders.duty {
            // Until the parent is gone.
            Duty::Room => self.from.read(&mut [0]).map(|_| ()),
            Duty::Serve(Kind::Disarm) => self.serve_disarm(),
            Duty::Serve(Kind::Verify) => self.serve_verify(),
            Duty::Probe(probe, target) => {
                let tried = attempt(probe, target);
                self.say(Tag::Tried, &tried)
            }
        }
    }

    fn serve_disarm(&mut self) -> io::Result<()> {
        let mut policy = Policy::default();
        while let Some((tag, payload)) = frame::read(&mut self.from)? {
            match tag {
                Tag::Policy => policy = from_json(&payload)?,
                Tag::Job => self.disarm(from_json(&payload)?, &policy)?,
                _ => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
        Ok(())
    }

    fn disarm(&mut self, mut job: DisarmJob, policy: &Policy) -> io::Result<()> {
        let content = frame::read_content(&mut self.from, job.size)?;
        job.run.converted = wire::read_converted(&mut self.from, &job.converted)?;
        self.attacked(Kind::Disarm, &content);
        let shallow;
        let under = match job.sharing {
            Sharing::Own => policy,
            Sharing::Text => {
                shallow = Policy { limits: sharing::limits(&policy.limits), ..policy.clone() };
                &shallow
            }
        };
        let draft = rebuild(Untrusted::new(&content), &job.claim.borrow(), under, &job.run);
        drop(content);
        let built = draft.part.as_ref().map(|part| Built { format: part.format(), size: part.bytes().len() as u64 });
        // With parts that were not looked into, or not fine for whatever reason: that is for a child of its own to say.
        let fine = draft.report.part.children.is_empty() && draft.report.verdict != sanitizer_core::Verdict::Held;
        let needs_own = job.sharing == Sharing::Text && !fine;
        let panicked = PANICKED.load(Ordering::Relaxed);
        let wanted = draft.wanted.iter().map(wire::announce_wanted).collect();
        let answer = DraftAnswer { report: draft.report, built: built.map_err(|reason| *reason), needs_own, panicked, wanted };
        frame::write(&mut self.to, Tag::Draft, &to_json(&answer)?)?;
        if let Ok(part) = &draft.part {
            frame::write_content(&mut self.to, part.bytes())?;
        }
        draft.wanted.iter().try_for_each(|wanted| frame::write_content(&mut self.to, &wanted.bytes))?;
        self.to.flush()
    }

    fn serve_verify(&mut self) -> io::Result<()> {
        while let Some((tag, payload)) = frame::read(&mut self.from)? {
            let Tag::Job = tag else { return Err(io::ErrorKind::InvalidData.into()) };
            let job: VerifyJob = from_json(&payload)?;
            let content = frame::read_content(&mut self.from, job.size)?;
            self.attacked(Kind::Verify, &content);
            // A panic of a reader refuses the whole: it must not look like an acceptance.
            let read = std::panic::catch_unwind(|| verify(Rebuilt::new(job.format, content), &job.limits));
            let verdict = match read {
                Ok(Ok(clean)) => Verdict::Accepted(clean.receipt(job.policy)),
                Ok(Err(refusal)) => Verdict::Refused(refusal.at),
                Err(_) => Verdict::Refused(Location::root()),
            };
            self.say(Tag::Verdict, &VerdictAnswer { verdict, panicked: PANICKED.load(Ordering::Relaxed) })?;
        }
        Ok(())
    }

    fn attacked(&mut self, kind: Kind, content: &[u8]) {
        if let Some(attack) = self.attack {
            attack(kind, content, &mut self.to);
        }
    }

    fn say(&mut self, tag: Tag, what: &impl serde::Serialize) -> io::Result<()> {
        frame::write(&mut self.to, tag, &to_json(what)?)?;
        self.to.flush()
    }
}

fn to_json(value: &impl serde::Serialize) -> io::Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(io::Error::from)
}

fn from_json<T: serde::de::DeserializeOwned>(payload: &[u8]) -> io::Result<T> {
    serde_json::from_slice(payload).map_err(io::Error::from)
}
