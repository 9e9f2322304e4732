//! The notice at the end of a message: what was removed or held, what to do next, 受付番号.

use super::headers;
use crate::{
    Action, PartReport, Policy,
    formats::text::links,
    report::{FindingKind, Language, Verdict, reason_wording},
};
use sanitizer_verify::Reason;

/// So many attachments that did not arrive are named, and as many that were changed: whoever misses one has to find it.
const ATTACHMENTS: usize = 50;
/// So many things inside attachments are named; the rest is counted.
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
    let mut items = held_ones(&part.children, language);
    let body = kinds(part, false);
    if !body.is_empty() {
        let name = match language {
            Language::Ja => "本文",
            Language::En => "Message text",
        };
        items.push(removed(name, &body, language));
    }
    let arrived = || part.children.iter().filter(|child| child.reason.is_none());
    items.extend(capped(arrived().filter_map(|child| changed(child, language)).collect(), ATTACHMENTS, language));
    items.extend(capped(arrived().flat_map(|child| members(child, language)).collect(), ITEMS, language));
    let mut lines = vec![String::new(), "-".repeat(40)];
    lines.push(match (language, number(receipt)) {
        (Language::Ja, Some(receipt)) => format!("【無害化のお知らせ】 受付番号: {receipt}"),
        (Language::Ja, None) => "【無害化のお知らせ】".to_owned(),
        (Language::En, Some(receipt)) => format!("[Sanitizer notice] receipt number: {receipt}"),
        (Language::En, None) => "[Sanitizer notice]".to_owned(),
    });
    lines.extend(items);
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

/// At most `most` lines, and how many more there were.
fn capped(mut lines: Vec<String>, most: usize, language: Language) -> Vec<String> {
    let more = lines.len().saturating_sub(most);
    lines.truncate(most);
    if more > 0 {
        lines.push(match language {
            Language::Ja => format!("・ほか {more} 件"),
            Language::En => format!("* and {more} more"),
        });
    }
    lines
}

fn name_of(part: &PartReport, language: Language) -> &str {
    let unnamed = match language {
        Language::Ja => "名前のない添付",
        Language::En => "unnamed attachment",
    };
    part.name.as_ref().map(crate::DisplayName::as_str).filter(|name| !name.is_empty()).unwrap_or(unnamed)
}

/// The attachments that did not arrive: one line for each reason, with the names.
fn held_ones(children: &[PartReport], language: Language) -> Vec<String> {
    let held_children = || children.iter().filter(|child| child.reason.is_some());
    let mut groups: Vec<(Reason, Vec<&str>)> = Vec::new();
    for child in held_children().take(ATTACHMENTS) {
        let (reason, name) = (child.reason.unwrap_or(Reason::Internal), name_of(child, language));
        match groups.iter_mut().find(|(given, _)| *given == reason) {
            Some((_, names)) => names.push(name),
            None => groups.push((reason, vec![name])),
        }
    }
    let comma = if language == Language::Ja { "、" } else { ", " };
    let more = held_children().count().saturating_sub(ATTACHMENTS);
    let mut lines: Vec<String> = groups.into_iter().map(|(reason, names)| held(&names.join(comma), reason, language)).collect();
    if more > 0 {
        lines.push(match language {
            Language::Ja => format!("・ほか {more} 件の添付も止めました。"),
            Language::En => format!("* {more} more attachments were held."),
        });
    }
    lines
}

/// The line of an attachment that arrived, but not as it was.
fn changed(child: &PartReport, language: Language) -> Option<String> {
    let (name, found) = (name_of(child, language), kinds(child, true));
    let inside = child.walk().into_iter().skip(1).filter(|inner| inner.reason.is_some()).count();
    let line = (!found.is_empty()).then(|| removed(name, &found, language));
    if inside == 0 {
        return line;
    }
    Some(match (line, language) {
        (Some(line), Language::Ja) => format!("{line}中の {inside} 件は止めました。"),
        (None, Language::Ja) => format!("・{name}: 中の {inside} 件は止めました。"),
        (Some(line), Language::En) => format!("{line}; {inside} inside held"),
        (None, Language::En) => format!("* {name}: {inside} inside held"),
    })
}

/// What was held inside an attachment that arrived: members of an archive, attachments of a nested message.
fn members(child: &PartReport, language: Language) -> Vec<String> {
    let inside = child.walk().into_iter().skip(1).filter_map(|inner| Some((inner, inner.reason?)));
    let name = name_of(child, language);
    inside.map(|(inner, reason)| held(&format!("{name} > {}", name_of(inner, language)), reason, language)).collect()
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

fn held(name: &str, reason: Reason, language: Language) -> String {
    let (what, next) = reason_wording(reason);
    match language {
        // Some reasons say themselves that it was stopped.
        Language::Ja if what.ja.ends_with("止めました") => format!("・{name}: {}。→ {}。", what.ja, next.ja),
        Language::Ja => format!("・{name}: {}。止めました。→ {}。", what.ja, next.ja),
        Language::En => format!("* {name}: held. {}. → {}.", what.en, next.en),
    }
}
