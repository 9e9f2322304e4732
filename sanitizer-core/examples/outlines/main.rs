//! `outlines OUT FOLDER… [--most N]`: cleans the files below the folders in this process, without a cage, and writes into
//! OUT what was released and what our readers see in it, for `tools/differential.py` to lay beside other readers. Of a
//! folder with more than N files every so many-th is taken.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a tool for developers, which stops where something is off")]

mod readings;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

fn main() {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let most = arguments.iter().position(|argument| argument == "--most").map_or(usize::MAX, |at| {
        let number = arguments.remove(at + 1).parse().unwrap();
        arguments.remove(at);
        number
    });
    let (out, folders) = arguments.split_first().unwrap();
    let mut inputs = Vec::new();
    for folder in folders {
        let mut files = Vec::new();
        walk(Path::new(folder), &mut files);
        files.sort();
        let step = files.len().div_ceil(most).max(1);
        inputs.extend(files.into_iter().step_by(step).map(|path| {
            let bytes = fs::read(&path).unwrap();
            (path, bytes)
        }));
    }
    assert!(!inputs.is_empty(), "no files below {folders:?}");
    readings::write(&inputs, Path::new(out)).unwrap();
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}
