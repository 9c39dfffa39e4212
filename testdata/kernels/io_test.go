package kernels

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// Handing a map over by input and output. What is written to a file, pipe or
// connection is written before it can be read on the other end.

// os.Pipe: two goroutines, one byte.
func TestNoRaceOSPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	m := map[string]int{}
	go func() {
		defer w.Close()
		m["a"] = 1
		w.Write([]byte{1})
	}()
	r.Read(make([]byte, 1))
	m["b"] = 2
}

// os.Pipe: end of file instead of data, handed back by a second pipe.
func TestNoRaceOSPipePingPong(t *testing.T) {
	r1, w1, err1 := os.Pipe()
	r2, w2, err2 := os.Pipe()
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	defer r2.Close()
	defer w1.Close()
	m := map[int]int{}
	go func() {
		defer r1.Close()
		defer w2.Close()
		r1.Read(make([]byte, 1))
		m[2] = 2
		w2.Write([]byte{2})
	}()
	m[1] = 1
	w1.Write([]byte{1})
	r2.Read(make([]byte, 1))
	m[3] = 3
}

// io.Pipe: a pipe without the operating system.
func TestNoRaceIOPipe(t *testing.T) {
	r, w := io.Pipe()
	m := map[string]int{}
	go func() {
		m["a"] = 1
		w.Write([]byte("a\n"))
		m["b"] = 2
		w.Close()
	}()
	line := bufio.NewScanner(r)
	line.Scan()
	for line.Scan() {
	}
	m["c"] = 3
}

// net.Pipe: a connection in memory.
func TestNoRaceNetPipe(t *testing.T) {
	client, server := net.Pipe()
	m := map[string]int{}
	go func() {
		defer server.Close()
		server.Read(make([]byte, 1))
		m["served"] = m["asked"]
		server.Write([]byte{2})
	}()
	m["asked"] = 1
	client.Write([]byte{1})
	client.Read(make([]byte, 1))
	m["answered"] = 1
	client.Close()
}

// Unix-domain socket: a connection through the operating system.
func TestNoRaceUnixSocket(t *testing.T) {
	ln, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	m := map[string]int{}
	go func() {
		conn, err := net.Dial("unix", ln.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		m["client"] = 1
		conn.Write([]byte{1})
	}()
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.Read(make([]byte, 1))
	m["server"] = 1
}

// Command output collected by a goroutine of package os/exec; Wait orders it.
func TestNoRaceExecWait(t *testing.T) {
	out := recorder{}
	cmd := exec.Command("echo", "one line")
	cmd.Stdout = out
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if out["bytes"] != len("one line\n") {
		t.Error("lost output")
	}
	clear(out)
}

// recorder is a writer that keeps its statistics in a map.
type recorder map[string]int

func (r recorder) Write(p []byte) (int, error) {
	r["bytes"] += len(p)
	return len(p), nil
}

// dial connects to somebody who never writes.
func dial(t *testing.T) net.Conn {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// A deadline that is set to interrupt a read: what was done before it is set happens before the
// read returns.
func TestNoRaceDeadlineEndsRead(t *testing.T) {
	conn := dial(t)
	defer conn.Close()
	m := map[string]int{}
	done := make(chan bool)
	go func() {
		if _, err := conn.Read(make([]byte, 1)); err != nil {
			m["read"] = m["reason"]
		}
		done <- true
	}()
	runtime.Gosched()
	m["reason"] = 1
	conn.SetReadDeadline(time.Unix(1, 0))
	<-done
}

// The same by closing the connection.
func TestNoRaceCloseEndsRead(t *testing.T) {
	conn := dial(t)
	m := map[string]int{}
	done := make(chan bool)
	go func() {
		if _, err := conn.Read(make([]byte, 1)); err != nil {
			m["read"] = m["reason"]
		}
		done <- true
	}()
	runtime.Gosched()
	m["reason"] = 1
	conn.Close()
	<-done
}
