//! The guard as a freestanding image: no data, no relocations, no panics.
//!
//! guard-build's build script links this at address 0 and turns the bytes into Go assembler.

#![no_std]
#![no_main]

use core::arch::global_asm;

use guard_runtime as _;

// What the compiler may call for copies and fills.
global_asm!(
    ".globl memcpy, memmove, memset, memcmp, bcmp, strlen",
    "memcpy: mov rax, rdi; mov rcx, rdx; rep movsb; ret",
    "memset: mov r8, rdi; mov eax, esi; mov rcx, rdx; rep stosb; mov rax, r8; ret",
    "memmove: mov rax, rdi; mov rcx, rdx; cmp rdi, rsi; jbe 2f; lea r8, [rsi + rcx]; cmp rdi, r8; jae 2f;
     lea rdi, [rdi + rcx - 1]; lea rsi, [rsi + rcx - 1]; std; rep movsb; cld; ret; 2: rep movsb; ret",
    "strlen: xor eax, eax; 4: cmp byte ptr [rdi + rax], 0; je 5f; inc rax; jmp 4b; 5: ret",
    "bcmp: memcmp: xor eax, eax; mov rcx, rdx; test rcx, rcx; je 3f; repe cmpsb; je 3f;
     movzx eax, byte ptr [rdi - 1]; movzx ecx, byte ptr [rsi - 1]; sub eax, ecx; 3: ret",
);

unsafe extern "C" {
    // Defined nowhere: an image with a reachable panic does not link.
    fn guard_must_not_panic() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: never linked.
    unsafe { guard_must_not_panic() }
}
