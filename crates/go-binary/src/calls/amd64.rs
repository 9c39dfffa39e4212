//! Calls in code of x86-64.
//!
//! Where instructions begin is known only by decoding all before them. But most functions have no five bytes that, taken as a
//! call, would go where we look: those need no decoding.

use iced_x86::{Code, Decoder, DecoderOptions, Instruction};

use super::Call;

/// The first byte of a call, and of a jump, with a distance of four bytes.
const CALL: u8 = 0xe8;
const JUMP: u8 = 0xe9;

pub(super) fn calls(code: &[u8], address: u64, targets: &[u64]) -> Vec<Call> {
    let candidates = candidates(code, address, targets);
    let mut found = Vec::new();
    let Some(last) = candidates.last().map(|call| call.address) else { return found };
    let mut next = candidates.iter().peekable();
    let mut decoder = Decoder::with_ip(64, code, address, DecoderOptions::NONE);
    let mut instruction = Instruction::default();
    while decoder.can_decode() && decoder.ip() <= last {
        decoder.decode_out(&mut instruction);
        while next.next_if(|call| call.address < instruction.ip()).is_some() {}
        let is_call = matches!(instruction.code(), Code::Call_rel32_64 | Code::Jmp_rel32_64);
        found.extend(next.next_if(|call| is_call && call.address == instruction.ip()));
    }
    found
}

/// What would be a call of a target, if an instruction began there; in ascending order.
fn candidates(code: &[u8], address: u64, targets: &[u64]) -> Vec<Call> {
    let (Some(&low), Some(&high)) = (targets.first(), targets.last()) else { return Vec::new() };
    let mut found = Vec::new();
    for (ip, window) in (address..).zip(code.windows(5)) {
        let &[first @ (CALL | JUMP), a, b, c, d] = window else { continue };
        let distance = i64::from(i32::from_le_bytes([a, b, c, d]));
        let target = ip.wrapping_add(5).wrapping_add_signed(distance);
        if (low..=high).contains(&target) && targets.binary_search(&target).is_ok() {
            found.push(Call { address: ip, target, is_tail: first == JUMP });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_begins_where_an_instruction_does() {
        let code = [
            0x90, // nop
            0xe8, 0xfa, 0x0f, 0x00, 0x00, // call 0x2000
            0xb8, 0xe8, 0xf4, 0x0f, 0x00, // mov eax, … whose number would be a call of 0x2000 …
            0x00, 0x00, // … together with this: add [rax], al
            0xe9, 0xee, 0x0f, 0x00, 0x00, // jmp 0x2000
            0xe8, 0x00, 0x00, 0x00, 0x00, // call the next
        ];
        assert_eq!(candidates(&code, 0x1000, &[0x2000]).len(), 3);
        let call = |address, is_tail| Call { address, target: 0x2000, is_tail };
        assert_eq!(calls(&code, 0x1000, &[0x2000]), [call(0x1001, false), call(0x100d, true)]);
        assert_eq!(calls(&code, 0x1000, &[]), []);
        assert_eq!(calls(&code[..5], 0x1000, &[0x2000]), [], "cut off");
    }
}
