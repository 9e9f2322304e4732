//! Jobs through real children.

use crate::{block_on, config, job, start};
use sanitizer_core::{Claim, Role, Verdict, sanitize};
use sanitizer_pool::{End, Kind, PoolConfig};
use sanitizer_verify::{Reason, Untrusted};
use std::{path::Path, sync::Arc};

#[test]
fn a_job_ends_as_it_does_in_one_process() {
    block_on(async {
        let pool = start(config()).await;
        assert!(!pool.missing_layers().iter().any(|layer| layer.is_required()), "{:?}", pool.missing_layers());
        for sample in fixtures::all() {
            let is_mail = Path::new(&sample.name).extension().is_some_and(|extension| extension == "eml");
            let role = if is_mail { Role::Message } else { Role::File };
            let job = job(&sample.name, role, &sample.bytes);
            let claim = Claim { name: Some(&sample.name), media_type: None, role };
            let alone = sanitize(Untrusted::new(&sample.bytes), &claim, &job.policy, &job.run);
            let done = pool.sanitize(job).await;
            assert_eq!(done.report, alone.report, "{}", sample.name);
            assert_eq!(done.part.as_ref().ok().map(|(clean, _)| clean), alone.clean(), "{}", sample.name);
        }
    });
}

#[test]
fn many_jobs_at_once_each_get_their_own_answer() {
    block_on(async {
        let pool = Arc::new(start(config()).await);
        let jobs: Vec<_> = (0..200)
            .map(|number| {
                let pool = Arc::clone(&pool);
                tokio::spawn(async move {
                    let text = format!("the text of job number {number}\r\n").repeat(1 + number % 7);
                    let done = pool.sanitize(job("a.txt", Role::File, text.as_bytes())).await;
                    (text, done)
                })
            })
            .collect();
        for task in jobs {
            let (text, done) = task.await.unwrap();
            assert_eq!(done.part.unwrap().0.bytes(), text.as_bytes());
        }
        assert_eq!(pool.ends(Kind::Disarm).answered, 200);
    });
}

#[test]
fn more_memory_than_allowed_holds_the_item_and_the_pool_goes_on() {
    block_on(async {
        let small = PoolConfig { memory: 192 << 20, workers: 1, ..config() };
        let pool = start(small).await;
        let done = pool.sanitize(job("big.txt", Role::File, &vec![b'a'; 150 << 20])).await;
        assert_eq!(done.part.err(), Some(Reason::OutOfMemory));
        assert_eq!(done.report.verdict, Verdict::Held);
        assert_eq!(pool.ends(Kind::Disarm).of(End::Memory), 1);
        let next = pool.sanitize(job("small.txt", Role::File, b"still here")).await;
        assert_eq!(next.part.unwrap().0.bytes(), b"still here");
    });
}

#[test]
fn a_message_that_exhausts_a_worker_still_becomes_a_stub() {
    block_on(async {
        let small = PoolConfig { memory: 192 << 20, workers: 1, ..config() };
        let pool = start(small).await;
        let mut mail = b"From: a@example.jp\r\nSubject: big\r\nMIME-Version: 1.0\r\n\r\n".to_vec();
        mail.resize(150 << 20, b'a');
        let done = pool.sanitize(job("big.eml", Role::Message, &mail)).await;
        assert_eq!(done.report.verdict, Verdict::Held);
        assert_eq!(done.report.part.reason, Some(Reason::OutOfMemory));
        let text = String::from_utf8(done.part.unwrap().0.into_bytes()).unwrap();
        assert!(text.contains("20261125-TEST-0001"));
    });
}

#[test]
fn an_abandoned_job_leaves_no_child_that_would_answer_the_next_one() {
    block_on(async {
        let pool = start(PoolConfig { workers: 1, ..config() }).await;
        for number in 0..20 {
            let abandoned = pool.sanitize(job("a.txt", Role::File, &vec![b'x'; 3 << 20]));
            let _ = tokio::time::timeout(std::time::Duration::from_millis(number), abandoned).await;
            let text = format!("job {number}");
            let done = pool.sanitize(job("b.txt", Role::File, text.as_bytes())).await;
            assert_eq!(done.part.unwrap().0.bytes(), text.as_bytes());
        }
    });
}
