//! The command line as a user or a script meets it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where something is off")]

mod producers;

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

fn sanitizer(dir: &Path, arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sanitizer"))
        .args(arguments)
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its standard input closes it early.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    child.wait_with_output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn a_clean_file_has_an_output_and_a_report() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("memo.txt"), "会議のお知らせ\u{7}\r\n").unwrap();
    let output = sanitizer(dir.path(), &["clean", "memo.txt", "-o", "out.txt", "--report", "r.json", "--receipt", "R-1"], b"");
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.is_empty());
    assert_eq!(fs::read_to_string(dir.path().join("out.txt")).unwrap(), "会議のお知らせ\r\n");
    let report: serde_json::Value = serde_json::from_slice(&fs::read(dir.path().join("r.json")).unwrap()).unwrap();
    assert_eq!(report["verdict"], "modified");
    assert_eq!(report["receipt"], "R-1");
    assert!(String::from_utf8_lossy(&output.stderr).contains("一部を除きました"));
}

#[test]
fn a_held_file_leaves_no_output_and_says_why_in_its_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("tool.exe"), b"MZ\x90\x00\x03\x00\x00\x00\x04\x00").unwrap();
    let output = sanitizer(dir.path(), &["clean", "tool.exe", "-o", "out.bin", "--lang", "en"], b"");
    assert_eq!(code(&output), 1);
    assert!(!dir.path().join("out.bin").exists());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside");
    assert!(String::from_utf8_lossy(&output.stderr).contains("Held"));
}

#[test]
fn an_output_that_was_there_stays_when_the_new_one_is_held() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("out.bin"), "earlier").unwrap();
    fs::write(dir.path().join("a.exe"), b"MZ\x90\x00").unwrap();
    assert_eq!(code(&sanitizer(dir.path(), &["clean", "a.exe", "-o", "out.bin"], b"")), 1);
    assert_eq!(fs::read_to_string(dir.path().join("out.bin")).unwrap(), "earlier");
}

#[test]
fn standard_output_carries_the_output_alone() {
    let dir = tempfile::tempdir().unwrap();
    let output = sanitizer(dir.path(), &["clean", "-", "--name", "a.txt", "-o", "-"], "本文\n".as_bytes());
    assert_eq!((code(&output), output.stdout.as_slice()), (0, "本文\n".as_bytes()));
}

#[test]
fn folders_go_below_the_output_folder_with_a_line_of_report_each() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("in/sub")).unwrap();
    for (name, text) in [("in/a.txt", "a"), ("in/sub/a.txt", "b"), ("in/sub/x.exe", "MZ\u{1}\u{2}\u{0}")] {
        fs::write(dir.path().join(name), text).unwrap();
    }
    let arguments = ["clean", "-r", "in", "--out-dir", "out", "--jobs", "2", "--report", "r.jsonl", "--report-format", "jsonl"];
    let output = sanitizer(dir.path(), &arguments, b"");
    assert_eq!(code(&output), 1);
    assert_eq!(fs::read_to_string(dir.path().join("out/sub/a.txt")).unwrap(), "b");
    assert_eq!(fs::read_to_string(dir.path().join("r.jsonl")).unwrap().lines().count(), 3);
}

#[test]
fn usage_errors_are_2_and_missing_files_74_and_bad_policies_78() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.txt"), "a").unwrap();
    fs::write(dir.path().join("bad.toml"), "pass_on_error = true").unwrap();
    assert_eq!(code(&sanitizer(dir.path(), &["clean", "a.txt"], b"")), 2);
    assert_eq!(code(&sanitizer(dir.path(), &["clean", "--pass"], b"")), 2);
    assert_eq!(code(&sanitizer(dir.path(), &["clean", "none.txt", "-o", "x"], b"")), 74);
    let bad = sanitizer(dir.path(), &["clean", "a.txt", "-o", "x", "--policy", "bad.toml"], b"");
    assert_eq!(code(&bad), 78);
    assert!(String::from_utf8_lossy(&bad.stderr).contains("pass_on_error"));
    assert_eq!(code(&sanitizer(dir.path(), &["--help"], b"")), 0);
}

#[test]
fn modified_can_count_as_a_failure() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.txt"), "bell \u{7}").unwrap();
    assert_eq!(code(&sanitizer(dir.path(), &["clean", "a.txt", "-o", "x.txt", "--fail-on", "modified"], b"")), 6);
    assert!(!dir.path().join("x.txt").exists(), "whatever is not 0 leaves no output");
    let piped = sanitizer(dir.path(), &["clean", "a.txt", "-o", "-", "--fail-on", "modified"], b"");
    assert_eq!((code(&piped), piped.stdout.len()), (6, 0));
}

#[test]
fn a_report_that_cannot_be_written_is_found_before_an_output_is() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.txt"), "a").unwrap();
    fs::write(dir.path().join("r.json"), "earlier").unwrap();
    assert_eq!(code(&sanitizer(dir.path(), &["clean", "a.txt", "-o", "x.txt", "--report", "no/such/r.json"], b"")), 74);
    assert!(!dir.path().join("x.txt").exists());
    let missing = sanitizer(dir.path(), &["clean", "none.txt", "-o", "x.txt", "--report", "r.json"], b"");
    assert_eq!(code(&missing), 74);
    assert_eq!(String::from_utf8_lossy(&missing.stderr).matches("none.txt").count(), 1);
    assert_eq!(fs::read_to_string(dir.path().join("r.json")).unwrap(), "earlier");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "nothing is left beside");
}

#[test]
fn one_output_that_cannot_be_written_does_not_stop_the_others() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("in")).unwrap();
    fs::create_dir_all(dir.path().join("out/a.txt")).unwrap();
    for name in ["in/a.txt", "in/b.txt"] {
        fs::write(dir.path().join(name), "text").unwrap();
    }
    let arguments = ["clean", "-r", "in", "--out-dir", "out", "--report", "r.jsonl", "--report-format", "jsonl"];
    assert_eq!(code(&sanitizer(dir.path(), &arguments, b"")), 74);
    assert!(dir.path().join("out/b.txt").is_file());
    assert!(dir.path().join("r.jsonl").is_file());
}

#[test]
fn a_message_goes_through_on_standard_streams() {
    let dir = tempfile::tempdir().unwrap();
    let mail = "From: sender@example.jp\r\nTo: clerk@city.example.lg.jp\r\nSubject: test\r\nMIME-Version: 1.0\r\n\
                Content-Type: text/plain; charset=utf-8\r\n\r\nBENIGN-7f3a91c4\r\n";
    let output = sanitizer(dir.path(), &["mail", "--receipt", "R-2", "--now", "2026-11-25T00:00:00Z"], mail.as_bytes());
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(fixtures::scan::contains(&output.stdout, fixtures::MARKER_ASCII));
    let held = sanitizer(dir.path(), &["mail", "--receipt", "R-3"], b"no header at all");
    assert_eq!(code(&held), 0, "a held message has a stub");
    assert!(fixtures::scan::contains(&held.stdout, "R-3"));
}

#[test]
fn pipe_8_gets_its_own_codes() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("bad.toml"), "x = 1").unwrap();
    assert_eq!(code(&sanitizer(dir.path(), &["mail", "--sysexits", "--policy", "bad.toml"], b"")), 78);
    assert_eq!(code(&sanitizer(dir.path(), &["mail", "--sysexits", "--report", "no/such/dir/r"], b"From: a@b.jp\r\n\r\nx")), 75);
}

#[test]
fn inspect_writes_no_file_and_verify_reads_only_our_form() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.txt"), "plain").unwrap();
    let inspected = sanitizer(dir.path(), &["inspect", "a.txt", "--json"], b"");
    let report: serde_json::Value = serde_json::from_slice(&inspected.stdout).unwrap();
    assert_eq!(report["part"]["format"], "text");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    fs::write(dir.path().join("b.txt"), "bell \u{7}").unwrap();
    fs::write(dir.path().join("c.pdf"), "%PDF-1.7 nothing").unwrap();
    assert_eq!(code(&sanitizer(dir.path(), &["verify", "a.txt"], b"")), 0);
    assert_eq!(code(&sanitizer(dir.path(), &["verify", "b.txt"], b"")), 5);
    assert_eq!(code(&sanitizer(dir.path(), &["verify", "c.pdf"], b"")), 5);
}

#[test]
fn formats_lists_every_format_and_follows_the_policy() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("p.toml"), "[treatment]\npdf = \"hold\"").unwrap();
    let rows = |arguments: &[&str]| -> Vec<serde_json::Value> {
        serde_json::from_slice(&sanitizer(dir.path(), arguments, b"").stdout).unwrap()
    };
    let treatment = |rows: &[serde_json::Value]| rows.iter().find(|row| row["format"] == "pdf").unwrap()["treatment"].clone();
    assert_eq!(treatment(&rows(&["formats", "--json"])), "rebuild");
    assert_eq!(treatment(&rows(&["formats", "--json", "--policy", "p.toml"])), "hold");
}

#[test]
fn a_pipe_or_device_is_written_to_and_never_replaced() {
    use std::os::unix::fs::FileTypeExt as _;
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let place = pipe.clone();
    let reader = std::thread::spawn(move || fs::read(place).unwrap());
    let output = sanitizer(dir.path(), &["clean", "-", "--name", "a.txt", "-o", "pipe"], "本文\n".as_bytes());
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo(), "the pipe was replaced");
    assert_eq!(reader.join().unwrap(), "本文\n".as_bytes());
}

#[test]
fn a_link_stays_a_link() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("there.txt"), "earlier").unwrap();
    std::os::unix::fs::symlink("there.txt", dir.path().join("link.txt")).unwrap();
    assert_eq!(code(&sanitizer(dir.path(), &["clean", "-", "--name", "a.txt", "-o", "link.txt"], b"later\n")), 0);
    assert!(fs::symlink_metadata(dir.path().join("link.txt")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(dir.path().join("there.txt")).unwrap(), "later\n");
}

#[test]
fn the_self_test_stops_everything_and_says_which_layer_did() {
    let dir = tempfile::tempdir().unwrap();
    let output = sanitizer(dir.path(), &["self-test"], b"");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(code(&output), 0, "{text}");
    assert!(text.contains("disarm\n") && text.contains("verify\n"), "{text}");
    assert!(!text.contains("NOT STOPPED"), "{text}");
    let opened = text.lines().find(|line| line.contains("open a file")).unwrap();
    assert!(opened.ends_with("system_calls, behind it no_descriptors, behind it no_files"), "{opened}");
    let (_, jail) = text.split_once("convert\n").unwrap();
    let connected = jail.lines().find(|line| line.contains("connect to a port")).unwrap();
    assert!(connected.ends_with("system_calls, behind it namespaces"), "{connected}");
    let output = sanitizer(dir.path(), &["self-test", "--json"], b"");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((json["passed"].as_bool(), json["converter"].as_str()), (Some(true), Some("tried")));
    let rows = json["rows"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["kind"] == "convert" && row["probe"] == "mount" && row["stopped"] == true));
}
