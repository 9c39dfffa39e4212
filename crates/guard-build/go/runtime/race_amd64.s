// This file takes the place of the runtime's own race_amd64.s in a guarded build:
// the way from Go into the detector (guardtext, a position-independent image of
// machine code in the C calling convention) and back.

//go:build race

#include "go_asm.h"
#include "go_tls.h"
#include "funcdata.h"
#include "textflag.h"
#include "guard_amd64.h"

// ENTRY defines a Go function that calls the detector at an offset into its text.
#define ENTRY(name, offset) \
TEXT name<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0; \
	LEAQ	runtime·guardtext+offset(SB), R10; \
	JMP	guardcall<>(SB)

ENTRY(runtime·guardinit, GUARD_INIT)
ENTRY(runtime·guardfini, GUARD_FINI)
ENTRY(runtime·guardexit, GUARD_EXIT)
ENTRY(runtime·guardclose, GUARD_CLOSE)
ENTRY(runtime·guardgostart, GUARD_GO_START)
ENTRY(runtime·guardgoend, GUARD_GO_END)
ENTRY(runtime·guardfingo, GUARD_FINALIZER)
ENTRY(runtime·guardmeet, GUARD_MEET)
ENTRY(runtime·guardhandover, GUARD_HAND_OVER)
ENTRY(runtime·guardfree, GUARD_FREE)
ENTRY(runtime·guardswept, GUARD_SWEEP)
ENTRY(runtime·guardheap, GUARD_HEAP)
ENTRY(runtime·guardread, GUARD_READ)
ENTRY(runtime·guardwrite, GUARD_WRITE)
ENTRY(runtime·guarderrors, GUARD_ERRORS)

// guardcall calls the function at R10. Go's integer arguments are in AX, BX, CX, DI;
// C's are in DI, SI, DX, CX, R8, R9. The fifth and sixth are the frame pointer and g.
// The detector runs on the g0 stack: it needs more room than a goroutine may have left.
TEXT guardcall<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ	CX, DX
	MOVQ	DI, CX
	MOVQ	BX, SI
	MOVQ	AX, DI
	MOVQ	BP, R8
	MOVQ	R14, R9
	MOVQ	SP, R12		// callee-saved in C
	MOVQ	g_m(R14), R13
	MOVQ	m_gsignal(R13), R11
	CMPQ	R11, R14
	JEQ	call
	MOVQ	m_g0(R13), R11
	CMPQ	R11, R14
	JEQ	call
	MOVQ	(g_sched+gobuf_sp)(R11), SP
call:
	ANDQ	$~15, SP
	CALL	R10
	MOVQ	R12, SP
	XORPS	X15, X15
	RET

// Acquire and release, for the goroutine that runs. What needs no detector is answered here:
// most acquires teach nothing, and most releases tell nothing new. The structs guardTask and
// guardSync in race.go say what is where.

// CELL loads the cell of the address AX into SI, or jumps to none if AX is neither heap nor data:
// the detector has a variable for that, too.
// It uses DX and BX.
#define CELL(none, data, found) \
	MOVQ	AX, DX; \
	MOVQ	$const_guardHeapBase, SI; \
	SUBQ	SI, DX; \
	CMPQ	DX, runtime·guardHeap(SB); \
	JAE	data; \
	SHRQ	$3, DX; \
	MOVQ	$const_guardHeapCells, SI; \
	MOVL	(SI)(DX*4), SI; \
found:

// DATACELL does so for data, and continues at found.
#define DATACELL(none, data, found) \
data: \
	MOVQ	AX, DX; \
	MOVQ	runtime·racedatastart(SB), SI; \
	SUBQ	SI, DX; \
	MOVQ	runtime·racedataend(SB), BX; \
	SUBQ	SI, BX; \
	CMPQ	DX, BX; \
	JAE	none; \
	SHRQ	$3, DX; \
	MOVQ	$const_guardDataCells, SI; \
	MOVL	(SI)(DX*4), SI; \
	JMP	found

// SYNCVAR turns the number of a variable in SI, which is not zero, into its address; or jumps to
// slow if it is not the one at AX. It uses DX.
#define SYNCVAR(slow) \
	TESTL	SI, SI; \
	JLT	slow; \
	LEAQ	(SI)(SI*2), SI; \
	MOVQ	$const_guardSyncs, DX; \
	LEAQ	(DX)(SI*8), SI; \
	MOVL	guardSync_next(SI), DX; \
	XORL	AX, DX; \
	TESTL	$7, DX; \
	JNE	slow

// KNOWN goes on where nothing is to be learned from what was published under the epoch in the register:
// the task published it itself, or took it over last, or its clock is a single node that has it. Else it jumps
// to slow. It uses the register, R9 and R11.
//
// A number below 1<<28 is that of a leaf (happens-before's clock.rs): 15 times, by slot. The lock bit of a variable
// makes a slot that is none of these.
#define KNOWN(epoch, slow, done) \
	TESTQ	epoch, epoch; \
	JEQ	slow; \
	CMPQ	epoch, guardTask_newest(DI); \
	JEQ	done; \
	CMPQ	epoch, guardTask_identity(DI); \
	JEQ	done; \
	MOVL	epoch, R9; \
	SHRQ	$32, epoch; \
	CMPL	epoch, (guardTask_now+4)(DI); \
	JEQ	done; \
	MOVL	guardTask_base(DI), R11; \
	TESTL	R11, R11; \
	JEQ	slow; \
	CMPL	R11, $(1<<28); \
	JAE	slow; \
	CMPL	epoch, $15; \
	JAE	slow; \
	SHLQ	$4, R11; \
	ADDQ	epoch, R11; \
	SHLQ	$2, R11; \
	MOVQ	$const_guardNodes, epoch; \
	CMPL	(epoch)(R11*1), R9; \
	JCS	slow;

// func raceacquirectx(ctx uintptr, addr unsafe.Pointer)
TEXT runtime·raceacquirectx<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-16
	MOVQ	AX, DI
	MOVQ	BX, AX
	JMP	guardacquire<>(SB)

// func raceacquire(addr unsafe.Pointer)
TEXT runtime·raceacquire<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	CMPB	g_raceignore(R14), $0
	JNE	done
	MOVQ	g_racectx(R14), DI
	JMP	guardacquire<>(SB)
done:
	RET

// guardacquire acquires what was released at AX for the task DI.
TEXT guardacquire<>(SB), NOSPLIT|NOFRAME, $0-0
	TESTQ	DI, DI
	JEQ	done
	CELL(slow, data, found)
	TESTL	SI, SI
	JEQ	done
	SYNCVAR(slow)
	MOVQ	guardSync_epoch(SI), DX
	KNOWN(DX, slow, done)
done:
	RET
slow:
	MOVQ	AX, BX
	MOVQ	DI, AX
	LEAQ	runtime·guardtext+GUARD_ACQUIRE(SB), R10
	JMP	guardcall<>(SB)
	DATACELL(slow, data, found)

#define RELEASE(name, offset) \
TEXT name<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8; \
	LEAQ	runtime·guardtext+offset(SB), R10; \
	JMP	guardreleased<>(SB)

RELEASE(runtime·racerelease, GUARD_RELEASE)
RELEASE(runtime·racereleasemerge, GUARD_RELEASE_MERGE)
RELEASE(runtime·racereleaseacquire, GUARD_RELEASE_ACQUIRE)

// The same for another goroutine: func(gp *g, addr unsafe.Pointer).
#define RELEASEG(name, offset) \
TEXT name<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-16; \
	CMPB	g_raceignore(R14), $0; \
	JNE	done; \
	MOVQ	g_racectx(AX), DI; \
	MOVQ	BX, AX; \
	LEAQ	runtime·guardtext+offset(SB), R10; \
	JMP	guardrelease<>(SB); \
done: \
	RET

RELEASEG(runtime·racereleaseg, GUARD_RELEASE)
RELEASEG(runtime·racereleasemergeg, GUARD_RELEASE_MERGE)
RELEASEG(runtime·racereleaseacquireg, GUARD_RELEASE_ACQUIRE)

TEXT guardreleased<>(SB), NOSPLIT|NOFRAME, $0-0
	CMPB	g_raceignore(R14), $0
	JNE	done
	MOVQ	g_racectx(R14), DI
	JMP	guardrelease<>(SB)
done:
	RET

// guardrelease calls the release at R10 for the task DI and the address AX, unless all that the
// task knows was released there already.
TEXT guardrelease<>(SB), NOSPLIT|NOFRAME, $0-0
	TESTQ	DI, DI
	JEQ	done
	CELL(slow, data, found)
	TESTL	SI, SI
	JEQ	slow
	MOVQ	guardTask_identity(DI), R8
	TESTQ	R8, R8
	JEQ	slow
	CMPQ	guardTask_now(DI), $0
	JEQ	noslot
	CMPB	guardTask_dirty(DI), $0
	JNE	slow
check:
	SYNCVAR(slow)
	CMPQ	R8, guardSync_epoch(SI)
	JNE	slow
done:
	RET
noslot:
	// Without a slot it can only pass on what another published.
	CMPQ	R8, guardTask_newest(DI)
	JEQ	check
slow:
	MOVQ	AX, BX
	MOVQ	DI, AX
	JMP	guardcall<>(SB)
	DATACELL(slow, data, found)

// MAPRECORD loads the epoch of the running goroutine into R8 and the record of the map at AX into
// SI, or jumps to none or slow.
#define MAPRECORD(none, slow) \
	MOVQ	g_racectx(R14), DI; \
	TESTQ	DI, DI; \
	JEQ	none; \
	MOVQ	AX, DX; \
	MOVQ	$const_guardHeapBase, SI; \
	SUBQ	SI, DX; \
	CMPQ	DX, runtime·guardHeap(SB); \
	JAE	slow; \
	SHRQ	$3, DX; \
	MOVQ	$const_guardHeapCells, SI; \
	MOVL	(SI)(DX*4), DX; \
	TESTL	DX, DX; \
	JGE	slow; \
	MOVQ	guardTask_now(DI), R8; \
	TESTQ	R8, R8; \
	JEQ	slow; \
	SHLQ	$33, DX; \
	SHRQ	$(33-6), DX; \
	MOVQ	$const_guardMaps, SI; \
	ADDQ	DX, SI		// guardMap is 64 bytes

// func racereadpc(addr unsafe.Pointer, callerpc, pc uintptr)
TEXT runtime·racereadpc<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	MAPRECORD(none, slow)
	CMPQ	R8, guardMap_write(SI)
	JEQ	known
	CMPQ	R8, guardMap_read(SI)
	JEQ	known
	CMPQ	R8, guardTask_seenat(DI)
	JNE	slow
	MOVL	guardMap_generation(SI), DX
	SHLQ	$48, DX
	XORQ	SI, DX
	SHRQ	$6, SI
	ANDL	$7, SI
	CMPQ	DX, guardTask_seen(DI)(SI*8)
	JNE	slow
known:
	CMPB	runtime·guardEvery(SB), $0
	JNE	slow
none:
	RET
slow:
	JMP	runtime·guardreadnews<ABIInternal>(SB)

// func racewritepc(addr unsafe.Pointer, callerpc, pc uintptr)
TEXT runtime·racewritepc<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	MAPRECORD(none, slow)
	CMPQ	R8, guardMap_write(SI)
	JNE	slow
	CMPB	runtime·guardEvery(SB), $0
	JNE	slow
none:
	RET
slow:
	JMP	runtime·guardwritenews<ABIInternal>(SB)

// guardtrampoline(command uintptr, arg unsafe.Pointer) is called by the detector, in the C convention,
// from within guardcall: the stack is g0's already, but g is still the goroutine's.
TEXT runtime·guardtrampoline(SB), NOSPLIT|NOFRAME, $0-0
	PUSHQ	BP
	PUSHQ	BX
	PUSHQ	R12
	PUSHQ	R13
	PUSHQ	R14
	PUSHQ	R15
	get_tls(R12)
	MOVQ	g(R12), R15
	MOVQ	g_m(R15), R13
	MOVQ	m_g0(R13), R14
	MOVQ	R14, g(R12)
	PUSHQ	R15
	PUSHQ	SI
	PUSHQ	DI
	CALL	runtime·guardcallback(SB)
	POPQ	DI
	POPQ	SI
	POPQ	R15
	get_tls(R12)
	MOVQ	R15, g(R12)
	POPQ	R15
	POPQ	R14
	POPQ	R13
	POPQ	R12
	POPQ	BX
	POPQ	BP
	RET

// The operations of sync/atomic. Each has two names: the one that users call, which the
// compiler turns into an instruction unless its intrinsics are off, and one that only the
// typed atomics call (sync/atomic/guard.go), of which the compiler knows nothing.

#define ATOMIC(name, typed, offset, BARE) \
TEXT typed<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0; \
	JMP	name<ABIInternal>(SB); \
TEXT name<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0; \
	CMPB	g_raceignore(R14), $0; \
	JNE	bare; \
	CMPQ	g_racectx(R14), $0; \
	JEQ	bare; \
	LEAQ	runtime·guardtext+offset(SB), R10; \
	JMP	guardatomic<>(SB); \
bare: \
	BARE

// The bare operations, for when the guard is off or told to ignore.
#define STORE32	XCHGL	BX, (AX); RET
#define STORE64	XCHGQ	BX, (AX); RET
#define SWAP32	XCHGL	BX, (AX); MOVL	BX, AX; RET
#define SWAP64	XCHGQ	BX, (AX); MOVQ	BX, AX; RET
#define ADD32	MOVL	BX, CX; LOCK; XADDL	CX, (AX); LEAL	(BX)(CX*1), AX; RET
#define ADD64	MOVQ	BX, CX; LOCK; XADDQ	CX, (AX); LEAQ	(BX)(CX*1), AX; RET
#define CAS32	MOVQ	AX, DI; MOVL	BX, AX; LOCK; CMPXCHGL	CX, (DI); SETEQ	AX; RET
#define CAS64	MOVQ	AX, DI; MOVQ	BX, AX; LOCK; CMPXCHGQ	CX, (DI); SETEQ	AX; RET
#define AND32	MOVQ	AX, DI; MOVL	(DI), AX; MOVL	AX, CX; ANDL	BX, CX; LOCK; CMPXCHGL	CX, (DI); JNE	-4(PC); RET
#define AND64	MOVQ	AX, DI; MOVQ	(DI), AX; MOVQ	AX, CX; ANDQ	BX, CX; LOCK; CMPXCHGQ	CX, (DI); JNE	-4(PC); RET
#define OR32	MOVQ	AX, DI; MOVL	(DI), AX; MOVL	AX, CX; ORL	BX, CX; LOCK; CMPXCHGL	CX, (DI); JNE	-4(PC); RET
#define OR64	MOVQ	AX, DI; MOVQ	(DI), AX; MOVQ	AX, CX; ORQ	BX, CX; LOCK; CMPXCHGQ	CX, (DI); JNE	-4(PC); RET

// guardatomic calls the function at R10 with the goroutine's context before the Go arguments.
TEXT guardatomic<>(SB), NOSPLIT|NOFRAME, $0-0
	TESTB	AX, (AX)	// a nil pointer faults here, in Go's own code
	MOVQ	CX, DI
	MOVQ	BX, CX
	MOVQ	AX, BX
	MOVQ	g_racectx(R14), AX
	JMP	guardcall<>(SB)

// LOADED is the body of a load from AX. What was released there and the value have to belong together: if a
// store came between looking at the one and at the other, the detector does both under its lock.
#define LOADED(MOV, offset) \
	MOV	(AX), CX; \
	CMPB	g_raceignore(R14), $0; \
	JNE	done; \
	MOVQ	g_racectx(R14), DI; \
	TESTQ	DI, DI; \
	JEQ	done; \
	CELL(slow, data, found) \
	TESTL	SI, SI; \
	JEQ	done; \
	SYNCVAR(slow); \
	MOVQ	guardSync_epoch(SI), DX; \
	MOVQ	guardSync_clock(SI), R8; \
	MOV	(AX), CX; \
	CMPQ	DX, guardSync_epoch(SI); \
	JNE	slow; \
	CMPQ	R8, guardSync_clock(SI); \
	JNE	slow; \
	KNOWN(DX, slow, done) \
done: \
	MOVQ	CX, AX; \
	RET; \
slow: \
	MOVQ	AX, BX; \
	MOVQ	DI, AX; \
	LEAQ	runtime·guardtext+offset(SB), R10; \
	JMP	guardcall<>(SB); \
	DATACELL(slow, data, found)

TEXT guardload32<>(SB), NOSPLIT|NOFRAME, $0-0
	LOADED(MOVL, GUARD_LOAD32)

TEXT guardload64<>(SB), NOSPLIT|NOFRAME, $0-0
	LOADED(MOVQ, GUARD_LOAD64)

#define LOAD(name, typed, BODY) \
TEXT typed<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0; \
	JMP	BODY<>(SB); \
TEXT name<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0; \
	JMP	BODY<>(SB)

LOAD(sync∕atomic·LoadInt32, sync∕atomic·guardLoadInt32, guardload32)
ATOMIC(sync∕atomic·StoreInt32, sync∕atomic·guardStoreInt32, GUARD_STORE32, STORE32)
ATOMIC(sync∕atomic·SwapInt32, sync∕atomic·guardSwapInt32, GUARD_SWAP32, SWAP32)
ATOMIC(sync∕atomic·CompareAndSwapInt32, sync∕atomic·guardCompareAndSwapInt32, GUARD_CAS32, CAS32)
ATOMIC(sync∕atomic·AddInt32, sync∕atomic·guardAddInt32, GUARD_ADD32, ADD32)
ATOMIC(sync∕atomic·AndInt32, sync∕atomic·guardAndInt32, GUARD_AND32, AND32)
ATOMIC(sync∕atomic·OrInt32, sync∕atomic·guardOrInt32, GUARD_OR32, OR32)
LOAD(sync∕atomic·LoadUint32, sync∕atomic·guardLoadUint32, guardload32)
ATOMIC(sync∕atomic·StoreUint32, sync∕atomic·guardStoreUint32, GUARD_STORE32, STORE32)
ATOMIC(sync∕atomic·SwapUint32, sync∕atomic·guardSwapUint32, GUARD_SWAP32, SWAP32)
ATOMIC(sync∕atomic·CompareAndSwapUint32, sync∕atomic·guardCompareAndSwapUint32, GUARD_CAS32, CAS32)
ATOMIC(sync∕atomic·AddUint32, sync∕atomic·guardAddUint32, GUARD_ADD32, ADD32)
ATOMIC(sync∕atomic·AndUint32, sync∕atomic·guardAndUint32, GUARD_AND32, AND32)
ATOMIC(sync∕atomic·OrUint32, sync∕atomic·guardOrUint32, GUARD_OR32, OR32)
LOAD(sync∕atomic·LoadInt64, sync∕atomic·guardLoadInt64, guardload64)
ATOMIC(sync∕atomic·StoreInt64, sync∕atomic·guardStoreInt64, GUARD_STORE64, STORE64)
ATOMIC(sync∕atomic·SwapInt64, sync∕atomic·guardSwapInt64, GUARD_SWAP64, SWAP64)
ATOMIC(sync∕atomic·CompareAndSwapInt64, sync∕atomic·guardCompareAndSwapInt64, GUARD_CAS64, CAS64)
ATOMIC(sync∕atomic·AddInt64, sync∕atomic·guardAddInt64, GUARD_ADD64, ADD64)
ATOMIC(sync∕atomic·AndInt64, sync∕atomic·guardAndInt64, GUARD_AND64, AND64)
ATOMIC(sync∕atomic·OrInt64, sync∕atomic·guardOrInt64, GUARD_OR64, OR64)
LOAD(sync∕atomic·LoadUint64, sync∕atomic·guardLoadUint64, guardload64)
ATOMIC(sync∕atomic·StoreUint64, sync∕atomic·guardStoreUint64, GUARD_STORE64, STORE64)
ATOMIC(sync∕atomic·SwapUint64, sync∕atomic·guardSwapUint64, GUARD_SWAP64, SWAP64)
ATOMIC(sync∕atomic·CompareAndSwapUint64, sync∕atomic·guardCompareAndSwapUint64, GUARD_CAS64, CAS64)
ATOMIC(sync∕atomic·AddUint64, sync∕atomic·guardAddUint64, GUARD_ADD64, ADD64)
ATOMIC(sync∕atomic·AndUint64, sync∕atomic·guardAndUint64, GUARD_AND64, AND64)
ATOMIC(sync∕atomic·OrUint64, sync∕atomic·guardOrUint64, GUARD_OR64, OR64)
LOAD(sync∕atomic·LoadUintptr, sync∕atomic·guardLoadUintptr, guardload64)
ATOMIC(sync∕atomic·StoreUintptr, sync∕atomic·guardStoreUintptr, GUARD_STORE64, STORE64)
ATOMIC(sync∕atomic·SwapUintptr, sync∕atomic·guardSwapUintptr, GUARD_SWAP64, SWAP64)
ATOMIC(sync∕atomic·CompareAndSwapUintptr, sync∕atomic·guardCompareAndSwapUintptr, GUARD_CAS64, CAS64)
ATOMIC(sync∕atomic·AddUintptr, sync∕atomic·guardAddUintptr, GUARD_ADD64, ADD64)
ATOMIC(sync∕atomic·AndUintptr, sync∕atomic·guardAndUintptr, GUARD_AND64, AND64)
ATOMIC(sync∕atomic·OrUintptr, sync∕atomic·guardOrUintptr, GUARD_OR64, OR64)
LOAD(sync∕atomic·LoadPointer, sync∕atomic·guardLoadPointer, guardload64)
