//! Counts, levels and durations in the exposition format of Prometheus: the sink of the `metrics` facade.
//!
//! The exporter that is kept elsewhere brings eighteen packages for quantile sketches; three kinds of figures with fixed buckets
//! are a page.

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Upper bounds of the buckets in seconds: from a page out of memory to a request that hangs.
const BOUNDS: [f64; 10] = [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.5, 2.0, 10.0];

/// Every figure of the process.
#[derive(Clone, Default)]
pub struct Figures(Arc<Mutex<BTreeMap<String, BTreeMap<String, Figure>>>>);

#[derive(Clone)]
enum Figure {
    Count(Arc<Count>),
    Level(Arc<Level>),
    Durations(Arc<Durations>),
}

#[derive(Default)]
struct Count(AtomicU64);
/// The bits of a float.
#[derive(Default)]
struct Level(AtomicU64);
#[derive(Default)]
struct Durations {
    buckets: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    micros: AtomicU64,
}

impl Figures {
    /// Takes every figure of the process from now on.
    pub fn install() -> Self {
        let figures = Self::default();
        if metrics::set_global_recorder(figures.clone()).is_err() {
            tracing::debug!("figures are taken already");
        }
        figures
    }

    /// Every figure.
    pub fn render(&self) -> String {
        let mut out = String::new();
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, series) in all.iter() {
            let kind = series.values().next().map_or("untyped", Figure::kind);
            let _infallible = writeln!(out, "# TYPE {name} {kind}");
            for (labels, figure) in series {
                figure.render(&mut out, name, labels);
            }
        }
        out
    }

    fn figure(&self, key: &Key, new: impl FnOnce() -> Figure) -> Figure {
        let labels: Vec<String> = key.labels().map(|l| format!("{}={:?}", l.key(), l.value())).collect();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let series = all.entry(key.name().to_owned()).or_default();
        series.entry(labels.join(",")).or_insert_with(new).clone()
    }
}

impl Figure {
    fn kind(&self) -> &'static str {
        match self {
            Self::Count(_) => "counter",
            Self::Level(_) => "gauge",
            Self::Durations(_) => "histogram",
        }
    }

    fn render(&self, out: &mut String, name: &str, labels: &str) {
        let braced = |more: &str| match (labels, more) {
            ("", "") => String::new(),
            ("", one) | (one, "") => format!("{{{one}}}"),
            (one, other) => format!("{{{one},{other}}}"),
        };
        let _infallible = match self {
            Self::Count(count) => writeln!(out, "{name}{} {}", braced(""), count.0.load(Ordering::Relaxed)),
            Self::Level(level) => {
                writeln!(out, "{name}{} {}", braced(""), f64::from_bits(level.0.load(Ordering::Relaxed)))
            }
            Self::Durations(durations) => {
                let count = durations.count.load(Ordering::Relaxed);
                for (bound, bucket) in BOUNDS.iter().zip(&durations.buckets) {
                    let within = bucket.load(Ordering::Relaxed);
                    let _infallible =
                        writeln!(out, "{name}_bucket{} {within}", braced(&format!("le=\"{bound}\"")));
                }
                let _infallible = writeln!(out, "{name}_bucket{} {count}", braced("le=\"+Inf\""));
                let micros = durations.micros.load(Ordering::Relaxed);
                let seconds = std::time::Duration::from_micros(micros).as_secs_f64();
                let _infallible = writeln!(out, "{name}_sum{} {seconds}", braced(""));
                writeln!(out, "{name}_count{} {count}", braced(""))
            }
        };
    }
}

impl CounterFn for Count {
    fn increment(&self, value: u64) {
        self.0.fetch_add(value, Ordering::Relaxed);
    }

    fn absolute(&self, value: u64) {
        self.0.fetch_max(value, Ordering::Relaxed);
    }
}

impl Level {
    fn change(&self, by: f64) {
        let new = |bits| Some((f64::from_bits(bits) + by).to_bits());
        let _always = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, new);
    }
}

impl GaugeFn for Level {
    fn increment(&self, value: f64) {
        self.change(value);
    }

    fn decrement(&self, value: f64) {
        self.change(-value);
    }

    fn set(&self, value: f64) {
        self.0.store(value.to_bits(), Ordering::Relaxed);
    }
}

impl HistogramFn for Durations {
    fn record(&self, seconds: f64) {
        for (bound, bucket) in BOUNDS.iter().zip(&self.buckets) {
            if seconds <= *bound {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        let micros = std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default().as_micros();
        self.micros.fetch_add(u64::try_from(micros).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl Recorder for Figures {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        match self.figure(key, || Figure::Count(Arc::default())) {
            Figure::Count(count) => Counter::from_arc(count),
            _ => Counter::noop(),
        }
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        match self.figure(key, || Figure::Level(Arc::default())) {
            Figure::Level(level) => Gauge::from_arc(level),
            _ => Gauge::noop(),
        }
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        match self.figure(key, || Figure::Durations(Arc::default())) {
            Figure::Durations(durations) => Histogram::from_arc(durations),
            _ => Histogram::noop(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exposition_format() {
        let figures = Figures::default();
        metrics::with_local_recorder(&figures, || {
            metrics::counter!("asked_total", "route" => "/", "status" => "2xx").increment(2);
            metrics::gauge!("disk").set(0.5);
            metrics::histogram!("seconds").record(0.004);
        });
        let text = figures.render();
        for line in [
            "# TYPE asked_total counter",
            "asked_total{route=\"/\",status=\"2xx\"} 2",
            "disk 0.5",
            "seconds_bucket{le=\"0.002\"} 0",
            "seconds_bucket{le=\"0.005\"} 1",
            "seconds_bucket{le=\"+Inf\"} 1",
            "seconds_sum 0.004",
            "seconds_count 1",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}: {text}");
        }
    }
}
