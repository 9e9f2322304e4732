//! What was found and what was done: typed, coded, and worded in one place.

pub mod kinds;
pub(crate) mod name;
mod wording;

pub use kinds::FindingKind;
pub use name::DisplayName;
pub(crate) use name::is_visible;
pub use wording::{Language, Wording, reason_wording, verdict_wording};

use crate::{Claim, Policy, Role, Run};
use sanitizer_verify::{Format, Location, Reason, Rebuilt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the report's form; grows when a field changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// Version of the core, as written into reports.
pub const ENGINE: &str = env!("CARGO_PKG_VERSION");

/// The report of one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Version of this form.
    pub schema: u32,
    /// 受付番号.
    pub receipt: String,
    /// Id of the policy.
    pub policy: String,
    /// Version of the core.
    pub engine: String,
    /// The item in one word.
    pub verdict: Verdict,
    /// The item itself; its children hang below it.
    pub part: PartReport,
}

/// An item in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 無害化しました: built anew, nothing the reader would miss.
    Rebuilt,
    /// 一部を除きました: something was removed, neutralised or held inside.
    Modified,
    /// 止めました: held as a whole.
    Held,
}

/// What was done about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The part is held because of it.
    Hold,
    /// Noted and kept: harmless.
    Keep,
    /// Kept in a form that does nothing.
    Neutralize,
    /// Written anew; nothing the reader would miss.
    Rebuild,
    /// Taken out.
    Remove,
}

/// One kind of finding in one part, counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// What was found.
    pub kind: FindingKind,
    /// What was done.
    pub action: Action,
    /// How often.
    pub count: u32,
}

/// One part: the item, a member, an attachment, a picture in a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartReport {
    /// Index path in the input.
    #[schemars(with = "String")]
    pub location: Location,
    /// The name the sender gave, safe to show.
    pub name: Option<DisplayName>,
    /// What the content is.
    #[schemars(with = "String")]
    pub format: Format,
    /// What was written, if anything.
    #[schemars(with = "Option<String>")]
    pub output: Option<Format>,
    /// Why it is held, if it is.
    #[schemars(with = "Option<String>")]
    pub reason: Option<Reason>,
    /// Size as it came in, in bytes.
    pub size_in: u64,
    /// SHA-256 as it came in, in hexadecimal.
    pub sha256_in: Option<String>,
    /// Size of what was written, in bytes.
    pub size_out: Option<u64>,
    /// Index in the parent's output.
    pub placed: Option<u32>,
    /// What was found in this part itself.
    pub findings: Vec<Finding>,
    /// The parts inside.
    pub children: Vec<PartReport>,
}

impl PartReport {
    /// The report of a part nothing is known of but its claim and size.
    pub fn open(location: Location, claim: &Claim<'_>, size_in: u64) -> Self {
        Self {
            location,
            name: claim.name.map(DisplayName::new),
            format: Format::Unknown,
            output: None,
            reason: None,
            size_in,
            sha256_in: None,
            size_out: None,
            placed: None,
            findings: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Adds a finding, or counts it up if the same stands there already.
    pub(crate) fn add(&mut self, kind: FindingKind, action: Action) {
        match self.findings.iter_mut().find(|finding| finding.kind == kind && finding.action == action) {
            Some(finding) => finding.count = finding.count.saturating_add(1),
            None => self.findings.push(Finding { kind, action, count: 1 }),
        }
    }

    pub(crate) fn built(&mut self, rebuilt: &Rebuilt) {
        self.output = Some(rebuilt.format());
        self.size_out = Some(rebuilt.bytes().len() as u64);
    }

    /// Whether a reader would miss something: anything removed, neutralised or held, here or below.
    pub fn is_modified(&self) -> bool {
        let here =
            self.findings.iter().any(|finding| matches!(finding.action, Action::Hold | Action::Neutralize | Action::Remove));
        here || self.reason.is_some() || self.children.iter().any(Self::is_modified)
    }

    /// This part and everything below it, top down.
    pub fn walk(&self) -> Vec<&Self> {
        let mut parts = vec![self];
        for child in &self.children {
            parts.extend(child.walk());
        }
        parts
    }
}

impl Report {
    /// The report of a finished run.
    pub(crate) fn close(part: PartReport, policy: &Policy, run: &Run) -> Self {
        let verdict = match (&part.reason, part.is_modified()) {
            (Some(_), _) => Verdict::Held,
            (None, true) => Verdict::Modified,
            (None, false) => Verdict::Rebuilt,
        };
        Self { schema: SCHEMA, receipt: run.receipt.clone(), policy: policy.id(), engine: ENGINE.to_owned(), verdict, part }
    }

    /// The report of an item that was held before anything could be read, or whose worker died.
    pub fn held(reason: Reason, claim: &Claim<'_>, policy: &Policy, run: &Run) -> Self {
        let mut part = PartReport::open(Location::root(), claim, 0);
        part.reason = Some(reason);
        if claim.role == Role::Message {
            part.format = Format::Mail;
        }
        Self::close(part, policy, run)
    }

    /// Holds the whole after the fact: the verifier or a worker had the last word.
    pub fn hold(&mut self, reason: Reason) {
        self.verdict = Verdict::Held;
        self.part.reason = Some(reason);
        self.part.output = None;
        self.part.size_out = None;
    }

    /// The JSON Schema of this form.
    pub fn json_schema() -> serde_json::Value {
        schemars::schema_for!(Self).to_value()
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
