//! What Outlook writes in place of mail: .msg files and winmail.dat (TNEF).
//!
//! ```text
//! mapi::msg or mapi::tnef ─► letter ─► a message in MIME (`letter`) ─► the way of any message, notice and all
//! ```
//!
//! What was read is written as a message that nobody sent, and that message is as untrusted as any: there is one place that
//! knows what may stay of mail. Forms, scripts, reminders with their paths and every other property end here.

mod letter;
#[cfg(test)]
mod tests;

use crate::{
    Action, Context, Disarm, DisarmError,
    formats::mail::Mail,
    report::kinds::OutlookFinding,
    syntax::mapi::{self, Unread},
};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// Outlook messages and encapsulations.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outlook;

impl Disarm for Outlook {
    fn formats(&self) -> &'static [Format] {
        &[Format::Msg, Format::Tnef]
    }

    fn disarm(&self, input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        let bytes = input.load(cx.budget())?;
        let read = if cx.format() == Format::Msg { mapi::msg } else { mapi::tnef };
        let letter = read(&bytes, cx.budget()).map_err(|unread| match unread {
            Unread::Damaged => cx.hold(OutlookFinding::Damaged, Reason::Broken),
            Unread::Exceeded(exceeded) => exceeded.into(),
        })?;
        if letter.trailing {
            cx.find(OutlookFinding::Trailing, Action::Remove);
        }
        let message = letter::write(&letter, cx)?;
        Mail.disarm(Untrusted::new(message.as_bytes()), cx)
    }
}
