//! The program from outside: a real process, real sockets, real workers.

use crate::common::{Client, Gateway, until};
use fixtures::{CANARY, Expect, Sample};

pub(crate) fn submit(client: &mut Client, csrf: &str, name: &str, bytes: &[u8]) -> String {
    let encoded = name.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    let disposition = format!("attachment; filename*=UTF-8''{encoded}");
    let headers = [("X-CSRF-Token", csrf), ("Content-Type", "application/octet-stream"), ("Content-Disposition", &disposition)];
    let answer = client.send("POST", "/api/v1/files", &headers, bytes);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

pub(crate) fn wait_for(client: &mut Client, id: &str) -> serde_json::Value {
    let mut status = serde_json::Value::Null;
    until("a file is worked on to its end", || {
        status = client.get(&format!("/api/v1/files/{id}")).json();
        !["received", "sanitizing"].contains(&status["status"].as_str().unwrap())
    });
    status
}

#[test]
fn every_sample_comes_out_as_expected_or_not_at_all() {
    let gateway = Gateway::start("");
    let password = gateway.account("yamada", "yamada@city.example.lg.jp");
    let mut outside = Client::new(gateway.internet);
    let mut inside = Client::new(gateway.lgwan);
    let csrf = outside.sign_in("yamada", &password);
    inside.sign_in("yamada", &password);
    // A message's expectation is for its place in SMTP. Here it is a file like any other, which may be held sooner, for its name.
    let is_mail = |sample: &Sample| sample.name.to_ascii_lowercase().ends_with(".eml");
    let samples: Vec<Sample> = fixtures::all().into_iter().filter(|sample| !sample.bytes.is_empty()).collect();
    assert!(samples.len() >= 10, "the samples are there");
    let ids: Vec<_> = samples.iter().map(|sample| submit(&mut outside, &csrf, &sample.name, &sample.bytes)).collect();
    for (sample, id) in samples.iter().zip(&ids) {
        let status = wait_for(&mut outside, id);
        let page = inside.get(&format!("/files/{id}"));
        assert_eq!(page.status, 200, "{}", sample.name);
        let content = inside.get(&format!("/files/{id}/content"));
        match (sample.expect, content.status) {
            (Expect::Clean | Expect::CleanOrHeld, 200) => {
                assert!(content.head.to_ascii_lowercase().contains("content-disposition: attachment"));
                assert!(!fixtures::scan::contains(&content.body, CANARY), "{}: a canary came through", sample.name);
            }
            (Expect::Held(_) | Expect::CleanOrHeld, 423) => {
                let reason = status["reason"].as_str().unwrap();
                assert!(
                    matches!(sample.expect, Expect::CleanOrHeld)
                        || is_mail(sample)
                        || sample.expect == Expect::Held(reason_static(reason)),
                    "{}: {reason}",
                    sample.name
                );
            }
            (expected, status) => panic!("{}: expected {expected:?}, got {status}: {}", sample.name, page.text()),
        }
    }
}

/// The same text with a life as long as the sample's.
fn reason_static(code: &str) -> &'static str {
    sanitizer_verify::Reason::from_code(code).unwrap().code()
}

#[test]
fn what_was_accepted_is_still_there_after_a_restart() {
    let gateway = Gateway::start("");
    let password = gateway.account("yamada", "yamada@city.example.lg.jp");
    let mut outside = Client::new(gateway.internet);
    let csrf = outside.sign_in("yamada", &password);
    let ids: Vec<_> = (0..10).map(|n| submit(&mut outside, &csrf, &format!("{n}.txt"), b"kept")).collect();
    let (ended, dir) = gateway.stop();
    assert!(ended, "it stops cleanly when asked to");

    let gateway = Gateway::start_in(dir, "");
    let mut outside = Client::new(gateway.internet);
    let mut inside = Client::new(gateway.lgwan);
    outside.sign_in("yamada", &password);
    inside.sign_in("yamada", &password);
    for id in ids {
        wait_for(&mut outside, &id);
        assert_eq!(inside.get(&format!("/files/{id}/content")).body, b"kept");
    }
}

#[test]
fn a_large_upload_streams_and_one_over_the_limit_is_told_so() {
    let gateway = Gateway::start("[upload]\nmax_bytes = 20_000_000");
    let password = gateway.account("yamada", "yamada@city.example.lg.jp");
    let mut outside = Client::new(gateway.internet);
    let csrf = outside.sign_in("yamada", &password);
    let large = vec![b'a'; 20_000_000];
    submit(&mut outside, &csrf, "丁度.txt", &large);
    let headers = [("X-CSRF-Token", csrf.as_str()), ("Content-Type", "application/octet-stream")];
    let answer = outside.send("POST", "/api/v1/files", &headers, &[large, vec![b'a'; 100_000]].concat());
    assert_eq!((answer.status, answer.json()["code"].as_str()), (413, Some("size_limit")));
}

#[test]
fn health_and_figures_are_on_the_management_listener() {
    let gateway = Gateway::start("");
    let mut management = Client::new(gateway.management);
    assert_eq!(management.get("/livez").status, 200);
    assert_eq!(management.get("/readyz").status, 200);
    Client::new(gateway.internet).get("/login");
    let metrics = management.get("/metrics").text();
    let cage = [
        "sanitizer_self_test_passed 1",
        "sanitizer_sandbox_layer{layer=\"system_calls\"} 1",
        "sanitizer_self_test_stopped{kind=\"convert\",probe=\"mount\"} 1",
        "sanitizer_converter_jail 1",
    ];
    for name in ["sanitizer_build_info", "sanitizer_http_requests_total", "route=\"/login\""].into_iter().chain(cage) {
        assert!(metrics.contains(name), "{name} not in\n{metrics}");
    }
    assert_eq!(management.get("/login").status, 404);
}
