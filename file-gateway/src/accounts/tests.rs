use super::*;
use crate::faces::Face;

/// A store in a directory of its own, and a password that fits.
pub(crate) fn store() -> (tempfile::TempDir, Accounts, Password) {
    let dir = tempfile::tempdir().unwrap();
    let accounts = Accounts::open(&dir.path().join("accounts.sqlite")).unwrap();
    (dir, accounts, Password::new("correct horse battery".to_owned()).unwrap())
}

fn new(name: &str) -> NewAccount<'_> {
    NewAccount { name, addresses: &[], admin: false }
}

#[test]
fn only_the_right_password_of_an_enabled_account_signs_in() {
    let (_dir, accounts, password) = store();
    let made = accounts.add(&new("yamada"), &password, 0).unwrap();
    assert_eq!(accounts.check("yamada", password.reveal()).unwrap(), Some(made));
    assert_eq!(accounts.check("yamada", "correct horse batterY").unwrap(), None);
    assert_eq!(accounts.check("nobody", "nobody has this one").unwrap(), None);
    assert_eq!(accounts.check("yamada", &"x".repeat(10_000)).unwrap(), None);
    accounts.disable("yamada").unwrap();
    assert_eq!(accounts.check("yamada", password.reveal()).unwrap(), None);
}

#[test]
fn the_file_holds_no_password_and_no_token() {
    let (dir, accounts, password) = store();
    accounts.add(&new("yamada"), &password, 0).unwrap();
    let token = accounts.add_token("yamada", Face::Lgwan, "batch", 0).unwrap();
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    for secret in [password.reveal(), &token, token.trim_start_matches("snz_")] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "a secret lies in the file");
    }
    assert!(bytes.windows(9).any(|window| window == b"$argon2id"));
}

#[test]
fn names_and_addresses_that_could_deceive_are_refused() {
    let (_dir, accounts, password) = store();
    for name in ["", "a b", "admin\u{202E}", "x\n", "\u{200B}", &"x".repeat(65)] {
        assert!(matches!(accounts.add(&new(name), &password, 0), Err(AccountError::Name)), "{name:?}");
    }
    for address in ["", "@", "a@", "@b", "a b@c", "a@b\r\nX: y", "山@b"] {
        let addresses = [address.to_owned()];
        let new = NewAccount { name: "yamada", addresses: &addresses, admin: false };
        assert!(matches!(accounts.add(&new, &password, 0), Err(AccountError::Address)), "{address:?}");
    }
    accounts.add(&new("yamada"), &password, 0).unwrap();
    assert!(matches!(accounts.add(&new("YAMADA"), &password, 0), Err(AccountError::Exists)));
}

#[test]
fn a_one_time_account_keeps_its_id_and_never_takes_over_another() {
    let (_dir, accounts, password) = store();
    let first = accounts.one_time(&new("demo"), &password, 0).unwrap();
    let other = Password::generate().unwrap();
    let second = accounts.one_time(&new("demo"), &other, 1).unwrap();
    assert_eq!(first.id, second.id);
    assert_eq!(accounts.check("demo", password.reveal()).unwrap(), None);
    assert!(accounts.check("demo", other.reveal()).unwrap().is_some());
    accounts.add(&new("yamada"), &password, 0).unwrap();
    assert!(matches!(accounts.one_time(&new("yamada"), &other, 1), Err(AccountError::Exists)));
}

#[test]
fn guessing_gets_slower_and_slower_for_known_and_unknown_names_alike() {
    let (_dir, accounts, password) = store();
    accounts.add(&new("yamada"), &password, 0).unwrap();
    for name in ["yamada", "nobody"] {
        let mut waits = Vec::new();
        for _ in 0..12 {
            accounts.failed(name, 1000).unwrap();
            waits.push(match accounts.standing(name, 1000).unwrap() {
                Standing::Open => 0,
                Standing::Locked { seconds } => seconds,
            });
        }
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900], "{name}");
        assert_eq!(accounts.standing(name, 1900).unwrap(), Standing::Open);
    }
    accounts.succeeded("YAMADA").unwrap();
    assert_eq!(accounts.standing("yamada", 1000).unwrap(), Standing::Open);
}

#[test]
fn a_token_is_good_on_its_own_face_until_revoked() {
    let (_dir, accounts, password) = store();
    let account = accounts.add(&new("yamada"), &password, 0).unwrap();
    let token = accounts.add_token("yamada", Face::Internet, "scanner", 0).unwrap();
    assert_eq!(accounts.token_owner(&token, Face::Internet).unwrap(), Some(account));
    assert_eq!(accounts.token_owner(&token, Face::Lgwan).unwrap(), None);
    assert_eq!(accounts.token_owner("snz_", Face::Internet).unwrap(), None);
    let listed = accounts.tokens().unwrap();
    accounts.revoke_token(&listed[0].id).unwrap();
    assert_eq!(accounts.token_owner(&token, Face::Internet).unwrap(), None);
    assert!(matches!(accounts.revoke_token("00000000"), Err(TokenError::Missing)));
}

#[test]
fn short_and_absurd_passwords_are_refused() {
    assert_eq!(Password::new("short".to_owned()).err(), Some(PasswordError::Short));
    assert_eq!(Password::new("x".repeat(257)).err(), Some(PasswordError::Long));
    assert_eq!(Password::generate().unwrap().reveal().len(), 20);
}
