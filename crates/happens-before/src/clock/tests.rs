//! Clocks against maps from slots to times.

use std::collections::{BTreeMap, HashMap};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::pool::PoolControl;

type Map = BTreeMap<Slot, u32>;

/// Memory for clocks.
struct Store {
    nodes: Vec<Node>,
    control: PoolControl,
}

impl Store {
    fn new(nodes: usize) -> Store {
        Store { nodes: (0..nodes + 1).map(|_| Node::default()).collect(), control: PoolControl::default() }
    }

    fn clocks(&self) -> Clocks<'_> {
        Clocks { nodes: Pool::new(&self.nodes, &self.control) }
    }
}

impl Clocks<'_> {
    fn in_use(&self) -> u32 {
        self.nodes.in_use()
    }

    /// A clock that knows all of `map`.
    fn of(&self, map: &Map) -> Clk {
        map.iter().fold(EMPTY, |clk, (&slot, &time)| {
            let more = self.with(clk, Epoch::new(slot, time)).unwrap();
            self.release(clk);
            more
        })
    }

    /// Every node in use is counted as often as it is referred to.
    fn audit(&self, held: impl IntoIterator<Item = Clk>) {
        let mut found = HashMap::new();
        held.into_iter().for_each(|clk| self.count_references(clk, &mut found));
        for (&node, &references) in &found {
            assert_eq!(self.counted(node), references, "node {node}");
        }
        assert_eq!(self.in_use() as usize, found.len());
    }
}

fn map(of: &[(Slot, u32)]) -> Map {
    of.iter().copied().collect()
}

fn joined(a: &Map, b: &Map) -> Map {
    let mut all = a.clone();
    for (&slot, &time) in b {
        let mine = all.entry(slot).or_default();
        *mine = time.max(*mine);
    }
    all
}

/// Slots close together and far apart, so that trees of all heights meet.
fn slots() -> impl Strategy<Value = Slot> {
    let any =
        prop_oneof![4 => 1..20u32, 4 => 1..300u32, 2 => 1..1u32 << 20, 1 => 0x7eee_eee0..0x7eee_eeef_u32];
    any.prop_map(|slot| if is_slot(slot) { slot } else { slot & 0x7777_7777 | 1 })
}

#[derive(Debug, Clone)]
enum Op {
    With(usize, Slot, u32),
    Join(usize, usize),
    PutInPlace(usize, Slot, u32),
    Retain(usize),
    Release(usize),
}

fn ops(count: usize) -> impl Strategy<Value = Vec<Op>> {
    let any = any::<usize>;
    let op = prop_oneof![
        5 => (any(), slots(), 1..6u32).prop_map(|(clk, slot, time)| Op::With(clk, slot, time)),
        3 => (any(), any()).prop_map(|(a, b)| Op::Join(a, b)),
        2 => (any(), slots(), 1..6u32).prop_map(|(clk, slot, time)| Op::PutInPlace(clk, slot, time)),
        1 => any().prop_map(Op::Retain),
        2 => any().prop_map(Op::Release),
    ];
    vec(op, 1..count)
}

/// Does `ops` with room for `nodes` nodes, and checks that all is well. True if the room was enough.
fn check(ops: &[Op], nodes: usize) -> bool {
    let store = Store::new(nodes);
    let clocks = store.clocks();
    let mut held = vec![(EMPTY, Map::new())];
    let mut enough = true;
    for op in ops {
        let before = clocks.in_use();
        let pick = |i: &usize| &held[i % held.len()];
        let made = match op {
            Op::With(i, slot, time) => {
                let (clk, known) = pick(i);
                let made = clocks.with(*clk, Epoch::new(*slot, *time));
                if known.get(slot).is_some_and(|known| known >= time) {
                    assert_eq!(made.unwrap(), *clk, "it was known before");
                }
                made.map(|made| (made, joined(known, &map(&[(*slot, *time)]))))
            }
            Op::Join(i, j) => {
                let ((a, x), (b, y)) = (pick(i), pick(j));
                let (made, all) = (clocks.join(*a, *b), joined(x, y));
                if all == *x {
                    assert_eq!(made.unwrap(), *a, "the first knew all");
                } else if all == *y {
                    assert_eq!(made.unwrap(), *b, "the second knew all");
                }
                made.map(|made| (made, all))
            }
            Op::PutInPlace(i, slot, time) => {
                let i = i % held.len();
                let (clk, known) = &mut held[i];
                if known.get(slot).is_some_and(|known| known >= time) {
                    continue;
                }
                if clocks.put_in_place(*clk, 1, Epoch::new(*slot, *time)) {
                    known.insert(*slot, *time);
                    assert_eq!(clocks.in_use(), before);
                }
                clocks.retain(*clk);
                Ok((*clk, known.clone()))
            }
            Op::Retain(i) => {
                clocks.retain(pick(i).0);
                Ok(pick(i).clone())
            }
            Op::Release(i) if held.len() > 1 => {
                let (clk, _) = held.swap_remove(i % held.len());
                clocks.release(clk);
                continue;
            }
            Op::Release(_) => continue,
        };
        let Ok((clk, known)) = made else {
            assert_eq!(clocks.in_use(), before, "what was made in vain is given back");
            enough = false;
            continue;
        };
        for (&slot, &time) in &known {
            assert_eq!(clocks.get(clk, slot), time);
            for near in
                [slot - 1, slot ^ 16, slot ^ 256, slot ^ 1 << 16].into_iter().filter(|&slot| is_slot(slot))
            {
                assert_eq!(clocks.get(clk, near), known.get(&near).copied().unwrap_or(0));
            }
        }
        held.push((clk, known));
    }
    clocks.audit(held.iter().map(|(clk, _)| *clk));
    held.iter().for_each(|(clk, _)| clocks.release(*clk));
    assert_eq!(clocks.in_use(), 0, "all is given back");
    enough
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn behave_like_maps(ops in ops(80)) {
        prop_assert!(check(&ops, 20_000));
    }

    /// Every operation may run out of nodes at any step of it. It says so and leaves no trace.
    #[test]
    fn run_out_of_nodes(ops in ops(40), nodes in 1..60usize) {
        check(&ops, nodes);
    }
}

/// A join that must make `n` nodes is tried with room for fewer.
#[test]
fn a_join_needs_all_its_nodes() {
    let a = map(&[(1, 1), (17, 1), (300, 5), (5000, 1)]);
    let b = map(&[(2, 1), (18, 1), (301, 5), (5001, 1), (70_000, 1)]);
    let store = Store::new(1000);
    let clocks = store.clocks();
    let (a, b) = (clocks.of(&a), clocks.of(&b));
    let held = clocks.in_use();
    let join = clocks.join(a, b).unwrap();
    let needs = clocks.in_use() - held;
    clocks.release(join);
    // From here on there are `room` nodes: the rest is somebody else's.
    let mut others: Vec<_> = std::iter::from_fn(|| clocks.nodes.take()).collect();
    for room in 0..=needs {
        assert_eq!(clocks.join(a, b).is_ok(), room == needs, "with room for {room} of {needs} nodes");
        clocks.nodes.give(others.pop().unwrap());
    }
}

/// The first slots, each at its time 1. The first leaf takes 14, and then a tree eight at a time: where that
/// comes out even nothing is on top.
fn first(count: usize) -> Map {
    (1..).filter(|&slot| is_slot(slot)).take(count).map(|slot| (slot, 1)).collect()
}

#[test]
fn what_two_clocks_share_is_not_copied() {
    let store = Store::new(10_000);
    let clocks = store.clocks();
    let many = clocks.of(&first(814));
    let before = clocks.in_use();
    let with = |clk, slot| clocks.with(clk, Epoch::new(slot, 2)).unwrap();
    let (more, other) = (with(many, 500), with(many, 501));
    assert_eq!(clocks.in_use() - before, 2, "a node on top for each");
    let visited = crate::work::nodes_visited();
    let both = clocks.join(more, other).unwrap();
    assert!(crate::work::nodes_visited() - visited < 30, "a join looks where they differ");
    [many, more, other, both].into_iter().for_each(|clk| clocks.release(clk));
    assert_eq!(clocks.in_use(), 0);
}

#[test]
fn epochs_on_top_go_into_the_tree_together() {
    let store = Store::new(10_000);
    let clocks = store.clocks();
    let mut clk = clocks.of(&first(3214));
    let mut tree = 0;
    for i in 0..80u32 {
        let before = clocks.in_use();
        let more = clocks.with(clk, Epoch::new(1024 + i % 10, 2 + i)).unwrap();
        // The old one is still there: what was made is what is more.
        let made = clocks.in_use() - before;
        assert!(made == 1 || made <= 8, "{made} nodes: a few paths that share their root");
        tree += u32::from(made > 1);
        clocks.release(clk);
        clk = more;
    }
    assert_eq!(tree, 10, "every eighth time, if all slots are others");
    clocks.release(clk);
    assert_eq!(clocks.in_use(), 0);
}

#[test]
fn nodes_are_compared_lane_by_lane() {
    let node = |lanes: [u32; LANES]| Node { lanes: lanes.map(AtomicU32::new), count: AtomicU32::new(7) };
    for lane in 0..LANES {
        for (less, more) in [(0, 1), (1, 2), (5, 1 << 31), ((1 << 31) - 1, u32::MAX)] {
            let (mut a, b) = ([less; LANES], node([less; LANES]));
            a[lane] = more;
            assert_eq!(node(a).compare(&b), (1 << lane, 0), "lane {lane}: {more} and {less}");
            assert_eq!(b.compare(&node(a)), (0, 1 << lane), "lane {lane}: {less} and {more}");
        }
    }
}
