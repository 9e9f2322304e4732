//! A file's way: taken in on the internet face, made harmless, handed out on the lgwan face, and to nobody else.

use crate::bed::{Bed, Visitor};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use custody::{ItemId, State, audit::Action};
use file_gateway::faces::Face;
use fixtures::MARKER;

/// A text that comes out as it went in.
fn benign() -> Vec<u8> {
    format!("{MARKER}\r\n会議は10時からです。\r\n").into_bytes()
}

/// A RAR archive: a format that is held.
const UNWANTED: &[u8] = b"Rar!\x1a\x07\x01\x00 and what a reader would make of it";

#[tokio::test]
async fn a_benign_file_comes_through_and_its_way_is_written_down() {
    let bed = Bed::new().await;
    let mut outside = bed.signed_in(Face::Internet, "yamada").await;
    let id = bed.submit(&mut outside, "案内.txt", &benign()).await;
    assert!(outside.get(&format!("/items/{id}")).await.text().contains("順番待ち"));

    let mut inside = bed.signed_in(Face::Lgwan, "yamada").await;
    bed.custody.pull(&bed.inbox, custody::Kind::File).await.unwrap();
    assert_eq!(inside.get(&format!("/files/{id}/content")).await.status, StatusCode::CONFLICT);
    bed.work().await;
    assert!(outside.get(&format!("/items/{id}")).await.text().contains("無害化しました"));
    let page = inside.get(&format!("/files/{id}")).await.text();
    assert!(page.contains("無害化したファイルを受け取る") && page.contains("案内.txt"), "{page}");

    let answer = inside.get(&format!("/files/{id}/content")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text().contains(MARKER));
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/plain");
    assert_eq!(
        answer.header(header::CONTENT_DISPOSITION),
        "attachment; filename=\"download.txt\"; filename*=UTF-8''%E6%A1%88%E5%86%85.txt"
    );
    assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(bed.audited(Action::Receive).await[0].event.actor, "yamada");
    assert_eq!(bed.custody.item(id.parse().unwrap()).await.unwrap().unwrap().state, State::Delivered);
    assert_eq!(inside.get(&format!("/files/{id}/content")).await.status, StatusCode::OK, "and again");
}

#[tokio::test]
async fn the_form_without_a_script_takes_several_files() {
    let bed = Bed::new().await;
    let mut visitor = bed.signed_in(Face::Internet, "yamada").await;
    let csrf = visitor.csrf.clone();
    let files: [(&str, &str, &[u8]); 3] = [("files", "一.txt", b"1"), ("files", "", b""), ("files", "二.txt", b"2")];
    let answer = visitor.multipart("/upload", &[("csrf", &csrf)], &files).await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/items?taken=2"));
    let list = visitor.get("/items?taken=2").await.text();
    assert!(list.contains("2件を受け付けました") && list.contains("一.txt") && list.contains("二.txt"));
}

#[tokio::test]
async fn hostile_names_are_shown_as_text_and_nothing_else() {
    let bed = Bed::new().await;
    let mut outside = bed.signed_in(Face::Internet, "yamada").await;
    let mut inside = bed.signed_in(Face::Lgwan, "yamada").await;
    for name in [
        "<script>alert(1)</script>.txt",
        "\"><img src=x>.txt",
        "請求書\u{202E}txt.exe",
        "a\r\nSet-Cookie: x=y\r\n.txt",
        "../../../etc/passwd",
    ] {
        let id = bed.submit(&mut outside, name, &benign()).await;
        bed.work().await;
        let pages = [
            outside.get("/items").await,
            outside.get(&format!("/items/{id}")).await,
            inside.get("/history").await,
            inside.get(&format!("/files/{id}")).await,
            inside.get(&format!("/files/{id}/content")).await,
        ];
        for page in pages {
            let text = page.text();
            assert!(!text.contains("<script>alert") && !text.contains("<img src=x") && !text.contains('\u{202E}'), "{name:?}");
            assert!(page.headers.get_all(header::SET_COOKIE).iter().next().is_none(), "{name:?}");
            assert!(!page.header(header::CONTENT_DISPOSITION).contains(".."), "{name:?}");
        }
    }
}

#[tokio::test]
async fn what_is_held_is_explained_and_never_handed_out() {
    let bed = Bed::new().await;
    let mut outside = bed.signed_in(Face::Internet, "yamada").await;
    let mut inside = bed.signed_in(Face::Lgwan, "yamada").await;
    let id = bed.submit(&mut outside, "資料.rar", UNWANTED).await;
    bed.work().await;
    for page in [outside.get(&format!("/items/{id}")).await, inside.get(&format!("/files/{id}")).await] {
        let text = page.text();
        assert!(text.contains("止めました") && text.contains("この形式は取り込めません") && text.contains("次にすること"));
        assert!(!text.contains("/content"), "no way to a file that is held");
    }
    let answer = inside.get(&format!("/api/v1/files/{id}/content")).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::LOCKED, Some("type_unsupported")));
    assert!(!answer.bytes.windows(8).any(|window| UNWANTED.starts_with(window)));
}

#[tokio::test]
async fn one_flipped_byte_in_the_store_and_nothing_leaves() {
    let bed = Bed::new().await;
    let mut outside = bed.signed_in(Face::Internet, "yamada").await;
    let mut inside = bed.signed_in(Face::Lgwan, "yamada").await;
    let id = bed.submit(&mut outside, "案内.txt", &benign()).await;
    bed.work().await;
    flip_stored_byte(&bed);
    let answer = inside.get(&format!("/files/{id}/content")).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.text().contains(MARKER) && answer.text().contains("最終確認で止めました"));
    let item = bed.custody.item(id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((item.state, item.reason.as_deref()), (State::Held, Some("verify_failed")));
    assert_eq!(bed.audited(Action::Receive).await.len(), 0);
}

/// Small outputs stand in the ledger itself.
fn flip_stored_byte(bed: &Bed) {
    let ledger = rusqlite::Connection::open(bed.state().join("ledger.sqlite")).unwrap();
    ledger.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    let mut bytes: Vec<u8> = ledger.query_row("SELECT bytes FROM output", [], |row| row.get(0)).unwrap();
    bytes[0] ^= 1;
    assert_eq!(ledger.execute("UPDATE output SET bytes = ?1", [bytes]).unwrap(), 1);
}

#[tokio::test]
async fn nobody_learns_of_a_colleagues_file() {
    let bed = Bed::new().await;
    let mut outside = bed.signed_in(Face::Internet, "yamada").await;
    let id = bed.submit(&mut outside, "人事評価.txt", &benign()).await;
    bed.work().await;
    let receipt = bed.custody.item(id.parse::<ItemId>().unwrap()).await.unwrap().unwrap().receipt;
    for face in [Face::Internet, Face::Lgwan] {
        let mut other = bed.signed_in(face, "suzuki").await;
        for path in paths(face, &id) {
            let answer = other.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!answer.text().contains("人事評価"));
        }
        let lists = match face {
            Face::Internet => vec!["/".to_owned(), "/items".to_owned()],
            Face::Lgwan => vec!["/".to_owned(), "/receive".to_owned(), format!("/history?receipt={receipt}")],
        };
        for path in lists {
            assert!(!other.get(&path).await.text().contains("人事評価"), "{path}");
        }
    }
    let mut own = bed.signed_in(Face::Lgwan, "yamada").await;
    assert!(own.get(&format!("/history?receipt={receipt}")).await.text().contains("人事評価"));
}

fn paths(face: Face, id: &str) -> Vec<String> {
    let of = |paths: &[&str]| paths.iter().map(|path| path.replace("ID", id)).collect();
    match face {
        Face::Internet => of(&["/items/ID", "/api/v1/files/ID"]),
        Face::Lgwan => {
            of(&["/files/ID", "/files/ID/content", "/api/v1/files/ID", "/api/v1/files/ID/report", "/api/v1/files/ID/content"])
        }
    }
}

async fn with_token(
    visitor: &mut Visitor,
    request: axum::http::request::Builder,
    token: &str,
    body: Vec<u8>,
) -> crate::bed::Answer {
    visitor.send(request.header(header::AUTHORIZATION, format!("Bearer {token}")).body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_program_submits_and_fetches_with_tokens_of_each_face() {
    let bed = Bed::new().await;
    let outside = bed.accounts.add_token("yamada", Face::Internet, "scanner", 0).unwrap();
    let inside = bed.accounts.add_token("yamada", Face::Lgwan, "filing", 0).unwrap();
    let mut program = bed.visitor(Face::Internet);
    let request = Request::post("/api/v1/files")
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, "attachment; filename*=UTF-8''%E6%A1%88%E5%86%85.txt");
    let created = with_token(&mut program, request, &outside, benign()).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    let location = created.header(header::LOCATION).to_owned();
    bed.work().await;
    let status = with_token(&mut program, Request::get(&location), &outside, Vec::new()).await.json();
    assert_eq!((status["name"].as_str(), status["status"].as_str()), (Some("案内.txt"), Some("ready")));
    assert_eq!(with_token(&mut program, Request::get(&location), &inside, Vec::new()).await.status, StatusCode::UNAUTHORIZED);

    let mut program = bed.visitor(Face::Lgwan);
    let report = with_token(&mut program, Request::get(format!("{location}/report")), &inside, Vec::new()).await.json();
    assert_eq!(report["verdict"].as_str(), Some("rebuilt"));
    let content = with_token(&mut program, Request::get(format!("{location}/content")), &inside, Vec::new()).await;
    assert!(content.text().contains(MARKER));
}
