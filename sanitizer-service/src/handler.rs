//! The sanitizing handler: a claimed item through the pool to a settlement.

use crate::records;
use custody::{Claimed, Custody, Item, Kind, NewOutput, Settlement, worker::Handler};
use sanitizer_core::{DisplayName, Envelope, Policy, Report, Role, Run, Stage};
use sanitizer_pool::{Done, Job, OwnedClaim, Pool};
use sanitizer_verify::{Clean, Format, Reason};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// An item taken this often without a settlement kills whoever works on it: it is not read in full again.
const ATTEMPTS: u32 = 3;

/// Sanitizes items of both kinds.
#[derive(Clone, Debug)]
pub struct Sanitize {
    custody: Custody,
    pool: Arc<Pool>,
    policy: Arc<Policy>,
}

impl Sanitize {
    /// A handler for items of `custody`, with `pool` under `policy`.
    pub fn new(custody: Custody, pool: Arc<Pool>, policy: Arc<Policy>) -> Self {
        Self { custody, pool, policy }
    }

    fn job(&self, item: &Item, attempts: u32, bytes: Vec<u8>) -> Job {
        let role = match item.intake.kind {
            Kind::Mail => Role::Message,
            Kind::File => Role::File,
        };
        let envelope = (item.intake.kind == Kind::Mail).then(|| Envelope {
            from: item.intake.sender.clone(),
            to: item.recipients.iter().map(|recipient| recipient.address.clone()).collect(),
        });
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let stage = if attempts > ATTEMPTS { Stage::StubFromEnvelope(Reason::WorkerDied) } else { Stage::Full };
        Job {
            bytes: Arc::from(bytes),
            claim: OwnedClaim { name: text(&item.intake.name), media_type: text(&item.intake.media_type), role },
            policy: Arc::clone(&self.policy),
            // The clock of an item is the moment it came in, so that a second try builds the same bytes.
            run: Run { receipt: item.receipt.to_string(), now: item.received_at.as_second(), stage, envelope, ..Run::default() },
        }
    }

    fn hold_unread(&self, job: &Job, reason: Reason) -> Settlement {
        let claim = sanitizer_core::Claim {
            name: job.claim.name.as_deref(),
            media_type: job.claim.media_type.as_deref(),
            role: job.claim.role,
        };
        let report = Report::held(reason, &claim, &self.policy, &job.run);
        held(reason, &report)
    }
}

impl Handler for Sanitize {
    async fn handle(&self, claimed: &Claimed) -> Settlement {
        let item = claimed.item();
        let bytes = match self.custody.original(claimed.id()).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                tracing::error!(item = %claimed.id(), "the original is gone");
                return self.hold_unread(&self.job(item, 0, Vec::new()), Reason::Internal);
            }
            Err(error) => {
                tracing::error!(item = %claimed.id(), %error, "the original cannot be read");
                return Settlement::Retry { after: Duration::from_secs(5), reason: Reason::Internal.code().to_owned() };
            }
        };
        let job = self.job(item, claimed.attempts(), bytes);
        if item.intake.kind == Kind::File && claimed.attempts() > ATTEMPTS {
            return self.hold_unread(&job, Reason::WorkerDied);
        }
        let started = Instant::now();
        let done = self.pool.sanitize(job).await;
        observe(item, &done, started.elapsed());
        settle(item, done)
    }
}

fn settle(item: &Item, done: Done) -> Settlement {
    match done.part {
        Err(reason) => held(reason, &done.report),
        Ok((clean, accept)) => Settlement::Sanitized {
            outputs: vec![NewOutput {
                name: output_name(item, &clean),
                media_type: clean.format().media_type().to_owned(),
                receipt: records::store_receipt(&accept),
                bytes: clean.into_bytes(),
            }],
            report: records::store_report(&done.report),
            summary: records::summarize(&done.report),
        },
    }
}

fn held(reason: Reason, report: &Report) -> Settlement {
    Settlement::Held {
        reason: reason.code().to_owned(),
        report: Some(records::store_report(report)),
        summary: records::summarize(report),
    }
}

/// The name an output leaves under: the sender's, made safe, with the extension of what was built.
fn output_name(item: &Item, clean: &Clean) -> String {
    match clean.format() {
        Format::Mail if item.intake.name.is_empty() => format!("{}.eml", item.receipt),
        format => DisplayName::new(&item.intake.name).file_name(format),
    }
}

fn observe(item: &Item, done: &Done, took: Duration) {
    let channel = match item.intake.kind {
        Kind::Mail => "mail",
        Kind::File => "portal",
    };
    let result = match done.report.verdict {
        sanitizer_core::Verdict::Rebuilt => "rebuilt",
        sanitizer_core::Verdict::Modified => "modified",
        sanitizer_core::Verdict::Held => "held",
    };
    let format = done.report.part.format.code();
    metrics::counter!("sanitizer_files_total", "channel" => channel, "type" => format, "result" => result).increment(1);
    metrics::histogram!("sanitizer_process_duration_seconds", "channel" => channel).record(took.as_secs_f64());
    for part in done.report.part.walk() {
        if let Some(reason) = part.reason {
            metrics::counter!("sanitizer_reasons_total", "reason" => reason.code()).increment(1);
        }
    }
    tracing::info!(
        event = "item_done",
        item = %item.id,
        receipt = %item.receipt,
        channel,
        size_in = item.size,
        size_out = done.part.as_ref().map_or(0, |(clean, _)| clean.bytes().len()),
        result,
        reason = done.report.part.reason.map(Reason::code),
        format,
        policy = %done.report.policy,
        engine = %done.report.engine,
        run_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    );
}
