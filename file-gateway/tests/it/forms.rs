//! Signing in and out, and the proof every form carries.

use crate::bed::{Bed, PASSWORD};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use custody::audit::Action;
use file_gateway::faces::Face;

#[tokio::test]
async fn signing_in_and_out_is_written_into_the_audit() {
    let bed = Bed::new().await;
    let mut visitor = bed.visitor(Face::Internet);
    assert_eq!(visitor.sign_in("yamada", "wrong wrong wrong").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(visitor.sign_in("my-password-by-mistake", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    let mut visitor = bed.signed_in(Face::Internet, "yamada").await;
    let cookie = visitor.cookie_value("session");
    let proof = visitor.csrf.clone();
    assert_eq!(visitor.form("/logout", &format!("csrf={proof}")).await.status, StatusCode::SEE_OTHER);
    visitor.set_cookie("snz_session_internet", &cookie);
    assert_eq!(visitor.get("/items").await.status, StatusCode::SEE_OTHER, "the session itself has ended");

    let failed = bed.audited(Action::LoginFail).await;
    let actors: Vec<_> = failed.iter().map(|recorded| recorded.event.actor.as_str()).collect();
    assert_eq!(actors, ["yamada", "unknown"]);
    assert!(!format!("{failed:?}").contains("my-password"), "what was typed as a name is not kept");
    assert_eq!(bed.audited(Action::Login).await.len(), 1);
    assert_eq!(bed.audited(Action::Logout).await.len(), 1);
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let bed = Bed::new().await;
    let mut visitor = bed.visitor(Face::Lgwan);
    let answer = visitor.sign_in("yamada", PASSWORD).await;
    let cookie = answer.header(header::SET_COOKIE);
    assert!(cookie.starts_with("snz_session_lgwan=") && cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");

    let bed = Bed::with("https = true").await;
    let mut visitor = bed.visitor(Face::Lgwan);
    let answer = visitor.sign_in("yamada", PASSWORD).await;
    let cookie = answer.header(header::SET_COOKIE);
    assert!(cookie.starts_with("__Host-snz_session_lgwan=") && cookie.contains("; Secure"), "{cookie}");
}

#[tokio::test]
async fn an_unknown_name_reads_like_a_wrong_password() {
    let bed = Bed::new().await;
    let answers = [
        bed.visitor(Face::Internet).sign_in("yamada", "wrong wrong wrong").await,
        bed.visitor(Face::Internet).sign_in("nobody", "wrong wrong wrong").await,
    ];
    for answer in answers {
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.text().contains("アカウント名またはパスワードが違います。"));
    }
}

#[tokio::test]
async fn guessing_locks_the_name_for_a_while_even_for_the_right_password() {
    let bed = Bed::new().await;
    let mut visitor = bed.visitor(Face::Internet);
    for _ in 0..5 {
        assert_eq!(visitor.sign_in("yamada", "wrong wrong wrong").await.status, StatusCode::UNAUTHORIZED);
    }
    let locked = visitor.sign_in("yamada", PASSWORD).await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(locked.header(header::RETRY_AFTER), "30");
    bed.wait(31);
    assert_eq!(visitor.sign_in("yamada", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used() {
    let bed = Bed::new().await;
    let mut visitor = bed.signed_in(Face::Internet, "yamada").await;
    bed.wait(29 * 60);
    assert_eq!(visitor.get("/items").await.status, StatusCode::OK);
    bed.wait(31 * 60);
    assert_eq!(visitor.get("/items").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn no_form_is_taken_without_its_proof() {
    let bed = Bed::new().await;
    let mut visitor = bed.signed_in(Face::Internet, "yamada").await;
    for proof in ["", "csrf=", "csrf=00"] {
        assert_eq!(visitor.form("/logout", proof).await.status, StatusCode::FORBIDDEN, "{proof}");
    }
    let file: (&str, &str, &[u8]) = ("files", "a.txt", b"a");
    for fields in [&[][..], &[("csrf", "00")][..]] {
        assert_eq!(visitor.multipart("/upload", fields, &[file]).await.status, StatusCode::FORBIDDEN);
    }
    visitor.csrf = "00".to_owned();
    assert_eq!(visitor.submit("a.txt", b"a").await.status, StatusCode::FORBIDDEN);
    assert_eq!(bed.inbox.list_by_owner(&owner(&bed), None, 10).await.unwrap().len(), 0, "nothing was taken in");

    let mut stranger = bed.visitor(Face::Internet);
    let body = format!("name=yamada&password={}", PASSWORD.replace(' ', "+"));
    assert_eq!(stranger.form("/login", &body).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_another_site_made_the_browser_send_is_refused() {
    let bed = Bed::new().await;
    let mut visitor = bed.signed_in(Face::Internet, "yamada").await;
    for (site, status) in
        [("cross-site", StatusCode::FORBIDDEN), ("same-site", StatusCode::FORBIDDEN), ("same-origin", StatusCode::SEE_OTHER)]
    {
        let request = Request::post("/logout")
            .header("sec-fetch-site", site)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf={}", visitor.csrf)))
            .unwrap();
        assert_eq!(visitor.send(request).await.status, status, "{site}");
    }
}

fn owner(bed: &Bed) -> String {
    bed.accounts.named("yamada").unwrap().unwrap().id
}
