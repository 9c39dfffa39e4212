//! A bucket of the table: seven slots and what is known of them, in one cache line.
//!
//! ```text
//!  control word                                            slots
//! ┌──────┬──────┬─ … ─┬──────┬─────────────────┐ ┌───────┬─ … ─┬───────┐
//! │ tag 0│ tag 1│     │ tag 6│ LOCKED, CHAINED │ │ node 0│     │ node 6│
//! └──────┴──────┴─ … ─┴──────┴─────────────────┘ └───────┴─ … ─┴───────┘
//! ```
//!
//! A tag is eight bits of the key's hash, never 0; 0 is a free slot. In a bucket with more than seven keys the last slot leads to
//! another line, whose address has [`NEXT`] in it.
//!
//! Readers load the control word, then slots. Writers hold the bucket's lock, store slots first and the control word last. Between a
//! reader's two loads a slot may get another node, so readers compare keys, always; and who has not found a key looks
//! whether the control word is still the same.

use std::ptr;

use crate::primitive::atomic::{AtomicPtr, AtomicU64, Ordering};

pub(crate) const SLOTS: usize = 7;

const LOCKED: u64 = 1 << 56;
const CHAINED: u64 = 1 << 57;
/// One time that a line of the bucket was taken away; the bits above count them, so that no reader takes the control word of after for the
/// one of before.
const UNCHAINED: u64 = 1 << 58;
const ONES: u64 = 0x0001_0101_0101_0101;
const HIGHS: u64 = ONES << 7;
/// In the address in the last slot, if that is a line.
const NEXT: usize = 1;

#[repr(C, align(64))]
pub(crate) struct Line<N> {
    control: AtomicU64,
    slots: [AtomicPtr<N>; SLOTS],
}

impl<N> Line<N> {
    pub(crate) fn new() -> Line<N> {
        Line { control: AtomicU64::new(0), slots: std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())) }
    }
}

/// Eight bits of a hash that are not those that choose the bucket.
#[inline]
pub(crate) fn tag(hash: u64) -> u8 {
    ((hash >> 56) as u8).max(1)
}

/// The control word of a line, as it was when it was read.
#[derive(Clone, Copy)]
pub(crate) struct Control(u64);

impl Control {
    #[inline]
    pub(crate) fn chained(self) -> bool {
        self.0 & CHAINED != 0
    }

    /// Slots with a tag; now and then one with another tag.
    #[inline]
    pub(crate) fn matches(self, tag: u8) -> Slots {
        let differing = (self.0 & !(0xff << 56)) ^ (ONES * u64::from(tag));
        Slots(differing.wrapping_sub(ONES) & !differing & HIGHS)
    }

    /// Slots that have a node.
    #[inline]
    pub(crate) fn used(self) -> Slots {
        let tags = self.0 & !(0xff << 56);
        Slots((((tags & !HIGHS) + (HIGHS - ONES)) | tags) & HIGHS)
    }

    fn free_count(self) -> usize {
        SLOTS - usize::from(self.chained()) - self.used().count()
    }

    /// Whether nothing was added, removed or moved since `before`.
    #[inline]
    pub(crate) fn same(self, before: Control) -> bool {
        (self.0 ^ before.0) & !LOCKED == 0
    }

    fn free(self) -> Option<usize> {
        let mut free = Slots(!self.used().0 & HIGHS);
        free.next().filter(|&slot| slot < SLOTS - usize::from(self.chained()))
    }

    fn with(self, slot: usize, tag: u8) -> Control {
        Control(self.0 & !(0xff << (8 * slot)) | u64::from(tag) << (8 * slot))
    }

    /// Of a line that another one followed.
    fn unchained(self) -> Control {
        Control(self.0 & !CHAINED).turned()
    }

    /// Another one than before.
    fn turned(self) -> Control {
        Control(self.0.wrapping_add(UNCHAINED))
    }

    fn tag(self, slot: usize) -> u8 {
        (self.0 >> (8 * slot)) as u8
    }
}

/// Numbers of slots.
#[derive(Clone, Copy)]
pub(crate) struct Slots(u64);

impl Iterator for Slots {
    type Item = usize;
    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let slot = self.0.trailing_zeros() as usize / 8;
        self.0 &= self.0 - 1;
        Some(slot)
    }
}

/// What a slot has.
pub(crate) enum Slot<'g, N> {
    Free,
    Node(&'g N),
    Next(&'g Line<N>),
}

impl<N> Line<N> {
    #[inline]
    pub(crate) fn control(&self) -> Control {
        Control(self.control.load(Ordering::Acquire))
    }

    #[inline(always)]
    fn at(&self, slot: usize) -> &AtomicPtr<N> {
        debug_assert!(slot < SLOTS);
        // SAFETY: numbers of slots are from `Slots`, which has seven bytes to count.
        unsafe { self.slots.get_unchecked(slot) }
    }

    /// # Safety
    ///
    /// The line was reached by a thread that has been pinned for `'g`, or has its lock: nodes and lines are retired
    /// after they are taken out of their slots.
    #[inline]
    pub(crate) unsafe fn slot<'g>(&self, slot: usize) -> Slot<'g, N> {
        let node = self.at(slot).load(Ordering::Acquire);
        if node.is_null() {
            Slot::Free
        } else if node.addr() & NEXT != 0 {
            // SAFETY: stored by `chain`; alive by what the caller promised.
            Slot::Next(unsafe { &*node.map_addr(|bits| bits & !NEXT).cast() })
        } else {
            // SAFETY: alive by what the caller promised.
            Slot::Node(unsafe { &*node })
        }
    }

    /// The node in a slot, if there is one.
    ///
    /// # Safety
    ///
    /// As for `slot`.
    #[inline(always)]
    pub(crate) unsafe fn node<'g>(&self, slot: usize) -> Option<&'g N> {
        let node = self.at(slot).load(Ordering::Acquire);
        if node.addr() & NEXT != 0 {
            return None;
        }
        // SAFETY: null, or alive by what the caller promised.
        unsafe { node.as_ref() }
    }

    /// The line that follows this one, if there is one still.
    ///
    /// # Safety
    ///
    /// As for `slot`.
    #[inline]
    pub(crate) unsafe fn next<'g>(&self) -> Option<&'g Line<N>> {
        // SAFETY: the caller's.
        match unsafe { self.slot(SLOTS - 1) } {
            Slot::Next(line) => Some(line),
            _ => None,
        }
    }

    /// Takes the lock, if it is free at once.
    #[inline]
    pub(crate) fn try_lock(&self) -> bool {
        let control = self.control.load(Ordering::Relaxed);
        control & LOCKED == 0
            && self
                .control
                .compare_exchange(control, control | LOCKED, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
    }

    pub(crate) fn unlock(&self) {
        let control = self.control.load(Ordering::Relaxed);
        self.control.store(control & !LOCKED, Ordering::Release);
    }

    /// Puts another node in a slot that has one with the same tag. With the lock.
    #[inline]
    pub(crate) fn replace(&self, slot: usize, node: *mut N) {
        self.at(slot).store(node, Ordering::Release);
    }

    /// Frees a slot. With the lock.
    pub(crate) fn remove(&self, slot: usize) {
        self.control.store(self.control().with(slot, 0).0, Ordering::Release);
        self.slots[slot].store(ptr::null_mut(), Ordering::Release);
    }

    /// Puts a node into a free slot, if there is one. With the lock.
    pub(crate) fn insert(&self, tag: u8, node: *mut N) -> bool {
        let control = self.control();
        let Some(slot) = control.free() else { return false };
        self.slots[slot].store(node, Ordering::Release);
        self.control.store(control.with(slot, tag).0, Ordering::Release);
        true
    }

    /// Appends a line to one that is full: the node of the last slot moves there. With the lock.
    pub(crate) fn chain(&self) -> &Line<N> {
        let control = self.control();
        let last = SLOTS - 1;
        let next = Box::into_raw(Box::new(Line::new()));
        // SAFETY: it was made above.
        let line = unsafe { &*next };
        line.insert(control.tag(last), self.slots[last].load(Ordering::Relaxed));
        self.slots[last].store(next.map_addr(|bits| bits | NEXT).cast(), Ordering::Release);
        self.control.store(control.with(last, 0).0 | CHAINED, Ordering::Release);
        line
    }

    /// Takes away the last of the lines that follow, if its nodes have room in the one before, and returns it. With the lock, of a
    /// bucket's first line.
    ///
    /// The line that is returned stays as it is: readers on their way find there what they look for.
    pub(crate) fn unchain(&self) -> Option<*mut Line<N>> {
        let (mut before, mut last) = (self, self);
        while last.control().chained() {
            before = last;
            // SAFETY: lines are taken out with the lock only, which the caller has.
            last = unsafe { last.next()? };
        }
        let mut control = before.control();
        let moved = last.control().used();
        if !control.chained() || moved.count() > control.free_count() + 1 {
            return None;
        }
        // The last slot leads to the line as long as the control word says so, and from there on too, for a moment: readers who look
        // for the tag that it has then follow. Those who come with the old word and find no line look again.
        let mut in_last = ptr::null_mut();
        for from in moved {
            let (node, to) = (last.slots[from].load(Ordering::Relaxed), control.free().unwrap_or(SLOTS - 1));
            if to == SLOTS - 1 {
                in_last = node;
            } else {
                before.slots[to].store(node, Ordering::Release);
            }
            control = control.with(to, last.control().tag(from));
        }
        before.control.store(control.unchained().0, Ordering::Release);
        if !ptr::eq(before, self) {
            // The first line is where readers see whether to look again.
            self.control.store(self.control().turned().0, Ordering::Release);
        }
        before.slots[SLOTS - 1].store(in_last, Ordering::Release);
        Some(ptr::from_ref(last).cast_mut())
    }

    /// Frees the lines that follow.
    ///
    /// # Safety
    ///
    /// Nobody else uses the table.
    pub(crate) unsafe fn free_chain(&self) {
        let mut next = self.slots[SLOTS - 1].swap(ptr::null_mut(), Ordering::AcqRel);
        while next.addr() & NEXT != 0 {
            // SAFETY: `chain` made it with `Box`, and the caller has the table to itself.
            let line: Box<Line<N>> = unsafe { Box::from_raw(next.map_addr(|bits| bits & !NEXT).cast()) };
            next = line.slots[SLOTS - 1].load(Ordering::Acquire);
        }
        self.control.store(0, Ordering::Release);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    /// Lines from the first on.
    fn lines<N>(first: &Line<N>) -> Vec<&Line<N>> {
        // SAFETY: the test has the line to itself.
        std::iter::successors(Some(first), |line| unsafe { line.next() }).collect()
    }

    fn nodes(first: &Line<u64>) -> Vec<u64> {
        let mut nodes = Vec::new();
        for line in lines(first) {
            for slot in line.control().used() {
                // SAFETY: as above.
                if let Slot::Node(node) = unsafe { line.slot(slot) } {
                    nodes.push(*node);
                }
            }
        }
        nodes.sort_unstable();
        nodes
    }

    #[test]
    fn lines_go_when_the_keys_that_are_left_fit_fewer() {
        for left in 0..=20 {
            let mut keys: Vec<u64> = (0..20).collect();
            let first = Line::new();
            for key in &mut keys {
                let mut line = &first;
                while !line.insert(7, key) {
                    // SAFETY: as above.
                    line = unsafe { line.next() }.unwrap_or_else(|| line.chain());
                }
            }
            assert_eq!(lines(&first).len(), 4, "twenty keys, six to a line that another follows");
            // Those that came first are in the lines that stay.
            let gone = lines(&first)
                .into_iter()
                .flat_map(|line| line.control().used().map(move |slot| (line, slot)));
            for (line, slot) in gone.take(20 - left).collect::<Vec<_>>() {
                line.remove(slot);
            }
            let before = nodes(&first);
            while let Some(line) = first.unchain() {
                assert!(!lines(&first).into_iter().any(|kept| ptr::eq(kept, line)));
                // SAFETY: made by `chain`, and no longer in the bucket.
                drop(unsafe { Box::from_raw(line) });
            }
            assert_eq!(nodes(&first), before);
            assert!(
                left > SLOTS || !first.control().chained(),
                "{left} keys in {} lines",
                lines(&first).len()
            );
            // SAFETY: as above.
            unsafe { first.free_chain() };
        }
    }
}
