//! `sanitizer clean`.

use crate::{
    args::{Arguments, CleanArguments, FailOn, ReportForm},
    exit::{Exit, Failure},
    input::{self, Found, Session},
    output::{self, Pending},
    text,
};
use sanitizer_core::{DisplayName, Role, Verdict};
use sanitizer_pool::Done;
use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::task::JoinSet;

pub(crate) async fn run(arguments: &Arguments, command: &CleanArguments) -> Result<Exit, Failure> {
    let inputs = input::find(&command.inputs, command.recursive)?;
    check(command, inputs.len())?;
    let session = Arc::new(Session::start(arguments, &command.run, usize::from(command.jobs)).await?);
    let report = command.report.as_deref().map(|path| Pending::open(path).map_err(|error| cannot_write(path, &error)));
    let mut state =
        State { command, arguments, taken: HashSet::new(), report: report.transpose()?, reports: Vec::new(), exit: Exit::Fine };
    let mut waiting = inputs.into_iter();
    let mut running = JoinSet::new();
    loop {
        while running.len() < usize::from(command.jobs) {
            let Some(found) = waiting.next() else { break };
            running.spawn(one(Arc::clone(&session), found, command.name.clone()));
        }
        match running.join_next().await {
            None => break,
            Some(Ok((found, Ok(done)))) => {
                if let Err(failure) = state.finish(&found, &done) {
                    state.fail(&failure);
                }
            }
            Some(Ok((_, Err(failure)))) => state.fail(&failure),
            Some(Err(_)) => state.exit = state.exit.max(Exit::Internal),
        }
    }
    state.write_reports()
}

fn check(command: &CleanArguments, inputs: usize) -> Result<(), Failure> {
    let usage = |message: &str| Err(Failure::new(Exit::Usage, message));
    if command.out_dir.is_none() && command.output.is_none() && !command.dry_run {
        return usage("say where the output goes: -o OUT or --out-dir DIR (or --dry-run)");
    }
    if inputs > 1 && command.output.is_some() {
        return usage("-o takes the output of one input; use --out-dir for several");
    }
    if inputs > 1 && command.report.is_some() && command.report_format == ReportForm::Json {
        return usage("a report on several inputs has --report-format jsonl or text");
    }
    let to_stdout = |path: &Option<PathBuf>| path.as_deref().is_some_and(input::is_stdin);
    if to_stdout(&command.output) && to_stdout(&command.report) {
        return usage("output and report cannot both go to standard output");
    }
    Ok(())
}

async fn one(session: Arc<Session>, found: Found, name: Option<String>) -> (Found, Result<Done, Failure>) {
    let limit = session.policy().limits.input_bytes;
    let bytes = match input::read(&found.path, limit) {
        Ok(bytes) => bytes,
        Err(error) => {
            let failure = Failure::new(Exit::Io, format!("{}: {error}", found.path.display()));
            return (found, Err(failure));
        }
    };
    let job = session.job(bytes, input::claimed_name(&found.path, name.as_ref()), Role::File);
    (found, Ok(session.pool.sanitize(job).await))
}

/// What one run has come to so far.
struct State<'a> {
    command: &'a CleanArguments,
    arguments: &'a Arguments,
    /// Output paths in use, so that two inputs never share one.
    taken: HashSet<PathBuf>,
    /// Where the reports go.
    report: Option<Pending>,
    reports: Vec<u8>,
    exit: Exit,
}

impl State<'_> {
    fn finish(&mut self, found: &Found, done: &Done) -> Result<(), Failure> {
        let exit = done.part.as_ref().map_or_else(|reason| Exit::held(*reason), |_| failing(self.command.fail_on, done));
        // Whatever is not fine leaves no output.
        if let Ok((clean, _)) = &done.part
            && exit == Exit::Fine
            && !self.command.dry_run
        {
            let path = self.place(found, done, clean.format())?;
            output::write_clean(&path, clean).map_err(|error| cannot_write(&path, &error))?;
        }
        self.exit = self.exit.max(exit);
        if !self.arguments.quiet {
            output::say(text::render(&done.report, self.arguments.lang.into()).trim_end());
        }
        self.report(found, done)
    }

    fn fail(&mut self, failure: &Failure) {
        self.exit = self.exit.max(failure.exit);
        if !self.arguments.quiet {
            output::say(&format!("sanitizer: {failure}"));
        }
    }

    /// Where the output goes.
    fn place(&mut self, found: &Found, done: &Done, format: sanitizer_verify::Format) -> Result<PathBuf, Failure> {
        if let Some(path) = &self.command.output {
            return Ok(path.clone());
        }
        let folder = self.command.out_dir.as_deref().unwrap_or(Path::new(".")).join(&found.folder);
        fs::create_dir_all(&folder).map_err(|error| Failure::new(Exit::Io, format!("{}: {error}", folder.display())))?;
        let claimed = done.report.part.name.as_ref().map_or("file", DisplayName::as_str);
        let name = DisplayName::new(claimed).file_name(format);
        let mut path = folder.join(&name);
        let mut number = 2;
        while !self.taken.insert(path.clone()) {
            path = folder.join(format!("{number}-{name}"));
            number += 1;
        }
        Ok(path)
    }

    fn report(&mut self, found: &Found, done: &Done) -> Result<(), Failure> {
        let internal = |_| Failure::new(Exit::Internal, "a report could not be written as JSON");
        match self.command.report_format {
            ReportForm::Json => self.reports.extend(serde_json::to_vec_pretty(&done.report).map_err(internal)?),
            ReportForm::Jsonl => {
                let line = serde_json::json!({ "input": found.path.to_string_lossy(), "report": done.report });
                self.reports.extend(serde_json::to_vec(&line).map_err(internal)?);
            }
            ReportForm::Text => {
                let text = text::render(&done.report, self.arguments.lang.into());
                self.reports.extend_from_slice(text.trim_end().as_bytes());
            }
        }
        self.reports.push(b'\n');
        Ok(())
    }

    /// Puts the reports in their place and gives the exit code. Without any, a report that was there stays.
    fn write_reports(self) -> Result<Exit, Failure> {
        if let (Some(report), Some(path)) = (self.report, &self.command.report)
            && !self.reports.is_empty()
        {
            report.finish(&self.reports).map_err(|error| cannot_write(path, &error))?;
        }
        Ok(self.exit)
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Io, format!("{}: {error}", path.display()))
}

fn failing(fail_on: Option<FailOn>, done: &Done) -> Exit {
    let held_inside = done.report.part.walk().iter().any(|part| part.reason.is_some());
    match fail_on {
        Some(FailOn::Modified) if done.report.verdict != Verdict::Rebuilt => Exit::Modified,
        Some(FailOn::Blocked) if held_inside => Exit::Held,
        _ => Exit::Fine,
    }
}
