//! The pages, one file each. They draw what they are given through askama, which escapes; none of them builds HTML.

pub(crate) mod error;
pub(crate) mod held;
pub(crate) mod help;
pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod items;
pub(crate) mod login;
pub(crate) mod mailbox;
pub(crate) mod receive;
pub(crate) mod result;
mod rows;
pub(crate) mod upload;

use crate::{faces::Face, problem::Failure, session::SignedIn, state::Shared};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};

/// What stands around every page.
pub(crate) struct Chrome {
    face: Face,
    user: Option<String>,
    csrf: String,
    here: &'static str,
    mailbox: bool,
    exposed: bool,
}

impl Chrome {
    /// For someone signed in.
    fn new(shared: &Shared, session: &SignedIn, here: &'static str) -> Self {
        let mailbox = shared.face == Face::Lgwan && shared.config.mailbox.is_some();
        let user = Some(session.account.name.clone());
        Self { face: shared.face, user, csrf: session.csrf.clone(), here, mailbox, exposed: shared.exposed }
    }

    /// For nobody.
    const fn bare(shared: &Shared) -> Self {
        Self { face: shared.face, user: None, csrf: String::new(), here: "", mailbox: false, exposed: shared.exposed }
    }

    fn is_internet(&self) -> bool {
        self.face == Face::Internet
    }

    fn menu(&self) -> Vec<(&'static str, &'static str, bool)> {
        let mut menu = match self.face {
            Face::Internet => vec![("/", "ホーム"), ("/upload", "ファイルを取り込む"), ("/items", "取り込んだファイル")],
            Face::Lgwan => vec![("/", "ホーム"), ("/receive", "受け取る"), ("/mail", "止めたメールの添付"), ("/history", "履歴")],
        };
        if self.mailbox {
            menu.push(("/mailbox", "届いたメール"));
        }
        menu.push(("/help", "ヘルプ"));
        menu.into_iter().map(|(href, label)| (href, label, href == self.here)).collect()
    }
}

/// Draws a page.
fn page(template: &impl Template) -> Result<Response, Failure> {
    page_with(StatusCode::OK, template)
}

fn page_with(status: StatusCode, template: &impl Template) -> Result<Response, Failure> {
    Ok((status, Html(template.render()?)).into_response())
}
