//! Findings in mail.

super::family! {
    /// Findings in mail.
    MailFinding "mail" {
        /// HTML was turned into plain text.
        HtmlToText "html_to_text", "HTML（本文をテキストにしました）", "HTML, turned into plain text";
        /// Not built yet.
        NotBuilt "not_built", "未対応", "not handled";
    }
}
