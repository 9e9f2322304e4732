//! The notification a sender gets for recipients that will never get a message (RFC 3464).
//!
//! Built by the core from codes, and from the header of what we built ourselves: the message as it came in is not read here,
//! because this process holds keys and sockets. The notification then goes through the pool like any other message.

use super::answer::EnhancedCode;
use custody::Item;
use jiff::Timestamp;
use sanitizer_core::{
    Policy,
    formats::mail::{Dsn, FailedRecipient, Failure, dsn},
};
use sanitizer_verify::{Clean, Untrusted};

/// A recipient that failed, and with which status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failed {
    /// The forward-path.
    pub address: String,
    /// The status to report.
    pub code: EnhancedCode,
}

/// The notification as a message. `sent` is what the recipients should have got.
pub(super) fn notification(host: &str, item: &Item, failed: &[Failed], sent: &Clean, now: Timestamp, policy: &Policy) -> Vec<u8> {
    let recipients: Vec<_> = failed
        .iter()
        .map(|failed| FailedRecipient { address: &failed.address, status: failed.code.numbers(), failure: failure(failed.code) })
        .collect();
    let words = Dsn {
        receipt: &item.receipt.to_string(),
        to: &item.intake.sender,
        reporting_mta: host,
        now: now.as_second(),
        arrived: item.received_at.as_second(),
        failed: &recipients,
        original: Some(Untrusted::new(sent.bytes())),
    };
    dsn(&words, policy).into_bytes()
}

/// The code in words (RFC 3463).
fn failure(code: EnhancedCode) -> Failure {
    match code.numbers() {
        (4, ..) => Failure::Expired,
        (_, 1, 1..=3 | 6) | (_, 2, 1) => Failure::UnknownRecipient,
        (_, 2 | 3, 3 | 4) => Failure::MessageTooLarge,
        (_, 4, 4) | (_, 1, 10) => Failure::NoRoute,
        _ => Failure::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_words() {
        for (code, expected) in [
            ((4, 4, 7), Failure::Expired),
            ((5, 1, 1), Failure::UnknownRecipient),
            ((5, 2, 3), Failure::MessageTooLarge),
            ((5, 3, 4), Failure::MessageTooLarge),
            ((5, 4, 4), Failure::NoRoute),
            ((5, 7, 1), Failure::Refused),
            ((5, 0, 0), Failure::Refused),
        ] {
            assert_eq!(failure(EnhancedCode::new(code.0, code.1, code.2)), expected);
        }
    }
}
