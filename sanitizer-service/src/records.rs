//! Reports and receipts as custody stores them: versioned bytes it does not read.

use custody::{Summary, Verdict as StoredVerdict};
use sanitizer_core::{Action, Report, Verdict};
use sanitizer_verify::Accept;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::{BTreeMap, BTreeSet};

const REPORT: &[u8] = b"report/1\n";
const RECEIPT: &[u8] = b"accept/1\n";

fn encode(prefix: &[u8], value: &impl Serialize) -> Vec<u8> {
    let mut bytes = prefix.to_vec();
    // Structs of strings, numbers and lists always serialize.
    bytes.extend(serde_json::to_vec(value).unwrap_or_default());
    bytes
}

fn decode<T: DeserializeOwned>(prefix: &[u8], bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes.strip_prefix(prefix)?).ok()
}

/// A report, to be stored.
pub fn store_report(report: &Report) -> Vec<u8> {
    encode(REPORT, report)
}

/// A stored report; `None` if it is of another version or damaged.
pub fn load_report(bytes: &[u8]) -> Option<Report> {
    decode(REPORT, bytes)
}

/// A receipt, to be stored.
pub(crate) fn store_receipt(receipt: &Accept) -> Vec<u8> {
    encode(RECEIPT, receipt)
}

/// A stored receipt; `None` if it is of another version or damaged.
pub(crate) fn load_receipt(bytes: &[u8]) -> Option<Accept> {
    decode(RECEIPT, bytes)
}

/// A report in words and numbers: all that the Internet side and custody itself may know.
pub fn summarize(report: &Report) -> Summary {
    let verdict = match report.verdict {
        Verdict::Rebuilt => StoredVerdict::Rebuilt,
        Verdict::Modified => StoredVerdict::Modified,
        Verdict::Held => StoredVerdict::Held,
    };
    let mut codes = BTreeSet::new();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut count = |word: &str, by: u64| {
        let entry = counts.entry(word.to_owned()).or_default();
        *entry = entry.saturating_add(by);
    };
    for part in report.part.walk() {
        count("parts", 1);
        if let Some(reason) = part.reason {
            codes.insert(reason.code().to_owned());
            count("held", 1);
        }
        for finding in &part.findings {
            codes.insert(finding.kind.code().to_owned());
            match finding.action {
                Action::Remove => count("removed", u64::from(finding.count)),
                Action::Neutralize => count("neutralized", u64::from(finding.count)),
                Action::Hold | Action::Keep | Action::Rebuild => {}
            }
        }
    }
    Summary { verdict, codes: codes.into_iter().collect(), counts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sanitizer_core::{Claim, Policy, Run};
    use sanitizer_verify::Reason;

    #[test]
    fn a_report_round_trips_and_its_summary_counts() {
        let report = Report::held(Reason::Broken, &Claim::default(), &Policy::default(), &Run::default());
        assert_eq!(load_report(&store_report(&report)), Some(report.clone()));
        assert_eq!(load_report(b"report/2\n{}"), None);
        let summary = summarize(&report);
        assert_eq!(summary.verdict, StoredVerdict::Held);
        assert_eq!(summary.codes, ["broken"]);
        assert_eq!(summary.counts.get("held"), Some(&1));
    }
}
