//! Who listens, and to what.

use std::any::Any;
use std::future::{Future, ready};
use std::time::Duration;

use opentelemetry::global;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider, Temporality};
use putall::Builder;
use putall::observe::Metrics;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{fmt, registry};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Nobody,
    Elsewhere,
    Spans,
    Everything,
    NoMeter,
    Meter,
}

impl Way {
    const ALL: [Way; 6] =
        [Way::Nobody, Way::Elsewhere, Way::Spans, Way::Everything, Way::NoMeter, Way::Meter];

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.key() == key)
    }

    fn key(self) -> &'static str {
        match self {
            Way::Nobody => "nobody",
            Way::Elsewhere => "elsewhere",
            Way::Spans => "spans",
            Way::Everything => "everything",
            Way::NoMeter => "no-meter",
            Way::Meter => "meter",
        }
    }

    /// Begins to listen, for as long as what is returned is there.
    pub fn listen(self) -> Box<dyn Any> {
        // Lines are made, and thrown away.
        let lines = |level| fmt::layer().with_writer(std::io::sink).with_filter(level);
        let targets = |target: &str| Targets::new().with_target(target, LevelFilter::TRACE);
        match self {
            Way::Nobody | Way::NoMeter => {}
            Way::Elsewhere => registry().with(lines(targets("elsewhere"))).init(),
            Way::Spans | Way::Everything => registry().with(lines(targets("putall"))).init(),
            Way::Meter => {
                let reader = PeriodicReader::builder(Nowhere).with_interval(Duration::from_secs(1)).build();
                let provider = SdkMeterProvider::builder().with_reader(reader).build();
                global::set_meter_provider(provider.clone());
                return Box::new(provider);
            }
        }
        Box::new(())
    }

    pub fn settings(self, builder: Builder<u64, u64>) -> Builder<u64, u64> {
        match self {
            Way::Nobody | Way::Elsewhere | Way::Spans => builder,
            Way::Everything => builder.show_keys(u64::to_string).fingerprints(),
            Way::NoMeter | Way::Meter => builder.metrics(Metrics::global().stage("bench")),
        }
    }
}

/// Where metrics go.
struct Nowhere;

impl PushMetricExporter for Nowhere {
    fn export(&self, _: &ResourceMetrics) -> impl Future<Output = OTelSdkResult> + Send {
        ready(Ok(()))
    }
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}
