//! Findings in Office Open XML.

super::family! {
    /// Findings in Office Open XML.
    OoxmlFinding "ooxml" {
        /// A VBA project.
        VbaProject "vba_project", "マクロ（VBA）", "a macro project (VBA)";
        /// Not built yet.
        NotBuilt "not_built", "未対応", "not handled";
    }
}
