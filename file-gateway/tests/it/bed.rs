//! A gateway in a directory of its own, with a clock that is moved by hand and work that is done when asked for.

use crate::common::between;
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use custody::{
    Clock, Custody, CustodyConfig, Inbox, InboxConfig, Kind, Stage,
    audit::{Action, Recorded},
    worker::Handler as _,
};
use file_gateway::{
    accounts::{Accounts, NewAccount, Password},
    audit::Auditor,
    config::{Config, Overrides},
    faces::{self, Face},
    run,
    state::{Internet, Lgwan, Shared},
};
use http_body_util::BodyExt as _;
use sanitizer_pool::{Pool, PoolConfig};
use sanitizer_service::Sanitize;
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tower::ServiceExt as _;

pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) struct Bed {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) internet: Router,
    pub(crate) lgwan: Router,
    pub(crate) inbox: Inbox,
    pub(crate) custody: Custody,
    pub(crate) accounts: Accounts,
    handler: Sanitize,
    now: Arc<AtomicI64>,
}

impl Bed {
    pub(crate) async fn new() -> Self {
        Self::with("").await
    }

    /// With more lines of configuration.
    pub(crate) async fn with(lines: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("gateway.toml");
        std::fs::write(&file, format!("{lines}\n[sandbox]\nworkers = 1\n")).unwrap();
        let state = dir.path().join("state");
        let mut config = Config::load(Some(&file), &Overrides { role: None, state_dir: Some(state.clone()) }).unwrap();
        config.service.pool.program = program();
        let config = Arc::new(config);

        let now = Arc::new(AtomicI64::new(1_795_000_000));
        let shown = Arc::clone(&now);
        let clock = Clock::new(move || jiff::Timestamp::from_second(shown.load(Ordering::SeqCst)).unwrap());
        let inbox =
            Inbox::open(&InboxConfig { dir: state.clone(), max_item: config.upload.max_bytes, clock: clock.clone() }).unwrap();
        let custody = Custody::open(&CustodyConfig { clock: clock.clone(), ..CustodyConfig::new(&state, "gateway") }).unwrap();
        let pool = Arc::new(Pool::start(PoolConfig { workers: 1, ..config.service.pool.clone() }).await.unwrap());
        let accounts = run::accounts(&state).unwrap();
        let password = Password::new(PASSWORD.to_owned()).unwrap();
        let addresses = ["yamada@city.example.lg.jp".to_owned()];
        accounts.add(&NewAccount { name: "yamada", addresses: &addresses, admin: false }, &password, 0).unwrap();
        accounts.add(&NewAccount { name: "suzuki", addresses: &[], admin: false }, &password, 0).unwrap();

        let auditor = Auditor::start(custody.clone());
        let policy = Arc::clone(&config.service.policy);
        let shared = Shared::new(Face::Internet, accounts.clone(), config, clock, auditor);
        let bed = Self {
            dir,
            internet: faces::internet(Internet::new(&shared, inbox.clone())),
            lgwan: faces::lgwan(Lgwan::new(&shared, custody.clone(), Arc::clone(&pool), Arc::clone(&policy))),
            handler: Sanitize::new(custody.clone(), pool, policy),
            inbox,
            custody,
            accounts,
            now,
        };
        bed.open_intake().await;
        bed
    }

    pub(crate) async fn open_intake(&self) {
        self.custody.renew_permit(&self.inbox, Duration::from_hours(1)).await.unwrap();
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    /// Does all the work that waits.
    pub(crate) async fn work(&self) {
        for kind in Kind::ALL {
            self.custody.pull(&self.inbox, kind).await.unwrap();
            for claimed in self.custody.take(kind, Stage::Sanitize, 100, Duration::from_mins(10)).await.unwrap() {
                let settlement = self.handler.handle(&claimed).await;
                self.custody.settle(&claimed, settlement).await.unwrap();
            }
        }
        self.custody.publish(&self.inbox).await.unwrap();
    }

    pub(crate) async fn audited(&self, action: Action) -> Vec<Recorded> {
        let all = self.custody.audit_after(0, 1000).await.unwrap();
        all.into_iter().filter(|recorded| recorded.event.action == action).collect()
    }

    pub(crate) fn visitor(&self, face: Face) -> Visitor {
        let router = match face {
            Face::Internet => self.internet.clone(),
            Face::Lgwan => self.lgwan.clone(),
        };
        Visitor { router, cookies: Vec::new(), csrf: String::new() }
    }

    /// Someone who has signed in.
    pub(crate) async fn signed_in(&self, face: Face, name: &str) -> Visitor {
        let mut visitor = self.visitor(face);
        let answer = visitor.sign_in(name, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let home = visitor.get("/").await;
        visitor.csrf = between(&home.text(), "name=\"csrf\" value=\"", "\"");
        visitor
    }

    /// Takes in a file through the API and returns its id.
    pub(crate) async fn submit(&self, visitor: &mut Visitor, name: &str, bytes: &[u8]) -> String {
        let answer = visitor.submit(name, bytes).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_file-gateway"))
}

/// A browser, as far as a test needs one.
pub(crate) struct Visitor {
    router: Router,
    cookies: Vec<(String, String)>,
    pub(crate) csrf: String,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

impl Visitor {
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn form(&mut self, path: &str, body: &str) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let page = self.get("/login").await.text();
        let proof = between(&page, "name=\"proof\" value=\"", "\"");
        self.form("/login", &format!("proof={proof}&name={name}&password={}", password.replace(' ', "+"))).await
    }

    /// A multipart form: fields, then files.
    pub(crate) async fn multipart(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Answer {
        let body = multipart(fields, files);
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XbX")
            .header(header::CONTENT_LENGTH, body.len());
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn submit(&mut self, name: &str, bytes: &[u8]) -> Answer {
        let body = multipart(&[], &[("file", name, bytes)]);
        let request = Request::post("/api/v1/files")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XbX")
            .header("x-csrf-token", self.csrf.clone());
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = value.split(';').next().unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) async fn method(&mut self, method: Method, path: &str) -> Answer {
        self.send(Request::builder().method(method).uri(path).body(Body::empty()).unwrap()).await
    }
}

fn multipart(fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--XbX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (field, name, bytes) in files {
        // As browsers write it (HTML, multipart/form-data encoding algorithm).
        let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let head = format!(
            "--XbX\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--XbX--\r\n");
    body
}

impl Visitor {
    /// The value of the cookie whose name has this in it.
    pub(crate) fn cookie_value(&self, part: &str) -> String {
        self.cookies.iter().find(|(name, _)| name.contains(part)).unwrap().1.clone()
    }

    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.push((name.to_owned(), value.to_owned()));
    }
}
