//! Findings in PDF.

super::family! {
    /// Findings in PDF.
    PdfFinding "pdf" {
        /// JavaScript.
        Javascript "javascript", "JavaScript", "JavaScript";
        /// Not built yet.
        NotBuilt "not_built", "未対応", "not handled";
    }
}
