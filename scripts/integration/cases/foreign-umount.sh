#!/usr/bin/env bash
# Whoever unmounts it, the daemon ends with 0.
source "${BASH_SOURCE[0]%/*}/../lib/verbs.sh"

start_machine
umount "$DIR"
machine_ended
start_machine
umount -l "$DIR"
machine_ended
