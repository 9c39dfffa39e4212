//! Short sequences, cut at every operation of the disk, with every loss that a power failure may cause.

use std::collections::HashSet;
use std::sync::Arc;

use super::liar::{Image, Liar};
use super::{SyncMode, batch, check, contents, models, open};

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Put,
    Checkpoint,
    Sync,
    Reopen,
}

/// Runs steps, and returns the disk and what was acknowledged when: after so many operations, a revision; and whether it was
/// promised to outlive power failures.
fn run(steps: &[Step], mode: SyncMode) -> (Arc<Liar>, Vec<(usize, u64, bool)>) {
    let disk = Liar::new(Image::new());
    let mut map = open(&disk, mode).unwrap();
    let mut acknowledged = Vec::new();
    let (mut revision, mut safe) = (0, 0);
    for step in steps {
        match step {
            Step::Put => revision = map.put_all(batch(revision as u32)).unwrap().revision,
            Step::Checkpoint => {
                assert_eq!(map.checkpoint().unwrap().revision, revision);
                safe = revision;
            }
            Step::Sync => safe = map.sync().unwrap(),
            Step::Reopen => {
                drop(map);
                map = open(&disk, mode).unwrap();
                safe = revision;
            }
        }
        if mode != SyncMode::None {
            safe = revision;
        }
        acknowledged.push((disk.ops(), revision, false));
        acknowledged.push((disk.ops(), safe, true));
    }
    let models = models(revision as u32);
    assert_eq!(contents(&map), models[revision as usize]);
    (disk, acknowledged)
}

/// Cuts at every operation, recovers, and cuts the recovery at every operation, too.
fn enumerate(steps: &[Step], mode: SyncMode) -> usize {
    let (disk, acknowledged) = run(steps, mode);
    let puts = steps.iter().filter(|step| **step == Step::Put).count();
    // And one more, that is written to see if one can.
    let models = models(puts as u32 + 1);
    let (mut seen, mut recovered) = (HashSet::new(), HashSet::new());
    // Without the last end of the map, which is no step.
    let ops = acknowledged.last().unwrap().0;
    for cut in 0..=ops {
        let least = |power_failed: bool| {
            let kept = acknowledged.iter().filter(|(at, _, safe)| *at <= cut && (*safe || !power_failed));
            kept.map(|(_, revision, _)| *revision).max().unwrap_or(0)
        };
        for (number, image) in disk.crashes(cut).into_iter().enumerate() {
            let least = least(number > 0);
            if !seen.insert((image.clone(), least)) {
                continue;
            }
            let copy = Liar::new(image.clone());
            let found = check(&copy, mode, &models);
            assert!(found >= least, "{mode:?}: cut at {cut}, {number}: {found} of {least}");
            if recovered.insert(image.clone()) {
                crash_in_recovery(image, mode, found);
            }
        }
    }
    seen.len()
}

/// The operations of opening a folder: wherever they are cut, the next time finds the same.
fn crash_in_recovery(image: Image, mode: SyncMode, revision: u64) {
    let disk = Liar::new(image);
    drop(open(&disk, mode).unwrap());
    let mut seen = HashSet::new();
    for cut in 1..=disk.ops() {
        for image in disk.crashes(cut) {
            if seen.insert(image.clone()) {
                let again = open(&Liar::new(image), mode).unwrap();
                assert_eq!(again.revision(), revision, "recovery cut at {cut}");
            }
        }
    }
}

use Step::{Checkpoint, Put, Reopen, Sync};

#[test]
fn at_every_operation() {
    let steps = [Put, Put, Checkpoint, Put, Reopen, Put, Checkpoint, Checkpoint, Put];
    for mode in [SyncMode::Each, SyncMode::Group, SyncMode::None] {
        let images = enumerate(&steps, mode);
        assert!(images > 100, "only {images}");
    }
}

#[test]
fn with_reopening_and_syncs() {
    let steps = [Reopen, Put, Reopen, Put, Put, Sync, Put, Reopen, Reopen, Checkpoint, Reopen, Put];
    for mode in [SyncMode::Group, SyncMode::None] {
        let images = enumerate(&steps, mode);
        assert!(images > 100, "only {images}");
    }
}

#[test]
fn without_checkpoints() {
    enumerate(&[Put, Put, Put, Put], SyncMode::Each);
    enumerate(&[Put, Put, Sync, Put, Put], SyncMode::None);
}
