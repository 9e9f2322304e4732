//! A report for people.

use sanitizer_core::{
    Action, PartReport, Report,
    report::{Language, reason_wording, verdict_wording},
};
use std::fmt::Write as _;

/// The report as indented lines.
pub(crate) fn render(report: &Report, language: Language) -> String {
    let mut out = String::new();
    let name = report.part.name.as_ref().map_or("-", |name| name.as_str());
    line(&mut out, 0, &format!("{name}: {}", verdict_wording(report.verdict).text(language)));
    part(&mut out, &report.part, 1, language);
    out
}

fn part(out: &mut String, part: &PartReport, depth: usize, language: Language) {
    if let Some(reason) = part.reason {
        let (what, next) = reason_wording(reason);
        line(out, depth, &format!("[{}] {} — {}", reason.code(), what.text(language), next.text(language)));
    }
    for finding in &part.findings {
        let kind = finding.kind;
        line(
            out,
            depth,
            &format!(
                "{} {} ×{} [{}]",
                action(finding.action, language),
                kind.wording().text(language),
                finding.count,
                kind.code()
            ),
        );
    }
    for child in &part.children {
        let name = child.name.as_ref().map_or("-", |name| name.as_str());
        line(out, depth, &format!("{} {name} ({})", child.location, child.format));
        self::part(out, child, depth.saturating_add(1), language);
    }
}

fn line(out: &mut String, depth: usize, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}{text}", "  ".repeat(depth));
}

const fn action(action: Action, language: Language) -> &'static str {
    match (action, language) {
        (Action::Hold, Language::Ja) => "止めた:",
        (Action::Keep, Language::Ja) => "残した:",
        (Action::Neutralize, Language::Ja) => "無効化:",
        (Action::Rebuild, Language::Ja) => "作り直し:",
        (Action::Remove, Language::Ja) => "除いた:",
        (Action::Hold, Language::En) => "held:",
        (Action::Keep, Language::En) => "kept:",
        (Action::Neutralize, Language::En) => "neutralized:",
        (Action::Rebuild, Language::En) => "rebuilt:",
        (Action::Remove, Language::En) => "removed:",
    }
}
