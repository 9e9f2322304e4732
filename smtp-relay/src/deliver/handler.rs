//! The delivering handler: a claimed item to its next hops, and what came of it as a settlement.

use super::{
    answer::{Answer, EnhancedCode},
    bounce::{self, Failed},
    hop::Hop,
};
use crate::{
    inbound::context::Context,
    protocol::address::{Address, ReversePath},
    queue::{Next, Schedule},
    route::{Direction, Routes},
};
use custody::{
    Claimed, Custody, FollowUp, Item, NewItem, Recipient, RecipientOutcome, RecipientResult, RecipientState, Settlement, Summary,
    Verdict, failpoint, worker::Handler,
};
use jiff::Timestamp;
use sanitizer_core::Policy;
use sanitizer_service::{OpenError, outputs};
use sanitizer_verify::{Clean, Reason};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

/// Nobody could be reached (RFC 3463, X.4.1).
const NO_ANSWER: EnhancedCode = EnhancedCode::new(4, 4, 1);
/// No route (X.4.4); an operator may yet put one in.
const NO_ROUTE: EnhancedCode = EnhancedCode::new(4, 4, 4);
/// The time for delivery is over (X.4.7).
const EXPIRED: EnhancedCode = EnhancedCode::new(4, 4, 7);
/// The address cannot be read (X.1.3).
const BAD_ADDRESS: EnhancedCode = EnhancedCode::new(5, 1, 3);

/// Delivers what is ready. Takes only what opens as [`Clean`].
#[derive(Clone, Debug)]
pub struct Deliver {
    custody: Custody,
    routes: Arc<Routes>,
    hops: Arc<BTreeMap<String, Hop>>,
    schedule: Schedule,
    /// What we call ourselves in a notification.
    host: String,
    policy: Arc<Policy>,
}

/// What came of a try for one recipient.
struct Tried<'a> {
    recipient: &'a Recipient,
    answer: Answer,
}

impl Deliver {
    /// A handler for the items of `custody`.
    pub fn new(
        custody: Custody,
        routes: Arc<Routes>,
        hops: Arc<BTreeMap<String, Hop>>,
        schedule: Schedule,
        host: impl Into<String>,
        policy: Arc<Policy>,
    ) -> Self {
        Self { custody, routes, hops, schedule, host: host.into(), policy }
    }

    /// Sends to every recipient that is due, hop by hop.
    async fn attempt<'a>(&self, item: &'a Item, clean: &Clean, now: Timestamp) -> Vec<Tried<'a>> {
        let direction = match Context::read(&item.intake.context) {
            Some(Context::Notification { .. }) => Direction::Notification,
            Some(Context::Internet { .. }) | None => Direction::Inward,
        };
        // Stored by us from a parsed path; if it cannot be read any more, nobody is told rather than the wrong one.
        let from = item.intake.sender.parse().unwrap_or(ReversePath::Null);
        let mut by_hop: BTreeMap<&str, Vec<(&Recipient, Address)>> = BTreeMap::new();
        let mut tried = Vec::new();
        for recipient in due(item, now) {
            match recipient.address.parse::<Address>() {
                Err(_) => tried.push(Tried { recipient, answer: Answer::Never(BAD_ADDRESS) }),
                Ok(address) => match self.routes.hop(&address, direction) {
                    Some(hop) => by_hop.entry(hop).or_default().push((recipient, address)),
                    None => tried.push(Tried { recipient, answer: Answer::Later(NO_ROUTE) }),
                },
            }
        }
        for (name, group) in by_hop {
            let (recipients, addresses): (Vec<_>, Vec<_>) = group.into_iter().unzip();
            let answers = match self.hops.get(name) {
                Some(hop) => hop.send(&from, &addresses, clean).await,
                None => vec![Answer::Later(NO_ROUTE); recipients.len()],
            };
            tried.extend(recipients.into_iter().zip(answers).map(|(recipient, answer)| Tried { recipient, answer }));
        }
        tried
    }

    fn settle(&self, item: &Item, clean: &Clean, tried: &[Tried<'_>], now: Timestamp) -> Settlement {
        let spread = item.id.as_bytes().last().copied().unwrap_or_default();
        let outcome = |one: &Tried<'_>| match one.answer {
            Answer::Accepted(code) => (RecipientOutcome::Delivered, code),
            Answer::Never(code) => (RecipientOutcome::Bounced, code),
            Answer::Later(_) | Answer::Unknown => {
                let attempts = one.recipient.attempts.saturating_add(1);
                match self.schedule.after(attempts, item.received_at, now, spread) {
                    Next::Retry(until) => (RecipientOutcome::Deferred { until }, one.answer.code().unwrap_or(NO_ANSWER)),
                    Next::Expire => (RecipientOutcome::Bounced, EXPIRED),
                }
            }
        };
        let outcomes: Vec<_> = tried.iter().map(|one| (one.recipient, outcome(one))).collect();
        let failed: Vec<Failed> = outcomes
            .iter()
            .filter(|(_, (outcome, _))| matches!(outcome, RecipientOutcome::Bounced))
            .map(|(recipient, (_, code))| Failed { address: recipient.address.clone(), code: *code })
            .collect();
        let follow_up = self.follow_up(item, clean, &failed, now);
        log(item, &outcomes);
        let all_expired = !failed.is_empty()
            && outcomes.iter().all(|(_, (_, code))| *code == EXPIRED)
            && item
                .recipients
                .iter()
                .all(|one| one.state.is_final() || outcomes.iter().any(|(tried, _)| tried.position == one.position));
        if all_expired {
            return Settlement::Expired { follow_up };
        }
        let results = outcomes.into_iter().map(|(recipient, (outcome, code))| RecipientResult {
            position: recipient.position,
            outcome,
            status: Some(code.to_string()),
        });
        Settlement::Delivery { results: results.collect(), follow_up }
    }

    /// The notification to the sender, if there is one to notify.
    fn follow_up(&self, item: &Item, clean: &Clean, failed: &[Failed], now: Timestamp) -> Vec<FollowUp> {
        let null = item.intake.sender.is_empty();
        if failed.is_empty() || null {
            return Vec::new();
        }
        if !self.routes.has_bounce_hop() {
            tracing::warn!(item = %item.id, "a recipient bounced and no bounce_hop is configured: the sender is not told");
            return Vec::new();
        }
        let context = Context::Notification { about: item.id.to_string() };
        vec![FollowUp {
            item: NewItem::mail("", vec![item.intake.sender.clone()]).with_context(context.write()),
            bytes: bounce::notification(&self.host, item, failed, clean, now, &self.policy),
        }]
    }
}

impl Handler for Deliver {
    async fn handle(&self, claimed: &Claimed) -> Settlement {
        let item = claimed.item();
        let opened = match outputs::open(&self.custody, item.id).await {
            Ok(opened) => opened,
            Err(OpenError::Store(error)) => {
                tracing::error!(item = %item.id, %error, "the output cannot be read");
                return Settlement::Retry { after: Duration::from_secs(5), reason: Reason::Internal.code().to_owned() };
            }
            Err(OpenError::Absent) => return held(item, Reason::Internal),
            Err(OpenError::Mismatch) => return held(item, Reason::VerifyFailed),
        };
        failpoint::point("relay-before-send");
        let tried = self.attempt(item, &opened.clean, Timestamp::now()).await;
        // Dying here is the one place where delivery can make a duplicate: the next hop has it, the ledger does not know.
        failpoint::point("relay-after-send");
        self.settle(item, &opened.clean, &tried, Timestamp::now())
    }
}

/// The recipients whose time has come. The item came up because one is due; if the clock says otherwise, all are.
fn due(item: &Item, now: Timestamp) -> Vec<&Recipient> {
    let open = || item.recipients.iter().filter(|one| !one.state.is_final());
    let due: Vec<_> = open().filter(|one| one.state == RecipientState::Pending || one.due.is_none_or(|due| due <= now)).collect();
    if due.is_empty() { open().collect() } else { due }
}

fn held(item: &Item, reason: Reason) -> Settlement {
    let before = item.summary.clone();
    let mut codes: BTreeSet<String> = before.iter().flat_map(|summary| summary.codes.iter().cloned()).collect();
    codes.insert(reason.code().to_owned());
    let counts = before.map(|summary| summary.counts).unwrap_or_default();
    let summary = Summary { verdict: Verdict::Held, codes: codes.into_iter().collect(), counts };
    Settlement::Held { reason: reason.code().to_owned(), report: None, summary }
}

fn log(item: &Item, outcomes: &[(&Recipient, (RecipientOutcome, EnhancedCode))]) {
    let count = |wanted: fn(&RecipientOutcome) -> bool| outcomes.iter().filter(|(_, (outcome, _))| wanted(outcome)).count();
    let delivered = count(|outcome| matches!(outcome, RecipientOutcome::Delivered));
    let deferred = count(|outcome| matches!(outcome, RecipientOutcome::Deferred { .. }));
    let bounced = count(|outcome| matches!(outcome, RecipientOutcome::Bounced));
    for (result, count) in [("delivered", delivered), ("deferred", deferred), ("bounced", bounced)] {
        metrics::counter!("sanitizer_deliveries_total", "result" => result).increment(count as u64);
    }
    tracing::info!(event = "message_tried", item = %item.id, receipt = %item.receipt, delivered, deferred, bounced);
}
