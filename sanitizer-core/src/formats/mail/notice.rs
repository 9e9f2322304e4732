//! The notice at the end of a message: what was removed or held, what to do next, 受付番号.

use super::headers;
use crate::{
    Action, PartReport, Policy,
    formats::text::links,
    report::{FindingKind, Language, Verdict, reason_wording},
};

/// So many items are named; the rest is counted. With its frame a notice stays within a dozen lines.
const ITEMS: usize = 7;
/// So many kinds of finding are named for one item.
const KINDS: usize = 4;

/// The value of X-Sanitizer-Result.
pub(super) fn result(word: &str, receipt: &str) -> String {
    let receipt: String =
        receipt.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_')).take(100).collect();
    format!("{word}; receipt={receipt}")
}

/// The verdict as X-Sanitizer-Result says it.
pub(super) const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Rebuilt => "rebuilt",
        Verdict::Modified => "modified",
        Verdict::Held => "held",
    }
}

/// The notice for a message, or `None` where a reader misses nothing.
pub(super) fn text(part: &PartReport, receipt: &str, policy: &Policy) -> Option<String> {
    if !part.is_modified() {
        return None;
    }
    let language = policy.mail.notice;
    let mut items = Vec::new();
    let body = kinds(part, false);
    if !body.is_empty() {
        let name = match language {
            Language::Ja => "本文",
            Language::En => "Message text",
        };
        items.push(removed(name, &body, language));
    }
    for child in &part.children {
        items.extend(item(child, language));
    }
    let more = items.len().saturating_sub(ITEMS);
    items.truncate(ITEMS);
    let mut lines = vec![String::new(), "-".repeat(40)];
    lines.push(match (language, number(receipt)) {
        (Language::Ja, Some(receipt)) => format!("【無害化のお知らせ】 受付番号: {receipt}"),
        (Language::Ja, None) => "【無害化のお知らせ】".to_owned(),
        (Language::En, Some(receipt)) => format!("[Sanitizer notice] receipt number: {receipt}"),
        (Language::En, None) => "[Sanitizer notice]".to_owned(),
    });
    lines.extend(items);
    if more > 0 {
        lines.push(match language {
            Language::Ja => format!("・ほか {more} 件"),
            Language::En => format!("* and {more} more"),
        });
    }
    // A file name may be a path to a share; the address of the portal is the operator's.
    let mut text = links::broken(&lines.join("\n")).0;
    text.extend(portal(policy, language));
    Some(text)
}

/// The receipt number to show, if there is one: the command line may run without.
pub(super) fn number(receipt: &str) -> Option<String> {
    let receipt = headers::line(receipt);
    (!matches!(receipt.as_str(), "" | "-")).then_some(receipt)
}

/// Where to look the number up, on a line of its own.
pub(super) fn portal(policy: &Policy, language: Language) -> Option<String> {
    let url = headers::line(&policy.mail.portal_url);
    (!url.is_empty()).then(|| match language {
        Language::Ja => format!("\n詳しくは: {url}"),
        Language::En => format!("\nDetails: {url}"),
    })
}

/// The kinds of finding a part is held for, in brackets.
pub(super) fn causes(part: &PartReport, language: Language) -> String {
    let held = part.findings.iter().filter(|finding| finding.action == Action::Hold);
    let words: Vec<&str> = held.map(|finding| finding.kind.wording().text(language)).collect();
    match (words.is_empty(), language) {
        (true, _) => String::new(),
        (false, Language::Ja) => format!("（{}）", words.join("、")),
        (false, Language::En) => format!(" ({})", words.join(", ")),
    }
}

fn item(child: &PartReport, language: Language) -> Vec<String> {
    let unnamed = match language {
        Language::Ja => "名前のない添付",
        Language::En => "unnamed attachment",
    };
    let name = child.name.as_ref().map_or(unnamed, |name| if name.as_str().is_empty() { unnamed } else { name.as_str() });
    if child.reason.is_some() {
        return vec![held(name, child, language)];
    }
    let mut lines = Vec::new();
    let found = kinds(child, true);
    if !found.is_empty() {
        lines.push(removed(name, &found, language));
    }
    // Members of an archive and attachments of a nested message are named with what they are in.
    for inner in child.walk().into_iter().skip(1).filter(|inner| inner.reason.is_some()) {
        let inner_name = inner.name.as_ref().map_or("", crate::DisplayName::as_str);
        lines.push(held(&format!("{name} > {inner_name}"), inner, language));
    }
    lines
}

/// What was removed or neutralized, in the part itself or with all below it, each kind once.
fn kinds(part: &PartReport, below: bool) -> Vec<FindingKind> {
    let parts = if below { part.walk() } else { vec![part] };
    let mut kinds = Vec::new();
    for finding in parts.into_iter().filter(|part| part.reason.is_none()).flat_map(|part| &part.findings) {
        let shown = matches!(finding.action, Action::Remove | Action::Neutralize);
        if shown && !kinds.contains(&finding.kind) {
            kinds.push(finding.kind);
        }
    }
    kinds
}

fn removed(name: &str, kinds: &[FindingKind], language: Language) -> String {
    let words: Vec<&str> = kinds.iter().take(KINDS).map(|kind| kind.wording().text(language)).collect();
    let more = kinds.len() > KINDS;
    match language {
        Language::Ja => format!("・{name}: {}{}を除くか無効にしました。", words.join("、"), if more { "など" } else { "" }),
        Language::En => format!("* {name}: removed or disabled: {}{}", words.join(", "), if more { " and more" } else { "" }),
    }
}

fn held(name: &str, part: &PartReport, language: Language) -> String {
    let (what, next) = reason_wording(part.reason.unwrap_or(sanitizer_verify::Reason::Internal));
    match language {
        // Some reasons say themselves that it was stopped.
        Language::Ja if what.ja.ends_with("止めました") => format!("・{name}: {}。→ {}。", what.ja, next.ja),
        Language::Ja => format!("・{name}: {}。止めました。→ {}。", what.ja, next.ja),
        Language::En => format!("* {name}: held. {}. → {}.", what.en, next.en),
    }
}
