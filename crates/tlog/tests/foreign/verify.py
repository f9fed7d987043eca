"""A second verifier that is not ours: the PyPI packages aics-tlog and aics-witness (Python 3.12 or later) read the same folder.

Single-author packages: a second opinion, not an authority.
"""

import base64
import sys
from pathlib import Path

from aics_tlog import (FileSystemTileReader, audit_tiles, inclusion_proof_from_tiles, parse_checkpoint, parse_note,
                       parse_vkey, tree_root_from_tiles, verify_checkpoint, verify_consistency, verify_inclusion)


def proofs(path):
    for line in path.read_text().splitlines():
        number, first, *rest = line.split(" ")
        yield int(number), base64.b64decode(first), [base64.b64decode(word) for word in rest]


def mutate(first, path, step):
    path = [bytearray(hash_) for hash_ in path]
    first = bytearray(first)
    target = (path + [first])[step % (len(path) + 1)]
    target[step % 32] ^= 1 << (step % 8)
    return bytes(first), [bytes(hash_) for hash_ in path]


def count(all_proofs, check):
    total = accepted = refused = 0
    for step, (number, first, path) in enumerate(all_proofs):
        total += 1
        accepted += check(number, first, path)
        refused += not check(number, *mutate(first, path, step))
    return total, accepted, refused


def main():
    folder = Path(sys.argv[1])
    note = parse_note((folder / "checkpoint").read_bytes())
    log, witness = (parse_vkey((folder / name).read_text()) for name in ("log.vkey", "witness.vkey"))
    result = verify_checkpoint(note, log, [witness], 1, expected_origin=log.name)
    checkpoint = parse_checkpoint(note.text)
    print("checkpoint with quorum 1:", result)
    size, root = checkpoint.size, checkpoint.root

    included = count(proofs(folder / "inclusion.txt"), lambda n, leaf, path: verify_inclusion(leaf, n, size, path, root))
    print("inclusion: {1} of {0} accepted, {2} mutated refused".format(*included))
    consistent = count(proofs(folder / "consistency.txt"),
                       lambda n, old, path: verify_consistency(n, size, old, root, path))
    print("consistency: {1} of {0} accepted, {2} mutated refused".format(*consistent))

    reader = FileSystemTileReader(folder)
    audit = audit_tiles(reader, size, root)
    same_root = tree_root_from_tiles(reader, size) == root
    few = list(proofs(folder / "inclusion.txt"))[:200]
    equal = sum(inclusion_proof_from_tiles(reader, n, size) == path for n, _, path in few)
    print(f"tiles: root {same_root}, {equal} of {len(few)} proofs equal, audit {audit}")
    good = [len(set(figures)) == 1 for figures in (included, consistent)]
    sys.exit(0 if all(good) and same_root and equal == len(few) and not result.error else 1)


if __name__ == "__main__":
    main()
