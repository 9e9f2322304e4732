//! What LibreOffice is told before it sees a document: nothing in it runs, nothing outside it is fetched.
//!
//! The jail holds without this: it is the second line, and keeps what a link or field names from being asked for at all.

use std::fmt::Write as _;

/// A setting: path, property, value.
type Setting = (&'static str, &'static str, &'static str);

/// No macro, no plug-in, no link, no recalculation, Japanese where a document does not say.
const SETTINGS: &[Setting] = &[
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "ExecutePlugins", "false"),
    ("/org.openoffice.Office.Common/Security/Scripting", "OfficeBasic", "0"),
    ("/org.openoffice.Office.Common/Filter/Microsoft/Import", "CreateMSOLockFiles", "false"),
    ("/org.openoffice.Office.Common/Misc", "UseOpenCL", "false"),
    ("/org.openoffice.Office.Java/VirtualMachine", "Enable", "false"),
    // 0 never, 1 on request, 2 always.
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Writer/Content/Update", "Field", "false"),
    // 0 always, 1 never, 2 on request.
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "1"),
    ("/org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", "1"),
    ("/org.openoffice.Office.Calc/Formula/Load", "ODFRecalcMode", "1"),
    ("/org.openoffice.Setup/Office", "ooSetupInstCompleted", "true"),
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "ja-JP"),
    ("/org.openoffice.Office.Linguistic/General", "DefaultLocale_CJK", "ja-JP"),
];

/// The profile's `registrymodifications.xcu`.
pub(super) fn registry() -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\" \
         xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n",
    );
    for (path, property, value) in SETTINGS {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "<item oor:path=\"{path}\"><prop oor:name=\"{property}\" oor:op=\"fuse\"><value>{value}</value></prop></item>"
        );
    }
    text + "</oor:items>\n"
}
