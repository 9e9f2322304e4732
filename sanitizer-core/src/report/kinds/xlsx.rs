//! Findings in spreadsheets.

super::family! {
    /// Findings in spreadsheets.
    XlsxFinding "xlsx" {
        /// A connection to a database, a file or a page, or a query over one.
        Connection "connection", "外部データへの接続", "a connection to outside data";
        /// A sheet that is a dialog of Excel 5.
        DialogSheet "dialog_sheet", "ダイアログシート", "a dialog sheet";
        /// A link to another workbook, by DDE or to an OLE server.
        ExternalLink "external_link", "他のブックなどへのリンク（値は残しています）", "a link to another workbook (values were kept)";
        /// A formula that reaches out of the workbook.
        ExternalFormula "external_formula", "外部を参照する数式（値は残しています）", "a formula that reaches out (its value was kept)";
        /// A name for something outside of the workbook.
        ExternalName "external_name", "外部を参照する名前の定義", "a name for something outside";
        /// A button, a list or another control of a form.
        FormControl "form_control", "フォームコントロール", "a form control";
        /// A sheet that is not shown.
        HiddenSheet "hidden_sheet", "非表示のシート", "a hidden sheet";
        /// A name for a macro.
        MacroName "macro_name", "マクロを指す名前の定義", "a name for a macro";
        /// A sheet of Excel 4.0 macros.
        MacroSheet "macro_sheet", "マクロシート（Excel 4.0）", "a sheet of Excel 4.0 macros";
        /// A formula that had to go and had no value.
        MissingValue "missing_value", "外部を参照する数式", "a formula that reaches out";
        /// A pivot table; the cells it filled stay.
        PivotTable "pivot_table", "ピボットテーブルの設定（値は残しています）", "the definition of a pivot table (values were kept)";
        /// Slicers and time lines.
        Slicer "slicer", "スライサーまたはタイムライン", "a slicer or a time line";
        /// A sheet of a kind that is not handled.
        UnknownSheet "unknown_sheet", "取り扱えない種類のシート", "a sheet of a kind that is not handled";
        /// A sheet that only a program can show.
        VeryHiddenSheet "very_hidden_sheet", "通常の操作では表示できないシート", "a sheet that only a program can show";
    }
}
