// Command sitetruth says what go/types makes of Go packages. cargo xtask sites and cargo xtask types compare mapguard with it.
//
//	sitetruth sites [-tests] [-dir folder] pattern...   every place where a map is written, one JSON object a line
//	sitetruth exprs [-tests] [-dir folder] pattern...   every expression: its type and what it refers to
//
// The packages and all they need are type-checked from source, each once. Nothing is built.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		fail("say `sites` or `exprs`")
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	var options options
	flags.BoolVar(&options.tests, "tests", false, "the packages' tests too")
	flags.StringVar(&options.dir, "dir", "", "the `folder` from which patterns are seen")
	check(flags.Parse(os.Args[2:]))
	options.patterns = flags.Args()

	var report func(p *pack) []byte
	switch os.Args[1] {
	case "sites":
		report = sites
	case "exprs":
		report = exprs
	default:
		fail("unknown command", os.Args[1])
	}
	packs, err := list(options)
	check(err)
	out := bufio.NewWriter(os.Stdout)
	broken := checkAll(packs, report, func(b []byte) { out.Write(b) })
	check(out.Flush())
	if broken > 0 {
		fail(broken, "packages do not type-check; see above")
	}
}

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(words ...any) {
	fmt.Fprintln(os.Stderr, append([]any{"sitetruth:"}, words...)...)
	os.Exit(1)
}
