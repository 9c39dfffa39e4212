//go:build race && go1.22

package runtime

func guardunwinder(fi funcInfo, pc uintptr) (inlineUnwinder, inlineFrame) {
	return newInlineUnwinder(fi, pc)
}
