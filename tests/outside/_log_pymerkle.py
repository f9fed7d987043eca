"""A second judge that is not ours: PyPI's pymerkle grows its own tree from the leaves that a running hub serves.

What it judges: that the newest checkpoint's root is the root of these leaves, that each proof in trees of many sizes holds and each
mutated one does not, that the path in a receipt is the path it would give itself.
"""
import base64
import copy

import requests
from pymerkle import InmemoryTree, InvalidProof, verify_consistency, verify_inclusion

PROOFS = 10_000


def entries(url, size):
    """The leaves of the entry bundles, each behind its length in two bytes."""
    for first in range(0, size, 256):
        part = "" if size - first >= 256 else ".p/%d" % (size - first)
        answer = requests.get("%s/log/tile/entries/%03d%s" % (url, first // 256, part), timeout=10)
        answer.raise_for_status()
        bundle = answer.content
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            yield bundle[2:2 + length]
            bundle = bundle[2 + length:]


def holds(verify, *arguments):
    try:
        verify(*arguments)
    except InvalidProof:
        return False
    return True


def mutated(proof, step):
    """The same proof with one bit of one hash turned over."""
    wrong = copy.copy(proof)
    wrong.path = list(proof.path)
    at = step % len(wrong.path)
    digest = bytearray(wrong.path[at])
    digest[step % 32] ^= 1 << (step % 8)
    wrong.path[at] = bytes(digest)
    return wrong


def receipt(text):
    """Of a tlog-proof: index, path, tree size, root."""
    head, note = text.split("\n\n", 1)
    lines = head.split("\n")
    index = next(int(line[6:]) for line in lines if line.startswith("index "))
    path = [base64.b64decode(line) for line in lines[lines.index("index %d" % index) + 1:]]
    _, size, root = note.split("\n")[:3]
    return index, path, int(size), base64.b64decode(root)


def judge(url, files):
    """(leaves, whether the root is theirs, proofs, accepted, mutated refused, receipts that hold)"""
    note = requests.get(url + "/log/checkpoint", timeout=10).text.split("\n")
    size, root = int(note[1]), base64.b64decode(note[2])
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries(url, size):
        tree.append_entry(entry)
    proofs = accepted = refused = 0
    # from the newest backwards: a prime step visits trees of every shape
    at = size
    while proofs < PROOFS:
        state = tree.get_state(at)
        consistency = tree.prove_consistency(at, size)
        proofs += 1
        accepted += holds(verify_consistency, state, root, consistency)
        refused += not holds(verify_consistency, state, root, mutated(consistency, proofs))
        for index in range(1, at + 1):
            proof, leaf = tree.prove_inclusion(index, at), tree.get_leaf(index)
            proofs += 1
            accepted += holds(verify_inclusion, leaf, state, proof)
            refused += not holds(verify_inclusion, leaf, state, mutated(proof, proofs))
        at = (at - 37) % size or size
    good = 0
    for file in files:
        index, path, then, stated = receipt(open(file).read())
        given = tree.prove_inclusion(index + 1, then)
        good += given.path[1:] == path and tree.get_state(then) == stated
    return size, tree.get_state(size) == root, proofs, accepted, refused, good
