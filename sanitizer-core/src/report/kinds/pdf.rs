//! Findings in PDF.

super::family! {
    /// Findings in PDF.
    PdfFinding "pdf" {
        /// An action that is neither a link nor a jump inside the document: Launch, `GoToR`, Named, Hide and the like.
        Action "action", "プログラムの起動や外部ファイルを開く動作など", "an action such as starting a program or opening another file";
        /// Structure that readers understand differently.
        Ambiguous "ambiguous", "読み手によって解釈が変わる構造", "structure that readers understand differently";
        /// `Collection`: a portfolio, whose only content is its attachments.
        Collection "collection", "PDFポートフォリオ（添付ファイルの入れ物）", "a PDF portfolio, a container of attachments";
        /// Damaged structure.
        Damaged "damaged", "壊れた構造", "damaged structure";
        /// Embedded or attached files.
        EmbeddedFile "embedded_file", "埋め込まれた添付ファイル", "embedded files";
        /// Encryption, even with an empty password.
        Encrypted "encrypted", "暗号化", "encryption";
        /// Stream data or content kept in another file or at an address.
        ExternalData "external_data", "外部のファイルを参照するデータ", "data kept in another file";
        /// A filter that is not handled.
        Filter "filter", "取り扱っていない圧縮方式", "a compression that is not handled";
        /// A font program that is damaged or not handled.
        FontProgram "font_program", "取り扱えない埋め込みフォント", "an embedded font that cannot be handled";
        /// A form, flattened or dropped.
        Form "form", "入力フォーム", "a form";
        /// A form field whose value has no appearance.
        FormWithoutAppearance "form_without_appearance", "表示内容のない入力欄", "a form field whose value has no appearance";
        /// A picture that could not be built.
        Image "image", "読み取れない画像", "a picture that cannot be read";
        /// JBIG2.
        Jbig2 "jbig2", "JBIG2形式の画像", "a JBIG2 picture";
        /// JPEG 2000.
        Jpeg2000 "jpeg2000", "JPEG 2000形式の画像", "a JPEG 2000 picture";
        /// JavaScript.
        Javascript "javascript", "JavaScript", "JavaScript";
        /// A link to anything but a public http or https address.
        Link "link", "許可されていないリンク", "a link that is not allowed";
        /// Notes and other marks without an appearance.
        Markup "markup", "表示内容のない注釈", "annotations without an appearance";
        /// Title, author and other data about the document.
        Metadata "metadata", "文書情報", "metadata";
        /// Sound, video, 3D and other media.
        Multimedia "multimedia", "音声・動画・3Dなど", "sound, video, 3D and other media";
        /// No page.
        NoPages "no_pages", "ページのない文書", "a document without pages";
        /// An action that runs when something is opened, shown or changed.
        OpenAction "open_action", "開いたときなどに自動で実行される動作", "an action that runs by itself";
        /// `PostScript`.
        PostScript "postscript", "PostScript", "PostScript";
        /// Data of the program that wrote the document.
        PrivateData "private_data", "作成ソフト固有のデータ", "data of the program that wrote it";
        /// A signature, void once the document is written anew.
        Signature "signature", "電子署名（作り直しにより無効）", "a signature, void once written anew";
        /// Submits, resets or imports form data.
        SubmitForm "submit_form", "フォームの送信・取り込み", "sending or importing form data";
        /// XFA.
        Xfa "xfa", "XFAフォーム", "an XFA form";
    }
}
