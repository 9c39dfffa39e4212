//! The maps, one a file.

mod array;
mod concread;
mod dashmap;
mod imbl;
mod nothing;
mod papaya;
mod putall;
mod rwlock;
mod scc;
mod txmap;

use crate::columns::Column;
use crate::target::{Datum, Hasher, Job};

/// Does a job to the map of a column.
pub fn run<K: Datum, V: Datum, S: Hasher, J: Job<K, V>>(column: Column, job: &J) -> J::Out {
    match column {
        Column::Putall => job.run::<::putall::Map<K, V, S>>(),
        Column::RwLock => job.run::<rwlock::Locked<K, V, S>>(),
        Column::Dashmap => job.run::<::dashmap::DashMap<K, V, S>>(),
        Column::Papaya => job.run::<::papaya::HashMap<K, V, S>>(),
        Column::Scc => job.run::<::scc::HashMap<K, V, S>>(),
        Column::Txmap => job.run::<txmap::TxMap<K, V, S>>(),
        Column::Concread => job.run::<::concread::hashmap::HashMap<K, V>>(),
        Column::Imbl => job.run::<imbl::Swapped<K, V, S>>(),
        Column::ImblGuard => job.run::<imbl::Guarded<K, V, S>>(),
        Column::Array => job.run::<array::Array<S>>(),
        Column::Nothing => job.run::<nothing::Nothing>(),
        Column::GoRwMutex | Column::GoSyncMap | Column::GoPutAll => unreachable!("a map of the Go program"),
    }
}

#[cfg(test)]
mod tests {
    use std::hash::RandomState;

    use super::*;
    use crate::target::Target;

    struct Behaves;

    impl Job<String, u64> for Behaves {
        type Out = ();

        fn run<T: Target<String, u64>>(&self) {
            let map = T::new();
            map.insert(String::of(1), 1);
            map.put_all((0..100).map(|number| (String::of(number), number as u64 + 7)).collect());
            map.remove(&String::of(3));
            assert_eq!(map.get(&String::of(1)), Some(8));
            assert_eq!(map.get(&String::of(3)), None);
            let (mut count, mut sum) = (0, 0);
            map.iterate(|_, value| (count, sum) = (count + 1, sum + value));
            assert_eq!((count, sum), (99, (7..107).sum::<u64>() - 10));
        }
    }

    struct Snapshots;

    impl Job<String, u64> for Snapshots {
        type Out = ();

        fn run<T: Target<String, u64>>(&self) {
            let map = T::new();
            map.insert(String::of(1), 1);
            map.snapshot();
            assert_eq!(map.snapshot_get(&String::of(1)), Some(1));
        }
    }

    fn is_map(column: &Column) -> bool {
        !column.is_go() && !matches!(column, Column::Array | Column::Nothing)
    }

    #[test]
    fn every_map_does_what_is_asked() {
        for column in Column::ALL.into_iter().filter(is_map) {
            run::<String, u64, RandomState, _>(column, &Behaves);
            if column.has_snapshots() {
                run::<String, u64, RandomState, _>(column, &Snapshots);
            }
        }
    }
}
