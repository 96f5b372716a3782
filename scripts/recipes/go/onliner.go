// Package onliner puts memory blocks online, as an agent of a guest does.
package onliner

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

const memory = "/sys/devices/system/memory"

// Online puts a block online, and tries again while the kernel answers EBUSY, at most five times. It returns the number of tries.
func Online(block int) (int, error) {
	file := filepath.Join(memory, "memory"+strconv.Itoa(block), "state")
	for tries := 1; ; tries++ {
		err := os.WriteFile(file, []byte("online_movable"), 0)
		if tries == 5 || !errors.Is(err, syscall.EBUSY) {
			return tries, err
		}
	}
}
