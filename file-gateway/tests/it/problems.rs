//! What goes wrong is told with a stable code, in the reader's language, and nothing is taken in by halves.

use crate::bed::Bed;
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use file_gateway::faces::Face;

async fn taken(bed: &Bed) -> usize {
    let owner = bed.accounts.named("yamada").unwrap().unwrap().id;
    bed.inbox.list_by_owner(&owner, None, 100).await.unwrap().len()
}

#[tokio::test]
async fn what_is_announced_too_large_is_refused_before_it_is_read() {
    let bed = Bed::with("[upload]\nmax_bytes = 1000").await;
    let mut visitor = bed.signed_in(Face::Internet, "yamada").await;
    let csrf = visitor.csrf.clone();
    let large = vec![b'x'; 2_000_000];
    let page = visitor.multipart("/upload", &[("csrf", &csrf)], &[("files", "大.txt", &large)]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.text().contains("1ファイルの上限は1 KBです") && page.text().contains("送られた内容または操作"));
    assert_eq!(taken(&bed).await, 0);
}

#[tokio::test]
async fn what_grows_too_large_is_refused_while_it_streams() {
    let bed = Bed::with("[upload]\nmax_bytes = 1000").await;
    let mut visitor = bed.signed_in(Face::Internet, "yamada").await;
    // No Content-Length here: only counting helps.
    let answer = visitor.submit("大.txt", &[b'x'; 1001]).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::PAYLOAD_TOO_LARGE, Some("size_limit")));
    assert_eq!(visitor.submit("丁度.txt", &[b'x'; 1000]).await.status, StatusCode::CREATED);
    assert_eq!(taken(&bed).await, 1);
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let bed = Bed::new().await;
    let mut visitor = bed.signed_in(Face::Internet, "yamada").await;
    let cut = "--XbX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhalf of it";
    let request = Request::post("/api/v1/files")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XbX")
        .header("x-csrf-token", visitor.csrf.clone());
    let answer = visitor.send(request.body(Body::from(cut)).unwrap()).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::BAD_REQUEST, Some("upload_incomplete")));
    assert_eq!(taken(&bed).await, 0);
}

#[tokio::test]
async fn a_form_without_a_file_says_so() {
    let bed = Bed::new().await;
    let mut visitor = bed.signed_in(Face::Internet, "yamada").await;
    let csrf = visitor.csrf.clone();
    let answer = visitor.multipart("/upload", &[("csrf", &csrf)], &[("files", "", b"")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().contains("ファイルが選ばれていません"));
    for (media_type, body) in [("multipart/form-data", "x"), ("multipart/form-data; boundary=XbX", "not a form")] {
        let request = Request::post("/api/v1/files").header(header::CONTENT_TYPE, media_type);
        let request = request.header("x-csrf-token", visitor.csrf.clone()).body(Body::from(body)).unwrap();
        assert_eq!(visitor.send(request).await.status, StatusCode::BAD_REQUEST, "{media_type}");
    }
    assert_eq!(taken(&bed).await, 0);
}

#[tokio::test]
async fn nothing_is_taken_in_while_the_records_cannot_be_written() {
    let bed = Bed::new().await;
    let mut visitor = bed.signed_in(Face::Internet, "yamada").await;
    // Longer than the permit, and not so long that the session ends.
    bed.wait(1700);
    visitor.get("/items").await;
    bed.wait(1700);
    visitor.get("/items").await;
    bed.wait(300);
    let answer = visitor.submit("a.txt", b"a").await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::SERVICE_UNAVAILABLE, Some("intake_closed")));
    assert_eq!(answer.header(header::RETRY_AFTER), "60");
    assert_eq!(answer.json()["fault"].as_str(), Some("service"));
    assert_eq!(taken(&bed).await, 0);
    bed.open_intake().await;
    assert_eq!(visitor.submit("a.txt", b"a").await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_problem_document_has_its_parts_and_the_readers_language() {
    let bed = Bed::new().await;
    let mut visitor = bed.signed_in(Face::Lgwan, "yamada").await;
    let answer = visitor.get("/api/v1/files/nothing").await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["type"].as_str(), Some("urn:sanitizer:problem:not_found"));
    assert_eq!((problem["status"].as_u64(), problem["title"].as_str()), (Some(404), Some("見つかりません")));
    assert_eq!(problem["request_id"].as_str(), Some(answer.header("x-request-id")));
    assert_eq!(problem["instance"].as_str(), Some("/api/v1/files/nothing"));
    let request = Request::get("/api/v1/files/nothing").header(header::ACCEPT_LANGUAGE, "en-GB, ja;q=0.5");
    let english = visitor.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(english.json()["title"].as_str(), Some("Not found"));
    assert_eq!(english.header(header::CONTENT_LANGUAGE), "en");
}

#[tokio::test]
async fn the_wrong_method_is_told_from_the_wrong_path() {
    let bed = Bed::new().await;
    let mut visitor = bed.signed_in(Face::Internet, "yamada").await;
    assert_eq!(visitor.method(Method::DELETE, "/items").await.status, StatusCode::METHOD_NOT_ALLOWED);
    let missing = visitor.get("/%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.text().contains("ホームへ戻る") && !missing.text().contains("<script>alert"));
}
