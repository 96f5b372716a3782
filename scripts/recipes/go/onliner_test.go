package onliner

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// control writes to a file of the machine that hotplugfs run names.
func control(t *testing.T, file, text string) {
	if err := os.WriteFile(filepath.Join(os.Getenv("HOTPLUGFS"), "hotplugfs", file), []byte(text), 0); err != nil {
		t.Fatal(err)
	}
}

func TestBusyTwiceThenOnline(t *testing.T) {
	control(t, "faults", "memory43 online EBUSY times=2")
	if tries, err := Online(43); tries != 3 || err != nil {
		t.Fatalf("%d tries, %v", tries, err)
	}
}

func TestRefusedByTheZoneRule(t *testing.T) {
	if _, err := Online(40); !errors.Is(err, syscall.EINVAL) {
		t.Fatalf("wanted EINVAL, got %v", err)
	}
}
