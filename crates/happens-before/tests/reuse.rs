//! Many short-lived tasks, and slots that are lent again soon: races can go unseen then, for the
//! new owner seems to come after the last one's end. But there is no false alarm.

mod common;

use common::random::{Mix, Program, config, programs};
use common::{Outcome, World};
use happens_before::Memory;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// Counts over all programs.
#[derive(Default, Debug)]
struct Tally {
    /// Accesses that a detector which never reuses a slot finds conflicts at.
    conflicts: u32,
    /// Those of them at which none was found.
    missed: u32,
}

fn sound<const RESTING: u32, const LAST_TIME: u32>(
    program: &Program,
    slots: usize,
    tally: &mut Tally,
) -> Result<(), TestCaseError> {
    let mut world = World::<RESTING, LAST_TIME>::new(20_000, slots);
    program.run(&mut world, |world, Outcome { found, expected }| {
        if let Some(conflict) = found {
            let trace = || format!("at the last of\n{}the oracle says {expected:?}", world.trace());
            prop_assert!(expected.races.contains(&conflict.site), "{:?} {}", conflict, trace());
        }
        tally.conflicts += u32::from(!expected.conflicts.is_empty());
        tally.missed += u32::from(!expected.conflicts.is_empty() && found.is_none());
        Ok(())
    })?;
    prop_assert!(!(&world.heap).control().is_off());
    world.finish();
    Ok(())
}

/// Runs random programs with much coming and going of tasks. At most `percent` of the conflicts may be missed.
#[track_caller]
fn check<const RESTING: u32, const LAST_TIME: u32>(tasks: usize, slots: usize, percent: u32) {
    let tally = std::cell::RefCell::new(Tally::default());
    let run = |program| sound::<RESTING, LAST_TIME>(&program, slots, &mut tally.borrow_mut());
    let mix = Mix { accesses: 12, turnover: 32, acquire_all: 1 };
    // The same programs each time, and enough of them for a rate: 300 programs put it within one
    // percent, 60 within five.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config(1000), rng);
    let result = runner.run(&programs(1500, tasks, mix), run);
    let tally = tally.into_inner();
    eprintln!("{RESTING} resting, {slots} slots: {tally:?}");
    if let Err(failure) = result {
        panic!("{failure}");
    }
    assert!(tally.missed * 100 <= tally.conflicts * percent, "{tally:?}");
}

const NEVER: u32 = 1 << 31;

#[test]
fn slots_do_not_rest() {
    check::<0, NEVER>(12, 1000, 30);
}

#[test]
fn one_slot_rests() {
    check::<1, NEVER>(3, 1000, 30);
}

#[test]
fn few_slots_rest() {
    check::<4, NEVER>(12, 1000, 6);
}

#[test]
fn there_are_no_more_slots() {
    check::<1024, NEVER>(12, 16, 2);
}

#[test]
fn enough_slots_rest() {
    check::<1024, NEVER>(24, 2000, 0);
}

#[test]
fn slots_are_used_up_soon() {
    check::<0, 4>(4, 2000, 40);
}
