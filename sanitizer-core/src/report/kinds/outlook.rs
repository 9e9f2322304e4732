//! Findings in Outlook messages and encapsulations.

super::family! {
    /// Findings in Outlook messages and encapsulations.
    OutlookFinding "outlook" {
        /// Damaged, cut off, or not what it says.
        Damaged "damaged", "Outlook形式のデータが壊れています", "damaged Outlook data";
        /// An OLE object.
        Object "object", "本文に貼り付けられたオブジェクト", "objects pasted into the text";
        /// A file that is only pointed at.
        Reference "reference", "共有フォルダーなどへのリンクとして付いたファイル", "files attached as links to elsewhere";
        /// Bytes behind the end.
        Trailing "trailing", "終わりより後ろに付いた余分なデータ", "data behind the end";
    }
}
