// Empty ends at once: what it takes is what a program takes to start.
package main

func main() {}
