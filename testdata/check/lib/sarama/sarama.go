// Package sarama has the shape of the package of that name.
package sarama

type ConsumerMessage struct {
	Key, Value []byte
	Offset     int64
}
