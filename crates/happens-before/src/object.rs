//! Objects: what tasks read and write, and what is remembered of who did last.
//!
//! An object keeps the epoch of the last write and, since then, of the last read; or, where reads
//! are concurrent, of each task's last read (FastTrack's adaptive representation).

use crate::detector::Access;
use crate::epoch::Epoch;
use crate::lock::SpinLock;
use crate::memory::Memory;
use crate::pool::Record;
use crate::primitive::{AtomicU32, AtomicU64, Guarded, Ordering};

/// Readers in one block.
const BLOCK: usize = 8;
/// Blocks in one directory.
const DIRECTORY: usize = 64;

/// Set in `Object::read`: the rest is a block (or with `MANY` a directory) of readers.
const SHARED: u64 = 1 << 63;
const MANY: u64 = 1 << 62;

/// The history of one object. All zero is an object that was never accessed.
#[repr(C)]
pub struct Object<S> {
    /// Epoch of the last write. First in the struct, then `read`, so that a caller may compare
    /// them with a task's epoch without a call.
    write: AtomicU64,
    /// Epoch of the last read since, or `SHARED` and where the readers are.
    read: AtomicU64,
    lock: SpinLock,
    /// Goes on whenever concurrent reads are forgotten; see `token`.
    generation: AtomicU32,
    write_site: Guarded<S>,
    read_site: Guarded<S>,
}

// SAFETY: the sites are only touched by who holds the lock.
unsafe impl<S: Send> Sync for Object<S> {}

impl<S: Default> Default for Object<S> {
    fn default() -> Self {
        Object {
            write: AtomicU64::default(),
            read: AtomicU64::default(),
            lock: SpinLock::default(),
            generation: AtomicU32::default(),
            write_site: Guarded::default(),
            read_site: Guarded::default(),
        }
    }
}

/// One task's last read of an object.
struct Reader<S> {
    epoch: AtomicU64,
    site: Guarded<S>,
}

/// Some readers of one object.
pub struct Block<S> {
    link: AtomicU32,
    readers: [Reader<S>; BLOCK],
}

// SAFETY: a block is only touched by who holds its object's lock.
unsafe impl<S: Send> Sync for Block<S> {}
// SAFETY: zeros are a block without readers (the sites are not read then).
unsafe impl<S: Copy + Send> Record for Block<S> {
    fn link(&self) -> &AtomicU32 {
        &self.link
    }
}

impl<S: Default> Default for Block<S> {
    fn default() -> Self {
        let reader = || Reader { epoch: AtomicU64::default(), site: Guarded::default() };
        Block { link: AtomicU32::default(), readers: core::array::from_fn(|_| reader()) }
    }
}

/// Blocks of readers, by slot.
pub struct Directory {
    blocks: [AtomicU32; DIRECTORY],
}

impl Default for Directory {
    fn default() -> Self {
        Directory { blocks: core::array::from_fn(|_| AtomicU32::default()) }
    }
}

// SAFETY: zeros are a directory without blocks.
unsafe impl Record for Directory {
    fn link(&self) -> &AtomicU32 {
        let [first, ..] = &self.blocks;
        first
    }
}

/// An earlier access as it is remembered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Earlier<S> {
    pub(crate) epoch: Epoch,
    pub(crate) site: S,
}

/// An object whose lock is held.
pub(crate) struct Locked<'a, M: Memory> {
    object: &'a Object<M::Site>,
    memory: M,
}

impl<S: Copy> Object<S> {
    /// Whether `now` is the epoch of the last write: then neither a read nor a write is news.
    #[inline]
    pub(crate) fn written_at(&self, now: Epoch) -> bool {
        self.write.load(Ordering::Relaxed) == now.bits()
    }

    /// Whether `now` is the epoch of the last read, which is no news then.
    #[inline]
    pub(crate) fn read_at(&self, now: Epoch) -> bool {
        self.read.load(Ordering::Relaxed) == now.bits()
    }

    /// Stands for the object and the concurrent reads that it remembers: a task that has read it and
    /// finds the same token later knows that its read is still remembered.
    #[inline]
    pub(crate) fn token(&self) -> u64 {
        let address = core::ptr::from_ref(self) as u64;
        address ^ u64::from(self.generation.load(Ordering::Relaxed)) << 48
    }

    /// Whether its reads are concurrent ones.
    #[inline]
    pub(crate) fn is_shared(&self) -> bool {
        self.read.load(Ordering::Relaxed) & SHARED != 0
    }

    #[inline]
    pub(crate) fn lock<M: Memory<Site = S>>(&self, memory: M) -> Locked<'_, M> {
        self.lock.lock(|| memory.yield_now());
        Locked { object: self, memory }
    }

    /// Records the first access, before anybody else can see the object.
    #[inline]
    pub(crate) fn begin(&self, now: Epoch, access: Access, site: S) {
        let (epoch, kept) = match access {
            Access::Read => (&self.read, &self.read_site),
            Access::Write => (&self.write, &self.write_site),
        };
        // SAFETY: nobody else knows of it.
        unsafe { kept.set(site) };
        epoch.store(now.bits(), Ordering::Relaxed);
    }

    /// The word that may link the record that this object is part of into a free list.
    pub fn link(&self) -> &AtomicU32 {
        self.lock.word()
    }
}

impl<M: Memory> Drop for Locked<'_, M> {
    fn drop(&mut self) {
        self.object.lock.unlock();
    }
}

impl<M: Memory> Locked<'_, M> {
    /// The last write.
    #[inline]
    pub(crate) fn last_write(&self) -> Earlier<M::Site> {
        // SAFETY: the lock is held.
        let site = unsafe { self.object.write_site.get() };
        Earlier { epoch: Epoch::from_bits(self.object.write.load(Ordering::Relaxed)), site }
    }

    /// Records a write; it takes the place of all that was before.
    pub(crate) fn set_write(&self, now: Epoch, site: M::Site) {
        self.forget_reads();
        // SAFETY: the lock is held.
        unsafe { self.object.write_site.set(site) };
        self.object.write.store(now.bits(), Ordering::Relaxed);
    }

    /// Records a read. `knows` says which epochs happened before it: their reads it replaces.
    ///
    /// Where there is no memory for it the read is not kept.
    pub(crate) fn add_read(&self, now: Epoch, site: M::Site, knows: impl Fn(Epoch) -> bool) {
        let read = self.object.read.load(Ordering::Relaxed);
        if read & SHARED == 0 {
            let single = Epoch::from_bits(read);
            if single.is_none() || knows(single) {
                // SAFETY: the lock is held.
                unsafe { self.object.read_site.set(site) };
                self.object.read.store(now.bits(), Ordering::Relaxed);
                return;
            }
            // Two reads that no order relates: both are kept from now on.
            let Some(index) = self.new_block() else { return };
            // SAFETY: the lock is held.
            let first = unsafe { self.object.read_site.get() };
            self.put(index, single, first, &knows);
            self.object.read.store(SHARED | u64::from(index), Ordering::Relaxed);
        }
        self.add_shared(now, site, knows);
    }

    fn add_shared(&self, now: Epoch, site: M::Site, knows: impl Fn(Epoch) -> bool) {
        let read = self.object.read.load(Ordering::Relaxed);
        let index = read as u32;
        if read & MANY == 0 {
            if self.put(index, now, site, &knows) {
                return;
            }
            let Some(directory) = self.new_directory() else { return };
            self.object.read.store(SHARED | MANY | u64::from(directory), Ordering::Relaxed);
            self.each_in_block(index, |earlier| {
                self.put_many(directory, earlier.epoch, earlier.site, &knows);
                true
            });
            self.memory.blocks().give(index);
            self.put_many(directory, now, site, &knows);
        } else {
            self.put_many(index, now, site, &knows);
        }
    }

    /// Puts a read into its block of a directory, at the cost of another read if that is full.
    fn put_many(&self, directory: u32, epoch: Epoch, site: M::Site, knows: &impl Fn(Epoch) -> bool) {
        let Some(cell) = self.directory_cell(directory, epoch.slot()) else { return };
        let mut index = cell.load(Ordering::Relaxed);
        if index == 0 {
            let Some(made) = self.new_block() else { return };
            index = made;
            cell.store(index, Ordering::Relaxed);
        }
        if !self.put(index, epoch, site, knows) {
            self.evict();
            if let Some(reader) = self.block(index).readers.get(epoch.time() as usize % BLOCK) {
                set(reader, epoch, site);
            }
        }
    }

    /// Puts a read where its slot's last was, or one that it replaces, or where there is room.
    /// False if there is none.
    fn put(&self, index: u32, epoch: Epoch, site: M::Site, knows: &impl Fn(Epoch) -> bool) -> bool {
        let readers = &self.block(index).readers;
        let at = |reader: &Reader<M::Site>| Epoch::from_bits(reader.epoch.load(Ordering::Relaxed));
        let own = |reader: &&Reader<M::Site>| at(reader).slot() == epoch.slot();
        // To ask what is known is not for nothing: only a task that is new here does.
        let free = |reader: &&Reader<M::Site>| at(reader).is_none() || knows(at(reader));
        let place = readers.iter().find(own).or_else(|| readers.iter().find(free));
        place.inspect(|reader| set(reader, epoch, site)).is_some()
    }

    /// Calls `f` with each remembered read until it says false.
    pub(crate) fn each_read(&self, mut f: impl FnMut(Earlier<M::Site>) -> bool) {
        let read = self.object.read.load(Ordering::Relaxed);
        if read & SHARED == 0 {
            if read != 0 {
                // SAFETY: the lock is held.
                let site = unsafe { self.object.read_site.get() };
                f(Earlier { epoch: Epoch::from_bits(read), site });
            }
        } else if read & MANY == 0 {
            self.each_in_block(read as u32, f);
        } else {
            for cell in self.directory(read as u32) {
                let index = cell.load(Ordering::Relaxed);
                if index != 0 && !self.each_in_block(index, &mut f) {
                    return;
                }
            }
        }
    }

    fn each_in_block(&self, index: u32, mut f: impl FnMut(Earlier<M::Site>) -> bool) -> bool {
        for reader in &self.block(index).readers {
            let epoch = Epoch::from_bits(reader.epoch.load(Ordering::Relaxed));
            // SAFETY: the lock is held; a reader with an epoch has a site.
            if !epoch.is_none() && !f(Earlier { epoch, site: unsafe { reader.site.get() } }) {
                return false;
            }
        }
        true
    }

    fn forget_reads(&self) {
        let read = self.object.read.load(Ordering::Relaxed);
        self.object.read.store(0, Ordering::Relaxed);
        if read & SHARED != 0 {
            self.object.generation.fetch_add(1, Ordering::Relaxed);
        }
        if read & MANY != 0 {
            for cell in self.directory(read as u32) {
                let index = cell.load(Ordering::Relaxed);
                if index != 0 {
                    self.memory.blocks().give(index);
                }
            }
            self.memory.directories().give(read as u32);
        } else if read & SHARED != 0 {
            self.memory.blocks().give(read as u32);
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.forget_reads();
        self.object.write.store(0, Ordering::Relaxed);
    }

    fn block(&self, index: u32) -> &Block<M::Site> {
        // SAFETY: the number came from `take`.
        unsafe { self.memory.blocks().get(index) }
    }

    fn directory(&self, index: u32) -> &[AtomicU32; DIRECTORY] {
        // SAFETY: the number came from `take`.
        &unsafe { self.memory.directories().get(index) }.blocks
    }

    fn directory_cell(&self, index: u32, slot: u32) -> Option<&AtomicU32> {
        self.directory(index).get(slot as usize / BLOCK % DIRECTORY)
    }

    /// Counts a read that is not kept: a race with it would go unseen, and no alarm is false for it.
    fn evict(&self) {
        self.memory.control().evicted.fetch_add(1, Ordering::Relaxed);
    }

    fn new_block(&self) -> Option<u32> {
        let made = self.memory.blocks().take();
        match made {
            None => self.evict(),
            Some(index) => {
                for reader in &self.block(index).readers {
                    reader.epoch.store(0, Ordering::Relaxed);
                }
            }
        }
        made
    }

    fn new_directory(&self) -> Option<u32> {
        let made = self.memory.directories().take();
        match made {
            None => self.evict(),
            Some(index) => {
                for cell in self.directory(index) {
                    cell.store(0, Ordering::Relaxed);
                }
            }
        }
        made
    }
}

fn set<S: Copy>(reader: &Reader<S>, epoch: Epoch, site: S) {
    // SAFETY: the caller holds the object's lock.
    unsafe { reader.site.set(site) };
    reader.epoch.store(epoch.bits(), Ordering::Relaxed);
}

#[cfg(all(test, not(loom)))]
mod tests;
