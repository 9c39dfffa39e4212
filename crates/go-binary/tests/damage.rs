//! Damaged programs: some error or some answer, and never a panic. The damage is the same in each run.

mod common;

use common::build;
use go_binary::{Program, anchors};

/// A small generator of numbers (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap() % end
    }
}

/// How many damaged programs are read, of each kind.
const ROUNDS: usize = 500;

/// Reads all there is to read. Says whether it could be.
fn read(file: &[u8]) -> bool {
    let Ok(program) = Program::parse(file) else { return false };
    for anchor in anchors(&program) {
        assert!(!anchor.frames.is_empty());
        assert!(anchor.user < anchor.frames.len());
    }
    true
}

fn find(file: &[u8], bytes: &[u8]) -> usize {
    file.windows(bytes.len()).position(|window| window == bytes).unwrap()
}

#[test]
fn cut_off_anywhere() {
    let file = build("cut", &["-ldflags=-s -w"]);
    let mut ends: Vec<usize> = (0..512).collect();
    ends.extend((512..file.len()).step_by(file.len() / 100));
    for end in ends {
        assert!(!read(&file[..end]), "{end} of {} bytes are no whole program", file.len());
    }
    assert!(read(&file));
}

#[test]
fn changed_where_it_matters() {
    for (name, args) in
        [("changed", &["-ldflags=-s -w"][..]), ("changed-pie", &["-ldflags=-s -w", "-buildmode=pie"])]
    {
        let mut file = build(name, args);
        let header = find(&file, &[0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8]);
        let info = find(&file, b"\xff Go buildinf:");
        // The linker's record of tables: a section since Go 1.26, somewhere in the data before.
        let module = Program::parse(&file).unwrap().image().section(".go.module");
        let module = module.and_then(|at| Program::parse(&file).unwrap().image().file_offset(at));
        let module = module.map_or(header, |at| usize::try_from(at).unwrap());
        let tables = file.len() - header;
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let mut read_all = 0;
        for round in 0..ROUNDS {
            let (from, len) = match round % 6 {
                0 => (0, 2048),
                1 => (header, 72),
                2 => (info, 0x800),
                3 => (module, 48 * 8),
                _ => (header, tables),
            };
            // One change, or many.
            let changes = [1, 1, 4, 64][random.below(4)];
            let mut old = Vec::new();
            for _ in 0..changes {
                let at = (from + random.below(len)).min(file.len() - 1);
                old.push((at, file[at]));
                file[at] = match random.below(4) {
                    0 => 0,
                    1 => 0xff,
                    _ => file[at] ^ (1 << random.below(8)),
                };
            }
            read_all += usize::from(read(&file));
            // The last change of a byte is undone first.
            for (at, byte) in old.into_iter().rev() {
                file[at] = byte;
            }
        }
        assert!((ROUNDS / 5..ROUNDS).contains(&read_all), "{read_all} of {ROUNDS} could be read");
        assert!(read(&file), "all is as it was");
    }
}
