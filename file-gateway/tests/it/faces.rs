//! Each route exists on its face only, and nothing but the sign-in page without signing in.

use crate::bed::Bed;
use axum::http::{Method, StatusCode, header};
use file_gateway::faces::Face;

const ID: &str = "019ab000-0000-7000-8000-000000000000";

fn internet_only() -> Vec<(Method, String)> {
    vec![
        (Method::GET, "/upload".into()),
        (Method::POST, "/upload".into()),
        (Method::GET, "/items".into()),
        (Method::GET, format!("/items/{ID}")),
        (Method::POST, "/api/v1/files".into()),
    ]
}

fn lgwan_only() -> Vec<(Method, String)> {
    let paths = ["/receive", "/mail", "/mailbox", "/mailbox/1.x", "/history"];
    let mut routes: Vec<_> = paths.into_iter().map(|path| (Method::GET, path.to_owned())).collect();
    for path in ["/files/ID", "/files/ID/content", "/api/v1/files/ID/report", "/api/v1/files/ID/content"] {
        routes.push((Method::GET, path.replace("ID", ID)));
    }
    routes
}

#[tokio::test]
async fn a_route_of_one_face_is_not_there_on_the_other() {
    let bed = Bed::new().await;
    for (face, routes) in [(Face::Lgwan, internet_only()), (Face::Internet, lgwan_only())] {
        let mut visitor = bed.signed_in(face, "yamada").await;
        for (method, path) in routes {
            let answer = visitor.method(method.clone(), &path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path} on {}", face.code());
        }
    }
}

#[tokio::test]
async fn management_is_on_no_face() {
    let bed = Bed::new().await;
    for face in [Face::Internet, Face::Lgwan] {
        let mut visitor = bed.signed_in(face, "yamada").await;
        for path in ["/livez", "/readyz", "/metrics"] {
            assert_eq!(visitor.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}

#[tokio::test]
async fn nobody_gets_in_without_signing_in() {
    let bed = Bed::new().await;
    let own = |method: &Method, path: &str| (method.clone(), path.to_owned());
    let shared = [own(&Method::GET, "/"), own(&Method::GET, "/help")];
    for (face, routes) in [(Face::Internet, internet_only()), (Face::Lgwan, lgwan_only())] {
        for (method, path) in routes.into_iter().chain(shared.clone()) {
            let answer = bed.visitor(face).method(method.clone(), &path).await;
            let page = method == Method::GET && !path.starts_with("/api/");
            if page {
                assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/login"), "{path}");
            } else {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn a_session_of_one_face_is_nothing_on_the_other() {
    let bed = Bed::new().await;
    let mut visitor = bed.signed_in(Face::Internet, "yamada").await;
    assert_eq!(visitor.get("/items").await.status, StatusCode::OK);
    let cookie = visitor.cookie_value("session");
    let mut thief = bed.visitor(Face::Lgwan);
    thief.set_cookie("snz_session_lgwan", &cookie);
    thief.set_cookie("snz_session_internet", &cookie);
    assert_eq!(thief.get("/receive").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_guard_it() {
    let bed = Bed::new().await;
    let mut visitor = bed.signed_in(Face::Lgwan, "yamada").await;
    for path in ["/", "/login", "/static/app.css", "/nowhere", "/api/v1/files/x"] {
        let answer = visitor.get(path).await;
        assert!(answer.header(header::CONTENT_SECURITY_POLICY).starts_with("default-src 'self'"), "{path}");
        assert!(!answer.header(header::CONTENT_SECURITY_POLICY).contains("unsafe"), "{path}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(answer.header(header::REFERRER_POLICY), "no-referrer", "{path}");
        assert_eq!(answer.header("x-request-id").len(), 36, "{path}");
        assert!(answer.header(header::CACHE_CONTROL).starts_with("no-"), "{path}");
    }
}

#[tokio::test]
async fn the_zone_is_told_by_text_icon_and_colour() {
    let bed = Bed::new().await;
    for (face, words, class) in [(Face::Internet, "インターネット側", "zone-internet"), (Face::Lgwan, "LGWAN側", "zone-lgwan")]
    {
        let page = bed.visitor(face).get("/login").await.text();
        assert!(page.contains(&format!("<span>{words}</span>")) && page.contains(class) && page.contains("<svg class=\"icon\""));
    }
}
