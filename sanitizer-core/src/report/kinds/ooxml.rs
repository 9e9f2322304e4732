//! Findings in Office Open XML.

super::family! {
    /// Findings in Office Open XML.
    OoxmlFinding "ooxml" {
        /// An `ActiveX` control.
        ActiveX "active_x", "ActiveXコントロール", "an ActiveX control";
        /// A field that runs, fetches or includes something.
        ActiveField "active_field", "外部の読み込みや実行を伴うフィールド", "a field that runs or fetches something";
        /// A template the document was based on.
        AttachedTemplate "attached_template", "外部テンプレートの参照", "a reference to a template";
        /// The package is no ZIP archive that all readers see alike.
        BrokenPackage "broken_package", "壊れているか、作りが食い違うパッケージ", "a damaged or contradictory package";
        /// A part that is not the XML it should be.
        BrokenPart "broken_part", "壊れている部品", "a damaged part";
        /// The data behind a chart.
        ChartData "chart_data", "グラフの元データへのつながり", "the link from a chart to its data";
        /// Custom document properties.
        CustomProperties "custom_properties", "ユーザー設定のプロパティ", "custom properties";
        /// Commands added to the ribbon.
        CustomUi "custom_ui", "リボンに追加されたコマンド", "commands added to the ribbon";
        /// Custom XML data.
        CustomXml "custom_xml", "文書に添えられたXMLデータ", "custom XML data";
        /// A document type declaration.
        Doctype "doctype", "文書型宣言", "a document type declaration";
        /// Document variables.
        DocumentVariables "document_variables", "文書変数", "document variables";
        /// An embedded font.
        EmbeddedFont "embedded_font", "埋め込みフォント", "an embedded font";
        /// An embedded or linked object.
        EmbeddedObject "embedded_object", "埋め込みまたはリンクのオブジェクト", "an embedded or linked object";
        /// A macro that a form field calls.
        FormMacro "form_macro", "フォームから呼び出すマクロ", "a macro called by a form field";
        /// A frame that shows another document.
        Frame "frame", "別の文書を表示するフレーム", "a frame that shows another document";
        /// A field that shows what is known elsewhere; its last result stays.
        FrozenField "frozen_field", "最後の結果を残したフィールド", "a field reduced to its last result";
        /// Building blocks.
        Glossary "glossary", "文書パーツ", "building blocks";
        /// An action for the mouse pointer.
        HoverAction "hover_action", "マウスを重ねたときの動作", "an action on hovering";
        /// Content imported when the document is opened.
        ImportedChunk "imported_chunk", "開くときに取り込まれる別形式の内容", "content imported on opening";
        /// A link that leads to no public web or mail address.
        Link "link", "開くと危険になり得るリンク", "a link that may be unsafe to open";
        /// A picture that lies outside of the document.
        LinkedPicture "linked_picture", "文書の外にある画像の参照", "a picture outside of the document";
        /// Tool bars and keys bound to macros.
        MacroSettings "macro_settings", "マクロ用のツールバーやキーの設定", "tool bars or keys bound to macros";
        /// Data source of a mail merge.
        MailMerge "mail_merge", "差し込み印刷のデータ元", "the data source of a mail merge";
        /// Sound or film.
        Media "media", "音声または動画", "sound or film";
        /// Two parts of one name, or two relationships of one id.
        PartConflict "part_conflict", "同じ名前の部品の重複", "two parts of one name";
        /// A picture that could not be kept.
        Picture "picture", "取り扱えない画像", "a picture that could not be kept";
        /// Settings of a printer.
        PrinterSettings "printer_settings", "プリンターの設定", "printer settings";
        /// A digital signature, which no rebuilt document can keep.
        Signature "signature", "デジタル署名", "a digital signature";
        /// A document shown within this one.
        SubDocument "sub_document", "別の文書の取り込み（サブ文書）", "a document shown within this one";
        /// A preview picture of the whole.
        Thumbnail "thumbnail", "縮小版の画像", "a thumbnail";
        /// One part with two types.
        TypeConflict "type_conflict", "部品の種類の食い違い", "one part with two types";
        /// A part of another type than its place asks for.
        UnexpectedPart "unexpected_part", "この場所にあるはずのない部品", "a part that does not belong at its place";
        /// A drawing that could not be kept.
        UnsupportedDrawing "unsupported_drawing", "取り扱えない図形", "a drawing that could not be kept";
        /// A VBA project.
        VbaProject "vba_project", "マクロ（VBA）", "a macro project (VBA)";
        /// A web add-in.
        WebExtension "web_extension", "Webアドイン", "a web add-in";
    }
}
