#![cfg(loom)]
use happens_before::{Detector, Object, SyncVar, Task, heap::Heap};
use loom::sync::Arc;
use loom::thread;

struct World {
    heap: Heap<u32>,
    vars: [SyncVar; 2],
    objects: [Object<u32>; 2],
}

fn world(nodes: usize, slots: usize) -> Arc<World> {
    Arc::new(World {
        heap: Heap::new(nodes, slots, 4),
        vars: Default::default(),
        objects: Default::default(),
    })
}

fn check(f: impl Fn() + Sync + Send + 'static) {
    let mut b = loom::model::Builder::new();
    b.preemption_bound = Some(3);
    b.max_branches = 10_000;
    let n = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let n2 = n.clone();
    let t = std::time::Instant::now();
    b.check(move || {
        n2.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        f();
    });
    eprintln!("{} executions {:?}", n.load(std::sync::atomic::Ordering::Relaxed), t.elapsed());
}

/// y writes, x hands that on to f.
fn relay(w: &World, y: &Task, x: &Task, f: &Task) {
    let d = Detector(&w.heap);
    let _ = d.write(y, &w.objects[0], || 1);
    d.release(y, &w.vars[0]);
    d.acquire(x, &w.vars[0]);
    d.release(x, &w.vars[1]);
    d.acquire(f, &w.vars[1]);
    let r = d.write(f, &w.objects[0], || 4);
    assert!(r.is_none(), "{r:?}");
}

#[test]
fn lend() {
    check(|| {
        let w = world(30, 6);
        let d = Detector(&w.heap);
        let (old, x, y, f) = (Task::default(), Task::default(), Task::default(), Task::default());
        d.fork(None, &old);
        d.write(&old, &w.objects[1], || 2);
        d.fork(Some(&old), &y);
        d.fork(None, &f);
        d.release(&old, &w.vars[0]);
        d.end(&old);
        d.fork(None, &x);
        d.acquire(&x, &w.vars[0]);
        let w2 = w.clone();
        let t = thread::spawn(move || {
            let d = Detector(&w2.heap);
            d.write(&x, &w2.objects[1], || 1);
            x
        });
        d.acquire_all(&f);
        let x = t.join().unwrap();
        relay(&w, &y, &x, &f);
    });
}
#[test]
fn rest() {
    check(|| {
        let w = world(30, 6);
        let d = Detector(&w.heap);
        let (x, y, f) = (Task::default(), Task::default(), Task::default());
        d.fork(None, &x);
        d.fork(None, &y);
        d.fork(None, &f);
        let w2 = w.clone();
        d.write(&x, &w2.objects[1], || 1);
        let t = thread::spawn(move || {
            let d = Detector(&w2.heap);
            d.release(&x, &w2.vars[1]);
            d.end(&x);
            x
        });
        d.acquire_all(&f);
        let x = t.join().unwrap();
        d.fork(None, &x);
        d.acquire(&x, &w.vars[1]);
        d.write(&x, &w.objects[1], || 1);
        relay(&w, &y, &x, &f);
    });
}
#[test]
fn publish() {
    check(|| {
        let w = world(30, 6);
        let d = Detector(&w.heap);
        let (x, y, f) = (Task::default(), Task::default(), Task::default());
        d.fork(None, &x);
        d.fork(None, &y);
        d.fork(None, &f);
        let w2 = w.clone();
        d.write(&x, &w2.objects[1], || 1);
        let t = thread::spawn(move || {
            let d = Detector(&w2.heap);
            d.release(&x, &w2.vars[1]);
            x
        });
        d.acquire_all(&f);
        d.acquire_all(&f);
        let x = t.join().unwrap();
        relay(&w, &y, &x, &f);
    });
}
