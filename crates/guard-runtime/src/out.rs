//! Text under construction, without the formatting machinery (whose tables need relocations).

use crate::layout::SCRATCH;
use crate::sys;

/// A text in the region's scratch page. There is one at a time: the report lock guards it.
pub(crate) struct Out {
    len: usize,
}

impl Out {
    pub(crate) fn new() -> Out {
        Out { len: 0 }
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: within the scratch stretch, which the report lock makes ours.
        unsafe { core::slice::from_raw_parts(SCRATCH.at as *const u8, self.len) }
    }

    pub(crate) fn byte(&mut self, byte: u8) -> &mut Out {
        if self.len < SCRATCH.len {
            // SAFETY: as above.
            unsafe { *((SCRATCH.at + self.len) as *mut u8) = byte };
            self.len += 1;
        }
        self
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) -> &mut Out {
        for &byte in bytes {
            self.byte(byte);
        }
        self
    }

    pub(crate) fn str(&mut self, text: &str) -> &mut Out {
        self.raw(text.as_bytes())
    }

    pub(crate) fn dec(&mut self, mut n: u64) -> &mut Out {
        let mut digits = [0u8; 20];
        let mut count = 0;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (n % 10) as u8;
            n /= 10;
            count += 1;
            if n == 0 {
                break;
            }
        }
        self.raw(digits.get(20 - count..).unwrap_or_default())
    }

    /// So many spaces.
    pub(crate) fn pad(&mut self, count: u32) -> &mut Out {
        for _ in 0..count.min(80) {
            self.byte(b' ');
        }
        self
    }

    /// `n`, at the right end of `width` columns.
    pub(crate) fn right(&mut self, n: u64, width: u32) -> &mut Out {
        let (mut digits, mut rest) = (1, n);
        while rest > 9 {
            rest /= 10;
            digits += 1;
        }
        self.pad(width.saturating_sub(digits)).dec(n)
    }

    /// `n` in hexadecimal, with at least `width` digits.
    pub(crate) fn hex(&mut self, n: u64, width: u32) -> &mut Out {
        self.str("0x");
        let used = (67 - (n | 1).leading_zeros()) / 4;
        let mut left = if used > width { used } else { width };
        while left > 0 {
            left -= 1;
            let digit = (n >> (4 * left) & 0xf) as u8;
            self.byte(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
        }
        self
    }

    /// A JSON string.
    pub(crate) fn json(&mut self, text: &[u8]) -> &mut Out {
        self.byte(b'"');
        for &byte in text {
            match byte {
                b'"' | b'\\' => {
                    self.byte(b'\\').byte(byte);
                }
                0..=0x1f => {
                    let hex = |digit: u8| if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
                    self.str("\\u00").byte(hex(byte >> 4)).byte(hex(byte & 0xf));
                }
                _ => {
                    self.byte(byte);
                }
            }
        }
        self.byte(b'"')
    }

    /// Writes the text in one call, so that lines of several processes do not mix.
    pub(crate) fn send(&self, fd: i32) {
        sys::write(fd, self.bytes());
    }
}
