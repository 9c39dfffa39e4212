//! Vector clocks as persistent trees that share what they have in common.
//!
//! A clock maps slots to times. It is an immutable radix tree: leaves hold fifteen times, inner nodes fifteen
//! children, and each its count of references, in one cache line. The digits of a slot, in base 16, say which
//! way to go; 15 is no digit ([`is_slot`]), since that is where the count stands. Tasks and synchronisation
//! variables that know the same hold the same tree; a clock that differs in one slot copies one
//! path. A release hands over a reference, an acquire that learns nothing new compares two
//! numbers, and a join visits only the nodes in which the two clocks differ. So the cost follows
//! what changed, not how many tasks there are: what tree clocks (Mathur et al., ASPLOS 2022) gain in
//! time this gains in memory too, which matters where a program has 100,000 tasks.
//!
//! On top of a tree stand up to seven epochs in a node of their own (`clock/top.rs`): tasks that hand order to
//! and fro change those, and leave the tree alone until the node is full.
//!
//! Nodes are counted references. `Clk` 0 is the empty clock.

use crate::epoch::{Epoch, Slot};
use crate::pool::{Pool, Record};
use crate::primitive::{AtomicU32, Ordering};

mod top;

const BITS: u32 = if cfg!(loom) { 1 } else { 4 }; // Small trees for the model checker.
const FAN: usize = 1 << BITS;
/// Lanes that hold times or children; what is left is for the count of references.
const LANES: usize = if cfg!(loom) { FAN } else { FAN - 1 };

/// A handle to a clock: the root's level (0 is a leaf, `TOP` stands on a tree) in the upper 4 bits, its
/// number below.
pub(crate) type Clk = u32;
pub(crate) const EMPTY: Clk = 0;
const INDEX_BITS: u32 = 28;
const INDEX: u32 = (1 << INDEX_BITS) - 1;
/// The level of a node that has a tree and some epochs on top of it.
const TOP: u32 = 15;

/// Whether clocks have a place for `slot`: not if one of its digits is 15.
#[inline]
pub(crate) fn is_slot(slot: Slot) -> bool {
    cfg!(loom) || slot & slot >> 1 & slot >> 2 & slot >> 3 & 0x1111_1111 == 0
}

/// One cache line of a clock: times or children, and how many references there are to it.
#[repr(C, align(64))]
#[derive(Default)]
pub struct Node {
    lanes: [AtomicU32; LANES],
    count: AtomicU32,
    /// Stands for the lanes where the model checker looks for a write while somebody reads.
    #[cfg(loom)]
    lanes_in_use: crate::primitive::Guarded<()>,
}

// SAFETY: as for the lanes; see `read`.
#[cfg(loom)]
unsafe impl Sync for Node {}

// SAFETY: zeros are a leaf that knows nothing.
unsafe impl Record for Node {
    fn link(&self) -> &AtomicU32 {
        let [first, ..] = &self.lanes;
        first
    }
}

impl Node {
    /// All lanes; a last one that is no lane is 0. The node is published and so never changes again.
    #[inline]
    fn read(&self) -> [u32; FAN] {
        let mut lanes = [0; FAN];
        #[cfg(not(loom))]
        // SAFETY: an atomic has the layout of its integer; a published node's lanes are not written until
        // its last reference is gone, and `make`/`release_node` order those.
        let all = unsafe { core::ptr::from_ref(&self.lanes).cast::<[u32; LANES]>().read() };
        #[cfg(loom)]
        let all: [u32; LANES] = core::array::from_fn(|i| self.lane(i as u32));
        for (lane, value) in lanes.iter_mut().zip(all) {
            *lane = value;
        }
        lanes
    }

    /// Where this node's lanes are greater than the other's, and where they are less: bit i is lane i. Both nodes
    /// are published.
    #[inline]
    fn compare(&self, other: &Node) -> (u32, u32) {
        #[cfg(all(target_arch = "x86_64", not(loom)))]
        // SAFETY: SSE2 is part of x86-64. Only lanes are read, which are not written any more (see `read`), and not the count after them.
        unsafe {
            use core::arch::x86_64::{
                __m128i, _mm_cmpgt_epi32, _mm_loadu_si128, _mm_movemask_epi8, _mm_packs_epi16,
                _mm_packs_epi32, _mm_set1_epi32, _mm_xor_si128,
            };
            // Compared are signed numbers: with the top bit turned they have the order of the unsigned ones.
            let top_bit = _mm_set1_epi32(i32::MIN);
            let load = |node: &Node, lane: usize| {
                let lanes = core::ptr::from_ref(&node.lanes).cast::<u32>().add(lane);
                _mm_xor_si128(_mm_loadu_si128(lanes.cast::<__m128i>()), top_bit)
            };
            // Four times four lanes are one too many: lane 11 is there twice.
            let greater = |a: &Node, b: &Node| {
                let four = |lane| _mm_cmpgt_epi32(load(a, lane), load(b, lane));
                let bits =
                    _mm_packs_epi16(_mm_packs_epi32(four(0), four(4)), _mm_packs_epi32(four(8), four(11)));
                let bits = _mm_movemask_epi8(bits) as u32;
                bits & 0xfff | bits >> 12 << 11
            };
            (greater(self, other), greater(other, self))
        }
        #[cfg(not(all(target_arch = "x86_64", not(loom))))]
        {
            let mut masks = (0, 0);
            for (i, (a, b)) in self.read().into_iter().zip(other.read()).enumerate() {
                masks.0 |= u32::from(a > b) << i;
                masks.1 |= u32::from(a < b) << i;
            }
            masks
        }
    }

    #[inline]
    fn write(&self, lanes: &[u32; FAN]) {
        #[cfg(loom)]
        // SAFETY: nobody else refers to the node.
        unsafe {
            self.lanes_in_use.set(())
        };
        for (cell, lane) in self.lanes.iter().zip(lanes) {
            cell.store(*lane, Ordering::Relaxed);
        }
    }

    /// Changes one lane. The caller has the only reference to the node.
    fn write_lane(&self, i: u32, to: u32) {
        #[cfg(loom)]
        // SAFETY: nobody else refers to the node.
        unsafe {
            self.lanes_in_use.set(())
        };
        if let Some(lane) = self.lanes.get(i as usize) {
            lane.store(to, Ordering::Relaxed);
        }
    }

    #[inline]
    fn lane(&self, i: u32) -> u32 {
        #[cfg(loom)]
        // SAFETY: the node is published.
        unsafe {
            self.lanes_in_use.get()
        };
        match self.lanes.get(i as usize) {
            Some(lane) => lane.load(Ordering::Relaxed),
            None => 0,
        }
    }
}

#[inline]
fn level(clk: Clk) -> u32 {
    clk >> INDEX_BITS
}

#[inline]
fn handle(level: u32, index: u32) -> Clk {
    level << INDEX_BITS | index
}

/// The lane of `slot` in a node of `level`.
#[inline]
fn lane_of(slot: Slot, level: u32) -> u32 {
    slot >> (BITS * level) & (FAN as u32 - 1)
}

/// Whether a tree whose root is at `level` has a place for `slot`.
#[inline]
fn covers(level: u32, slot: Slot) -> bool {
    level >= 7 || slot >> (BITS * (level + 1)) == 0
}

/// The clocks of one detector.
#[derive(Clone, Copy)]
pub(crate) struct Clocks<'m> {
    pub(crate) nodes: Pool<'m, Node>,
}

/// The pool of nodes is full.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Full;

/// What [`Clocks::join`] makes of two nodes: one that knows what both know, and whether one of them knew all of that
/// before. If so then it is the node, without a reference of its own; else it is a new one, with one.
struct Joined {
    index: u32,
    is_a: bool,
    is_b: bool,
}

impl Joined {
    #[inline]
    fn is_new(&self) -> bool {
        !self.is_a && !self.is_b
    }
}

impl<'m> Clocks<'m> {
    #[inline]
    fn node(&self, index: u32) -> &'m Node {
        #[cfg(any(test, feature = "std"))]
        crate::work::count();
        // SAFETY: indices in trees come from `take`.
        unsafe { self.nodes.get(index) }
    }

    #[inline]
    fn count(&self, index: u32) -> &'m AtomicU32 {
        // SAFETY: indices in trees come from `take`.
        &unsafe { self.nodes.get(index) }.count
    }

    fn make(&self, lanes: &[u32; FAN]) -> Result<u32, Full> {
        let index = self.nodes.take().ok_or(Full)?;
        self.node(index).write(lanes);
        self.count(index).store(1, Ordering::Relaxed);
        Ok(index)
    }

    /// The time that `clk` knows of `slot`; 0 is none.
    #[inline]
    pub(crate) fn get(&self, clk: Clk, slot: Slot) -> u32 {
        if level(clk) == TOP { self.get_on_top(clk, slot) } else { self.get_in_tree(clk, slot) }
    }

    #[inline]
    fn get_in_tree(&self, clk: Clk, slot: Slot) -> u32 {
        let mut level = level(clk);
        if clk == EMPTY || !covers(level, slot) {
            return 0;
        }
        let mut index = clk & INDEX;
        loop {
            let lane = self.node(index).lane(lane_of(slot, level));
            if level == 0 || lane == 0 {
                return lane;
            }
            index = lane;
            level -= 1;
        }
    }

    /// Takes one more reference.
    #[inline]
    pub(crate) fn retain(&self, clk: Clk) {
        self.retain_many(clk, 1);
    }

    /// Takes `n` more references.
    #[inline]
    pub(crate) fn retain_many(&self, clk: Clk, n: u32) {
        if clk != EMPTY {
            self.count(clk & INDEX).fetch_add(n, Ordering::Relaxed);
        }
    }

    /// Gives a reference up.
    #[inline]
    pub(crate) fn release(&self, clk: Clk) {
        self.release_many(clk, 1);
    }

    /// Gives `n` references up.
    #[inline]
    pub(crate) fn release_many(&self, clk: Clk, n: u32) {
        if clk != EMPTY {
            self.release_node_many(clk & INDEX, level(clk), n);
        }
    }

    fn release_node(&self, index: u32, level: u32) {
        self.release_node_many(index, level, 1);
    }

    fn release_node_many(&self, index: u32, level: u32, n: u32) {
        let count = self.count(index);
        // Acquire and release: every reader's last look at the node comes before its next use. Whoever has all
        // references there are needs no read-modify-write: nobody else can take one.
        if count.load(Ordering::Acquire) != n && count.fetch_sub(n, Ordering::AcqRel) != n {
            return;
        }
        let node = self.node(index);
        if level == TOP {
            self.release(node.lane(0));
        } else if level > 0 {
            let children = || (0..LANES as u32).map(|lane| node.lane(lane)).filter(|&child| child != 0);
            // Else each would be waited for in turn.
            children().for_each(|child| self.nodes.prefetch(child));
            children().for_each(|child| self.release_node(child, level - 1));
        }
        self.nodes.give(index);
    }

    /// Fetches the node of a clock.
    #[inline]
    pub(crate) fn fetch(&self, clk: Clk) {
        self.nodes.prefetch(clk & INDEX);
    }

    fn retain_node(&self, index: u32) -> u32 {
        self.count(index).fetch_add(1, Ordering::Relaxed);
        index
    }

    /// `clk` and `epoch` besides, as a new reference.
    pub(crate) fn with(&self, clk: Clk, epoch: Epoch) -> Result<Clk, Full> {
        let slot = epoch.slot();
        if self.get(clk, slot) >= epoch.time() {
            self.retain(clk);
            return Ok(clk);
        }
        // A single leaf is as quickly copied as a node on top of it would be.
        let one_leaf = clk == EMPTY || level(clk) == 0 && covers(0, slot);
        if top::ROOM > 0 && !one_leaf {
            return self.with_on_top(clk, epoch);
        }
        if clk == EMPTY {
            let mut top = 0;
            while !covers(top, slot) {
                top += 1;
            }
            return Ok(handle(top, self.path(top, epoch)?));
        }
        let (mut top, index) = (level(clk), clk & INDEX);
        if covers(top, slot) {
            return Ok(handle(top, self.copy_with(top, index, epoch)?));
        }
        // Raise the tree until it has a place for the slot; the old root is child 0.
        let mut root = self.retain_node(index);
        while !covers(top, slot) {
            top += 1;
            let mut lanes = [0; FAN];
            lanes[0] = root;
            if covers(top, slot) {
                let side = self.path(top - 1, epoch);
                match side {
                    Ok(side) => *lane_mut(&mut lanes, lane_of(slot, top)) = side,
                    Err(full) => {
                        self.release_node(root, top - 1);
                        return Err(full);
                    }
                }
            }
            match self.make(&lanes) {
                Ok(made) => root = made,
                Err(full) => {
                    for lane in lanes {
                        if lane != 0 {
                            self.release_node(lane, top - 1);
                        }
                    }
                    return Err(full);
                }
            }
        }
        Ok(handle(top, root))
    }

    /// Adds `epoch`, which it does not know, to `clk` itself. The caller holds `own` references that nobody else can
    /// copy meanwhile; if those are all, and there is a place at the top of the clock, it is done.
    pub(crate) fn put_in_place(&self, clk: Clk, own: u32, epoch: Epoch) -> bool {
        if clk == EMPTY || !self.is_owned(clk, own) {
            return false;
        }
        let node = self.node(clk & INDEX);
        match level(clk) {
            0 if covers(0, epoch.slot()) => node.write_lane(lane_of(epoch.slot(), 0), epoch.time()),
            TOP => return self.put_on_top(node, epoch),
            _ => return false,
        }
        true
    }

    /// Adds to `clk` itself what `other` knows. The caller holds `own` references, as for [`Clocks::put_in_place`]; it
    /// is done if both are a leaf.
    pub(crate) fn join_in_place(&self, clk: Clk, own: u32, other: Clk) -> bool {
        if level(clk) > 0 || level(other) > 0 || clk == EMPTY || !self.is_owned(clk, own) {
            return false;
        }
        let (node, other) = (self.node(clk & INDEX), self.node(other & INDEX));
        let (_, less) = node.compare(other);
        bits(less).for_each(|lane| node.write_lane(lane, other.lane(lane)));
        true
    }

    /// Whether `own` are all references that there are. If so then nobody else can look at the node.
    #[inline]
    fn is_owned(&self, clk: Clk, own: u32) -> bool {
        // Acquire: what others read there comes before.
        self.count(clk & INDEX).load(Ordering::Acquire) == own
    }

    /// A tree of `level` that knows `epoch` alone.
    fn path(&self, level: u32, epoch: Epoch) -> Result<u32, Full> {
        let mut lane = epoch.time();
        let mut at = 0;
        loop {
            let mut lanes = [0; FAN];
            *lane_mut(&mut lanes, lane_of(epoch.slot(), at)) = lane;
            match self.make(&lanes) {
                Ok(made) => lane = made,
                Err(full) => {
                    if at > 0 {
                        self.release_node(lane, at - 1);
                    }
                    return Err(full);
                }
            }
            if at == level {
                return Ok(lane);
            }
            at += 1;
        }
    }

    fn copy_with(&self, level: u32, index: u32, epoch: Epoch) -> Result<u32, Full> {
        let mut lanes = self.node(index).read();
        let which = lane_of(epoch.slot(), level);
        let old = *lane_mut(&mut lanes, which);
        let new = match level {
            0 => epoch.time(),
            _ if old == 0 => self.path(level - 1, epoch)?,
            _ => self.copy_with(level - 1, old, epoch)?,
        };
        *lane_mut(&mut lanes, which) = new;
        self.made_of(level, &lanes, |i| i != which)
    }

    /// An inner node or leaf of these lanes. Of the children, those for which `borrowed` holds
    /// gain a reference; the others bring theirs, and lose it if there is no room.
    fn made_of(&self, level: u32, lanes: &[u32; FAN], borrowed: impl Fn(u32) -> bool) -> Result<u32, Full> {
        let made = self.make(lanes);
        if level > 0 {
            for (i, &child) in lanes.iter().enumerate() {
                let borrowed = borrowed(i as u32);
                if child != 0 && made.is_ok() && borrowed {
                    self.retain_node(child);
                } else if child != 0 && made.is_err() && !borrowed {
                    self.release_node(child, level - 1);
                }
            }
        }
        made
    }

    /// What either of two clocks knows, as a new reference. Where one knows all that the other
    /// does the result is that very clock.
    pub(crate) fn join(&self, a: Clk, b: Clk) -> Result<Clk, Full> {
        if a == b || b == EMPTY {
            self.retain(a);
            return Ok(a);
        }
        if a == EMPTY {
            self.retain(b);
            return Ok(b);
        }
        if level(a) == TOP || level(b) == TOP {
            return self.join_with_tops(a, b);
        }
        let (la, lb) = (level(a), level(b));
        let joined = self.join_nodes(a & INDEX, la, b & INDEX, lb)?;
        if joined.is_new() {
            return Ok(handle(if la > lb { la } else { lb }, joined.index));
        }
        let all = if joined.is_a { a } else { b };
        self.retain(all);
        Ok(all)
    }

    fn join_nodes(&self, a: u32, la: u32, b: u32, lb: u32) -> Result<Joined, Full> {
        if a == b && la == lb {
            return Ok(Joined { index: a, is_a: true, is_b: true });
        }
        if la != lb {
            return self.join_levels(a, la, b, lb);
        }
        let (node_a, node_b) = (self.node(a), self.node(b));
        let (more, less) = node_a.compare(node_b);
        if la == 0 {
            let (is_a, is_b) = (less == 0, more == 0);
            if is_a || is_b {
                return Ok(Joined { index: self.chosen(a, is_a, b, is_b), is_a, is_b });
            }
            let mut lanes = node_a.read();
            for lane in bits(less) {
                *lane_mut(&mut lanes, lane) = node_b.lane(lane);
            }
            return Ok(Joined { index: self.make(&lanes)?, is_a, is_b });
        }
        self.fetch_children(node_a, node_b, more | less);
        let mut lanes = node_a.read();
        let (mut is_a, mut is_b) = (true, true);
        // Children that are new; all others are those of `a` or `b`.
        let mut new = 0;
        for which in bits(more | less) {
            let (x, y) = (node_a.lane(which), node_b.lane(which));
            let child = if x == 0 || y == 0 {
                Joined { index: x | y, is_a: y == 0, is_b: x == 0 }
            } else {
                match self.join_nodes(x, la - 1, y, la - 1) {
                    Ok(child) => child,
                    Err(Full) => {
                        bits(new).for_each(|which| self.release_node(*lane_mut(&mut lanes, which), la - 1));
                        return Err(Full);
                    }
                }
            };
            *lane_mut(&mut lanes, which) = child.index;
            new |= u32::from(child.is_new()) << which;
            (is_a, is_b) = (is_a && child.is_a, is_b && child.is_b);
        }
        // With a new child it is neither, so that none is left over.
        if is_a || is_b {
            return Ok(Joined { index: self.chosen(a, is_a, b, is_b), is_a, is_b });
        }
        let index = self.made_of(la, &lanes, |i| new >> i & 1 == 0)?;
        Ok(Joined { index, is_a, is_b })
    }

    /// Has the processor fetch those children of two nodes that will be looked at: else each is waited for in turn.
    #[inline]
    fn fetch_children(&self, a: &Node, b: &Node, lanes: u32) {
        for lane in bits(lanes) {
            self.nodes.prefetch(a.lane(lane));
            self.nodes.prefetch(b.lane(lane));
        }
    }

    /// Joins nodes of different levels: the lower tree stands where the higher one has its child 0.
    fn join_levels(&self, a: u32, la: u32, b: u32, lb: u32) -> Result<Joined, Full> {
        let (high, lh, low, ll) = if la > lb { (a, la, b, lb) } else { (b, lb, a, la) };
        let mut lanes = self.node(high).read();
        let [first, ..] = &mut lanes;
        let mut is_new = true;
        if *first == 0 {
            *first = self.raise(low, ll, lh - 1)?;
        } else {
            let joined = self.join_nodes(*first, lh - 1, low, ll)?;
            if joined.is_a {
                return Ok(Joined { index: high, is_a: la > lb, is_b: lb > la });
            }
            (*first, is_new) = (joined.index, joined.is_new());
        }
        let index = self.made_of(lh, &lanes, |i| i != 0 || !is_new)?;
        Ok(Joined { index, is_a: false, is_b: false })
    }

    /// The one of two nodes that knows all that both do. Of two that know the same the one that more refer to: so
    /// clocks that come to know the same come to share it, and the next join of them passes it over.
    #[inline]
    fn chosen(&self, a: u32, is_a: bool, b: u32, is_b: bool) -> u32 {
        let refers = |index| self.count(index).load(Ordering::Relaxed);
        if is_a && !(is_b && refers(b) > refers(a)) { a } else { b }
    }

    /// The tree `low` of level `from` as child 0 of child 0 … of a tree of level `to`.
    fn raise(&self, low: u32, from: u32, to: u32) -> Result<u32, Full> {
        let mut index = self.retain_node(low);
        for at in from..to {
            let mut lanes = [0; FAN];
            lanes[0] = index;
            match self.make(&lanes) {
                Ok(made) => index = made,
                Err(full) => {
                    self.release_node(index, at);
                    return Err(full);
                }
            }
        }
        Ok(index)
    }
}

#[cfg(any(test, feature = "std"))]
impl Clocks<'_> {
    /// How many references to the node `index` are counted.
    pub(crate) fn counted(&self, index: u32) -> u32 {
        self.count(index).load(Ordering::Relaxed)
    }

    /// Counts each reference that leads to a node of `clk` in `found`, by the node's number.
    pub(crate) fn count_references(&self, clk: Clk, found: &mut std::collections::HashMap<u32, u32>) {
        if clk == EMPTY {
            return;
        }
        let (level, index) = (level(clk), clk & INDEX);
        let count = found.entry(index).or_default();
        *count += 1;
        if *count == 1 && level == TOP {
            self.count_references(self.node(index).lane(0), found);
        } else if *count == 1 && level > 0 {
            for child in self.node(index).read().into_iter().filter(|&child| child != 0) {
                self.count_references(handle(level - 1, child), found);
            }
        }
    }
}

/// The numbers of the bits that are set.
#[inline]
fn bits(mut mask: u32) -> impl Iterator<Item = u32> {
    core::iter::from_fn(move || {
        let bit = (mask != 0).then(|| mask.trailing_zeros());
        mask &= mask.wrapping_sub(1);
        bit
    })
}

#[inline]
fn lane_mut(lanes: &mut [u32; FAN], i: u32) -> &mut u32 {
    // SAFETY: the index is masked to below FAN.
    unsafe { lanes.get_unchecked_mut(i as usize & (FAN - 1)) }
}

#[cfg(all(test, not(loom)))]
mod tests;
