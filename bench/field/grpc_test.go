// Package field measures modules as they are used: gRPC by its own benchmark's service and client, the others by their own benchmarks.
package field

import (
	"context"
	"net"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/benchmark"
	"google.golang.org/grpc/credentials/insecure"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
)

// Both sides of gRPC in one process, on the loopback device.
func connect(b *testing.B) testgrpc.BenchmarkServiceClient {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	stop := benchmark.StartServer(benchmark.ServerInfo{Type: "protobuf", Listener: listener})
	b.Cleanup(stop)
	credentials := grpc.WithTransportCredentials(insecure.NewCredentials())
	connection := benchmark.NewClientConn(listener.Addr().String(), credentials)
	b.Cleanup(func() { connection.Close() })
	client := testgrpc.NewBenchmarkServiceClient(connection)
	if err := benchmark.DoUnaryCall(client, 1, 1); err != nil {
		b.Fatal(err)
	}
	return client
}

func BenchmarkGRPCUnary(b *testing.B) {
	client := connect(b)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if err := benchmark.DoUnaryCall(client, 64, 64); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
}

func BenchmarkGRPCUnaryParallel(b *testing.B) {
	const callers = 32
	client := connect(b)
	var wg sync.WaitGroup
	b.ResetTimer()
	for c := 0; c < callers; c++ {
		wg.Add(1)
		go func(calls int) {
			defer wg.Done()
			for i := 0; i < calls; i++ {
				if err := benchmark.DoUnaryCall(client, 64, 64); err != nil {
					b.Error(err)
					return
				}
			}
		}((b.N + c) / callers)
	}
	wg.Wait()
	b.StopTimer()
}

func BenchmarkGRPCStreaming(b *testing.B) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stream, err := connect(b).StreamingCall(ctx)
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if err := benchmark.DoStreamingRoundTrip(stream, 64, 64); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
}
