//! A few epochs on top of a tree.
//!
//! The node's lane 0 is the tree's handle; from lane 1 on stand slots and their times in turn, up to the
//! first slot 0. Each time is later than what the tree knows of the slot. To put in one more copies this
//! node alone; when there is no room all go into the tree at once, so that the paths they share are
//! copied once.

use super::{
    BITS, Clk, Clocks, EMPTY, FAN, Full, INDEX, LANES, Node, TOP, bits, covers, handle, lane_mut, lane_of,
    level,
};
use crate::epoch::{Epoch, Slot};

/// Epochs in a node.
pub(super) const ROOM: usize = (LANES - 1) / 2;

/// What is known so far of two clocks: whether the one or the other knows all that both do.
struct All {
    a: bool,
    b: bool,
    /// The clocks. What they have on top is not missing in their trees.
    top_a: Clk,
    top_b: Clk,
}

/// Up to as many epochs as two nodes hold, of different slots.
#[derive(Clone, Copy)]
struct Epochs {
    all: [(Slot, u32); MOST],
    len: usize,
}

/// At least one more than a node has room for.
const MOST: usize = if ROOM > 0 { 2 * ROOM } else { 1 };

impl Epochs {
    const NONE: Epochs = Epochs { all: [(0, 0); MOST], len: 0 };

    fn iter(&self) -> impl Iterator<Item = (Slot, u32)> {
        self.all.iter().take(self.len).copied()
    }

    /// Puts `slot` at `time`, unless a later time of it is there.
    fn put(&mut self, slot: Slot, time: u32) {
        match self.all.iter_mut().take(self.len).find(|(known, _)| *known == slot) {
            Some((_, known)) => *known = time.max(*known),
            None => {
                if let Some(place) = self.all.get_mut(self.len) {
                    *place = (slot, time);
                    self.len += 1;
                }
            }
        }
    }
}

impl Node {
    /// The time of `slot` in a node of epochs, or 0 if it is not there.
    #[inline]
    fn time_of(&self, slot: Slot) -> u32 {
        #[cfg(all(target_arch = "x86_64", not(loom)))]
        // SAFETY: SSE2 is part of x86-64. Only lanes are read, which are not written any more (see `read`), and not
        // the count after them.
        let equal = unsafe {
            use core::arch::x86_64::{
                _mm_cmpeq_epi32, _mm_loadu_si128, _mm_movemask_epi8, _mm_packs_epi16, _mm_packs_epi32,
                _mm_set1_epi32,
            };
            let wanted = _mm_set1_epi32(slot as i32);
            let four = |lane: usize| {
                let lanes = core::ptr::from_ref(&self.lanes).cast::<u32>().add(lane);
                _mm_cmpeq_epi32(_mm_loadu_si128(lanes.cast()), wanted)
            };
            // Slots have the odd lanes; lane 11 is there twice.
            let equal =
                _mm_packs_epi16(_mm_packs_epi32(four(0), four(4)), _mm_packs_epi32(four(8), four(11)));
            let equal = _mm_movemask_epi8(equal) as u32;
            (equal & 0xfff | equal >> 12 << 11) & 0x2aaa
        };
        #[cfg(not(all(target_arch = "x86_64", not(loom))))]
        let equal = (1..=2 * ROOM as u32)
            .step_by(2)
            .map(|lane| u32::from(self.lane(lane) == slot) << lane)
            .fold(0, |all, one| all | one);
        if equal == 0 { 0 } else { self.lane(equal.trailing_zeros() + 1) }
    }
}

impl Clocks<'_> {
    /// The tree of any clock, and the epochs on top of it.
    fn split(&self, clk: Clk) -> (Clk, Epochs) {
        let mut epochs = Epochs::NONE;
        for (place, epoch) in epochs.all.iter_mut().zip(self.on_top(clk)) {
            *place = epoch;
            epochs.len += 1;
        }
        (self.tree(clk), epochs)
    }

    /// The tree of any clock.
    #[inline]
    fn tree(&self, clk: Clk) -> Clk {
        if level(clk) == TOP { self.node(clk & INDEX).lane(0) } else { clk }
    }

    /// The epochs on top of any clock's tree.
    #[inline]
    fn on_top(&self, clk: Clk) -> impl Iterator<Item = (Slot, u32)> {
        let node = (level(clk) == TOP).then(|| self.node(clk & INDEX));
        let mut lane = 1;
        core::iter::from_fn(move || {
            let (node, slot) = (node?, node?.lane(lane));
            let epoch = (slot, node.lane(lane + 1));
            lane += 2;
            (slot != 0).then_some(epoch)
        })
    }

    #[inline]
    pub(super) fn get_on_top(&self, clk: Clk, slot: Slot) -> u32 {
        let node = self.node(clk & INDEX);
        match node.time_of(slot) {
            0 => self.get_in_tree(node.lane(0), slot),
            time => time,
        }
    }

    /// The time of `slot` on top of a clock's tree; 0 if it is not there.
    #[inline]
    fn get_at_top(&self, clk: Clk, slot: Slot) -> u32 {
        if level(clk) == TOP { self.node(clk & INDEX).time_of(slot) } else { 0 }
    }

    /// Adds an epoch to a node that nobody else refers to. False if there is no room.
    pub(super) fn put_on_top(&self, node: &Node, epoch: Epoch) -> bool {
        let mut lane = 1;
        while (lane as usize) < LANES {
            let slot = node.lane(lane);
            if slot == epoch.slot() || slot == 0 {
                node.write_lane(lane + 1, epoch.time());
                node.write_lane(lane, epoch.slot());
                return true;
            }
            lane += 2;
        }
        false
    }

    /// `clk` with an epoch that it does not know.
    pub(super) fn with_on_top(&self, clk: Clk, epoch: Epoch) -> Result<Clk, Full> {
        let (tree, mut epochs) = self.split(clk);
        epochs.put(epoch.slot(), epoch.time());
        self.retain(tree);
        self.stand(tree, &epochs)
    }

    /// A clock of a tree and epochs that it does not know. The reference to the tree is used up.
    fn stand(&self, tree: Clk, epochs: &Epochs) -> Result<Clk, Full> {
        if epochs.len > ROOM {
            let folded = self.fold(tree, epochs);
            self.release(tree);
            return folded;
        }
        let mut lanes = [0; FAN];
        lanes[0] = tree;
        for (i, (slot, time)) in epochs.iter().enumerate() {
            *lane_mut(&mut lanes, 2 * i as u32 + 1) = slot;
            *lane_mut(&mut lanes, 2 * i as u32 + 2) = time;
        }
        match self.make(&lanes) {
            Ok(made) => Ok(handle(TOP, made)),
            Err(full) => {
                self.release(tree);
                Err(full)
            }
        }
    }

    /// The tree with all of the epochs in it, as a new reference.
    fn fold(&self, tree: Clk, epochs: &Epochs) -> Result<Clk, Full> {
        let (mut top, mut index) = (level(tree), tree & INDEX);
        while epochs.iter().any(|(slot, _)| !covers(top, slot)) {
            top += 1;
        }
        if tree != EMPTY && top > level(tree) {
            index = self.raise(index, level(tree), top)?;
        }
        let made = self.copy_with_all(top, index, epochs, (1 << epochs.len) - 1);
        if tree != EMPTY && top > level(tree) {
            self.release_node(index, top);
        }
        Ok(handle(top, made?))
    }

    /// The node `index`, or if that is 0 an empty one, with those epochs in it whose bits are set in `chosen`.
    fn copy_with_all(&self, level: u32, index: u32, epochs: &Epochs, chosen: u32) -> Result<u32, Full> {
        let mut lanes = if index == 0 { [0; FAN] } else { self.node(index).read() };
        let (mut rest, mut replaced) = (chosen, 0u32);
        while rest != 0 {
            let which = lane_of(self.epoch_at(epochs, rest.trailing_zeros()).0, level);
            // All that go into the same lane.
            let mut same = 0;
            for i in 0..epochs.len as u32 {
                if rest >> i & 1 != 0 && lane_of(self.epoch_at(epochs, i).0, level) == which {
                    same |= 1 << i;
                }
            }
            let lane = lane_mut(&mut lanes, which);
            if level == 0 {
                *lane = self.epoch_at(epochs, rest.trailing_zeros()).1.max(*lane);
            } else {
                match self.copy_with_all(level - 1, *lane, epochs, same) {
                    Ok(made) => *lane = made,
                    Err(full) => {
                        for i in (0..FAN as u32).filter(|i| replaced >> i & 1 != 0) {
                            self.release_node(*lane_mut(&mut lanes, i), level - 1);
                        }
                        return Err(full);
                    }
                }
            }
            replaced |= 1 << which;
            rest &= !same;
        }
        self.made_of(level, &lanes, |i| replaced >> i & 1 == 0)
    }

    #[inline]
    fn epoch_at(&self, epochs: &Epochs, i: u32) -> (Slot, u32) {
        epochs.all.get(i as usize).copied().unwrap_or_default()
    }

    /// [`Clocks::join`] where at least one of the two has epochs on top.
    pub(super) fn join_with_tops(&self, a: Clk, b: Clk) -> Result<Clk, Full> {
        let (tree_a, tree_b) = (self.tree(a), self.tree(b));
        let knows_top = |clk, other| {
            self.on_top(other).all(|(slot, time)| {
                // What is on top of a tree is later than what is in it.
                let known = if tree_a == tree_b { self.get_at_top(clk, slot) } else { self.get(clk, slot) };
                known >= time
            })
        };
        let mut all = All { a: knows_top(a, b), b: knows_top(b, a), top_a: a, top_b: b };
        self.compare(&mut all, 0, (tree_a & INDEX, level(tree_a)), (tree_b & INDEX, level(tree_b)));
        if all.a || all.b {
            let all = if all.a { a } else { b };
            self.retain(all);
            return Ok(all);
        }
        let tree = self.join(tree_a, tree_b)?;
        let mut epochs = Epochs::NONE;
        for (clk, under) in [(a, tree_a), (b, tree_b)] {
            for (slot, time) in self.on_top(clk) {
                if tree == under || self.get_in_tree(tree, slot) < time {
                    epochs.put(slot, time);
                }
            }
        }
        self.stand(tree, &epochs)
    }

    /// Finds out whether the one or the other clock knows all that is in two nodes of their trees. With each goes its
    /// level; the slots of both begin at `from`. A node 0 is one that knows nothing: that is what stands there.
    fn compare(&self, all: &mut All, from: Slot, (a, la): (u32, u32), (b, lb): (u32, u32)) {
        if a == b && la == lb || !all.a && !all.b {
            return;
        }
        let (node_a, node_b) = (self.node(a), self.node(b));
        if la < lb {
            // The lower tree stands where the higher one has its child 0.
            for lane in 0..LANES as u32 {
                let low = if lane == 0 { (a, la) } else { (0, lb - 1) };
                self.compare(all, from | lane << (BITS * lb), low, (node_b.lane(lane), lb - 1));
            }
        } else if la > lb {
            for lane in 0..LANES as u32 {
                let low = if lane == 0 { (b, lb) } else { (0, la - 1) };
                self.compare(all, from | lane << (BITS * la), (node_a.lane(lane), la - 1), low);
            }
        } else {
            let (more, less) = node_a.compare(node_b);
            if la > 0 {
                self.fetch_children(node_a, node_b, more | less);
                for lane in bits(more | less) {
                    let (a, b) = (node_a.lane(lane), node_b.lane(lane));
                    self.compare(all, from | lane << (BITS * la), (a, la - 1), (b, la - 1));
                }
            } else {
                let on_top =
                    |top, lane, time| self.on_top(top).any(|(slot, at)| slot == from | lane && at >= time);
                all.a = all.a && bits(less).all(|lane| on_top(all.top_a, lane, node_b.lane(lane)));
                all.b = all.b && bits(more).all(|lane| on_top(all.top_b, lane, node_a.lane(lane)));
            }
        }
    }
}
