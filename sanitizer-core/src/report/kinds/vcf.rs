//! Findings in vCard.

super::family! {
    /// Findings in vCard.
    VcfFinding "vcf" {
        /// Sound, a key, an agent, or the place of a picture.
        Attachment "attachment", "連絡先に付いた音声・鍵・外部の画像", "sound, keys or remote pictures of the contact";
        /// No card, or one that was cut off.
        Form "form", "連絡先の形が正しくありません", "not a complete contact";
        /// A line that is none.
        Line "line", "読み取れない行", "lines that cannot be read";
        /// A picture that could not be rebuilt.
        Picture "picture", "作り直せない顔写真", "a picture that could not be rebuilt";
        /// What programs note for themselves.
        Private "private", "ソフト固有の付加情報", "private notes of the program that wrote it";
        /// A property that is not on the list, or whose value is not in its form.
        Property "property", "形の正しくない項目", "items that are not in their form";
    }
}
