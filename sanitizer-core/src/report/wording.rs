//! Wording for people: the only place where a reason or a verdict becomes a sentence.

use super::Verdict;
use sanitizer_verify::Reason;

/// A language users read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

/// The same words in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wording {
    /// Japanese.
    pub ja: &'static str,
    /// English.
    pub en: &'static str,
}

impl Wording {
    /// The words in `language`.
    pub const fn text(self, language: Language) -> &'static str {
        match language {
            Language::Ja => self.ja,
            Language::En => self.en,
        }
    }
}

/// A verdict in words.
pub const fn verdict_wording(verdict: Verdict) -> Wording {
    match verdict {
        Verdict::Rebuilt => Wording { ja: "無害化しました", en: "Made harmless" },
        Verdict::Modified => Wording { ja: "一部を除きました", en: "Parts were removed" },
        Verdict::Held => Wording { ja: "止めました", en: "Held" },
    }
}

/// Why something is held, and what to do next.
pub const fn reason_wording(reason: Reason) -> (Wording, Wording) {
    (what_happened(reason), what_to_do(reason))
}

const fn both(ja: &'static str, en: &'static str) -> Wording {
    Wording { ja, en }
}

const fn what_happened(reason: Reason) -> Wording {
    match reason {
        Reason::Ambiguous => {
            both("読み手によって中身が変わり得る作りのため止めました", "Readers could see different content in it")
        }
        Reason::Broken => both("ファイルが壊れているか、途中で切れています", "It is damaged or cut off"),
        Reason::ConvertFailed => both("新しい形式に変換できませんでした", "It could not be converted to a current format"),
        Reason::ConverterMissing => both("この形式の変換が用意されていません", "The converter for this format is not installed"),
        Reason::CountLimit => both("含まれるファイルや部品の数が上限を超えています", "It holds too many members or parts"),
        Reason::DepthLimit => both("入れ子が深すぎます", "It is nested too deep"),
        Reason::Internal => both("処理に失敗しました。原本は渡していません", "Processing failed; the original was not passed on"),
        Reason::OutOfMemory => both(
            "処理に必要なメモリーが上限を超えました。原本は渡していません",
            "Processing needed too much memory; the original was not passed on",
        ),
        Reason::PasswordRequired => both("パスワードがかかっています", "It is protected by a password"),
        Reason::PixelLimit => both("画像が大きすぎます", "A picture is too large"),
        Reason::PolicyHold => both("この形式は取り込まない決まりです", "The policy holds this format"),
        Reason::SizeLimit => both("大きさの上限を超えています", "It is larger than allowed"),
        Reason::Timeout => {
            both("時間内に終わりませんでした。原本は渡していません", "Processing took too long; the original was not passed on")
        }
        Reason::TypeMismatch => both("拡張子と中身が合いません", "Its name does not fit its content"),
        Reason::TypeUnsupported => both("この形式は取り込めません", "This format cannot be brought in"),
        Reason::UnpackedLimit => both("展開後の大きさの上限を超えています", "It unpacks to more than allowed"),
        Reason::UnsafeContentRequired => {
            both("危険になり得る部分を除くと使えないため止めました", "Nothing usable is left without the dangerous part")
        }
        Reason::VerifyFailed => both("最終確認で止めました", "The final check stopped it"),
        Reason::WorkerDied => both(
            "処理を安全に終えられませんでした。原本は渡していません",
            "Processing did not end safely; the original was not passed on",
        ),
    }
}

const fn what_to_do(reason: Reason) -> Wording {
    match reason {
        Reason::Ambiguous => both("作り直して再送するよう相手に依頼してください", "Ask the sender to make it again"),
        Reason::Broken => both("もう一度送るよう相手に依頼してください", "Ask the sender to send it again"),
        Reason::ConvertFailed | Reason::ConverterMissing => both(
            "新しい形式（docx・xlsx・PDFなど）で送るよう相手に依頼してください",
            "Ask for it in a current format (docx, xlsx, PDF)",
        ),
        Reason::CountLimit | Reason::SizeLimit | Reason::UnpackedLimit => {
            both("分けて送るよう相手に依頼してください", "Ask the sender to split it")
        }
        Reason::DepthLimit => both("入れ子にせずに送るよう相手に依頼してください", "Ask for it without nesting"),
        Reason::Internal | Reason::VerifyFailed | Reason::WorkerDied => {
            both("受付番号を情報担当へお知らせください", "Tell the receipt number to the information section")
        }
        Reason::OutOfMemory | Reason::Timeout => both(
            "分けて送るよう依頼するか、受付番号を情報担当へお知らせください",
            "Ask for smaller files, or tell the receipt number to the information section",
        ),
        Reason::PasswordRequired => both("パスワードなしで送るよう相手に依頼してください", "Ask for it without a password"),
        Reason::PixelLimit => both("画像を小さくして送るよう相手に依頼してください", "Ask for a smaller picture"),
        Reason::PolicyHold => both("必要な場合は情報担当へご相談ください", "Ask the information section if you need it"),
        Reason::TypeMismatch => both("正しい名前で送るよう相手に依頼してください", "Ask for it under its right name"),
        Reason::TypeUnsupported => both("PDF・docx・xlsxなどで送るよう相手に依頼してください", "Ask for it as PDF, docx or xlsx"),
        Reason::UnsafeContentRequired => both("PDFなどで送るよう相手に依頼してください", "Ask for it as PDF"),
    }
}
