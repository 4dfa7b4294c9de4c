package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// Ports stay below 32768, where the kernel takes ports for outgoing traffic.
// The ranges of sound are wide: a switch with 200 bridged calls holds 800.
const (
	firstPort, lastPort       = 13000, 19999 // signalling and HTTP, picked
	switchRTP, callersRTP     = 4000, 8000   // sound of the switches and of the callers,
	switchRTPEnd, callersRTPE = 7999, 11999  // to the last of each
)

// freePort picks a port that nobody uses on the loopback interface, neither
// TCP nor UDP.
func freePort() (uint16, error) {
	for range 200 {
		port := firstPort + rand.IntN(lastPort-firstPort)
		if taken(port) == nil {
			return uint16(port), nil
		}
	}
	return 0, fmt.Errorf("no free port between %d and %d", firstPort, lastPort)
}

func taken(port int) error {
	tcp, err := net.Listen("tcp4", fmt.Sprintf(":%d", port))
	if err != nil {
		return err
	}
	udp, err := net.ListenPacket("udp4", fmt.Sprintf(":%d", port))
	if err != nil {
		return errors.Join(err, tcp.Close())
	}
	return errors.Join(tcp.Close(), udp.Close())
}

// freePorts picks several, all different.
func freePorts(n int) ([]uint16, error) {
	seen := map[uint16]bool{}
	for len(seen) < n {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		seen[port] = true
	}
	ports := make([]uint16, 0, n)
	for port := range seen {
		ports = append(ports, port)
	}
	return ports, nil
}
