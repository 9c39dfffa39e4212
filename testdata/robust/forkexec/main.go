// Children started while maps and locks are in use: by os/exec, and by syscall.ForkExec.
package main

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"

	"robust/check"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == "child" {
		m := map[string]bool{os.Args[2]: true}
		for name := range m {
			os.Stdout.WriteString(name)
		}
		return
	}
	n := check.Arg(1, 40)
	self, err := os.Executable()
	check.That(err == nil, "%v", err)
	var (
		mu      sync.Mutex
		started = map[string]int{}
		all     sync.WaitGroup
		stop    = make(chan struct{})
		load    sync.WaitGroup
	)
	for w := 0; w < 4; w++ {
		load.Add(1)
		go func() {
			defer load.Done()
			own := map[int]int{}
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				own[i%100] = i
				mu.Lock()
				started["load"]++
				mu.Unlock()
			}
		}()
	}
	for w := 0; w < 4; w++ {
		w := w
		all.Add(1)
		go func() {
			defer all.Done()
			for i := w; i < n; i += 4 {
				name := "child " + strconv.Itoa(i)
				if i%2 == 0 {
					output, err := exec.Command(self, "child", name).Output()
					check.That(err == nil && string(output) == name, "%v %q", err, output)
				} else {
					forked(self, name)
				}
				mu.Lock()
				started[name]++
				mu.Unlock()
			}
		}()
	}
	all.Wait()
	close(stop)
	load.Wait()
	check.That(len(started) == n+1, "%d started", len(started))
	check.Ok()
}

func forked(self, name string) {
	r, w, err := os.Pipe()
	check.That(err == nil, "%v", err)
	pid, err := syscall.ForkExec(self, []string{self, "child", name}, &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{0, w.Fd(), 2},
	})
	check.That(err == nil, "%v", err)
	w.Close()
	var output bytes.Buffer
	output.ReadFrom(r)
	r.Close()
	var status syscall.WaitStatus
	_, err = syscall.Wait4(pid, &status, 0, nil)
	check.That(err == nil && status.ExitStatus() == 0, "%v, exit %d", err, status.ExitStatus())
	check.That(output.String() == name, "%q", output.String())
}
