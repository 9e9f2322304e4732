//! The pages in a real browser: a person brings a file in with a click and receives it on the other side.
//!
//! `UPDATE_SCREENSHOTS=1` also writes the pictures of the documentation into `docs/screenshots`.

mod driver;

use crate::common::{Gateway, until};
use custody::{Custody, CustodyConfig, Inbox, InboxConfig, Kind, NewItem, Settlement, Stage};
use driver::{Browser, Scripts};
use sanitizer_core::{
    Claim, Policy, Report, Run,
    report::{PartReport, Verdict},
};
use sanitizer_service::records;
use sanitizer_verify::{Format, Location, Reason};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

const ADDRESS: &str = "yamada@city.example.lg.jp";

/// The tabulator key in `WebDriver`'s alphabet.
const TAB: char = '\u{E004}';

fn sign_in(browser: &Browser, face: SocketAddr, password: &str) {
    browser.go(face, "/");
    assert_eq!(browser.path(), "/login");
    browser.type_into("#name", "yamada");
    browser.type_into("#password", password);
    browser.click("button[type=submit]");
    until("the home page", || browser.path() == "/");
}

/// Writes a file to be chosen in the browser.
fn file(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// A ZIP with Japanese names, a note and something that is held.
fn archive() -> Vec<u8> {
    let sample = fixtures::zip::samples().into_iter().find(|sample| sample.name == "zip-program.zip");
    sample.expect("the sample is there").bytes
}

fn picture(browser: &Browser, name: &str) {
    browser.fit();
    let png = browser.picture();
    assert!(png.starts_with(b"\x89PNG"));
    if std::env::var_os("UPDATE_SCREENSHOTS").is_some() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/screenshots");
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join(name), png).unwrap();
    }
}

/// What every page owes to someone who cannot see it.
fn check_page(browser: &Browser) {
    assert_eq!(browser.count("h1"), 1, "{}", browser.path());
    assert_eq!(browser.attribute("html", "lang"), "ja");
    let fields = browser.count("input:not([type=hidden]), select");
    let labels = browser.count("label[for]");
    assert_eq!(fields, labels, "a label for each field on {}", browser.path());
    assert_eq!(browser.count("main#main, header, footer"), 3);
    assert!(browser.text().contains("インターネット側") || browser.text().contains("LGWAN側"));
}

#[test]
fn a_person_brings_files_in_with_a_click_and_receives_them() {
    let gateway = Gateway::start("");
    let password = gateway.account("yamada", ADDRESS);
    let browser = Browser::open(Scripts::Allowed);
    browser.go(gateway.internet, "/login");
    check_page(&browser);
    picture(&browser, "login.png");
    sign_in(&browser, gateway.internet, &password);
    check_page(&browser);

    let dir = tempfile::tempdir().unwrap();
    let archive = file(dir.path(), "工事写真と図面.zip", &archive());
    let notes = file(dir.path(), "会議の記録.txt", "会議は10時からです。\r\n".repeat(60_000).as_bytes());
    let rar = file(dir.path(), "古い資料.rar", b"Rar!\x1a\x07\x01\x00 not to be brought in");
    browser.click("a.tile[href='/upload']");
    check_page(&browser);
    browser.choose_files("#files", &[&archive, &notes, &rar]);
    browser.wait_for("工事写真と図面.zip");
    // Slow enough to see the bar between its ends.
    browser.slow_down(300_000);
    browser.click("#send");
    until("progress", || {
        let text = browser.text();
        (30..95).any(|percent| text.contains(&format!("送信中 {percent}%")))
    });
    picture(&browser, "upload.png");
    browser.slow_down(100_000_000);
    until("the list", || browser.path() == "/items?taken=3");
    browser.wait_for("3件すべての処理が終わりました");
    let text = browser.text();
    for words in ["3件を受け付けました", "無害化しました", "一部を除きました", "止めました", "この形式は取り込めません"]
    {
        assert!(text.contains(words), "{words} not in\n{text}");
    }
    check_page(&browser);
    picture(&browser, "items.png");

    sign_in(&browser, gateway.lgwan, &password);
    check_page(&browser);
    picture(&browser, "home-lgwan.png");
    browser.click("a.tile[href='/receive']");
    browser.wait_for("2件を受け取れます");
    check_page(&browser);
    // The newest stands first, and the archive was sent first.
    browser.click("tbody tr:last-child a");
    browser.wait_for("無害化したファイルを受け取る");
    check_page(&browser);
    picture(&browser, "result.png");
    browser.go(gateway.lgwan, "/history");
    browser.wait_for("古い資料.rar");
    check_page(&browser);
    browser.click(".logout button");
    browser.wait_for("ログアウトしました");
}

#[test]
fn everything_works_without_scripts() {
    let gateway = Gateway::start("");
    let password = gateway.account("yamada", ADDRESS);
    let browser = Browser::open(Scripts::Blocked);
    sign_in(&browser, gateway.internet, &password);
    let dir = tempfile::tempdir().unwrap();
    let files = [file(dir.path(), "一.txt", b"1"), file(dir.path(), "二.txt", b"2")];
    browser.go(gateway.internet, "/upload");
    browser.choose_files("#files", &[&files[0], &files[1]]);
    browser.click("#send");
    browser.wait_for("2件を受け付けました");
    until("the work is done", || {
        browser.click(".actions a[href='/items']");
        browser.text().contains("2件すべての処理が終わりました")
    });
}

#[test]
fn the_keyboard_alone_is_enough() {
    let gateway = Gateway::start("");
    let password = gateway.account("yamada", ADDRESS);
    let browser = Browser::open(Scripts::Allowed);
    sign_in(&browser, gateway.internet, &password);
    let mut seen = Vec::new();
    for _ in 0..9 {
        browser.press(TAB);
        seen.push(browser.focused());
    }
    for (place, words) in
        ["本文へ移動", "無害化ゲートウェイ", "ログアウト", "ホーム", "ファイルを取り込む"].into_iter().enumerate()
    {
        assert!(seen[place].contains(words), "{words} at {place} in {seen:?}");
    }
}

#[test]
fn an_error_says_whose_fault_it_is() {
    let gateway = Gateway::start("[upload]\nmax_bytes = 1000");
    let password = gateway.account("yamada", ADDRESS);
    let dir = tempfile::tempdir().unwrap();
    let large = file(dir.path(), "大.txt", &[b'x'; 3000]);
    let browser = Browser::open(Scripts::Allowed);
    sign_in(&browser, gateway.internet, &password);
    browser.go(gateway.internet, "/upload");
    browser.choose_files("#files", &[&large]);
    browser.click("#send");
    browser.wait_for("送りませんでした：上限（1 KB）を超えています");

    let browser = Browser::open(Scripts::Blocked);
    sign_in(&browser, gateway.internet, &password);
    browser.go(gateway.internet, "/upload");
    browser.choose_files("#files", &[&large]);
    browser.click("#send");
    browser.wait_for("大きさの上限を超えています");
    check_page(&browser);
    picture(&browser, "error.png");
}

/// A report of a mail with two held attachments.
fn report() -> Report {
    let mut report = Report::held(Reason::TypeUnsupported, &Claim::default(), &Policy::default(), &Run::default());
    report.verdict = Verdict::Modified;
    report.part.reason = None;
    report.part.format = Format::Mail;
    for (index, (name, format, reason, size)) in [
        ("見積書（差替え）.zip", Format::Zip, Reason::PasswordRequired, 482_133),
        ("旧様式.doc", Format::Doc, Reason::ConverterMissing, 61_440),
    ]
    .into_iter()
    .enumerate()
    {
        let location = Location::from(vec![u32::try_from(index).unwrap()]);
        let mut part = PartReport::open(location, &Claim { name: Some(name), ..Claim::default() }, size);
        part.format = format;
        part.reason = Some(reason);
        report.part.children.push(part);
    }
    report
}

/// A mail as the relay would leave it in the ledger, which it shares with the gateway.
async fn deliver_held_mail(state: PathBuf) {
    let inbox = Inbox::open(&InboxConfig::new(&state)).unwrap();
    let custody = Custody::open(&CustodyConfig::new(&state, "relay")).unwrap();
    inbox.append(NewItem::mail("tanaka@partner.example.jp", vec![ADDRESS.to_owned()]), b"mail".to_vec()).await.unwrap();
    custody.pull(&inbox, Kind::Mail).await.unwrap();
    for claimed in custody.take(Kind::Mail, Stage::Sanitize, 1, Duration::from_mins(1)).await.unwrap() {
        let report = report();
        let reason = Reason::PasswordRequired.code().to_owned();
        let (stored, summary) = (records::store_report(&report), records::summarize(&report));
        custody.settle(&claimed, Settlement::Held { reason, report: Some(stored), summary }).await.unwrap();
    }
}

#[test]
fn held_mail_parts_are_explained() {
    let gateway = Gateway::start("");
    let password = gateway.account("yamada", ADDRESS);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(deliver_held_mail(gateway.dir.path().join("state")));
    let browser = Browser::open(Scripts::Allowed);
    sign_in(&browser, gateway.lgwan, &password);
    browser.click("nav a[href='/mail']");
    browser.wait_for("パスワードがかかっています");
    check_page(&browser);
    picture(&browser, "held-mail.png");
}

/// A mail with an archive, as it lies in the mailbox.
fn letter() -> String {
    use base64::Engine as _;
    let base64 = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let lines = |text: &str| {
        text.as_bytes().chunks(76).map(|line| format!("{}\r\n", String::from_utf8_lossy(line))).collect::<Vec<_>>().concat()
    };
    let subject = base64("【照会】庁舎改修工事の図面について".as_bytes());
    let sender = base64("田中 一郎".as_bytes());
    let body = "総務課 山田様\r\n\r\nお世話になっております。\r\n庁舎改修工事の図面をお送りします。\r\n\
        ご確認のほど、よろしくお願いいたします。\r\n\r\n田中\r\n";
    format!(
        "Return-Path: <tanaka@partner.example.jp>\r\nDelivered-To: {ADDRESS}\r\n\
         From: =?UTF-8?B?{sender}?= <tanaka@partner.example.jp>\r\nTo: <{ADDRESS}>\r\nSubject: =?UTF-8?B?{subject}?=\r\n\
         Date: Wed, 25 Nov 2026 10:00:00 +0900\r\nMessage-ID: <1@partner.example.jp>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=XbX\r\n\r\n--XbX\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\
         --XbX\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename*=UTF-8''%E5%9B%B3%E9%9D%A2.zip\r\n\r\n{}--XbX--\r\n",
        lines(&base64(body.as_bytes())),
        lines(&base64(&archive())),
    )
}

#[test]
fn a_mailbox_message_is_shown_with_its_notice() {
    let dir = tempfile::tempdir().unwrap();
    let new = dir.path().join("new");
    std::fs::create_dir_all(&new).unwrap();
    file(&new, "1795568500.M1P1Q0.mailbox", letter().as_bytes());
    let gateway = Gateway::start(&format!("[development]\nmailbox = {:?}", dir.path().display().to_string()));
    let password = gateway.account("yamada", ADDRESS);
    let browser = Browser::open(Scripts::Allowed);
    sign_in(&browser, gateway.lgwan, &password);
    browser.click("nav a[href='/mailbox']");
    browser.wait_for("庁舎改修工事の図面について");
    check_page(&browser);
    browser.click("tbody a");
    browser.wait_for("庁舎改修工事の図面をお送りします");
    for words in ["図面.zip", "setup.exe", "止めました"] {
        assert!(browser.text().contains(words), "{words} not in\n{}", browser.text());
    }
    check_page(&browser);
    picture(&browser, "mailbox.png");
}
