// This file takes the place of the runtime's own race.go in a guarded build.
//
// The runtime calls the functions below at every map operation and every
// synchronisation when it is built with the tag "race". Here they lead to
// mapguard's detector, whose machine code is the text of guardtext
// (guard_amd64.s), instead of to ThreadSanitizer. Functions that only matter
// for plain memory accesses are empty, so that the compiler drops the calls.
//
// The names and signatures are the runtime's; see runtime/race0.go.

//go:build race

package runtime

import (
	"internal/abi"
	"unsafe"
)

const raceenabled = true

// guardOn says whether the detector has its memory and watches, guardEvery whether it is to hear
// of every access.
var guardOn, guardEvery bool

// guardOptions is set by the linker (-X): the options given at build time.
var guardOptions string

var racedatastart, racedataend uintptr

// Calls into the detector; race_amd64.s. They run on the g0 stack, and hand the
// detector the frame pointer and g besides the arguments.
//
//go:noescape
func guardinit(layout *guardLayout) uintptr
func guardfini()
func guardexit(code int)
func guardclose()

//go:noescape
func guardgostart(parent, callerpc, fp uintptr, gp *g) uintptr
func guardgoend(ctx uintptr)
func guardfingo(ctx uintptr)
func guardmeet(ctx, other uintptr)
func guardhandover(ctx, other, addr uintptr)
func guardfree(addr, size uintptr)

//go:noescape
func guardswept(span *guardSpan)
func guardheap(end uintptr) uintptr
func guardread(ctx, addr, callerpc, pc uintptr) bool
func guardwrite(ctx, addr, callerpc, pc uintptr) bool
func guarderrors() uintptr

// guardtrampoline leads from the detector to guardcallback.
func guardtrampoline()

// guardLayout tells the detector once what it cannot know of this Go release and program.
type guardLayout struct {
	size               uintptr // of this struct
	callback           uintptr
	argc               uintptr
	argv               unsafe.Pointer
	options            string
	datastart, dataend uintptr
	goid, labels       uintptr // offsets in g
}

//go:nosplit
func raceinit() (gctx, pctx uintptr) {
	lockInit(&raceFiniLock, lockRankRaceFini)
	start := min(firstmoduledata.noptrdata, firstmoduledata.data, firstmoduledata.noptrbss, firstmoduledata.bss)
	end := max(firstmoduledata.enoptrdata, firstmoduledata.edata, firstmoduledata.enoptrbss, firstmoduledata.ebss)
	racedatastart, racedataend = start, end
	layout := guardLayout{
		size:      unsafe.Sizeof(guardLayout{}),
		callback:  abi.FuncPCABI0(guardtrampoline),
		argc:      uintptr(argc),
		argv:      unsafe.Pointer(argv),
		options:   guardOptions,
		datastart: start,
		dataend:   end,
		goid:      unsafe.Offsetof(g{}.goid),
		labels:    unsafe.Offsetof(g{}.labels),
	}
	mode := guardinit(&layout)
	guardOn, guardEvery = mode != 0, mode&2 != 0
	if !guardOn {
		return 0, 1
	}
	return guardgostart(0, 0, 0, nil), 1
}

//go:nosplit
func racefini() {
	if !guardOn {
		exit(0)
	}
	lock(&raceFiniLock)
	entersyscall()
	osPreemptExtEnter(getg().m)
	guardfini()
}

// guardbeforeexit is called where the program exits by os.Exit: with 0 racefini follows, with another code it
// does not return, so that nothing comes between what is said at the end and the end.
func guardbeforeexit(code int) {
	if guardOn && code != 0 {
		systemstack(func() { guardexit(code) })
	}
}

func raceproccreate() uintptr     { return 1 }
func raceprocdestroy(ctx uintptr) {}

// guardHeap is how many bytes of heap, from guardHeapBase on, the detector watches.
var guardHeap uintptr

// guardBeyond is set when the heap has grown beyond that.
var guardBeyond bool

// racemapshadow is called for each new arena of the heap, with the heap locked.
func racemapshadow(addr unsafe.Pointer, size uintptr) {
	if !guardOn {
		return
	}
	end := uintptr(addr) + size
	guardHeap = guardheap(end)
	if end-guardHeapBase > guardHeap && !guardBeyond {
		guardBeyond = true
		print("mapguard: the heap grows beyond what can be watched (128 GiB, or what memory allows); maps beyond are not guarded\n")
	}
}

func racemalloc(p unsafe.Pointer, sz uintptr) {}

// guardSpan is what the detector is to know of a span: the objects before freeIndex and those in the bitmap allocated
// were allocated, those in the bitmap marked are reachable.
type guardSpan struct {
	base, size, objects, freeIndex uintptr
	marked, allocated              *uint8
}

// guardsweep has the detector forget the objects of a span that the sweeper is about to free, if it follows anything
// in it. The sweeper itself has nothing to do for that: always false.
func guardsweep(s *mspan) bool {
	off := s.base() - guardHeapBase
	if !guardOn || off >= guardHeap || s.isUserArenaChunk {
		return false
	}
	for page := off >> guardPageShift; page < off>>guardPageShift+s.npages; page++ {
		if *(*uint8)(unsafe.Pointer(guardHeapPages + page)) != 0 {
			guardswept(&guardSpan{
				s.base(), s.elemsize, uintptr(s.nelems), uintptr(s.freeindex),
				s.markBitsForBase().bytep, s.allocBitsForIndex(0).bytep,
			})
			break
		}
	}
	return false
}

// racefree is called for memory that is freed otherwise, and where the sweeper goes over objects for another reason.
//
//go:nosplit
func racefree(p unsafe.Pointer, sz uintptr) {
	if guardOn && uintptr(p)-guardHeapBase < guardHeap {
		guardfree(uintptr(p), sz)
	}
}

// The words of a task and of a synchronisation variable that the quick answers below look at;
// region.rs has the structs. An epoch is a slot (upper half) and a time in it; 0 is none.
type guardTask struct {
	now      uint64 // own epoch, not published yet; its slot is the task's
	identity uint64 // what it knows besides is what was published under this epoch
	newest   uint64 // an epoch that it knows, with all that was published under it
	base     uint32
	dirty    bool   // something is new since identity was published
	seenat   uint64 // the own epoch at which it has read what is in seen
	seen     [8]uint64
}

type guardSync struct {
	epoch uint64 // what was released was published under this epoch; the top bit is a lock
	clock uint32 // with the version that follows: one word
	_     uint32
	next  uint32 // low bits: of the variable's address
	_     uint32
}

// Acquire and release, in race_amd64.s. The detector is called only for what is news.

//go:noescape
func raceacquire(addr unsafe.Pointer)

//go:noescape
func raceacquirectx(racectx uintptr, addr unsafe.Pointer)

//go:noescape
func racerelease(addr unsafe.Pointer)

//go:noescape
func racereleasemerge(addr unsafe.Pointer)

//go:noescape
func racereleaseacquire(addr unsafe.Pointer)

//go:noescape
func racereleaseg(gp *g, addr unsafe.Pointer)

//go:noescape
func racereleasemergeg(gp *g, addr unsafe.Pointer)

//go:noescape
func racereleaseacquireg(gp *g, addr unsafe.Pointer)

//go:nosplit
func raceacquireg(gp *g, addr unsafe.Pointer) {
	if getg().raceignore == 0 {
		raceacquirectx(gp.racectx, addr)
	}
}

// guardsync is called where a goroutine hands a value to another, or takes it, through no buffer.
//
//go:nosplit
func guardsync(other *g) {
	gp := getg()
	if gp.raceignore == 0 && gp.racectx != 0 && other.racectx != 0 {
		guardmeet(gp.racectx, other.racectx)
	}
}

// guardnotify is called where it does so at the slot idx of c's buffer.
//
//go:nosplit
func guardnotify(c *hchan, idx uint, sg *sudog) {
	gp := getg()
	if gp.raceignore != 0 || gp.racectx == 0 || sg.g.racectx == 0 || c.elemsize == 0 {
		racenotify(c, idx, nil)
		racenotify(c, idx, sg)
		return
	}
	guardhandover(gp.racectx, sg.g.racectx, uintptr(chanbuf(c, idx)))
}

//go:nosplit
func racefingo() {
	if ctx := getg().racectx; ctx != 0 {
		guardfingo(ctx)
	}
}

//go:nosplit
func racegostart(pc uintptr) uintptr {
	gp := getg()
	if gp.m.curg != nil {
		gp = gp.m.curg
	}
	return racectxstart(pc, gp.racectx)
}

//go:nosplit
func racegoend() {
	if ctx := getg().racectx; ctx != 0 {
		guardgoend(ctx)
	}
}

//go:nosplit
func racectxstart(pc, spawnctx uintptr) uintptr {
	if !guardOn {
		return 0
	}
	// On the g0 stack the goroutine's own frames begin where it left its stack.
	if gp := getg(); gp.m.curg != nil && gp != gp.m.curg {
		return guardgostart(spawnctx, pc, gp.m.curg.sched.bp, gp.m.curg)
	}
	return guardgostart(spawnctx, pc, 0, nil)
}

//go:nosplit
func racectxend(racectx uintptr) {
	if racectx != 0 {
		guardgoend(racectx)
	}
}

// guardshared reports whether the map at addr can be seen by another goroutine than gp:
// one on gp's own stack cannot.
//
//go:nosplit
func guardshared(gp *g, addr uintptr) bool {
	return addr-gp.stack.lo >= gp.stack.hi-gp.stack.lo
}

// guardMap is the start of a map's record: the epochs of its last write and read, or for concurrent reads
// what makes, with the record's address, the token in seen.
type guardMap struct {
	write, read      uint64
	lock, generation uint32
	_                [guardMapSize - 24]byte
}

// racereadpc and racewritepc are in race_amd64.s. An access that is no news, because the goroutine
// did as much in its present epoch, is answered there; the others come here.

//go:noescape
func racereadpc(addr unsafe.Pointer, callerpc, pc uintptr)

//go:noescape
func racewritepc(addr unsafe.Pointer, callerpc, pc uintptr)

//go:nosplit
func guardreadnews(addr unsafe.Pointer, callerpc, pc uintptr) {
	gp := getg()
	if (guardEvery || guardshared(gp, uintptr(addr))) && guardread(gp.racectx, uintptr(addr), callerpc, pc) {
		guardfatal()
	}
}

//go:nosplit
func guardwritenews(addr unsafe.Pointer, callerpc, pc uintptr) {
	gp := getg()
	if (guardEvery || guardshared(gp, uintptr(addr))) && guardwrite(gp.racectx, uintptr(addr), callerpc, pc) {
		guardfatal()
	}
}

// guardfatal ends the program under the policy panic, after the report: as Go's fatal does, but for the print lock.
//
// From Go 1.24 on fatal keeps it until the program ends, and waits for the panic lock meanwhile; a panic or a
// signal that ends the program takes the two the other way round, and then neither goes on. So here the print lock
// is given back before the panic lock is taken, and what is printed under that does not wait for it.
//
//go:nosplit
func guardfatal() {
	p := getg()._panic
	printlock()
	systemstack(func() {
		if p != nil {
			printpanics(p)
			print("\t")
		}
		print("fatal error: mapguard: two goroutines access a map without order (policy panic)\n")
	})
	printunlock()
	// A print lock that this thread seems to hold already is not taken: a fatal error of Go's own may hold it.
	getg().m.printlock++
	fatalthrow(throwTypeUser)
}

// guardlast is called where the program is about to be ended by the runtime, its stacks printed: a report that is
// being written gets whole, and no other begins.
//
//go:nosplit
func guardlast() {
	if guardOn {
		guardclose()
	}
}

// guardclone is called at the start of mapclone, which has no hook of its own.
//
//go:nosplit
func guardclone(m any, callerpc uintptr) {
	if h := efaceOf(&m).data; h != nil {
		racereadpc(h, callerpc, abi.FuncPCABIInternal(mapclone))
	}
}

// Accesses to plain memory are not the guard's business.

func racereadrangepc(addr unsafe.Pointer, sz, callerpc, pc uintptr)         {}
func racewriterangepc(addr unsafe.Pointer, sz, callerpc, pc uintptr)        {}
func raceReadObjectPC(t *_type, addr unsafe.Pointer, callerpc, pc uintptr)  {}
func raceWriteObjectPC(t *_type, addr unsafe.Pointer, callerpc, pc uintptr) {}

// The public interface under the tag race.

func RaceRead(addr unsafe.Pointer)                {}
func RaceWrite(addr unsafe.Pointer)               {}
func RaceReadRange(addr unsafe.Pointer, len int)  {}
func RaceWriteRange(addr unsafe.Pointer, len int) {}

func RaceErrors() int {
	if !guardOn {
		return 0
	}
	return int(guarderrors())
}

//go:nosplit
func RaceAcquire(addr unsafe.Pointer) { raceacquire(addr) }

//go:nosplit
func RaceRelease(addr unsafe.Pointer) { racerelease(addr) }

//go:nosplit
func RaceReleaseMerge(addr unsafe.Pointer) { racereleasemerge(addr) }

//go:nosplit
func RaceDisable() { getg().raceignore++ }

//go:nosplit
func RaceEnable() { getg().raceignore-- }

// What the detector asks of the runtime.
const (
	guardSymbolize = iota
	guardTraceID
)

// guardSymbol asks for, and gets, one frame of the call stack at pc.
// Inlined frames come first: then next is a pc in the function around it, else 0.
type guardSymbol struct {
	pc, next    uintptr
	name, file  string
	line, entry uintptr
}

// guardLabel asks for, and gets, the trace id among a goroutine's pprof labels.
type guardLabel struct {
	labels unsafe.Pointer
	value  string
}

// guardcallback runs on the g0 stack. It must not allocate, nor call a hook.
func guardcallback(command uintptr, arg unsafe.Pointer) {
	switch command {
	case guardSymbolize:
		guardsymbolize((*guardSymbol)(arg))
	case guardTraceID:
		label := (*guardLabel)(arg)
		label.value = guardlabel(label.labels, "trace_id")
	}
}

func guardsymbolize(sym *guardSymbol) {
	fi := findfunc(sym.pc)
	if !fi.valid() {
		return
	}
	u, uf := guardunwinder(fi, sym.pc)
	for ; uf.valid(); uf = u.next(uf) {
		sf := u.srcFunc(uf)
		if sf.funcID == abi.FuncIDWrapper && u.isInlined(uf) {
			continue
		}
		file, line := u.fileLine(uf)
		if line == 0 {
			continue
		}
		sym.name, sym.file, sym.line, sym.entry = sf.name(), file, uintptr(line), fi.entry()
		if u.isInlined(uf) {
			sym.next = u.next(uf).pc
		}
		return
	}
}
