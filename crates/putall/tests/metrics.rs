//! Metrics, as an exporter gets them.
#![cfg(all(feature = "opentelemetry", not(loom)))]

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use opentelemetry::metrics::MeterProvider;
use opentelemetry::{KeyValue, global};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, Metric, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use putall::fingerprint::PayloadHash;
use putall::observe::Metrics;
use putall::{Batch, Duplicates, Expect, Map};

fn provider() -> (SdkMeterProvider, InMemoryMetricExporter) {
    let exporter = InMemoryMetricExporter::default();
    let reader = PeriodicReader::builder(exporter.clone()).build();
    (SdkMeterProvider::builder().with_reader(reader).build(), exporter)
}

/// What an instrument says: for each set of attributes, how many, and their sum.
#[derive(Default, Debug)]
struct Said {
    unit: String,
    points: BTreeMap<String, (u64, f64)>,
    bounds: Vec<f64>,
}

fn attributes<'a>(all: impl Iterator<Item = &'a KeyValue>) -> String {
    let mut all: Vec<_> = all.map(|KeyValue { key, value, .. }| format!("{key}={value}")).collect();
    all.sort();
    all.join(" ")
}

fn read(metric: &Metric) -> Said {
    let mut said = Said { unit: metric.unit().to_owned(), ..Said::default() };
    assert!(!metric.description().is_empty());
    match metric.data() {
        AggregatedMetrics::U64(MetricData::Sum(sum)) => {
            assert!(sum.is_monotonic());
            for point in sum.data_points() {
                let value = point.value();
                said.points.insert(attributes(point.attributes()), (value, value as f64));
            }
        }
        AggregatedMetrics::U64(MetricData::Histogram(histogram)) => {
            for point in histogram.data_points() {
                said.points.insert(attributes(point.attributes()), (point.count(), point.sum() as f64));
                said.bounds = point.bounds().collect();
            }
        }
        AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
            for point in histogram.data_points() {
                said.points.insert(attributes(point.attributes()), (point.count(), point.sum()));
                said.bounds = point.bounds().collect();
            }
        }
        other => panic!("{}: {other:?}", metric.name()),
    }
    said
}

/// What was exported last, by the names of meter and instrument.
fn exported(provider: &SdkMeterProvider, exporter: &InMemoryMetricExporter) -> BTreeMap<String, Said> {
    provider.force_flush().unwrap();
    let all = exporter.get_finished_metrics().unwrap();
    let scopes = all.last().into_iter().flat_map(|resource| resource.scope_metrics());
    let metrics = scopes.flat_map(|scope| {
        scope.metrics().map(|metric| (format!("{}/{}", scope.scope().name(), metric.name()), read(metric)))
    });
    metrics.collect()
}

fn points<const N: usize>(points: [(&str, u64, f64); N]) -> BTreeMap<String, (u64, f64)> {
    points.into_iter().map(|(attributes, count, sum)| (attributes.to_owned(), (count, sum))).collect()
}

#[test]
fn have_the_names_units_and_attributes_of_the_article() {
    let (provider, exporter) = provider();
    let metrics = Metrics::new(&provider.meter("cache-preheat")).shard_id("7").cache_type("session");
    let map = Map::builder().metrics(metrics.clone().stage("serve").thread_pool("web")).build();

    let preheat = metrics.stage("preheat").thread_pool("loaders");
    map.put_all_for(&preheat, [(1, 0), (2, 0), (3, 0)]).unwrap();
    map.put_all([(1, 1), (2, 1)]).unwrap();
    // A single write is no PutAll.
    map.insert(9, 9);

    let said = exported(&provider, &exporter);
    assert_eq!(said.len(), 3);
    let count = &said["cache-preheat/cache.putall.count"];
    assert_eq!(count.unit, "{call}");
    let expected = [
        ("outcome=committed stage=preheat thread_pool=loaders", 1, 1.0),
        ("outcome=committed stage=serve thread_pool=web", 1, 1.0),
    ];
    assert_eq!(count.points, points(expected));
    let sizes = &said["cache-preheat/cache.putall.batch_size"];
    assert_eq!(sizes.unit, "{key}");
    assert_eq!(sizes.points, points([("cache_type=session shard_id=7", 2, 5.0)]));
    let times = &said["cache-preheat/cache.putall.duration_ms"];
    assert_eq!(times.unit, "ms");
    assert_eq!(times.points.keys().collect::<Vec<_>>(), ["success=true"]);
    let (count, sum) = times.points["success=true"];
    assert!(count == 2 && sum > 0.0 && sum < 60_000.0, "{sum} ms");
    for said in [sizes, times] {
        assert!(said.bounds.is_sorted() && said.bounds.len() > 10, "{:?}", said.bounds);
    }
}

#[test]
fn count_by_outcome() {
    let (provider, exporter) = provider();
    let region = KeyValue::new("region", "eu");
    let metrics = Metrics::new(&provider.meter("m")).stage("first").attribute(region).stage("s");
    let map = Map::builder().metrics(metrics).build();
    map.put_all([(1, 1)]).unwrap();
    map.put_all([]).unwrap();
    let mut batch = Batch::from([(1, 2), (2, 2)]);
    batch.expect_each(Expect::Absent);
    map.put_all(batch).unwrap_err();
    let mut batch = Batch::from([(1, 2)]);
    batch.expect_revision(7);
    map.put_all(batch).unwrap_err();
    let mut batch = Batch::from([(1, 2), (1, 3)]);
    batch.duplicates(Duplicates::Refuse);
    map.put_all(batch).unwrap_err();
    let mut batch = Batch::new();
    batch.update(1, |_| panic!("the update's"));
    catch_unwind(AssertUnwindSafe(|| map.put_all(batch))).unwrap_err();

    for value in [1, 1, 2] {
        let mut batch = Batch::from([(1, value)]);
        batch.idempotent("order-1".parse().unwrap(), PayloadHash::of_bytes(value.to_string()));
        let _ = map.put_all(batch);
    }

    let said = exported(&provider, &exporter);
    let expected = [
        ("outcome=committed region=eu stage=s", 2, 2.0),
        ("outcome=conflict region=eu stage=s", 2, 2.0),
        ("outcome=empty region=eu stage=s", 1, 1.0),
        ("outcome=panicked region=eu stage=s", 1, 1.0),
        ("outcome=refused region=eu stage=s", 2, 2.0),
        ("outcome=replayed region=eu stage=s", 1, 1.0),
    ];
    assert_eq!(said["m/cache.putall.count"].points, points(expected));
    assert_eq!(said["m/cache.putall.batch_size"].points, points([("region=eu", 9, 10.0)]));
    let times = &said["m/cache.putall.duration_ms"].points;
    let counts: Vec<_> = times.iter().map(|(attributes, (count, _))| (&**attributes, *count)).collect();
    assert_eq!(counts, [("region=eu success=false", 5), ("region=eu success=true", 4)]);
}

/// Of the process, so the only test that sets it.
#[test]
fn go_to_the_global_provider() {
    let (provider, exporter) = provider();
    global::set_meter_provider(provider.clone());
    let map = Map::builder().metrics(Metrics::global()).build();
    map.put_all([(1, 1)]).unwrap();
    let said = exported(&provider, &exporter);
    assert_eq!(said["putall/cache.putall.count"].points, points([("outcome=committed", 1, 1.0)]));
}

#[test]
fn show_their_attributes() {
    let metrics = Metrics::global().stage("preheat").shard_id(7);
    let shown = format!("{metrics:?}");
    assert!(shown.contains("preheat") && shown.contains("shard_id"), "{shown}");
}
