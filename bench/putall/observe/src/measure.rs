//! Operations on a map, as fast as one thread can.

use std::time::{Duration, Instant};

use putall::Map;

/// What is measured: changes in a batch, or 0 for a single insert.
pub const SIZES: [usize; 4] = [0, 1, 10, 100];

/// Of each size, so much goes by before it counts, and so long is each of the pieces of which the fastest counts: a piece in which
/// something else ran on the processor is not of interest.
const WARM: Duration = Duration::from_millis(15);
const PIECE: Duration = Duration::from_millis(2);
const PIECES: usize = 30;

const KEYS: u64 = 10_000;

/// Writes nanoseconds of each, one a line.
pub fn all(map: &Map<u64, u64>) {
    map.put_all((0..KEYS).map(|key| (key, key)).collect::<Vec<_>>()).expect("nothing is expected");
    for size in SIZES {
        let mut state = 1;
        let mut key = move || {
            // xorshift64*
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            u64::wrapping_mul(state, 0x2545_F491_4F6C_DD1D) >> 32
        };
        let mut write = || {
            let first = key();
            if size == 0 {
                map.insert(first % KEYS, first);
                return;
            }
            let batch: Vec<_> = (0..size as u64).map(|at| ((first + at * 7) % KEYS, first)).collect();
            map.put_all(batch).expect("nothing is expected");
        };
        piece(WARM, &mut write);
        let fastest = (0..PIECES).map(|_| piece(PIECE, &mut write)).fold(f64::INFINITY, f64::min);
        println!("{fastest}");
    }
}

/// Nanoseconds of one.
fn piece(time: Duration, write: &mut impl FnMut()) -> f64 {
    const AT_ONCE: u32 = 20;
    let start = Instant::now();
    let mut count = 0;
    loop {
        for _ in 0..AT_ONCE {
            write();
        }
        count += AT_ONCE;
        let took = start.elapsed();
        if took >= time {
            return took.as_nanos() as f64 / f64::from(count);
        }
    }
}
