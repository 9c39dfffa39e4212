//! Random programs: the detector says of each access what its definition says.

mod common;

use common::random::{Mix, Program, USUAL, config, programs};
use common::{Outcome, What, World};
use happens_before::{Access, Memory};
use proptest::prelude::*;

const NEVER: u32 = 1 << 31;

/// While slots need not be lent to tasks that do not know all about their last owners, detector
/// and oracle are equal.
fn exact<const LAST_TIME: u32>(program: &Program) -> Result<(), TestCaseError> {
    let mut world = World::<1024, LAST_TIME>::new(10_000, 400);
    let mut seen_before = std::collections::BTreeSet::new();
    program.run(&mut world, |world, Outcome { found, expected }| {
        let event = world.events.last().unwrap();
        let trace = || format!("at the last of\n{}the oracle says {expected:?}", world.trace());
        prop_assert_eq!(found.is_some(), !expected.conflicts.is_empty(), "{:?} {}", found, trace());
        if let Some(conflict) = found {
            prop_assert!(expected.conflicts.contains(&conflict.site), "{:?} {}", conflict, trace());
            let earlier =
                if world.events[conflict.site].what == What::Read { Access::Read } else { Access::Write };
            prop_assert_eq!(conflict.access, earlier, "{}", trace());
        }
        // A conflict is a race, and the first race on an object is a conflict.
        prop_assert!(expected.conflicts.iter().all(|site| expected.races.contains(site)), "{}", trace());
        if found.is_some() {
            seen_before.insert(event.on);
        } else if !expected.races.is_empty() && !seen_before.contains(&event.on) {
            let finalizers = world.events.iter().any(|event| event.what == What::AcquireAll);
            prop_assert!(finalizers, "{}", trace());
        }
        Ok(())
    })?;
    prop_assert!(!(&world.heap).control().is_off());
    world.finish();
    Ok(())
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn few_tasks(program in programs(300, 5, USUAL)) {
        exact::<NEVER>(&program)?;
    }

    #[test]
    fn many_tasks(program in programs(300, 24, Mix { turnover: 12, ..USUAL })) {
        exact::<NEVER>(&program)?;
    }

    /// Many tasks that have no place in the clocks and pass on what others did.
    #[test]
    fn few_accesses(program in programs(300, 12, Mix { accesses: 2, ..USUAL })) {
        exact::<NEVER>(&program)?;
    }

    #[test]
    fn with_finalizers(program in programs(300, 8, Mix { acquire_all: 1, ..USUAL })) {
        exact::<NEVER>(&program)?;
    }

    /// Slots whose time is used up after three releases.
    #[test]
    fn with_short_times(program in programs(300, 8, Mix { acquire_all: 1, ..USUAL })) {
        exact::<3>(&program)?;
    }
}
