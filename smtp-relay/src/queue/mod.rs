//! When delivery is tried again and when it is given up: pure functions of times and numbers.

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// Back-off and expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The wait after the first failed try; it doubles with each further one.
    pub first: Duration,
    /// The longest wait between two tries.
    pub longest: Duration,
    /// How long after intake a message is given up.
    pub expiry: Duration,
}

/// What follows a failed try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Given up: the next try would be past the expiry.
    Expire,
    /// Tried again at this time.
    Retry(Timestamp),
}

impl Schedule {
    /// What follows the failed try number `attempts` (the first is 1) of a message taken in at `received`.
    ///
    /// `spread` moves the time by up to an eighth, so that what failed together does not come back together. It comes from the
    /// item's id: the same item always gets the same times.
    pub fn after(&self, attempts: u32, received: Timestamp, now: Timestamp, spread: u8) -> Next {
        let due = later(now, self.wait(attempts, spread));
        if due > later(received, self.expiry) { Next::Expire } else { Next::Retry(due) }
    }

    /// The wait after the failed try number `attempts`.
    pub fn wait(&self, attempts: u32, spread: u8) -> Duration {
        let factor = 1u32.checked_shl(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
        let wait = self.first.saturating_mul(factor).min(self.longest);
        let eighth = wait.checked_div(8).unwrap_or_default();
        wait.saturating_add(eighth.saturating_mul(u32::from(spread)).checked_div(255).unwrap_or_default())
    }
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by).ok().and_then(|by| time.checked_add(by).ok()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEDULE: Schedule =
        Schedule { first: Duration::from_mins(1), longest: Duration::from_hours(1), expiry: Duration::from_hours(120) };

    #[test]
    fn the_wait_doubles_up_to_the_longest() {
        let waits: Vec<u64> = (0..9).map(|attempt| SCHEDULE.wait(attempt, 0).as_secs()).collect();
        assert_eq!(waits, [60, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(SCHEDULE.wait(u32::MAX, 0).as_secs(), 3600);
        assert_eq!(SCHEDULE.wait(1, 255).as_millis(), 67_500);
    }

    #[test]
    fn a_message_is_given_up_when_the_next_try_would_be_too_late() {
        let received: Timestamp = "2026-11-25T00:00:00Z".parse().unwrap();
        let at = |seconds: i64| received + SignedDuration::from_secs(seconds);
        assert_eq!(SCHEDULE.after(1, received, at(10), 0), Next::Retry(at(70)));
        let last = 5 * 24 * 3600 - 3600;
        assert_eq!(SCHEDULE.after(20, received, at(last), 0), Next::Retry(at(last + 3600)));
        assert_eq!(SCHEDULE.after(20, received, at(last + 1), 0), Next::Expire);
    }

    #[test]
    fn every_message_ends() {
        let received: Timestamp = "2026-11-25T00:00:00Z".parse().unwrap();
        let (mut now, mut tries) = (received, 0);
        while let Next::Retry(due) = SCHEDULE.after(tries + 1, received, now, 77) {
            assert!(due > now);
            now = due;
            tries += 1;
            assert!(tries < 1000);
        }
        assert!(tries > 100);
    }
}
