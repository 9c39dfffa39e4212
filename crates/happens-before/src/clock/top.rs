//! A few epochs on top of a tree.
//!
//! The node's lane 0 is the tree's handle; from lane 1 on stand slots and their times in turn, up to the
//! first slot 0. Each time is later than what the tree knows of the slot. To put in one more copies this
//! node alone; when there is no room all go into the tree at once, so that the paths they share are
//! copied once.

use super::{
    Clk, Clocks, EMPTY, FAN, Full, INDEX, LANES, Node, TOP, covers, handle, lane_mut, lane_of, level,
};
use crate::epoch::{Epoch, Slot};

/// Epochs in a node.
pub(super) const ROOM: usize = (LANES - 1) / 2;

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

impl Clocks<'_> {
    /// The tree of any clock, and the epochs on top of it.
    fn split(&self, clk: Clk) -> (Clk, Epochs) {
        let mut epochs = Epochs::NONE;
        if level(clk) != TOP {
            return (clk, epochs);
        }
        let [tree, rest @ ..] = self.node(clk & INDEX).read();
        for pair in rest.chunks_exact(2) {
            if let &[slot, time] = pair
                && slot != 0
            {
                epochs.put(slot, time);
            }
        }
        (tree, epochs)
    }

    #[inline]
    pub(super) fn get_on_top(&self, clk: Clk, slot: Slot) -> u32 {
        let node = self.node(clk & INDEX);
        let mut lane = 1;
        while (lane as usize) < LANES {
            let at = node.lane(lane);
            if at == slot {
                return node.lane(lane + 1);
            }
            if at == 0 {
                break;
            }
            lane += 2;
        }
        self.get_in_tree(node.lane(0), slot)
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
        for (this, other) in [(a, b), (b, a)] {
            if self.knows_all(this, other) {
                self.retain(this);
                return Ok(this);
            }
        }
        let ((tree_a, epochs_a), (tree_b, epochs_b)) = (self.split(a), self.split(b));
        let tree = self.join(tree_a, tree_b)?;
        let mut epochs = Epochs::NONE;
        for (slot, time) in epochs_a.iter().chain(epochs_b.iter()) {
            if self.get_in_tree(tree, slot) < time {
                epochs.put(slot, time);
            }
        }
        self.stand(tree, &epochs)
    }

    /// Whether `this` knows all that `other` does.
    fn knows_all(&self, this: Clk, other: Clk) -> bool {
        let (tree, epochs) = self.split(other);
        epochs.iter().all(|(slot, time)| self.get(this, slot) >= time) && {
            let (mine, _) = self.split(this);
            let knows = |slot, time| self.get(this, slot) >= time;
            tree == EMPTY || self.all_more(tree & INDEX, level(tree), mine & INDEX, level(mine), 0, &knows)
        }
    }

    /// Whether `f` holds for every slot and time that the tree `a` knows and the tree `b`, where 0 is none,
    /// does not. The slots of both begin at `from`.
    fn all_more(&self, a: u32, la: u32, b: u32, lb: u32, from: Slot, f: &impl Fn(Slot, u32) -> bool) -> bool {
        if b != 0 && lb > la {
            // The lower tree stands where the higher one has its child 0.
            return self.all_more(a, la, self.node(b).lane(0), lb - 1, from, f);
        }
        if a == b && la == lb {
            return true;
        }
        let theirs = if b != 0 && la == lb { self.node(b).read() } else { [0; FAN] };
        for (i, (lane, known)) in self.node(a).read().into_iter().zip(theirs).enumerate() {
            let slot = from | (i as u32) << (super::BITS * la);
            let fine = if lane == 0 {
                true
            } else if la == 0 {
                lane <= known || f(slot, lane)
            } else {
                let (other, level) = if i == 0 && lb < la { (b, lb) } else { (known, la - 1) };
                self.all_more(lane, la - 1, other, level, slot, f)
            };
            if !fine {
                return false;
            }
        }
        true
    }
}
