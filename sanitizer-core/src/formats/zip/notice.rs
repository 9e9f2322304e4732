//! The notice in an archive that lacks members: which, why, and what to do.

use crate::{
    DisplayName,
    report::{Language, reason_wording},
};
use sanitizer_verify::Reason;

/// The file name of the notice.
pub(super) const fn name(language: Language) -> &'static str {
    match language {
        Language::Ja => "無害化のお知らせ.txt",
        Language::En => "Notice of removal.txt",
    }
}

/// The notice. Names are shown safely; nothing else in it came from the archive.
pub(super) fn text(held: &[(String, Reason)], receipt: &str, language: Language) -> String {
    let (intro, number) = match language {
        Language::Ja => ("次のファイルは無害化できないため、このZIPに入れていません。", "受付番号: "),
        Language::En => ("These files could not be made harmless and are not in this archive.", "Receipt number: "),
    };
    let mut lines = vec![intro.to_owned()];
    if !receipt.is_empty() {
        lines.push(format!("{number}{receipt}"));
    }
    for (name, reason) in held {
        let (what, next) = reason_wording(*reason);
        lines.push(String::new());
        lines.push(DisplayName::new(name).to_string());
        lines.push(format!("  {}", what.text(language)));
        lines.push(format!("  {}", next.text(language)));
    }
    lines.push(String::new());
    lines.join("\r\n")
}
