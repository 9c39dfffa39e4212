//! A line of source, where the source is at hand.

use crate::layout::SOURCE;
use crate::out::Out;
use crate::sys;

/// One of the two buffers in the region. The report lock makes them ours.
fn buffer(which: usize) -> &'static mut [u8] {
    // SAFETY: within the stretch; each buffer is asked for once a line, under the report lock.
    unsafe { core::slice::from_raw_parts_mut((SOURCE.at + which * SOURCE.size) as *mut u8, SOURCE.size) }
}

/// Appends line `number` of `file` without its indentation. False if it is not to be had.
pub(super) fn line(out: &mut Out, file: &[u8], number: usize) -> bool {
    let path = buffer(0);
    if file.len() >= path.len() {
        return false;
    }
    for (to, from) in path.iter_mut().zip(file.iter().chain(core::iter::once(&0))) {
        *to = *from;
    }
    let Some(fd) = sys::open(path.as_ptr(), false) else { return false };
    let found = copy(out, fd, number);
    sys::close(fd);
    found
}

fn copy(out: &mut Out, fd: i32, number: usize) -> bool {
    let mut at = 1;
    let mut begun = false;
    let buffer = buffer(1);
    loop {
        let got = sys::read(fd, buffer);
        if got == 0 {
            return begun;
        }
        for &byte in buffer.get(..got).unwrap_or_default() {
            match byte {
                b'\n' if at == number => return true,
                b'\n' => at += 1,
                b'\t' | b' ' if at == number && !begun => {}
                _ if at == number => {
                    begun = true;
                    out.byte(byte);
                }
                _ => {}
            }
        }
    }
}
