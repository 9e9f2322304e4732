//! Prometheus metrics: one recorder a process, rendered as text. No user and no file in a label.

use custody::Custody;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use sanitizer_pool::{End, JailTest, Kind, Layer, Pool, SelfTest};
use std::sync::OnceLock;

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Upper bounds of duration histograms, in seconds.
const SECONDS: &[f64] = &[0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0];

/// Installs the recorder of this process; a second call changes nothing.
pub fn install() {
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS).ok()?;
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok()?;
        metrics::gauge!("sanitizer_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        Some(handle)
    });
}

/// Everything recorded so far, in the Prometheus text format; empty before [`install`].
pub fn render() -> String {
    HANDLE.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default()
}

/// Reads the states that are known elsewhere into gauges: worker ends, queue depths.
#[expect(clippy::cast_precision_loss, reason = "a gauge is a float; counts stay far below 2^52")]
pub async fn observe(custody: &Custody, pool: &Pool) {
    for kind in Kind::ALL.iter().copied() {
        let ends = pool.ends(kind);
        let answered = std::iter::once(("ok", ends.answered));
        for (end, count) in answered.chain(End::ALL.iter().map(|end| (end.code(), ends.of(*end)))) {
            metrics::counter!("sanitizer_worker_jobs_total", "kind" => kind.name(), "end" => end).absolute(count);
        }
        metrics::gauge!("sanitizer_workers_idle", "kind" => kind.name()).set(pool.idle(kind) as f64);
    }
    if let Ok(counts) = custody.counts().await {
        for count in counts {
            let labels = [("kind", count.kind.code()), ("state", count.state.code())];
            metrics::gauge!("sanitizer_items", &labels).set(count.items as f64);
        }
    }
}

/// What the self-test at start has shown: 1 for what holds, 0 for what does not.
pub fn self_test(tested: &SelfTest) {
    for row in &tested.rows {
        let labels = [("kind", row.kind.name()), ("probe", row.probe.name())];
        metrics::gauge!("sanitizer_self_test_stopped", &labels).set(f64::from(u8::from(row.stopped())));
    }
    for layer in Layer::ALL {
        let holds = !tested.missing.contains(layer);
        metrics::gauge!("sanitizer_sandbox_layer", "layer" => layer.code()).set(f64::from(u8::from(holds)));
    }
    for row in tested.jail.rows() {
        let labels = [("kind", "convert"), ("probe", row.probe.name())];
        metrics::gauge!("sanitizer_self_test_stopped", &labels).set(f64::from(u8::from(row.stopped())));
    }
    // Nothing is said about a jail where no converter is installed.
    if tested.jail != JailTest::NotInstalled {
        let holds = matches!(tested.jail, JailTest::Tried(_)) && !tested.jail.is_open();
        metrics::gauge!("sanitizer_converter_jail").set(f64::from(u8::from(holds)));
    }
    metrics::gauge!("sanitizer_self_test_passed").set(f64::from(u8::from(tested.passed())));
}
