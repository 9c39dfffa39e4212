//go:build a &&

package badconstraint
