//! A report in words: what was removed and why, for the pages of the lgwan face.

use askama::Template;
use sanitizer_core::{
    DisplayName, Report,
    report::{Action, Finding, PartReport, Verdict, kinds::CoreFinding, reason_wording, verdict_wording},
};
use sanitizer_verify::Format;

use crate::wording;

/// So many rows of one list are shown: nobody reads on, and a bomb has thousands. The report has them all.
const ROWS: usize = 50;

/// The first rows of a list, and how many it has beyond them.
pub(crate) struct Shown<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) more: usize,
}

impl<T> Default for Shown<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), more: 0 }
    }
}

/// Makes rows of the first of `all` and counts the others.
fn shown<S, T>(mut all: impl Iterator<Item = S>, row: impl Fn(S) -> T) -> Shown<T> {
    let rows = all.by_ref().take(ROWS).map(row).collect();
    Shown { rows, more: all.count() }
}

/// One line of what was removed, changed or held.
pub(crate) struct Line {
    pub(crate) place: String,
    pub(crate) what: &'static str,
    pub(crate) action: &'static str,
    pub(crate) class: &'static str,
    pub(crate) count: u32,
}

/// Every removal, change and hold in the item, top down. What a reader would not miss is left to the report itself.
pub(crate) fn lines(report: &Report) -> Shown<Line> {
    let parts = report.part.walk();
    shown(parts.iter().flat_map(|part| part.findings.iter().filter_map(|finding| line(part, finding))), |line| line)
}

fn line(part: &PartReport, finding: &Finding) -> Option<Line> {
    let (action, class) = action_words(finding.action)?;
    Some(Line { place: place(part), what: finding.kind.wording().ja, action, class, count: finding.count })
}

/// What was done, where a reader would want to know.
const fn action_words(action: Action) -> Option<(&'static str, &'static str)> {
    match action {
        Action::Hold => Some(("止めました", "held")),
        Action::Neutralize => Some(("働かないようにしました", "modified")),
        Action::Remove => Some(("除きました", "modified")),
        Action::Keep | Action::Rebuild => None,
    }
}

fn place(part: &PartReport) -> String {
    match &part.name {
        _ if part.location.is_root() => "ファイル全体".to_owned(),
        Some(name) if !name.as_str().trim().is_empty() => name.as_str().to_owned(),
        _ => format!("{}（{}番目）", kind(part.format), part.location.steps().last().map_or(0, |step| step.saturating_add(1))),
    }
}

/// What became of a part in an old format, and the name it leaves under; nothing for a part that was not converted.
pub(crate) fn conversion(part: &PartReport) -> Option<String> {
    let is_converted = part.findings.iter().any(|finding| finding.kind == CoreFinding::Converted.into());
    let output = part.output.filter(|_| is_converted && part.reason.is_none())?;
    let name = part.name.clone().unwrap_or_else(|| DisplayName::new("")).file_name(output);
    Some(format!("{}を新しい形式の{}「{name}」に変換しました。", kind(part.format), kind(output)))
}

/// A format in words for people who know no formats.
pub(crate) const fn kind(format: Format) -> &'static str {
    match format {
        Format::Bmp | Format::Gif | Format::Jpeg | Format::Png | Format::Svg | Format::Tiff | Format::WebP => "画像",
        Format::Csv => "CSV",
        Format::Doc => "旧形式のWord文書",
        Format::Docm | Format::Docx => "Word文書",
        Format::DocuWorks => "DocuWorks文書",
        Format::Empty => "空のファイル",
        Format::EncryptedOoxml => "パスワード付きのOffice文書",
        Format::Executable => "プログラム",
        Format::Html => "HTML文書",
        Format::Lzh => "LZH書庫",
        Format::Mail => "メール",
        Format::Ods => "OpenDocument表計算",
        Format::Odt => "OpenDocument文書",
        Format::Pdf => "PDF文書",
        Format::Ppt => "旧形式のPowerPoint文書",
        Format::Pptm | Format::Pptx => "PowerPoint文書",
        Format::Rar => "RAR書庫",
        Format::Rtf => "リッチテキスト",
        Format::Script => "スクリプト",
        Format::SevenZip => "7z書庫",
        Format::Text => "テキスト",
        Format::Unknown => "種類の分からない部分",
        Format::Xls => "旧形式のExcelブック",
        Format::Xlsm | Format::Xlsx => "Excelブック",
        Format::Zip => "ZIP書庫",
        other => other.code(),
    }
}

/// A part in the tree of what an item holds. Its own template escapes, so its text is HTML as it stands.
#[derive(Template)]
#[template(path = "branch.html")]
pub(crate) struct Branch {
    class: &'static str,
    state: &'static str,
    label: String,
    meta: String,
    reason: Option<String>,
    findings: Vec<String>,
    children: Shown<Branch>,
}

impl askama::filters::HtmlSafe for Branch {}

/// What an item holds: members of archives, attachments of mails, and in documents only what something happened to.
pub(crate) fn tree(report: &Report) -> Shown<Branch> {
    branches(&report.part)
}

fn branches(part: &PartReport) -> Shown<Branch> {
    shown(part.children.iter().filter(|child| is_of_interest(child)), branch)
}

fn is_of_interest(part: &PartReport) -> bool {
    part.name.is_some() || part.is_modified() || part.children.iter().any(is_of_interest)
}

fn branch(part: &PartReport) -> Branch {
    let verdict = match (&part.reason, part.is_modified()) {
        (Some(_), _) => Verdict::Held,
        (None, true) => Verdict::Modified,
        (None, false) => Verdict::Rebuilt,
    };
    let class = match verdict {
        Verdict::Held => "held",
        Verdict::Modified => "modified",
        Verdict::Rebuilt => "clean",
    };
    let words = |finding: &Finding| {
        // Why the part is held stands above the list.
        let (action, _) = action_words(finding.action).filter(|_| finding.action != Action::Hold)?;
        let times = if finding.count > 1 { format!("（{}か所）", finding.count) } else { String::new() };
        Some(format!("{}：{action}{times}", finding.kind.wording().ja))
    };
    Branch {
        class,
        state: verdict_wording(verdict).ja,
        label: place(part),
        meta: format!("{}・{}", kind(part.format), wording::size(part.size_in)),
        reason: part.reason.map(|reason| {
            let (what, next) = reason_wording(reason);
            format!("{}。{}。", what.ja, next.ja)
        }),
        findings: conversion(part).into_iter().chain(part.findings.iter().filter_map(words)).collect(),
        children: branches(part),
    }
}

/// A part that was held, with what its addressee should know.
pub(crate) struct HeldPart {
    pub(crate) name: String,
    pub(crate) meta: String,
    pub(crate) reason: &'static str,
    pub(crate) next: &'static str,
}

/// Every held part of an item, top down, named with what it lies in; below a held part nothing more is listed.
pub(crate) fn held(part: &PartReport) -> Shown<HeldPart> {
    shown(held_in("", part).into_iter(), |part| part)
}

fn held_in(container: &str, part: &PartReport) -> Vec<HeldPart> {
    let name = match (part.location.is_root(), container) {
        (true, _) => String::new(),
        (false, "") => place(part),
        (false, container) => format!("{container} の中の {}", place(part)),
    };
    let Some(reason) = part.reason else {
        return part.children.iter().flat_map(|child| held_in(&name, child)).collect();
    };
    let name = if name.is_empty() { "メール全体".to_owned() } else { name };
    let (what, next) = reason_wording(reason);
    vec![HeldPart {
        name,
        meta: format!("{}・{}", kind(part.format), wording::size(part.size_in)),
        reason: what.ja,
        next: next.ja,
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use sanitizer_core::{Claim, report::kinds::CoreFinding};
    use sanitizer_verify::{Location, Reason};

    fn part(steps: &[u32], name: Option<&str>) -> PartReport {
        PartReport::open(Location::from(steps.to_vec()), &Claim { name, ..Claim::default() }, 10)
    }

    #[test]
    fn names_in_the_tree_are_escaped() {
        let mut child = part(&[0], Some("<img src=x onerror=alert(1)>.pdf"));
        child.children.push(part(&[0, 0], Some("\"'&\u{202E}fdp.exe")));
        let html = branch(&child).render().unwrap();
        assert!(!html.contains("<img"), "{html}");
        assert!(html.contains("&#60;img") || html.contains("&lt;img"), "{html}");
        assert!(!html.contains('\u{202E}') && !html.contains("\"'&"), "{html}");
    }

    #[test]
    fn held_parts_are_found_at_every_depth_and_named_once() {
        let mut root = part(&[], None);
        let mut zip = part(&[0], Some("資料.zip"));
        let mut inner = part(&[0, 1], Some("秘密.xls"));
        inner.reason = Some(Reason::PasswordRequired);
        let mut below = part(&[0, 1, 0], None);
        below.reason = Some(Reason::Broken);
        inner.children.push(below);
        zip.children.push(inner);
        root.children.push(zip);
        let found = held(&root);
        assert_eq!(found.rows.iter().map(|part| part.name.as_str()).collect::<Vec<_>>(), ["資料.zip の中の 秘密.xls"]);
        assert_eq!(found.rows[0].reason, reason_wording(Reason::PasswordRequired).0.ja);
    }

    #[test]
    fn of_many_members_the_first_are_shown_and_the_others_counted() {
        let mut zip = part(&[0], Some("資料.zip"));
        for index in 0..160 {
            let mut member = part(&[0, index], Some(&format!("{index}.xls")));
            member.reason = Some(Reason::TypeUnsupported);
            zip.children.push(member);
        }
        let html = branch(&zip).render().unwrap();
        assert_eq!(html.matches(".xls").count(), 50, "{html}");
        assert!(html.contains(">49.xls<") && html.contains("ほか 110 件"), "{html}");
        let found = held(&zip);
        assert_eq!((found.rows.len(), found.more), (50, 110));
        zip.children.truncate(50);
        assert!(!branch(&zip).render().unwrap().contains("ほか"));
        assert_eq!(held(&zip).more, 0);
    }

    #[test]
    fn what_nobody_would_miss_is_not_listed() {
        let mut root = part(&[], None);
        let kind = CoreFinding::TypeMismatch.into();
        for action in [Action::Keep, Action::Rebuild, Action::Remove] {
            root.findings.push(Finding { kind, action, count: 2 });
        }
        let lines: Vec<_> = root.findings.iter().filter_map(|finding| line(&root, finding)).collect();
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].action, lines[0].count), ("除きました", 2));
    }
}
