package kernels

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"text/template"

	"kernels/internal/quiet"
)

// Encoders, decoders and printers that walk a map on behalf of the caller.

// Two requests are decoded into one map of defaults.
func TestRaceJSONUnmarshal(t *testing.T) {
	conf := map[string]int{"retries": 3}
	var done quiet.Baton
	go func() {
		if err := json.Unmarshal([]byte(`{"retries": 5}`), &conf); err != nil { // want race
			t.Error(err)
		}
		done.Pass()
	}()
	done.Await()
	_ = conf["retries"] // want race
}

// A decoded document is changed after a goroutine has started to write it out.
func TestRaceJSONMarshal(t *testing.T) {
	doc := map[string]any{"name": "demo"}
	var done quiet.Baton
	go func() {
		if _, err := json.Marshal(doc); err != nil { // want race
			t.Error(err)
		}
		done.Pass()
	}()
	done.Await()
	doc["name"] = "changed" // want race
}

// The same with encoding/gob.
func TestRaceGobEncode(t *testing.T) {
	var buf bytes.Buffer
	table := map[string]int{"a": 1}
	var done quiet.Baton
	go func() {
		if err := gob.NewEncoder(&buf).Encode(table); err != nil { // want race
			t.Error(err)
		}
		done.Pass()
	}()
	done.Await()
	table["b"] = 2 // want race
}

// Printing a map reads all of it.
func TestRaceSprint(t *testing.T) {
	state := map[string]int{"a": 1}
	var done quiet.Baton
	go func() {
		_ = fmt.Sprint("state: ", state) // want race
		done.Pass()
	}()
	done.Await()
	state["b"] = 2 // want race
}

// A template is executed over a map that is written later.
func TestRaceTemplate(t *testing.T) {
	page := template.Must(template.New("page").Parse(`{{range $k, $v := .}}{{$k}}={{$v}} {{end}}`))
	data := map[string]int{"a": 1}
	var done quiet.Baton
	go func() {
		if err := page.Execute(io.Discard, data); err != nil { // want race
			t.Error(err)
		}
		done.Pass()
	}()
	done.Await()
	data["b"] = 2 // want race
}

// A template that looks up one field of a map.
func TestRaceTemplateField(t *testing.T) {
	page := template.Must(template.New("page").Parse(`Hello {{.name}}`))
	data := map[string]string{"name": "ann"}
	var done quiet.Baton
	go func() {
		if err := page.Execute(io.Discard, data); err != nil { // want race
			t.Error(err)
		}
		done.Pass()
	}()
	done.Await()
	delete(data, "name") // want race
}

// Functions are registered while a page is parsed with them.
func TestRaceFuncMap(t *testing.T) {
	funcs := template.FuncMap{"upper": strings.ToUpper}
	var done quiet.Baton
	go func() {
		_ = template.New("page").Funcs(funcs) // want race
		done.Pass()
	}()
	done.Await()
	funcs["lower"] = strings.ToLower // want race
}

type debugVars struct{ vars map[string]fmt.Stringer }

func (d *debugVars) publish(name string, v fmt.Stringer) { d.vars[name] = v } // want race

func (d *debugVars) String() string {
	var b strings.Builder
	for name, v := range d.vars { // want race
		fmt.Fprintf(&b, "%s: %s\n", name, v)
	}
	return b.String()
}

// Page of exported variables, in the manner of package expvar but without its lock.
func TestRaceDebugVars(t *testing.T) {
	d := &debugVars{vars: map[string]fmt.Stringer{}}
	var done quiet.Baton
	go func() {
		d.publish("version", new(strings.Builder))
		done.Pass()
	}()
	done.Await()
	_ = d.String()
}

// Every goroutine decodes into a map of its own.
func TestNoRaceJSONOwnMap(t *testing.T) {
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var doc map[string]any
			if err := json.Unmarshal([]byte(`{"a": {"b": [1, 2]}}`), &doc); err != nil {
				t.Error(err)
				return
			}
			doc["a"].(map[string]any)["c"] = true
			_, _ = json.Marshal(doc)
		}()
	}
	wg.Wait()
}

// A decoded document travels through a channel to the goroutine that changes it.
func TestNoRaceJSONHandOver(t *testing.T) {
	docs := make(chan map[string]any)
	go func() {
		defer close(docs)
		dec := json.NewDecoder(strings.NewReader(`{"n": 1} {"n": 2} {"n": 3}`))
		for {
			var doc map[string]any
			if dec.Decode(&doc) != nil {
				return
			}
			docs <- doc
		}
	}()
	for doc := range docs {
		doc["seen"] = true
	}
}

// Many goroutines print, encode and execute over one map that nobody writes.
func TestNoRaceEncodersReadOnly(t *testing.T) {
	page := template.Must(template.New("page").Parse(`{{range .}}{{.}} {{end}}{{.a}}`))
	data := map[string]int{"a": 1, "b": 2}
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_ = fmt.Sprint(data)
			_, _ = json.Marshal(data)
			_ = gob.NewEncoder(io.Discard).Encode(data)
			_ = page.Execute(io.Discard, data)
		}()
	}
	wg.Wait()
}
