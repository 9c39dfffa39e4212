//! Random programs.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Event, What, World};

/// An event before it is known which tasks are alive then: numbers are taken modulo their count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw {
    what: What,
    task: usize,
    on: usize,
}

/// A program and the world that it runs in.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    tasks: usize,
    vars: usize,
    objects: usize,
    events: Vec<Raw>,
}

/// How often things happen, where an acquire counts 12.
#[derive(Clone, Copy)]
pub(crate) struct Mix {
    /// Reads, and as often writes.
    pub(crate) accesses: usize,
    /// Tasks end, and as often begin.
    pub(crate) turnover: usize,
    pub(crate) acquire_all: usize,
}

pub(crate) const USUAL: Mix = Mix { accesses: 12, turnover: 4, acquire_all: 0 };

/// Programs of up to `length` events and up to `tasks` tasks at once.
pub(crate) fn programs(length: usize, tasks: usize, mix: Mix) -> impl Strategy<Value = Program> {
    let weights = [
        (What::Begin, mix.turnover.div_ceil(4)),
        (What::Fork, mix.turnover),
        (What::End, mix.turnover),
        (What::Acquire, 12),
        (What::Release, 8),
        (What::ReleaseMerge, 4),
        (What::ReleaseAcquire, 4),
        (What::Meet, 3),
        (What::Update, 4),
        (What::Store, 2),
        (What::Load, 3),
        (What::AcquireAll, mix.acquire_all),
        (What::Read, mix.accesses),
        (What::Write, mix.accesses),
        (What::ForgetSync, 1),
        (What::ForgetObject, 1),
        (What::Divide, 3),
    ];
    let whats = weights.iter().flat_map(|&(what, weight)| std::iter::repeat_n(what, weight));
    let what = select(whats.collect::<Vec<_>>());
    let raw = (what, 0..64usize, 0..64usize).prop_map(|(what, task, on)| Raw { what, task, on });
    (2..=tasks, 1..=8usize, 1..=6usize, vec(raw, 1..=length))
        .prop_map(|(tasks, vars, objects, events)| Program { tasks, vars, objects, events })
}

impl Program {
    /// Runs the program in `world`. `check` sees each access and what came of it.
    pub(crate) fn run<const RESTING: u32, const LAST_TIME: u32>(
        &self,
        world: &mut World<RESTING, LAST_TIME>,
        mut check: impl FnMut(&World<RESTING, LAST_TIME>, super::Outcome) -> Result<(), TestCaseError>,
    ) -> Result<(), TestCaseError> {
        let mut alive = vec![0];
        let mut begun = 1;
        world.happen(Event { what: What::Begin, task: 0, on: 0 });
        for raw in &self.events {
            let place = raw.task % alive.len();
            let mut event = Event { what: raw.what, task: alive[place], on: raw.on };
            match raw.what {
                What::Begin | What::Fork if alive.len() >= self.tasks => continue,
                What::End if alive.len() == 1 => continue,
                What::Begin => event.task = begun,
                What::Fork => event.on = begun,
                What::End => _ = alive.swap_remove(place),
                What::Meet => match alive[(place + 1 + raw.on) % alive.len()] {
                    other if other == event.task => continue,
                    other => event.on = other,
                },
                What::Read | What::Write | What::ForgetObject => event.on %= self.objects,
                _ => event.on %= self.vars,
            }
            if let What::Begin | What::Fork = raw.what {
                alive.push(begun);
                begun += 1;
            }
            if let Some(outcome) = world.happen(event) {
                check(world, outcome)?;
            }
        }
        Ok(())
    }
}

/// As many cases as the environment asks for (`PROPTEST_CASES`), or else `cases`.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    let cases =
        if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default().cases } else { cases };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}
