//! The cache: entries appear at once and whole, and what nobody uses goes away.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Barrier;
use std::time::{Duration, SystemTime};

use guard_build::Error;
use guard_build::cache::{Cache, INDEX, Removed};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn cache(name: &str) -> Cache {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&root);
    let _ = fs::remove_file(&root);
    Cache::at(root)
}

fn fill(folder: &Path, _: &Path) -> Result<(), Error> {
    fs::write(folder.join("file"), "12345").unwrap();
    fs::write(folder.join(INDEX), "{}").unwrap();
    Ok(())
}

fn names(cache: &Cache) -> Vec<String> {
    let entries = fs::read_dir(cache.root()).into_iter().flatten();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn set_age(path: &Path, age: Duration) {
    File::open(path).unwrap().set_modified(SystemTime::now() - age).unwrap();
}

fn age(path: &Path) -> Duration {
    fs::metadata(path).unwrap().modified().unwrap().elapsed().unwrap_or_default()
}

#[test]
fn an_entry_is_made_once() {
    let cache = cache("once");
    let entry = cache.entry("a", fill).unwrap();
    assert!(entry.is_new && entry.index().is_file());
    let again = cache.entry("a", |_, _| panic!("it is there")).unwrap();
    assert_eq!((again.path, again.is_new), (entry.path, false));
    assert_eq!(names(&cache), ["a"]);
    assert_eq!(cache.clean().unwrap(), Removed { entries: 1, bytes: 7 });
    assert_eq!(cache.clean().unwrap(), Removed { entries: 0, bytes: 0 });
}

#[test]
fn who_fails_leaves_nothing() {
    let cache = cache("failing");
    let failed = cache.entry("a", |folder, _| {
        fs::write(folder.join("file"), "x").unwrap();
        Err(Error::NoCache)
    });
    assert!(matches!(failed, Err(Error::NoCache)));
    assert_eq!(names(&cache), [""; 0]);
}

#[test]
fn many_at_once_make_one() {
    let cache = cache("at-once");
    let barrier = Barrier::new(8);
    let make = || {
        barrier.wait();
        cache.entry("a", fill).unwrap().is_new
    };
    let new = std::thread::scope(|scope| {
        let makers: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
        makers.into_iter().map(|maker| usize::from(maker.join().unwrap())).sum::<usize>()
    });
    assert_eq!(new, 1);
    assert_eq!(names(&cache), ["a"]);
    assert_eq!(fs::read_dir(cache.root().join("a")).unwrap().count(), 2);
}

#[test]
fn what_nobody_uses_goes_away() {
    let cache = cache("ageing");
    let made = |name: &str| cache.entry(name, fill).unwrap().path;
    let (old, used, killed, making) = (made("old"), made("used"), made("b.making-1-2"), made("b.making-3-4"));
    set_age(&old, 31 * DAY);
    set_age(&used, 31 * DAY);
    set_age(&killed, 2 * DAY);
    set_age(&making, DAY / 2);
    // Use counts, and is noted at most once a day.
    made("used");
    assert!(age(&used) < DAY);
    set_age(&used, DAY / 2);
    made("used");
    assert!(age(&used) > DAY / 3);
    assert_eq!(names(&cache).len(), 4, "nothing is removed while nothing is made");
    made("new");
    assert_eq!(names(&cache), ["b.making-3-4", "new", "used"]);
}

#[test]
fn an_entry_without_its_index_is_made_anew() {
    let cache = cache("damaged");
    let entry = cache.entry("a", fill).unwrap();
    fs::remove_file(entry.index()).unwrap();
    let again = cache.entry("a", fill).unwrap();
    assert!(again.is_new && again.index().is_file());
    assert_eq!(names(&cache), ["a"]);
}

#[test]
fn where_nothing_can_be_written() {
    let cache = cache("unwritable");
    fs::write(cache.root(), "a file").unwrap();
    let inside = Cache::at(cache.root().join("mapguard"));
    let error = inside.entry("a", fill).unwrap_err();
    assert!(matches!(&error, Error::Cache { root, .. } if root == inside.root()), "{error}");
    assert!(error.to_string().contains("XDG_CACHE_HOME"), "{error}");
    assert!(inside.check_writable().is_err());
    fs::remove_file(cache.root()).unwrap();
    assert!(cache.check_writable().is_ok());
    assert!(!cache.root().exists());
}
