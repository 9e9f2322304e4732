//! The cage itself, on the machine the tests run on.

use crate::{block_on, config};
use sanitizer_pool::{Depth, Kind, Layer, Probe, Stop, cage_tables, self_test};

#[test]
fn every_probe_is_stopped_in_every_kind_of_cage() {
    let found = block_on(self_test(&config(), Depth::Layers)).unwrap();
    for row in &found.rows {
        eprintln!("{:8} {:16} {:?}", row.kind.name(), row.probe.name(), row.stops);
    }
    assert_eq!(found.rows.len(), Kind::ALL.len() * Probe::ALL.len());
    assert!(found.passed(), "{:?}", found.rows.iter().filter(|row| !row.stopped()).collect::<Vec<_>>());
    assert!(!found.missing.iter().any(|layer| layer.is_required()), "{:?}", found.missing);
}

#[test]
fn behind_the_filter_stand_the_limits_and_behind_them_landlock() {
    let found = block_on(self_test(&config(), Depth::Layers)).unwrap();
    let stops = |probe| found.rows.iter().find(|row| row.probe == probe).unwrap().stops.clone();
    let all = [Stop::By(Layer::SystemCalls), Stop::By(Layer::NoDescriptors), Stop::By(Layer::NoFiles)];
    assert_eq!(stops(Probe::Open), all);
    assert_eq!(stops(Probe::Create), all);
    let grow = [Stop::By(Layer::SystemCalls), Stop::By(Layer::NoDescriptors), Stop::By(Layer::NoFileGrowth)];
    assert_eq!(stops(Probe::Grow), grow);
    assert_eq!(stops(Probe::Memory), [Stop::By(Layer::Memory)]);
    assert_eq!(stops(Probe::Stack), [Stop::By(Layer::Stack)]);
    assert_eq!(stops(Probe::WriteElsewhere), [Stop::By(Layer::Descriptors), Stop::By(Layer::Descriptors)]);
}

#[test]
fn the_page_says_what_the_code_does() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/sandbox.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- written by the code: begin -->\n", "<!-- written by the code: end -->");
    let (before, rest) = page.split_once(begin).unwrap();
    let (tables, after) = rest.split_once(end).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{begin}{}{end}{after}", cage_tables())).unwrap();
    } else {
        assert_eq!(tables, cage_tables(), "run it once with UPDATE_DOCS=1");
    }
}
