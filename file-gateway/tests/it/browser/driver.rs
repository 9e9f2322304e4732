//! A browser driven over `WebDriver` (W3C), with chromedriver of the distribution and nothing between.

use crate::common::{Client, PATIENCE, until};
use base64::Engine as _;
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
};

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scripts {
    Allowed,
    Blocked,
}

pub(crate) struct Browser {
    driver: Child,
    address: SocketAddr,
    session: String,
    _profile: tempfile::TempDir,
}

/// The key under which `WebDriver` names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Browser {
    pub(crate) fn open(scripts: Scripts) -> Self {
        let mut driver = Command::new("chromedriver")
            .args(["--port=0"])
            .env("LANGUAGE", "ja")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed (Debian: chromium-driver)");
        let stdout = BufReader::new(driver.stdout.take().unwrap());
        let (sender, port) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let port = line
                    .split("started successfully on port ")
                    .nth(1)
                    .and_then(|rest| rest.trim_end_matches('.').parse::<u16>().ok());
                if let Some(port) = port {
                    // The receiver hears of the first one only.
                    let _ = sender.send(port);
                }
            }
        });
        let address = SocketAddr::from(([127, 0, 0, 1], port.recv_timeout(PATIENCE).expect("chromedriver tells its port")));
        let profile = tempfile::tempdir().unwrap();
        let arguments = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--lang=ja".to_owned(),
            "--window-size=1100,860".to_owned(),
            "--hide-scrollbars".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        let javascript = if scripts == Scripts::Blocked { 2 } else { 1 };
        let options = json!({
            "args": arguments,
            "prefs": { "profile.managed_default_content_settings.javascript": javascript },
        });
        let wanted = json!({ "capabilities": { "alwaysMatch": { "browserName": "chrome", "goog:chromeOptions": options } } });
        let mut browser = Self { driver, address, session: String::new(), _profile: profile };
        let made = browser.call("POST", "/session", &wanted);
        browser.session = format!("/session/{}", made["sessionId"].as_str().unwrap());
        browser
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if method == "GET" { Vec::new() } else { serde_json::to_vec(body).unwrap() };
        let headers = [("Content-Type", "application/json; charset=utf-8")];
        let answer = Client::new(self.address).send(method, path, &headers, &body);
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text());
        answer.json()["value"].clone()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.call("POST", &format!("{}{path}", self.session), body)
    }

    pub(crate) fn go(&self, address: SocketAddr, path: &str) {
        self.post("/url", &json!({ "url": format!("http://{address}{path}") }));
    }

    pub(crate) fn path(&self) -> String {
        let url = self.call("GET", &format!("{}/url", self.session), &Value::Null);
        format!("/{}", url.as_str().unwrap().splitn(4, '/').nth(3).unwrap_or_default())
    }

    /// The elements a CSS selector finds.
    fn found(&self, selector: &str) -> Vec<String> {
        let found = self.post("/elements", &json!({ "using": "css selector", "value": selector }));
        found.as_array().unwrap().iter().map(|element| element[ELEMENT].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn count(&self, selector: &str) -> usize {
        self.found(selector).len()
    }

    fn one(&self, selector: &str) -> String {
        self.found(selector).into_iter().next().unwrap_or_else(|| panic!("{selector} is not on {}: {}", self.path(), self.text()))
    }

    /// A click as a person's: chromedriver moves the pointer there, and refuses if something lies over it.
    pub(crate) fn click(&self, selector: &str) {
        let element = self.one(selector);
        self.post(&format!("/element/{element}/click"), &json!({}));
    }

    pub(crate) fn type_into(&self, selector: &str, text: &str) {
        let element = self.one(selector);
        self.post(&format!("/element/{element}/value"), &json!({ "text": text }));
    }

    pub(crate) fn choose_files(&self, selector: &str, files: &[&Path]) {
        let paths: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
        self.type_into(selector, &paths.join("\n"));
    }

    /// Presses a key where the focus is.
    pub(crate) fn press(&self, key: char) {
        let keys = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": keys }] }));
    }

    /// The text of the element that has the focus.
    pub(crate) fn focused(&self) -> String {
        let element = self.call("GET", &format!("{}/element/active", self.session), &Value::Null);
        self.text_of(element[ELEMENT].as_str().unwrap())
    }

    fn text_of(&self, element: &str) -> String {
        let text = self.call("GET", &format!("{}/element/{element}/text", self.session), &Value::Null);
        text.as_str().unwrap().to_owned()
    }

    pub(crate) fn attribute(&self, selector: &str, name: &str) -> String {
        let path = format!("{}/element/{}/property/{name}", self.session, self.one(selector));
        match self.call("GET", &path, &Value::Null) {
            Value::String(text) => text,
            other => other.to_string(),
        }
    }

    /// Everything that shows.
    pub(crate) fn text(&self) -> String {
        // The page may give way to the next one between finding its body and reading it.
        for _ in 0..50 {
            let body = self.found("body").into_iter().next();
            if let Some(text) = body.and_then(|body| self.still_there(&format!("/element/{body}/text"))) {
                return text.as_str().unwrap().to_owned();
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("no page stays long enough to be read")
    }

    /// What the driver says about an element, or nothing if its page has gone.
    fn still_there(&self, path: &str) -> Option<Value> {
        let answer = Client::new(self.address).send("GET", &format!("{}{path}", self.session), &[], &[]);
        if answer.status == 404 && answer.text().contains("stale element reference") {
            return None;
        }
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.text());
        Some(answer.json()["value"].clone())
    }

    pub(crate) fn wait_for(&self, words: &str) {
        until(&format!("「{words}」 on {}", self.path()), || self.text().contains(words));
    }

    /// Slows uploads down to so many bytes a second.
    pub(crate) fn slow_down(&self, bytes: u64) {
        let conditions =
            json!({ "offline": false, "latency": 20, "download_throughput": 10_000_000, "upload_throughput": bytes });
        self.post("/chromium/network_conditions", &json!({ "network_conditions": conditions }));
    }

    /// The page as a picture, at least so high.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let shot = self.call("GET", &format!("{}/screenshot", self.session), &Value::Null);
        base64::engine::general_purpose::STANDARD.decode(shot.as_str().unwrap()).unwrap()
    }

    /// Makes the window as high as the page.
    pub(crate) fn fit(&self) {
        let height: f64 = self.attribute("html", "scrollHeight").parse().unwrap();
        self.post("/window/rect", &json!({ "width": 1100, "height": height.max(600.0) + 140.0 }));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let path = self.session.clone();
            // Best effort: the driver itself is ended below.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                Client::new(self.address).send("DELETE", &path, &[], b"");
            }));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
