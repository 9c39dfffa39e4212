//! Epochs: one task's time, in the sense of FastTrack (Flanagan and Freund, PLDI 2009).

/// Where in the clocks a task's own time is kept. Slot 0 is no slot.
pub type Slot = u32;

/// A point in the time of one slot: `slot@time`. The zero epoch is no epoch.
///
/// A `u64` with the slot in bits 32 to 62 and the time in bits 0 to 31; bit 63 is free for
/// those who store epochs in atomics.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Epoch(u64);

impl Epoch {
    /// No epoch: known to everybody.
    pub const NONE: Epoch = Epoch(0);
    const SLOT_MASK: u32 = (1 << 31) - 1;

    /// The epoch `slot@time`.
    #[inline]
    pub const fn new(slot: Slot, time: u32) -> Epoch {
        Epoch(((slot & Epoch::SLOT_MASK) as u64) << 32 | time as u64)
    }

    /// The epoch in the lower 63 bits of `bits`.
    #[inline]
    pub const fn from_bits(bits: u64) -> Epoch {
        Epoch(bits & !(1 << 63))
    }

    /// The epoch as a number below 2^63.
    #[inline]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Whose time this is.
    #[inline]
    pub const fn slot(self) -> Slot {
        (self.0 >> 32) as u32
    }

    /// The time within the slot.
    #[inline]
    pub const fn time(self) -> u32 {
        self.0 as u32
    }

    /// Whether this is [`Epoch::NONE`].
    #[inline]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// In the place of an epoch: what was published is in these parts (`Parts`). No clock has a place for its slot, so
    /// that nobody knows it.
    #[inline]
    pub(crate) const fn of_parts(index: u32) -> Epoch {
        Epoch::new(Epoch::SLOT_MASK, index)
    }

    /// The parts that this stands for, if it does.
    #[inline]
    pub(crate) const fn parts(self) -> Option<u32> {
        if self.slot() == Epoch::SLOT_MASK { Some(self.time()) } else { None }
    }

    /// The next time of the same slot. The caller sees to it that time does not wrap.
    #[inline]
    pub(crate) const fn next(self) -> Epoch {
        Epoch(self.0 + 1)
    }
}
