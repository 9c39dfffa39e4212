//! Objects: what tasks read and write, and what is remembered of who did last.
//!
//! An object keeps the epoch of the last write and, since then, of the last read; or, where reads
//! are concurrent, of each task's last read (FastTrack's adaptive representation).
//!
//! All of it changes under the object's lock, but for one thing: a task that is among the readers puts its next
//! read in the place of its last one without the lock (`renew_read`), so that readers on many processors do not
//! meet. Who forgets reads, or looks at them, closes them to that first (`close`).

use crate::detector::Access;
use crate::epoch::Epoch;
use crate::lock::SpinLock;
use crate::memory::Memory;
use crate::primitive::{AtomicU32, AtomicU64, Guarded, Ordering, fence_after_update, relax};

mod readers;

use readers::Reader;
pub use readers::{Block, Directory};

/// Set in `Object::read`: the rest is a block (or with `MANY` a directory) of readers.
const SHARED: u64 = 1 << 63;
const MANY: u64 = 1 << 62;
/// Set besides: no reader may change its read without the lock any more.
const CLOSED: u64 = 1 << 61;

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

impl<S: Copy + Send> Object<S> {
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

    /// Forgets everything. Nobody else uses the object any more, so that no lock is needed: a locked instruction would
    /// wait for a cache line that is mostly far away, and let the sweeper fetch no other meanwhile.
    #[inline]
    pub(crate) fn forget<M: Memory<Site = S>>(&self, memory: M) {
        if self.read.load(Ordering::Relaxed) & SHARED != 0 {
            Locked { object: self, memory }.forget_reads();
        }
        self.read.store(0, Ordering::Relaxed);
        self.write.store(0, Ordering::Relaxed);
    }

    /// Records a read in the place of the task's last one, without the lock, and gives the object's token. `None` if
    /// the task is not among concurrent readers, or does not know the last write, or somebody is about to forget the
    /// reads.
    ///
    /// The reader is made the task's own first, and only then looked whether it still is one of this object's. Who
    /// closes the reads does it the other way round: one of the two sees the other. Blocks go to other objects and may
    /// come back, but not without a write, which the task does not know then.
    #[inline]
    pub(crate) fn renew_read<M: Memory<Site = S>>(
        &self,
        memory: &M,
        now: Epoch,
        site: S,
        knows: impl Fn(Epoch) -> bool,
    ) -> Option<u64> {
        let read = self.read.load(Ordering::Acquire);
        if read & (SHARED | CLOSED) != SHARED {
            return None;
        }
        let mut block = read as u32;
        if read & MANY != 0 {
            // SAFETY: the number came from `take`. Whosever the directory is by now, in its cells are blocks' numbers.
            block = unsafe { memory.directories().get(block) }.cell(now.slot()).load(Ordering::Acquire);
        }
        // SAFETY: likewise; 0 is a record, too.
        let reader = unsafe { memory.blocks().get(block) }.of(now.slot())?;
        let last = reader.at();
        if last.slot() != now.slot() || !reader.seize(last) {
            return None;
        }
        fence_after_update();
        if self.read.load(Ordering::Acquire) != read
            || !knows(Epoch::from_bits(self.write.load(Ordering::Relaxed)))
        {
            reader.unseize(last);
            return None;
        }
        // While the reader is the task's own, nobody forgets the reads.
        let token = self.token();
        reader.set(now, site);
        Some(token)
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

    /// Has readers change nothing without the lock any more. Before anybody looks at reads, or forgets them.
    pub(crate) fn close(&self) {
        let read = self.object.read.load(Ordering::Relaxed);
        if read & (SHARED | CLOSED) != SHARED {
            return;
        }
        self.object.read.swap(read | CLOSED, Ordering::AcqRel);
        fence_after_update();
        self.each_block(read, |block| {
            for reader in block.readers() {
                let mut spins = 0;
                while reader.is_seized() {
                    relax(spins, || self.memory.yield_now());
                    spins = spins.wrapping_add(1);
                }
            }
            true
        });
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
            self.object.read.store(SHARED | u64::from(index), Ordering::Release);
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
            self.close();
            self.each_in_block(self.block(index), |earlier| {
                self.put_many(directory, earlier.epoch, earlier.site, &knows);
                true
            });
            self.put_many(directory, now, site, &knows);
            self.object.read.store(SHARED | MANY | u64::from(directory), Ordering::Release);
            self.memory.blocks().give(index);
        } else {
            self.put_many(index, now, site, &knows);
        }
    }

    /// Puts a read into its block of a directory, at the cost of another read if that is full.
    fn put_many(&self, directory: u32, epoch: Epoch, site: M::Site, knows: &impl Fn(Epoch) -> bool) {
        let cell = self.directory(directory).cell(epoch.slot());
        let mut index = cell.load(Ordering::Relaxed);
        if index == 0 {
            let Some(made) = self.new_block() else { return };
            index = made;
            cell.store(index, Ordering::Release);
        }
        if !self.put(index, epoch, site, knows) {
            self.evict();
            let mut spins = 0;
            // Somebody who is renewing his read is done soon.
            while !self.block(index).from(epoch.time()).any(|reader| {
                reader.seize(reader.at()) && {
                    reader.set(epoch, site);
                    true
                }
            }) {
                relax(spins, || self.memory.yield_now());
                spins = spins.wrapping_add(1);
            }
        }
    }

    /// Puts a read where its slot's last was, or one that it replaces, or where there is room.
    /// False if there is none.
    fn put(&self, index: u32, epoch: Epoch, site: M::Site, knows: &impl Fn(Epoch) -> bool) -> bool {
        let block = self.block(index);
        // To ask what is known is not for nothing: only a task that is new here does.
        let free = |reader: &&Reader<M::Site>| {
            let at = reader.at();
            at.is_none() || knows(at) && reader.seize(at)
        };
        let place = block.of(epoch.slot()).or_else(|| block.from(epoch.slot()).find(free));
        place.inspect(|reader| reader.set(epoch, site)).is_some()
    }

    /// Calls `f` with each remembered read until it says false. The reads are closed.
    pub(crate) fn each_read(&self, mut f: impl FnMut(Earlier<M::Site>) -> bool) {
        let read = self.object.read.load(Ordering::Relaxed);
        if read & SHARED != 0 {
            self.each_block(read, |block| self.each_in_block(block, &mut f));
        } else if read != 0 {
            // SAFETY: the lock is held.
            let site = unsafe { self.object.read_site.get() };
            f(Earlier { epoch: Epoch::from_bits(read), site });
        }
    }

    /// Calls `f` with each block of concurrent reads until it says false.
    fn each_block(&self, read: u64, mut f: impl FnMut(&Block<M::Site>) -> bool) {
        if read & MANY == 0 {
            f(self.block(read as u32));
            return;
        }
        for cell in self.directory(read as u32).cells() {
            let index = cell.load(Ordering::Relaxed);
            if index != 0 && !f(self.block(index)) {
                return;
            }
        }
    }

    fn each_in_block(&self, block: &Block<M::Site>, mut f: impl FnMut(Earlier<M::Site>) -> bool) -> bool {
        for reader in block.readers() {
            let epoch = reader.at();
            // SAFETY: the lock is held, and the reads are closed; a reader with an epoch has a site.
            if !epoch.is_none() && !f(Earlier { epoch, site: unsafe { reader.site() } }) {
                return false;
            }
        }
        true
    }

    fn forget_reads(&self) {
        self.close();
        let read = self.object.read.load(Ordering::Relaxed);
        self.object.read.store(0, Ordering::Relaxed);
        if read & SHARED != 0 {
            self.object.generation.fetch_add(1, Ordering::Relaxed);
        }
        if read & MANY != 0 {
            for cell in self.directory(read as u32).cells() {
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

    fn block(&self, index: u32) -> &Block<M::Site> {
        // SAFETY: the number came from `take`.
        unsafe { self.memory.blocks().get(index) }
    }

    fn directory(&self, index: u32) -> &Directory {
        // SAFETY: the number came from `take`.
        unsafe { self.memory.directories().get(index) }
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
                self.block(index).readers().for_each(Reader::clear);
            }
        }
        made
    }

    fn new_directory(&self) -> Option<u32> {
        let made = self.memory.directories().take();
        match made {
            None => self.evict(),
            Some(index) => {
                for cell in self.directory(index).cells() {
                    cell.store(0, Ordering::Relaxed);
                }
            }
        }
        made
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
