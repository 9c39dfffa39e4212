package main

import (
	"bytes"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// TestSearch has two visitors look for products, one after the other.
func TestSearch(t *testing.T) {
	cat, stock := open()
	defer stock.Close()
	shop := newServer(cat, stock)

	for _, word := range []string{"mug", "teapot"} {
		w := httptest.NewRecorder()
		shop.ServeHTTP(w, httptest.NewRequest("GET", "/products?q="+word, nil))
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), `[{"id":"`+word+`",`) {
			t.Errorf("search for %s: status %d, %s", word, w.Code, w.Body)
		}
		settle()
	}
}

// settle waits until package render has no goroutine left in the background.
func settle() {
	stacks := make([]byte, 1<<20)
	for {
		n := runtime.Stack(stacks, true)
		if !bytes.Contains(stacks[:n], []byte("shop/render.")) {
			return
		}
		runtime.Gosched()
	}
}

// TestCustomers has 8 customers at once visit the shop, which has 3 teapots.
func TestCustomers(t *testing.T) {
	cat, stock := open()
	defer stock.Close()
	web := httptest.NewServer(newServer(cat, stock))
	defer web.Close()

	var statuses [8]int
	var wg sync.WaitGroup
	for i := range statuses {
		wg.Add(1)
		go func(status *int) {
			defer wg.Done()
			*status = buyTeapot(t, web.URL)
		}(&statuses[i])
	}
	wg.Wait()

	count := make(map[int]int)
	for _, status := range statuses {
		count[status]++
	}
	if count[http.StatusCreated] != 3 || count[http.StatusConflict] != 5 {
		t.Errorf("orders by status: %v, want 3 created and 5 conflicts", count)
	}
}

// buyTeapot visits the shop as a customer, and returns the order's status.
func buyTeapot(t *testing.T, shop string) int {
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar}
	status := func(resp *http.Response, err error) int {
		if err != nil {
			t.Error(err)
			return 0
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	order := url.Values{"product": {"teapot"}}

	if got := status(client.Get(shop + "/products/teapot")); got != http.StatusOK {
		t.Errorf("page: status %d", got)
	}
	status(client.PostForm(shop+"/login", url.Values{"user": {"customer"}}))
	result := status(client.PostForm(shop+"/orders", order))
	status(client.PostForm(shop+"/logout", nil))
	if got := status(client.PostForm(shop+"/orders", order)); got != http.StatusUnauthorized {
		t.Errorf("order after logout: status %d", got)
	}
	return result
}
