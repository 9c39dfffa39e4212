//! An array that grows and never moves: chunks, each double the one before, made when first asked for.

use std::ptr;

use crate::primitive::Padded;
use crate::primitive::atomic::{AtomicPtr, Ordering};

/// `N` chunks of elements, each on cache lines of its own; `FIRST` in the first chunk.
pub(crate) struct Chunks<T, const N: usize, const FIRST: usize> {
    chunks: [AtomicPtr<Padded<T>>; N],
    owned: std::marker::PhantomData<T>,
}

// SAFETY: it owns its elements and hands out shared references.
unsafe impl<T: Send + Sync, const N: usize, const FIRST: usize> Sync for Chunks<T, N, FIRST> {}
// SAFETY: as above.
unsafe impl<T: Send, const N: usize, const FIRST: usize> Send for Chunks<T, N, FIRST> {}

impl<T: Default, const N: usize, const FIRST: usize> Chunks<T, N, FIRST> {
    pub(crate) const LEN: usize = FIRST * ((1 << N) - 1);

    pub(crate) fn new() -> Self {
        Chunks {
            chunks: std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
            owned: std::marker::PhantomData,
        }
    }

    /// The element of a number below `LEN`.
    #[inline]
    pub(crate) fn get(&self, number: usize) -> &T {
        // The first ones are looked for most.
        let chunk = if number < FIRST { 0 } else { (number / FIRST + 1).ilog2() as usize };
        let mut elements = self.chunks[chunk].load(Ordering::Acquire);
        if elements.is_null() {
            elements = self.add(chunk);
        }
        // SAFETY: a chunk has FIRST << chunk elements, and `number` is that of one of them. It stays until `self` is dropped.
        unsafe { &*elements.add(number - FIRST * ((1 << chunk) - 1)) }
    }

    #[cold]
    fn add(&self, chunk: usize) -> *mut Padded<T> {
        let new: Box<[Padded<T>]> = (0..FIRST << chunk).map(|_| Padded::default()).collect();
        let new = Box::into_raw(new);
        match self.chunks[chunk].compare_exchange(
            ptr::null_mut(),
            new.cast(),
            Ordering::AcqRel,
            Ordering::Acquire,
        ) {
            Ok(_) => new.cast(),
            Err(others) => {
                // SAFETY: made above, seen by nobody.
                drop(unsafe { Box::from_raw(new) });
                others
            }
        }
    }

    /// The elements of all chunks that were ever asked for.
    pub(crate) fn each(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().enumerate().flat_map(|(chunk, cell)| {
            let elements = cell.load(Ordering::Acquire);
            let len = if elements.is_null() { 0 } else { FIRST << chunk };
            // SAFETY: see `get`.
            (0..len).map(move |number| unsafe { &(*elements.add(number)).0 })
        })
    }
}

impl<T, const N: usize, const FIRST: usize> Drop for Chunks<T, N, FIRST> {
    fn drop(&mut self) {
        for (chunk, cell) in self.chunks.iter().enumerate() {
            let elements = cell.load(Ordering::Acquire);
            if !elements.is_null() {
                // SAFETY: made in `add` with that length; nobody else is left.
                drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(elements, FIRST << chunk)) });
            }
        }
    }
}
