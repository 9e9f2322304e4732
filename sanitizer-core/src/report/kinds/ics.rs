//! Findings in iCalendar.

super::family! {
    /// Findings in iCalendar.
    IcsFinding "ics" {
        /// An alarm that would run, send or fetch something.
        Alarm "alarm", "プログラムの実行やメール送信をする通知", "alarms that run or send something";
        /// A file in the calendar, or the place of one.
        Attachment "attachment", "予定に付いたファイルや取り込み先", "files of the event, or links to them";
        /// A component that is not on the list.
        Component "component", "予定・作業以外の情報", "parts that are no event or task";
        /// No calendar, or one that was cut off.
        Form "form", "予定表の形が正しくありません", "not a complete calendar";
        /// A line that is none.
        Line "line", "読み取れない行", "lines that cannot be read";
        /// What programs note for themselves.
        Private "private", "ソフト固有の付加情報", "private notes of the program that wrote it";
        /// A property that is not on the list, or whose value is not in its form.
        Property "property", "形の正しくない項目", "items that are not in their form";
        /// A rule that repeats too often, or is none.
        Recurrence "recurrence", "多すぎる、または正しくない繰り返し", "a rule that repeats too often or is none";
    }
}
