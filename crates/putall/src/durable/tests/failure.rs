//! Disks that fail: each operation once, and all after it.

use std::io::ErrorKind;

use super::liar::{Fail, Image, Liar};
use super::{Small, SyncMode, batch, check, contents, models, open};
use crate::durable::{CheckpointError, DurableError, OpenError, WriteError};

const MODES: [SyncMode; 3] = [SyncMode::Each, SyncMode::Group, SyncMode::None];

/// Puts until the end or a failure, with checkpoints between; the last revision that was acknowledged.
fn work(map: &Small, mut revision: u64) -> Result<u64, u64> {
    for number in 0..3 {
        match map.put_all(batch(revision as u32)) {
            Ok(receipt) => revision = receipt.revision,
            Err(DurableError::Write(error)) => {
                let (WriteError::InDoubt { kept, .. } | WriteError::Stopped { kept, .. }) = error;
                assert_eq!(kept, revision);
                return Err(revision);
            }
            Err(DurableError::Put(error)) => panic!("{error}"),
        }
        if number == 1 {
            match map.checkpoint() {
                Ok(checkpoint) => assert_eq!(checkpoint.revision, revision),
                Err(CheckpointError::Failed(_)) => {}
                Err(CheckpointError::Write(_)) => return Err(revision),
                Err(CheckpointError::Closing) => panic!("nobody closes it"),
            }
        }
    }
    Ok(revision)
}

/// What holds after a failure, whichever.
fn after(map: &Small, revision: u64) {
    let models = models(revision as u32);
    assert_eq!(contents(map), models[revision as usize], "readers see what was acknowledged");
    let again = map.put_all(batch(revision as u32));
    let Err(DurableError::Write(WriteError::Stopped { kept, .. })) = again else { panic!("{again:?}") };
    assert_eq!(kept, revision);
    assert!(matches!(map.insert(1, 1), Err(WriteError::Stopped { .. })));
    assert!(matches!(map.sync(), Err(WriteError::Stopped { .. })));
    assert!(matches!(map.checkpoint(), Err(CheckpointError::Write(WriteError::Stopped { .. }))));
    assert!(map.status().stopped.is_some());
    assert_eq!(contents(map), models[revision as usize], "and go on seeing it");
}

/// Whether the failure was met.
fn fail(mode: SyncMode, fail: Fail) -> bool {
    let disk = Liar::new(Image::new());
    let map = open(&disk, mode).unwrap();
    let revision = work(&map, 0).unwrap();
    drop(map);
    let first = disk.tries();
    disk.fail(Some(Fail { at: first + fail.at, ..fail }));
    let mut acknowledged = revision;
    let map = match open(&disk, mode) {
        Ok(map) => {
            assert_eq!(map.revision(), revision);
            match work(&map, revision) {
                Ok(revision) => acknowledged = revision,
                Err(revision) => {
                    acknowledged = revision;
                    after(&map, revision);
                }
            }
            Some(map)
        }
        Err(OpenError::Failed(failure)) => {
            assert_eq!(failure.source.kind(), fail.kind);
            None
        }
        Err(error) => panic!("{error}"),
    };
    drop(map);
    let was_met = disk.tries() > first + fail.at;
    // Somebody has made room, or whatever it takes.
    disk.fail(None);
    let models = models(acknowledged as u32 + 3);
    let found = check(&disk, mode, &models);
    assert!((acknowledged..=acknowledged + 1).contains(&found), "{found} of {acknowledged}");
    // What was found once is there for good: also if the kernel had it in its cache only.
    for image in disk.crashes(disk.ops()) {
        assert_eq!(check(&Liar::new(image), mode, &models), found + 1);
    }
    was_met
}

#[test]
fn of_each_operation() {
    for mode in MODES {
        for kind in [ErrorKind::StorageFull, ErrorKind::Other] {
            for on in [true, false] {
                let met = (0..).take_while(|&at| fail(mode, Fail { at, on, kind })).count();
                assert!(met > 15, "only {met}");
            }
        }
    }
}

#[test]
fn of_a_full_disk_says_what_to_do() {
    let disk = Liar::new(Image::new());
    let map = open(&disk, SyncMode::Group).unwrap();
    map.insert(1, 1).unwrap();
    disk.fail(Some(Fail { at: disk.tries(), on: true, kind: ErrorKind::StorageFull }));
    assert_eq!(
        map.insert(2, 2).unwrap_err().to_string(),
        "whether this write is kept will be known when the folder is opened again: cannot write \
         /liar/00000000000000000000.log: no storage space. All up to revision 1 is kept. Make room on the disk, then open the \
         folder again and look"
    );
    assert_eq!(
        map.insert(2, 2).unwrap_err().to_string(),
        "nothing was written, since the log has stopped: cannot write /liar/00000000000000000000.log: no storage space. \
         All up to revision 1 is kept. Make room on the disk, then open the folder again"
    );
    assert_eq!(
        map.close().unwrap_err().to_string(),
        "nothing was written, since the log has stopped: cannot write \
         /liar/00000000000000000000.log: no storage space. All up to revision 1 is kept. Make room on the disk, then open the folder again"
    );
}

/// It is an outcome of its own, also for those that come after.
#[cfg(feature = "opentelemetry")]
#[test]
fn of_the_log_is_observed() {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use opentelemetry::metrics::MeterProvider;
    use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
    use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

    use crate::Map;
    use crate::durable::disk::Disk;
    use crate::observe::Metrics;

    let exporter = InMemoryMetricExporter::default();
    let reader = PeriodicReader::builder(exporter.clone()).build();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    let disk = Liar::new(Image::new());
    let on = Arc::new(Arc::clone(&disk)) as Arc<dyn Disk>;
    let builder = Map::<u8, u32>::builder().metrics(Metrics::new(&provider.meter("m")));
    let map = builder.durable("/liar").open_on(on).unwrap();
    map.put_all([(1, 1)]).unwrap();
    disk.fail(Some(Fail { at: disk.tries(), on: true, kind: ErrorKind::StorageFull }));
    for _ in 0..2 {
        map.put_all([(1, 2)]).unwrap_err();
    }

    provider.force_flush().unwrap();
    let all = exporter.get_finished_metrics().unwrap();
    let metrics = all.last().unwrap().scope_metrics().flat_map(|scope| scope.metrics());
    let mut counted = BTreeMap::new();
    for metric in metrics {
        if let AggregatedMetrics::U64(MetricData::Sum(sum)) = metric.data() {
            for point in sum.data_points() {
                let attributes: Vec<_> =
                    point.attributes().map(|attribute| attribute.value.to_string()).collect();
                counted.insert(attributes.join(" "), point.value());
            }
        }
    }
    assert_eq!(counted, BTreeMap::from([("committed".to_owned(), 1), ("failed".to_owned(), 2)]));
}

#[test]
fn of_a_checkpoint_stops_nothing() {
    let disk = Liar::new(Image::new());
    let map = open(&disk, SyncMode::Group).unwrap();
    map.insert(1, 1).unwrap();
    // The old file is shortened and synced, then the new one is made.
    disk.fail(Some(Fail { at: disk.tries() + 2, on: false, kind: ErrorKind::StorageFull }));
    let error = map.checkpoint().unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no new checkpoint, and nothing is lost: cannot create /liar/00000000000000000001.log.tmp: no storage \
         space. Make room on the disk, then try again"
    );
    map.insert(2, 2).unwrap();
    assert_eq!(map.checkpoint().unwrap().keys, 2);
    map.close().unwrap();
}

#[test]
fn of_a_folder_that_may_only_be_read() {
    let disk = Liar::new(Image::new());
    let map = open(&disk, SyncMode::Group).unwrap();
    let revision = work(&map, 0).unwrap();
    drop(map);
    let before = disk.image();
    for kind in [ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem] {
        disk.fail(Some(Fail { at: 0, on: true, kind }));
        let error = open(&disk, SyncMode::Group).unwrap_err();
        let OpenError::ReadOnly { path, .. } = &error else { panic!("{error}") };
        assert_eq!(path.parent().unwrap(), std::path::Path::new("/liar"));
        assert!(error.to_string().contains("cannot be written to"), "{error}");
        assert!(disk.image() == before, "nothing was changed");
    }
    disk.fail(None);
    assert_eq!(open(&disk, SyncMode::Group).unwrap().revision(), revision);
}
