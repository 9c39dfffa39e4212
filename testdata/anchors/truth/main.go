// Command truth tells what DWARF says of addresses in a program: which functions they belong to, inlined
// ones first, and which lines. It is what cargo xtask anchors compares with; it reads no pclntab.
//
//	truth PROGRAM < ADDRESSES
//
// Each line of its output is an address, and then for each frame a function, a file and a line, with tabs
// between all of them. Generic functions are written without what they are instantiated with, as in Go's own stacks.
package main

import (
	"bufio"
	"debug/dwarf"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"fmt"
	"log"
	"os"
	"sort"
	"strconv"
	"strings"
)

// frame is a function at an address, and where it was called if it is inlined there.
type frame struct {
	function string
	callFile string
	callLine int64
}

type place struct {
	file string
	line int
}

type truth struct {
	data      *dwarf.Data
	addresses []uint64
	// Outermost first.
	frames map[uint64][]frame
	places map[uint64]place
	names  map[dwarf.Offset]string
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("truth: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: truth PROGRAM < ADDRESSES")
	}
	data, err := read(os.Args[1])
	check(err)
	t := &truth{
		data:   data,
		frames: make(map[uint64][]frame),
		places: make(map[uint64]place),
		names:  make(map[dwarf.Offset]string),
	}
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		address, err := strconv.ParseUint(input.Text(), 0, 64)
		check(err)
		t.addresses = append(t.addresses, address)
	}
	check(input.Err())
	sort.Slice(t.addresses, func(i, j int) bool { return t.addresses[i] < t.addresses[j] })
	t.read()
	out := bufio.NewWriter(os.Stdout)
	for _, address := range t.addresses {
		fmt.Fprintf(out, "%#x", address)
		frames := t.frames[address]
		at := t.places[address]
		for i := len(frames) - 1; i >= 0; i-- {
			fmt.Fprintf(out, "\t%s\t%s\t%d", frames[i].function, at.file, at.line)
			at = place{frames[i].callFile, int(frames[i].callLine)}
		}
		fmt.Fprintln(out)
	}
	check(out.Flush())
}

// read opens a program in any of three formats.
func read(name string) (*dwarf.Data, error) {
	if program, err := macho.Open(name); err == nil {
		return program.DWARF()
	}
	if program, err := pe.Open(name); err == nil {
		return program.DWARF()
	}
	program, err := elf.Open(name)
	if err != nil {
		return nil, err
	}
	return program.DWARF()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// within gives those of the addresses that an entry covers.
func (t *truth) within(entry *dwarf.Entry) []uint64 {
	ranges, err := t.data.Ranges(entry)
	check(err)
	var found []uint64
	for _, r := range ranges {
		found = append(found, t.between(r[0], r[1])...)
	}
	return found
}

// between gives those of the addresses from the first up to, and without, the last.
func (t *truth) between(first, last uint64) []uint64 {
	at := func(address uint64) int {
		return sort.Search(len(t.addresses), func(i int) bool { return t.addresses[i] >= address })
	}
	if first >= last {
		return nil
	}
	return t.addresses[at(first):at(last)]
}

// read walks the whole tree. An entry comes before those in it, so frames are found outermost first.
func (t *truth) read() {
	reader := t.data.Reader()
	var files []*dwarf.LineFile
	for {
		entry, err := reader.Next()
		check(err)
		if entry == nil {
			return
		}
		switch entry.Tag {
		case dwarf.TagCompileUnit:
			files = t.unit(entry)
		case dwarf.TagSubprogram, dwarf.TagInlinedSubroutine:
			for _, address := range t.within(entry) {
				f := frame{function: t.name(entry)}
				if index, ok := entry.Val(dwarf.AttrCallFile).(int64); ok && int(index) < len(files) && files[index] != nil {
					f.callFile = files[index].Name
				}
				f.callLine, _ = entry.Val(dwarf.AttrCallLine).(int64)
				t.frames[address] = append(t.frames[address], f)
			}
		}
	}
}

// unit reads the lines of a unit, and gives the unit's files.
func (t *truth) unit(entry *dwarf.Entry) []*dwarf.LineFile {
	lines, err := t.data.LineReader(entry)
	check(err)
	if lines == nil {
		return nil
	}
	// Not SeekPC: it takes all sequences of lines to be in the order of their addresses, and they are not.
	var from, to dwarf.LineEntry
	for lines.Next(&to) == nil {
		if !from.EndSequence && from.File != nil {
			for _, address := range t.between(from.Address, to.Address) {
				t.places[address] = place{from.File.Name, from.Line}
			}
		}
		from = to
	}
	return lines.Files()
}

// name gives the name of a function, which may stand in the entry that this one is an instance of.
func (t *truth) name(entry *dwarf.Entry) string {
	name, ok := entry.Val(dwarf.AttrName).(string)
	if origin, is := entry.Val(dwarf.AttrAbstractOrigin).(dwarf.Offset); is && !ok {
		if known, ok := t.names[origin]; ok {
			return known
		}
		reader := t.data.Reader()
		reader.Seek(origin)
		abstract, err := reader.Next()
		check(err)
		name, _ = abstract.Val(dwarf.AttrName).(string)
		t.names[origin] = shortened(name)
	}
	return shortened(name)
}

// shortened leaves out what a function is instantiated with.
func shortened(name string) string {
	from, to := strings.IndexByte(name, '['), strings.LastIndexByte(name, ']')
	if from < 0 || to < from {
		return name
	}
	return name[:from] + "[...]" + name[to+1:]
}
