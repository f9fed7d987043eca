// A verifier that is not ours: Go's golang.org/x/mod/sumdb reads the folder that the example foreign_log wrote.
//
// It opens the checkpoint, checks the cosignature by hand, verifies every proof, refuses every mutated one, and makes
// proofs of its own out of our tiles.
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func read(dir, name string) []byte {
	data, err := os.ReadFile(filepath.Join(dir, name))
	must(err)
	return data
}

// witness verifies signature type 4 (C2SP tlog-cosignature), which x/mod does not know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
	time uint64
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }
func (w *witness) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	w.time = binary.BigEndian.Uint64(sig)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", w.time, msg)
	return ed25519.Verify(w.key, []byte(signed), sig[8:])
}

func newWitness(vkey string) *witness {
	parts := strings.SplitN(vkey, "+", 3)
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	must(err)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	if key[0] != 4 {
		log.Fatal("not a witness key")
	}
	return &witness{name: parts[0], hash: uint32(hash), key: key[1:]}
}

// tiles reads hash tiles by their C2SP paths.
type tiles struct{ dir string }

func (t tiles) Height() int { return 8 }
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		// x/mod writes tile/8/L/N; C2SP leaves the height out.
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.dir, path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

type proof struct {
	number int64
	hash   tlog.Hash
	path   []tlog.Hash
}

func proofs(dir, name string) []proof {
	var all []proof
	lines := bufio.NewScanner(bytes.NewReader(read(dir, name)))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		number, err := strconv.ParseInt(words[0], 10, 64)
		must(err)
		var hashes []tlog.Hash
		for _, word := range words[1:] {
			hash, err := tlog.ParseHash(word)
			must(err)
			hashes = append(hashes, hash)
		}
		all = append(all, proof{number, hashes[0], hashes[1:]})
	}
	return all
}

// mutate changes one bit of one hash: of the leaf or old root, or of the path.
func mutate(p proof, step int) proof {
	path := append([]tlog.Hash(nil), p.path...)
	at := step % (len(path) + 1)
	if at == len(path) {
		p.hash[step%32] ^= 1 << (step % 8)
	} else {
		path[at][step%32] ^= 1 << (step % 8)
	}
	p.path = path
	return p
}

func count(all []proof, check func(proof) error) (accepted, refused int) {
	for step, p := range all {
		if check(p) == nil {
			accepted++
		}
		if check(mutate(p, step)) != nil {
			refused++
		}
	}
	return
}

func main() {
	dir := os.Args[1]
	logKey, err := note.NewVerifier(string(read(dir, "log.vkey")))
	must(err)
	w := newWitness(string(read(dir, "witness.vkey")))
	opened, err := note.Open(read(dir, "checkpoint"), note.VerifierList(logKey, w))
	must(err)
	if len(opened.Sigs) != 2 {
		log.Fatalf("%d of 2 signatures verified", len(opened.Sigs))
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	fmt.Printf("checkpoint of %s: %d leaves, cosigned at %d\n", lines[0], size, w.time)

	included := proofs(dir, "inclusion.txt")
	a, r := count(included, func(p proof) error { return tlog.CheckRecord(p.path, size, root, p.number, p.hash) })
	fmt.Printf("inclusion: %d of %d accepted, %d mutated refused\n", a, len(included), r)
	consistent := proofs(dir, "consistency.txt")
	ca, cr := count(consistent, func(p proof) error { return tlog.CheckTree(p.path, size, root, p.number, p.hash) })
	fmt.Printf("consistency: %d of %d accepted, %d mutated refused\n", ca, len(consistent), cr)

	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, tiles{dir})
	own := 0
	for _, p := range included[:len(included)/10] {
		made, err := tlog.ProveRecord(size, p.number, reader)
		must(err)
		if fmt.Sprint(made) == fmt.Sprint(tlog.RecordProof(p.path)) {
			own++
		}
	}
	fmt.Printf("proofs made from our tiles: %d of %d equal\n", own, len(included)/10)
	full := len(included)
	if a != full || r != full || ca != len(consistent) || cr != len(consistent) || own != full/10 {
		os.Exit(1)
	}
}
