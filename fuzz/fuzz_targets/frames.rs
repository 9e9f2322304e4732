//! What the parent makes of what hostile children write: no panic, nothing allocated by their word, nothing believed that
//! the checks do not allow. Half of the inputs are raw bytes; the rest are honest answers with lies in them.
#![no_main]

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use fuzz_oracles::{frames, model::frames::Conversation};
use sanitizer_pool::{Job, fuzzing};
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().build().unwrap());

/// A report takes more room than its text; no more than this for each byte that really came.
const ROOM: usize = 400;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    let Some((choice, rest)) = input.split_first() else { return };
    if choice % 2 == 0 {
        let Ok(conversation) = Unstructured::new(rest).arbitrary::<Conversation>() else { return };
        let (job, disarm, verify) = conversation.write();
        hear(job, &disarm, &verify);
    } else {
        let (job, ..) = Conversation::honest(choice / 2).write();
        let (disarm, verify) = rest.split_at(rest.len() / 2);
        hear(job, disarm, verify);
        hear(job, rest, &[]);
        drop(RUNTIME.block_on(fuzzing::hello(rest)));
    }
});

fn hear(job: &Job, disarm: &[u8], verify: &[u8]) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let heard = RUNTIME.block_on(fuzzing::hear(job, disarm, verify));
    let took = MEMORY.peak_usage().saturating_sub(before);
    assert!(took <= (disarm.len() + verify.len()) * ROOM + (1 << 16), "{took} bytes allocated by a child's word");
    if let Some(heard) = heard {
        frames::believed(job, &heard);
    }
}
