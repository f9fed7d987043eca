#!/bin/sh
# Holds our log against verifiers that are not ours. Run from the repository's root.
#
#   crates/tlog/tests/foreign/check.sh FOLDER [LEAVES] [PROOFS]
#
# Go needs Debian's packages golang-go and golang-golang-x-mod-dev; Python needs aics-tlog and aics-witness (Python 3.12 or later) in the
# interpreter named by PYTHON. Without PYTHON only Go is asked.
set -eu
folder=$1
leaves=${2:-70000}
proofs=${3:-10000}
cargo run -q -p tlog --example foreign_log -- "$folder" "$leaves" "$proofs"
GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= go run crates/tlog/tests/foreign/main.go "$folder"
if [ -n "${PYTHON:-}" ]; then
    "$PYTHON" crates/tlog/tests/foreign/verify.py "$folder"
    cargo run -q -p tlog --example rewritten_histories -- 1000 | "$PYTHON" crates/tlog/tests/foreign/witness.py
fi
