//! Calls in code of 64-bit Arm: four bytes each, of which 26 bits are the distance in instructions.

use super::Call;

/// The upper six bits of a branch with link (a call), and of one without.
const CALL: u32 = 0b10_0101;
const JUMP: u32 = 0b00_0101;

pub(super) fn calls(code: &[u8], address: u64, targets: &[u64]) -> Vec<Call> {
    let words = code.chunks_exact(4).filter_map(|word| word.try_into().ok()).map(u32::from_le_bytes);
    let calls = (address..).step_by(4).zip(words).filter_map(|(ip, word)| {
        let kind = word >> 26;
        // The shifts extend the sign; what is left is the distance in bytes.
        let distance = (word << 6).cast_signed() >> 4;
        let target = ip.wrapping_add_signed(distance.into());
        let is_call = (kind == CALL || kind == JUMP) && targets.binary_search(&target).is_ok();
        is_call.then_some(Call { address: ip, target, is_tail: kind == JUMP })
    });
    calls.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_forth_and_back() {
        let words: [u32; 4] = [
            0xd503_201f, // nop
            0x9400_03ff, // bl +0xffc: 0x2000
            0x17ff_fffe, // b -8: 0x1000
            0x9400_0001, // bl +4
        ];
        let code: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let found = calls(&code, 0x1000, &[0x1000, 0x2000]);
        assert_eq!(
            found,
            [
                Call { address: 0x1004, target: 0x2000, is_tail: false },
                Call { address: 0x1008, target: 0x1000, is_tail: true },
            ]
        );
    }
}
