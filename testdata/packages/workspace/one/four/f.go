package four
