//! Filling a map that nobody else has yet with what it had before: keys get the versions that they had.

use std::ptr;

use crate::raw::clock::Clock;
use crate::raw::lane::free_memory;
use crate::raw::line::tag;
use crate::raw::node::Node;
use crate::raw::{Core, this_thread};

impl<K: Eq, V> Core<K, V> {
    /// Does to a key what the commit of a revision did: it gets a value, or goes. What it had before is dropped.
    pub(crate) fn restore(&mut self, hash: &impl Fn(&K) -> u64, key: K, value: Option<V>, revision: u64) {
        let core = &*self;
        let own = hash(&key);
        let mut lane = core.lanes.acquire(this_thread());
        let bucket = core.table.lock(own, lane.lock);
        let place = bucket.find(tag(own), |node| node.key == key);
        let before = place.as_ref().map(|place| ptr::from_ref(place.node).cast_mut());
        match value {
            Some(value) => {
                let node = lane.yard().memory();
                let new = Node::new(ptr::null(), key, Some(value));
                new.set_settled(revision, false);
                // SAFETY: memory for a node, that nobody else uses.
                unsafe { node.write(new) };
                match place {
                    Some(place) => place.replace(node),
                    None => {
                        bucket.insert(tag(own), node);
                        lane.count_slot(1);
                        lane.count_keys(1);
                    }
                }
            }
            None => {
                if let Some(place) = place {
                    place.remove();
                    lane.count_slot(-1);
                    lane.count_keys(-1);
                }
            }
        }
        drop(bucket);
        core.grow(&mut lane, 1, hash);
        if let Some(before) = before {
            // SAFETY: `&mut self`: nobody was looking at it, and it is out of the table.
            unsafe { Node::drop_in_place(before) };
            free_memory(before);
        }
    }
}

impl<K, V> Core<K, V> {
    /// Sets the revision that the map begins with. All keys are older, or of that one.
    pub(crate) fn begin_at(&mut self, revision: u64) {
        self.clock = Clock::new(revision);
    }
}
