package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"shop/catalog"
	"shop/inventory"
	"shop/render"
	"shop/session"
)

// A server answers the shop's requests. Parameters are those of an HTML form.
//
//	GET  /products       all products, or those with the word q in their name
//	GET  /products/{id}  the page of one product
//	POST /login          starts a session of the user, kept in a cookie
//	POST /logout         ends it
//	POST /orders         sells one piece of a product to the user
//	POST /prices         sets the price of a product, in cents
type server struct {
	catalog  *catalog.Catalog
	stock    *inventory.Inventory
	sessions *session.Store
	pages    *render.Cache
}

func newServer(c *catalog.Catalog, stock *inventory.Inventory) http.Handler {
	s := &server{c, stock, session.NewStore(), render.NewCache(c)}
	mux := http.NewServeMux()
	mux.HandleFunc("/products", s.list)
	mux.HandleFunc("/products/", s.page)
	mux.HandleFunc("/login", post(s.login))
	mux.HandleFunc("/logout", post(s.logout))
	mux.HandleFunc("/orders", post(s.order))
	mux.HandleFunc("/prices", post(s.reprice))
	return mux
}

// post makes a handler that lets only POST requests through.
func post(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		h(w, r)
	}
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	type row struct {
		catalog.Product
		Stock int `json:"stock"`
	}
	word := strings.ToLower(r.FormValue("q"))
	rows, ids := []row{}, []string{}
	for _, p := range s.catalog.Snapshot().Products() {
		if strings.Contains(strings.ToLower(p.Name), word) {
			rows = append(rows, row{p, s.stock.Level(p.ID)})
			ids = append(ids, p.ID)
		}
	}
	reply(w, http.StatusOK, rows)

	// The visitor is going to open one of these pages next.
	s.pages.Warm(ids)
}

func (s *server) page(w http.ResponseWriter, r *http.Request) {
	html, err := s.pages.Page(strings.TrimPrefix(r.URL.Path, "/products/"))
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(html)
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	// A real shop would ask for a password, too.
	token, err := s.sessions.Login(r.FormValue("user"))
	if err != nil {
		fail(w, err)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "session", Value: token, HttpOnly: true})
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) logout(w http.ResponseWriter, r *http.Request) {
	s.sessions.Logout(token(r))
	w.WriteHeader(http.StatusNoContent)
}

// token returns the session token that came with the request, or "".
func token(r *http.Request) string {
	if cookie, err := r.Cookie("session"); err == nil {
		return cookie.Value
	}
	return ""
}

func (s *server) order(w http.ResponseWriter, r *http.Request) {
	user, ok := s.sessions.Lookup(token(r))
	if !ok {
		http.Error(w, "not logged in", http.StatusUnauthorized)
		return
	}
	product, err := s.catalog.Snapshot().Product(r.FormValue("product"))
	if err == nil {
		err = s.stock.Take(product.ID)
	}
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, http.StatusCreated, map[string]any{"user": user, "ordered": product})
}

func (s *server) reprice(w http.ResponseWriter, r *http.Request) {
	// A real shop would allow this to its staff only.
	price, err := strconv.Atoi(r.FormValue("price"))
	if err != nil || price < 0 {
		http.Error(w, "bad price", http.StatusBadRequest)
		return
	}
	if err := s.catalog.Reprice(r.FormValue("product"), catalog.Cents(price)); err != nil {
		fail(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// reply sends a value as JSON.
func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // fails only if the client has gone
}

// fail tells the client about an error.
func fail(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, catalog.ErrUnknown):
		status = http.StatusNotFound
	case errors.Is(err, inventory.ErrOutOfStock):
		status = http.StatusConflict
	}
	http.Error(w, err.Error(), status)
}
