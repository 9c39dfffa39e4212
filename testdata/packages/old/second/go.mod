module example.com/second

require example.com/third v1.1.0
