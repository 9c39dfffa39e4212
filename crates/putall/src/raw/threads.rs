//! Small numbers for threads: unique among those alive, used again after.

#[cfg(not(loom))]
pub(crate) use numbered::current;

/// The number of this thread.
#[cfg(loom)]
pub(crate) fn current() -> usize {
    use loom::sync::atomic::{AtomicUsize, Ordering};
    loom::lazy_static! {
        static ref NEXT: AtomicUsize = AtomicUsize::new(0);
    }
    loom::thread_local! {
        static NUMBER: usize = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    NUMBER.with(|number| *number)
}

#[cfg(not(loom))]
mod numbered {
    use std::cell::Cell;
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;
    use std::sync::Mutex;

    use crate::primitive::lock;

    struct Numbers {
        next: usize,
        free: BinaryHeap<Reverse<usize>>,
    }

    static NUMBERS: Mutex<Numbers> = Mutex::new(Numbers { next: 0, free: BinaryHeap::new() });

    /// Gives its number back when the thread ends.
    struct Number(usize);

    impl Drop for Number {
        fn drop(&mut self) {
            // Whoever asks after this is refused, not given a number that may be another thread's.
            CURRENT.set(NONE);
            lock(&NUMBERS).free.push(Reverse(self.0));
        }
    }

    const NONE: usize = usize::MAX;

    thread_local! {
        /// The number, without the price of a thread-local that has a destructor.
        static CURRENT: Cell<usize> = const { Cell::new(NONE) };
        static NUMBER: Number = {
            let mut numbers = lock(&NUMBERS);
            Number(match numbers.free.pop() {
                Some(Reverse(number)) => number,
                None => {
                    numbers.next += 1;
                    numbers.next - 1
                }
            })
        };
    }

    /// The number of this thread.
    ///
    /// # Panics
    ///
    /// If the thread is ending and its thread-locals are gone.
    #[inline]
    pub(crate) fn current() -> usize {
        match CURRENT.get() {
            NONE => first(),
            number => number,
        }
    }

    #[cold]
    fn first() -> usize {
        let number = NUMBER.with(|number| number.0);
        CURRENT.set(number);
        number
    }
}
