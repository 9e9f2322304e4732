//! The trait every format implements, and the one recursion.

use crate::{
    Action, Claim, FindingKind, PartReport, Policy, Run, Wanted,
    convert::{self, Want},
    formats, identify,
    policy::Treatment,
    report::kinds::CoreFinding,
};
use sanitizer_verify::{Budget, Exceeded, Format, Location, Reason, Rebuilt, Untrusted, trust::LoadError};

/// Reads a format, keeps what is known to be good, writes it anew.
///
/// Called by [`Context::descend`] alone, once for each part, with the part's own report open in the context. An
/// implementation
/// 1. loads its input, charging the context's [`Budget`] for all it decodes before it allocates;
/// 2. hands children to [`Context::descend`], and says with [`Context::placed`] where each went;
/// 3. names with [`Context::find`] everything it removed or changed, or ends with [`Context::hold`].
///
/// It never returns bytes it was given: what it writes comes from its model.
pub trait Disarm: Send + Sync {
    /// The formats it takes.
    fn formats(&self) -> &'static [Format];

    /// Builds the part anew, or says why it is held.
    fn disarm(&self, input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError>;
}

/// Why a part is held. Made by [`Context::hold`], or from an exceeded budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DisarmError {
    reason: Reason,
}

impl DisarmError {
    /// A container in which nothing is left to deliver; the reports of its children say why.
    pub const fn nothing_left(reason: Reason) -> Self {
        Self { reason }
    }

    /// The reason.
    pub const fn reason(self) -> Reason {
        self.reason
    }
}

impl From<Exceeded> for DisarmError {
    fn from(exceeded: Exceeded) -> Self {
        Self { reason: exceeded.into() }
    }
}

impl From<LoadError> for DisarmError {
    fn from(error: LoadError) -> Self {
        Self { reason: error.into() }
    }
}

/// Policy, budget, report and place of one run.
pub struct Context<'a> {
    policy: &'a Policy,
    run: &'a Run,
    budget: Budget,
    /// The part being worked on is last; its ancestors stand before it.
    open: Vec<OpenPart>,
    wanted: Vec<Wanted>,
}

struct OpenPart {
    report: PartReport,
    claim: OwnedClaim,
}

#[derive(Clone, Default)]
struct OwnedClaim {
    name: Option<String>,
    media_type: Option<String>,
    role: crate::Role,
}

impl<'a> Context<'a> {
    /// A context for one item, with a full budget.
    pub(crate) fn new(policy: &'a Policy, run: &'a Run) -> Self {
        Self { policy, run, budget: Budget::new(&policy.limits), open: Vec::new(), wanted: Vec::new() }
    }

    /// The policy of this run.
    pub fn policy(&self) -> &'a Policy {
        self.policy
    }

    /// What this run was told from outside.
    pub fn run(&self) -> &'a Run {
        self.run
    }

    /// What is left to spend.
    pub fn budget(&mut self) -> &mut Budget {
        &mut self.budget
    }

    /// What the sender says the current part is.
    pub fn claim(&self) -> Claim<'_> {
        self.open.last().map_or_else(Claim::default, |part| Claim {
            name: part.claim.name.as_deref(),
            media_type: part.claim.media_type.as_deref(),
            role: part.claim.role,
        })
    }

    /// What the current part was identified as.
    pub fn format(&self) -> Format {
        self.open.last().map_or(Format::Unknown, |part| part.report.format)
    }

    /// The reports of the children finished so far, in order: for notices.
    pub fn children(&self) -> &[PartReport] {
        self.open.last().map_or(&[], |part| &part.report.children)
    }

    /// The current part's report so far.
    pub fn part(&self) -> Option<&PartReport> {
        self.open.last().map(|part| &part.report)
    }

    /// Notes in the current part's report that `kind` was found and what was done about it.
    pub fn find(&mut self, kind: impl Into<FindingKind>, action: Action) {
        if let Some(part) = self.open.last_mut() {
            part.report.add(kind.into(), action);
        }
    }

    /// Notes `kind` as the cause and gives the error that holds the current part.
    pub fn hold(&mut self, kind: impl Into<FindingKind>, reason: Reason) -> DisarmError {
        self.find(kind, Action::Hold);
        DisarmError { reason }
    }

    /// Index of the child that [`Context::descend`] finished last.
    pub fn last_child(&self) -> u32 {
        u32::try_from(self.children().len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// Says that the child with index `child` stands at index `output` of what is being written, so that a refusal by
    /// the verifier can be traced back to it.
    pub fn placed(&mut self, child: u32, output: u32) {
        let child = usize::try_from(child).unwrap_or(usize::MAX);
        if let Some(report) = self.open.last_mut().and_then(|part| part.report.children.get_mut(child)) {
            report.placed = Some(output);
        }
    }

    /// Sanitizes one child on the same budget, one level deeper: identify, policy, disarm. The only recursion.
    ///
    /// A child that cannot be built is held with its reason, stands so in the report, and does not hold its neighbours.
    pub fn descend(&mut self, input: Untrusted<'_>, claim: &Claim<'_>) -> Result<Rebuilt, Reason> {
        let at = match self.open.last() {
            None => Location::root(),
            Some(parent) => parent.report.location.child(u32::try_from(parent.report.children.len()).unwrap_or(u32::MAX)),
        };
        self.open.push(OpenPart {
            report: PartReport::open(at, claim, input.size()),
            claim: OwnedClaim {
                name: claim.name.map(str::to_owned),
                media_type: claim.media_type.map(str::to_owned),
                role: claim.role,
            },
        });
        let result = self.one_level_deeper(input, claim);
        let Some(mut done) = self.open.pop() else { return Err(Reason::Internal) };
        match &result {
            Ok(rebuilt) => done.report.built(rebuilt),
            Err(reason) => done.report.reason = Some(*reason),
        }
        match self.open.last_mut() {
            Some(parent) => parent.report.children.push(done.report),
            None => self.open.push(done),
        }
        result
    }

    /// Holds a child that is not even looked into: one whose bytes cannot be had, or whose name alone is an attack.
    pub fn hold_child(&mut self, claim: &Claim<'_>, size: u64, kind: impl Into<FindingKind>, reason: Reason) {
        let Some(parent) = self.open.last_mut() else { return };
        let at = parent.report.location.child(u32::try_from(parent.report.children.len()).unwrap_or(u32::MAX));
        let mut report = PartReport::open(at, claim, size);
        report.add(kind.into(), Action::Hold);
        report.reason = Some(reason);
        parent.report.children.push(report);
    }

    fn one_level_deeper(&mut self, input: Untrusted<'_>, claim: &Claim<'_>) -> Result<Rebuilt, Reason> {
        // The item itself has no neighbours.
        if self.open.len() > 1 {
            self.budget.enter_part(input.size())?;
        } else {
            self.budget.enter()?;
        }
        let result = self.one_part(input, claim);
        self.budget.leave();
        result.map_err(DisarmError::reason)
    }

    fn one_part(&mut self, input: Untrusted<'_>, claim: &Claim<'_>) -> Result<Rebuilt, DisarmError> {
        self.budget.entries(1)?;
        self.budget.input(input.size())?;
        let identified = identify::identify(input, claim)?;
        if let Some(part) = self.open.last_mut() {
            part.report.format = identified.format;
            part.report.sha256_in = Some(crate::report::hex(&input.sha256()?));
        }
        let at = self.open.last().map_or_else(Location::root, |part| part.report.location.clone());
        if self.run.hold.contains(&at) {
            return Err(self.hold(CoreFinding::VerifierRefused, Reason::VerifyFailed));
        }
        if let Some(mismatch) = identified.mismatch {
            if mismatch.holds {
                return Err(self.hold(CoreFinding::TypeMismatch, Reason::TypeMismatch));
            }
            self.find(CoreFinding::TypeMismatch, Action::Keep);
        }
        if !claim.role.accepts(identified.format) {
            return Err(self.hold(CoreFinding::NotExpectedHere, Reason::TypeUnsupported));
        }
        let disarm = match self.policy.treatment(identified.format) {
            Treatment::Hold => return Err(self.hold(CoreFinding::PolicyHold, Reason::PolicyHold)),
            Treatment::Convert => return self.converted(input, identified.format, &at),
            Treatment::Rebuild => formats::find(identified.format),
        };
        let Some(disarm) = disarm else {
            let kind = if identified.format == Format::Empty { CoreFinding::Empty } else { CoreFinding::FormatNotHandled };
            return Err(self.hold(kind, identify::unhandled_reason(identified.format)));
        };
        disarm.disarm(input, self)
    }

    /// Builds anew what a converter made of the current part, or asks for it.
    fn converted(&mut self, input: Untrusted<'_>, format: Format, at: &Location) -> Result<Rebuilt, DisarmError> {
        let run = self.run;
        match run.converted.get(at) {
            None => match convert::want(input, format, at, &self.wanted)? {
                Want::This(wanted) => {
                    self.wanted.push(wanted);
                    Err(self.hold(CoreFinding::NotConverted, Reason::ConverterMissing))
                }
                Want::TooMuch(reason) => Err(self.hold(CoreFinding::NotConverted, reason)),
            },
            Some(Err(Reason::ConvertFailed)) if identify::old(input, format)?.encrypted => {
                Err(self.hold(CoreFinding::NotConverted, Reason::PasswordRequired))
            }
            Some(Err(reason)) => Err(self.hold(CoreFinding::NotConverted, *reason)),
            Some(Ok(bytes)) => {
                // The converter read hostile bytes: what it wrote is no better than what anybody sends.
                let made = Untrusted::new(bytes);
                self.budget.input(made.size())?;
                self.budget.expand(made.size())?;
                let target = identify::identify(made, &Claim::default())?.format;
                match formats::converted_to(format).filter(|wanted| *wanted == target).and_then(formats::find) {
                    None => Err(self.hold(CoreFinding::NotConverted, Reason::ConvertFailed)),
                    Some(disarm) => {
                        self.find(CoreFinding::Converted, Action::Rebuild);
                        if identify::old(input, format)?.macros {
                            self.find(CoreFinding::ConvertedMacros, Action::Remove);
                        }
                        disarm.disarm(made, self)
                    }
                }
            }
        }
    }

    /// Closes the run and gives the item's report, and what it wants converted.
    pub(crate) fn finish(mut self) -> (PartReport, Vec<Wanted>) {
        let report = self.open.pop().map_or_else(|| PartReport::open(Location::root(), &Claim::default(), 0), |part| part.report);
        (report, self.wanted)
    }
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("depth", &self.open.len()).finish_non_exhaustive()
    }
}
