module example.com/check

go 1.27

require (
	github.com/IBM/sarama v0.0.0
	github.com/google/uuid v0.0.0
)

replace (
	github.com/IBM/sarama => ./lib/sarama
	github.com/google/uuid => ./lib/uuid
)
