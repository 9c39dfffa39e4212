// words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words words 
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words
// more words

//go:build never

package other
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
// end
