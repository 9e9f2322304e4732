//! scratch
#![allow(warnings, clippy::all, clippy::pedantic, clippy::restriction)]
use sanitizer_core::*;
use sanitizer_verify::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let out = &args[1];
    for f in &args[2..] {
        let bytes = std::fs::read(f).unwrap();
        let claim = Claim { name: Some(f.rsplit('/').next().unwrap()), media_type: None, role: Role::File };
        let policy = Policy::default();
        let run = Run { receipt: "X".into(), now: 1_795_000_000, ..Run::default() };
        let t = std::time::Instant::now();
        let draft = rebuild(Untrusted::new(&bytes), &claim, &policy, &run);
        let dt = t.elapsed();
        let base = f.rsplit('/').next().unwrap();
        let fs: Vec<String> =
            draft.report.part.findings.iter().map(|x| format!("{}:{:?}x{}", x.kind.code(), x.action, x.count)).collect();
        let kids: Vec<String> = draft.report.part.children.iter().map(|c| format!("{:?}/{:?}", c.format, c.reason)).collect();
        match draft.part {
            Ok(r) => {
                std::fs::write(format!("{out}/{base}"), r.bytes()).unwrap();
                let n = r.bytes().len();
                let r2 = r.bytes().to_vec();
                let t = std::time::Instant::now();
                let v = verify(r, &policy.limits);
                let vt = t.elapsed();
                let again = rebuild(Untrusted::new(&r2), &claim, &policy, &run);
                let idem = match again.part {
                    Ok(a) => {
                        if a.bytes() == r2 {
                            "same".to_string()
                        } else {
                            std::fs::write(format!("{out}/{base}.2"), a.bytes()).unwrap();
                            "DIFF".into()
                        }
                    }
                    Err(e) => {
                        format!("SECOND {e:?} {:?}", again.report.part.findings.iter().map(|x| x.kind.code()).collect::<Vec<_>>())
                    }
                };
                println!(
                    "OK {:?} {base} {}->{n} {}ms v{}ms verify={} {idem} {fs:?} kids={} {:?}",
                    draft.report.verdict,
                    bytes.len(),
                    dt.as_millis(),
                    vt.as_millis(),
                    match v {
                        Ok(_) => "ok".to_string(),
                        Err(e) => format!("REFUSED {e}"),
                    },
                    kids.len(),
                    kids.iter().filter(|k| !k.contains("None")).collect::<Vec<_>>()
                );
            }
            Err(e) => println!("HELD {e:?} {base} {}ms {fs:?}", dt.as_millis()),
        }
    }
}
