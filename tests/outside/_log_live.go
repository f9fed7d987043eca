// A verifier that is not ours: Go's golang.org/x/mod/sumdb holds a running hub's log against itself.
//
//	go run _log_live.go URL VKEY RECEIPT…
//
// It fetches the checkpoint and the tiles over HTTP, proves every leaf in every tree up to the newest, refuses every mutated proof,
// and checks receipts with nothing of ours.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// proofsMax keeps the run under a minute whatever the log's length.
const proofsMax = 100_000

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func get(url string) []byte {
	answer, err := http.Get(url)
	must(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(err)
	if answer.StatusCode != 200 {
		log.Fatalf("%s: %d", url, answer.StatusCode)
	}
	return body
}

type tiles struct {
	url   string
	cache map[string][]byte
}

func (t tiles) Height() int { return 8 }
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		// x/mod writes tile/8/L/N; C2SP leaves the height out.
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		if t.cache[path] == nil {
			t.cache[path] = get(t.url + "/" + path)
		}
		all = append(all, t.cache[path])
	}
	return all, nil
}
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// checkpoint believes a note only with the log's signature.
func checkpoint(text []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	must(err)
	opened, err := note.Open(text, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

// leaves reads the entry bundles.
func leaves(url string, size int64) []tlog.Hash {
	var all []tlog.Hash
	for first := int64(0); first < size; first += 256 {
		path := fmt.Sprintf("/tile/entries/%03d", first/256)
		if size-first < 256 {
			path += fmt.Sprintf(".p/%d", size-first)
		}
		for bundle := get(url + path); len(bundle) > 0; {
			length := binary.BigEndian.Uint16(bundle)
			all = append(all, tlog.RecordHash(bundle[2:2+length]))
			bundle = bundle[2+length:]
		}
	}
	return all
}

// receipt checks one of our files with x/mod alone.
func receipt(file, vkey string) bool {
	text, err := os.ReadFile(file)
	must(err)
	head, body, found := strings.Cut(string(text), "\n\n")
	if !found {
		return false
	}
	lines := strings.Split(head, "\n")
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	must(err)
	var opening struct{ Entry, Nonce string }
	must(json.Unmarshal(extra, &opening))
	nonce, err := base64.StdEncoding.DecodeString(opening.Nonce)
	must(err)
	commitment := sha256.Sum256(append(nonce, opening.Entry...))
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	must(err)
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		must(err)
		path = append(path, hash)
	}
	tree := checkpoint([]byte(body), vkey)
	return tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(commitment[:])) == nil
}

func main() {
	url, vkey := os.Args[1], os.Args[2]
	tree := checkpoint(get(url+"/checkpoint"), vkey)
	hashes := tlog.TileHashReader(tree, tiles{url, map[string][]byte{}})
	all := leaves(url, tree.N)
	trees, proofs, accepted, refused, grown := 0, 0, 0, 0, 0
	// all trees while the log is short; of a long one so many that about this number of proofs is checked
	step := tree.N*tree.N/2/proofsMax + 1
	for size := tree.N; size >= 1; size -= step {
		trees++
		root, err := tlog.TreeHash(size, hashes)
		must(err)
		consistency, err := tlog.ProveTree(tree.N, size, hashes)
		must(err)
		if tlog.CheckTree(consistency, tree.N, tree.Hash, size, root) == nil {
			grown++
		}
		for index := int64(0); index < size; index++ {
			proof, err := tlog.ProveRecord(size, index, hashes)
			must(err)
			proofs++
			if tlog.CheckRecord(proof, size, root, index, all[index]) == nil {
				accepted++
			}
			wrong := all[index]
			wrong[index%32] ^= 1 << (size % 8)
			if tlog.CheckRecord(proof, size, root, index, wrong) != nil {
				refused++
			}
		}
	}
	receipts := 0
	for _, file := range os.Args[3:] {
		if receipt(file, vkey) {
			receipts++
		}
	}
	fmt.Println(tree.N, trees, grown, proofs, accepted, refused, receipts)
}
