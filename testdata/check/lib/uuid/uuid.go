// Package uuid has the shape of the package of that name.
package uuid

type UUID [16]byte

func (UUID) String() string { return "" }

func New() UUID { return UUID{} }

func NewString() string { return "" }

func Parse(string) (UUID, error) { return UUID{}, nil }
