//! Files that are not as they were written: every bit, every length, every file.

use std::sync::Arc;

use super::liar::{Image, Liar};
use super::{Model, SyncMode, batch, contents, models, open};
use crate::Map;
use crate::durable::{Durable, OpenError};

/// A checkpoint of revision 3; a file of the log that begins there and has 4 to 6; one that begins with 5 and has 6 to 8.
fn folder() -> (Image, Vec<Model>) {
    let disk = Liar::new(Image::new());
    let put = |map: &super::Small, numbers: std::ops::Range<u32>| {
        for number in numbers {
            map.put_all(batch(number)).unwrap();
        }
    };
    let map = open(&disk, SyncMode::Group).unwrap();
    put(&map, 0..3);
    map.checkpoint().unwrap();
    put(&map, 3..6);
    drop(map);
    let map = open(&disk, SyncMode::Group).unwrap();
    put(&map, 6..8);
    drop(map);
    let image = disk.image();
    assert_eq!(image.keys().collect::<Vec<_>>(), [LOG, CHECKPOINT, LAST]);
    (image, models(8))
}

const LOG: &str = "00000000000000000003.log";
const CHECKPOINT: &str = "00000000000000000003.snapshot";
const LAST: &str = "00000000000000000005.log";

/// Where frames begin in a file, and where the last one ends.
fn frames(bytes: &[u8]) -> Vec<usize> {
    let mut places = vec![32];
    while *places.last().unwrap() < bytes.len() {
        let at = *places.last().unwrap();
        let length = u64::from_be_bytes(bytes[at..at + 8].try_into().unwrap()) as usize;
        places.push(at + 32 + length);
    }
    places
}

fn is_whole(disk: &Arc<Liar>, models: &[Model]) -> bool {
    let map = open(disk, SyncMode::Group).unwrap();
    map.recovered().cut.is_none() && map.revision() == 8 && contents(&map) == models[8]
}

#[test]
fn of_any_bit_is_found() {
    let (image, models) = folder();
    for (name, bytes) in &image {
        let places = frames(bytes);
        let last_frame = places[places.len() - 2];
        for at in 0..bytes.len() {
            for bit in [1, 0x80] {
                let mut image = image.clone();
                image.get_mut(name).unwrap()[at] ^= bit;
                let disk = Liar::new(image);
                if name == LOG && at >= last_frame {
                    // The next file begins before that.
                    assert!(is_whole(&disk, &models), "{at}");
                    continue;
                }
                match open(&disk, SyncMode::Group) {
                    Ok(map) => {
                        assert!(name == LAST && at >= last_frame, "{name} {at}");
                        let cut = map.recovered().cut.clone().unwrap();
                        assert!(cut.path.ends_with(LAST));
                        assert_eq!(
                            (cut.offset, cut.bytes),
                            (last_frame as u64, (bytes.len() - last_frame) as u64)
                        );
                        assert_eq!((map.revision(), contents(&map)), (7, models[7].clone()));
                    }
                    Err(OpenError::Corrupt { path, offset, .. }) => {
                        assert!(path.ends_with(name), "{}", path.display());
                        let frame = places.iter().rfind(|&&place| place <= at).copied().unwrap_or(0);
                        assert!(offset as usize == frame || at < 32 && offset < 32, "{name} {at}: {offset}");
                    }
                    Err(error) => panic!("{name} {at}: {error}"),
                }
            }
        }
    }
}

#[test]
fn of_the_end_is_cut_or_found() {
    let (image, models) = folder();
    for (name, bytes) in &image {
        let places = frames(bytes);
        for length in 0..bytes.len() {
            let mut image = image.clone();
            image.get_mut(name).unwrap().truncate(length);
            let disk = Liar::new(image);
            if name == LOG && length >= places[places.len() - 2] {
                assert!(is_whole(&disk, &models));
                continue;
            }
            match open(&disk, SyncMode::Group) {
                Ok(map) => {
                    assert!(name == LAST && length >= 32, "{name} {length}");
                    let frame = places.iter().rposition(|&place| place <= length).unwrap();
                    let revision = 5 + frame;
                    assert_eq!((map.revision(), contents(&map)), (revision as u64, models[revision].clone()));
                    let cut =
                        map.recovered().cut.as_ref().map(|cut| (cut.offset as usize, cut.bytes as usize));
                    let rest = &bytes[places[frame]..length];
                    // Zeros are what a file has after its last frame.
                    let is_cut = rest.iter().any(|&byte| byte != 0);
                    assert_eq!(cut, is_cut.then_some((places[frame], rest.len())));
                }
                Err(OpenError::Corrupt { path, .. }) => assert!(path.ends_with(name)),
                Err(error) => panic!("{name} {length}: {error}"),
            }
        }
    }
}

#[test]
fn of_files_that_are_gone_is_found() {
    let (image, _) = folder();
    let without = |names: &[&str]| {
        let mut image = image.clone();
        names.iter().for_each(|name| drop(image.remove(*name)));
        open(&Liar::new(image), SyncMode::Group)
    };
    for names in [&[LOG][..], &[CHECKPOINT], &[LOG, LAST], &[CHECKPOINT, LOG]] {
        let error = without(names).unwrap_err();
        assert!(matches!(error, OpenError::Missing { .. }), "{names:?}: {error}");
    }
    let error = without(&[CHECKPOINT]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/liar has nothing of revision 1, but of others: a file is gone. Put it back, or the whole folder from a copy"
    );
}

#[test]
fn zeros_after_the_end_are_nothing() {
    let (mut image, models) = folder();
    let bytes = image.get_mut(LAST).unwrap();
    let length = bytes.len();
    bytes.resize(length + 200_000, 0);
    assert!(is_whole(&Liar::new(image.clone()), &models));
    // Unless there is something in them.
    image.get_mut(LAST).unwrap()[length + 150_000] = 1;
    let map = open(&Liar::new(image), SyncMode::Group).unwrap();
    assert_eq!((map.revision(), contents(&map)), (8, models[8].clone()));
    let cut = map.recovered().cut.as_ref().unwrap();
    assert_eq!((cut.offset, cut.bytes), (length as u64, 200_000));
}

#[test]
fn files_of_others_are_let_be() {
    let (mut image, models) = folder();
    for name in ["notes.txt", "1.log", "notes.tmp", "0000000000000000000x.log"] {
        image.insert(name.to_owned(), b"mine".to_vec());
    }
    image.insert(format!("{LAST}.tmp"), b"half of a file".to_vec());
    let disk = Liar::new(image);
    assert!(is_whole(&disk, &models));
    let left = disk.image();
    assert!(left.contains_key("notes.txt") && left.contains_key("1.log") && left.contains_key("notes.tmp"));
    assert!(!left.contains_key(&format!("{LAST}.tmp")), "an unfinished file of ours goes");
}

#[test]
fn other_types_are_told_from_damage() {
    let (image, _) = folder();
    let disk = Arc::new(Liar::new(image)) as Arc<dyn crate::durable::disk::Disk>;
    let opened = Map::builder().durable("/liar").checkpoint_after(None).open_on(disk);
    let opened: Result<Durable<u8, bool>, _> = opened;
    let error = opened.unwrap_err();
    assert!(matches!(error, OpenError::Malformed { .. }), "{error}");
    assert!(error.to_string().contains("these bytes are no bool. The file is whole"), "{error}");
}

#[test]
fn a_later_format_is_told_from_damage() {
    let (mut image, _) = folder();
    let bytes = image.get_mut(CHECKPOINT).unwrap();
    bytes[8..12].copy_from_slice(&2_u32.to_be_bytes());
    let crc = crc32fast::hash(&bytes[..28]);
    bytes[28..32].copy_from_slice(&crc.to_be_bytes());
    let error = open(&Liar::new(image), SyncMode::Group).unwrap_err();
    assert!(matches!(error, OpenError::Format { found: 2, known: 1, .. }), "{error}");
}
