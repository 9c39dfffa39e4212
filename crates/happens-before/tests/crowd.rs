//! After a crowd of tasks has ended, others cost as much as if it had never been.

use happens_before::heap::Heap;
use happens_before::work::nodes_visited;
use happens_before::{Detector, Object, SyncVar, Task};

fn cost(crowd: usize) -> [u64; 3] {
    let heap: Heap<usize> = Heap::new(2_000_000, 200_000, 100);
    let d = Detector(&heap);
    let main = Task::default();
    d.fork(None, &main);
    let lock = SyncVar::default();
    let map = Object::default();
    let lock_once = |task: &Task| {
        d.acquire(task, &lock);
        assert!(d.write(task, &map, || 0).is_none());
        d.release(task, &lock);
    };
    let tasks: Vec<Task> = (0..crowd).map(|_| Task::default()).collect();
    for task in &tasks {
        d.fork(Some(&main), task);
        lock_once(task);
    }
    for round in 0..crowd.min(100_000) {
        lock_once(&tasks[round * 7919 % crowd]);
    }
    // All are told to end by main, and nobody waits for them.
    let told = SyncVar::default();
    lock_once(&main);
    d.release(&main, &told);
    for task in &tasks {
        d.acquire(task, &told);
        d.end(task);
    }
    let mut visited = [0; 3];
    for (at, visited) in visited.iter_mut().enumerate() {
        let n = [1000, 10_000, 100_000][at];
        let before = nodes_visited();
        for batch in 0..n / 100 {
            let done = SyncVar::default();
            for _ in 0..100 {
                let task = Task::default();
                d.fork(Some(&main), &task);
                lock_once(&task);
                d.release_merge(&task, &done);
                d.end(&task);
            }
            d.acquire(&main, &done);
            d.forget_sync(&done);
            let _ = batch;
        }
        *visited = (nodes_visited() - before) / n as u64;
    }
    visited
}

#[test]
fn crowd() {
    for n in [1usize, 10, 100, 1000, 10_000, 100_000] {
        println!("{n}: {:?}", cost(n));
    }
}
