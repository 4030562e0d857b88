#!/bin/sh
# Trains on all cores of one machine, a rank on each two.
#
#   sh laptop.sh TABLE TARGET
#
# Ended by Ctrl-C, or by a lid that closes, it goes on where it was when it is started again.
set -eu
table=$1 target=$2
cores=$(getconf _NPROCESSORS_ONLN)
ranks=$(((cores + 1) / 2))
exec mpiexec -n "$ranks" glassnet train "$table" --target "$target" --memory 1GB \
    --checkpoint "$table.training" --resume --out "$table.gn"
