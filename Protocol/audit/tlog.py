#!/usr/bin/env python3
"""A second implementation of the audit log's formats, made from their specifications alone: RFC 6962, RFC 8032, C2SP
signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof and tlog-witness, and AUDIT.md beside this file.
Python's standard library and nothing else. It checks what assentd and assentctl write, and writes what assent-verify
must take; the tests do both.

    tlog.py proof FILE KEY [WITNESS...]          check that a record is in a log
    tlog.py consistency FILE OLD KEY             check that a log only grew
    tlog.py log DIRECTORY KEY                    check a whole log
    tlog.py rotations FILE KEY [CHECKPOINT]      check how a log's key was replaced, and a checkpoint under that
    tlog.py make DIRECTORY COUNT [OLD]           write a log of COUNT records, with proofs, keys and a witness, and how
                                                 its key was replaced over OLD and COUNT records
    tlog.py serve                                answer the checks above for lines on standard input

Ends with status 0 when all holds, 1 when it does not.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import struct
import sys

import ed25519


class Refused(Exception):
    """What is said does not hold, or is not of the format."""


def need(condition, problem):
    if not condition:
        raise Refused(problem)


# --- RFC 6962, section 2.1 -------------------------------------------------------------------------------------------


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(data):
    return sha256(b"\0" + data)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


def split(count):
    """The largest power of two smaller than count."""
    return 1 << (count - 1).bit_length() - 1


def tree_hash(hashes):
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return node_hash(tree_hash(hashes[:k]), tree_hash(hashes[k:]))


def audit_path(index, hashes):
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return audit_path(index, hashes[:k]) + [tree_hash(hashes[k:])]
    return audit_path(index - k, hashes[k:]) + [tree_hash(hashes[:k])]


def consistency_path(old, hashes, whole=True):
    if old == len(hashes):
        return [] if whole else [tree_hash(hashes)]
    k = split(len(hashes))
    if old <= k:
        return consistency_path(old, hashes[:k], whole) + [tree_hash(hashes[k:])]
    return consistency_path(old - k, hashes[k:], False) + [tree_hash(hashes[:k])]


def root_from_path(leaf, index, size, path):
    """The root that a path leads to. Descends as audit_path does, and uses the hashes from the end."""
    need(index < size, "no such leaf")

    def ascend(index, size, path):
        if size == 1:
            need(not path, "too many hashes")
            return leaf
        need(path, "too few hashes")
        k = split(size)
        if index < k:
            return node_hash(ascend(index, k, path[:-1]), path[-1])
        return node_hash(path[-1], ascend(index - k, size - k, path[:-1]))

    return ascend(index, size, path)


def roots_from_consistency(old, new, path, old_root):
    """The two roots that a consistency proof leads to."""

    def ascend(old, size, path, whole):
        if old == size:
            if whole:
                need(not path, "too many hashes")
                return old_root, old_root
            need(len(path) == 1, "too many or too few hashes")
            return path[0], path[0]
        need(path, "too few hashes")
        k = split(size)
        if old <= k:
            first, second = ascend(old, k, path[:-1], whole)
            return first, node_hash(second, path[-1])
        first, second = ascend(old - k, size - k, path[:-1], False)
        return node_hash(path[-1], first), node_hash(path[-1], second)

    return ascend(old, new, path, True)


# --- signed-note, tlog-checkpoint, tlog-cosignature ------------------------------------------------------------------

NUMBER = re.compile(r"0|[1-9][0-9]{0,19}")


def b64(data):
    return base64.b64encode(data).decode("ascii")


def unb64(text):
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        raise Refused("not base 64") from None
    need(b64(data) == text, "not canonical base 64")
    return data


def number(text):
    need(NUMBER.fullmatch(text), "not a number")
    return int(text)


class Key:
    """A verifier key, and its secret when it is ours."""

    ED25519, COSIGNATURE = 1, 4

    def __init__(self, name, algorithm, public, seed=None):
        self.name, self.algorithm, self.public, self.seed = name, algorithm, public, seed
        self.id = sha256(name.encode() + b"\n" + bytes([algorithm]) + public)[:4]

    @classmethod
    def generate(cls, name, algorithm, seed):
        return cls(name, algorithm, ed25519.public_key(seed), seed)

    @classmethod
    def parse(cls, text):
        parts = text.split("+", 2)
        need(len(parts) == 3 and parts[0] and not re.search(r"\s", parts[0]), "no verifier key")
        data = unb64(parts[2])
        need(len(data) == 33 and data[0] in (cls.ED25519, cls.COSIGNATURE), "no key of a known algorithm")
        key = cls(parts[0], data[0], data[1:])
        need(key.id.hex() == parts[1], "the key's id is another's")
        return key

    def __str__(self):
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.algorithm]) + self.public)}"

    def secret(self):
        return f"PRIVATE+KEY+{self.name}+{self.id.hex()}+{b64(bytes([self.algorithm]) + self.seed)}"

    def line(self, text, time=None):
        if self.algorithm == self.ED25519:
            signature = ed25519.sign(self.seed, text.encode())
        else:
            message = f"cosignature/v1\ntime {time}\n{text}"
            signature = struct.pack(">Q", time) + ed25519.sign(self.seed, message.encode())
        return f"\u2014 {self.name} {b64(self.id + signature)}\n"

    def check(self, text, signature):
        if self.algorithm == self.ED25519:
            need(ed25519.verify(self.public, text.encode(), signature), f"the signature of {self.name} is wrong")
            return None
        need(len(signature) == 72, f"the signature of {self.name} is wrong")
        time = struct.unpack(">Q", signature[:8])[0]
        message = f"cosignature/v1\ntime {time}\n{text}".encode()
        need(time < 1 << 63 and ed25519.verify(self.public, message, signature[8:]), f"{self.name} has not signed")
        return time


def open_note(data, keys):
    """The text of a note, and which of the keys have signed it."""
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("not UTF-8") from None
    need(all(c >= " " or c == "\n" for c in note), "control characters")
    at = note.rfind("\n\n")
    need(at >= 0 and note.endswith("\n") and len(note) > at + 2, "no signatures")
    text = note[: at + 1]
    signers = []
    for line in note[at + 2 : -1].split("\n"):
        parts = line.split(" ")
        need(len(parts) == 3 and parts[0] == "\u2014" and parts[1], "no signature line")
        need("+" not in parts[1] and not re.search(r"\s", parts[1]), "no key name")
        data = unb64(parts[2])
        need(len(data) > 4, "a short signature")
        for key in keys:
            if key.name == parts[1] and key.id == data[:4]:
                signers.append((key, key.check(text, data[4:])))
    return text, signers


def open_checkpoint(data, log, witnesses=(), rotations=()):
    keys = [log, *(rotation.new for rotation in rotations)]
    text, signers = open_note(data, [*keys, *witnesses])
    lines = text.split("\n")
    need(len(lines) >= 4 and lines.pop() == "" and all(lines), "no checkpoint")
    need(lines[0] == log.name and any(key in keys for key, _ in signers), "the log has not signed")
    for key, _ in signers:
        need(key not in keys or may_sign(key, rotations, number(lines[1]), unb64(lines[2])), "not this key's to sign")
    for witness in witnesses:
        need(any(key is witness for key, _ in signers), f"{witness.name} has not signed")
    root = unb64(lines[2])
    need(len(root) == 32, "no root")
    return number(lines[1]), root


# --- the rotation of AUDIT.md ----------------------------------------------------------------------------------------


class Rotation:
    def __init__(self, former, new, size, root, time):
        self.former, self.new, self.size, self.root, self.time = former, new, size, root, time

    def text(self):
        return (
            f"assent/key-rotation/v1\n{self.new.name}\n{self.size}\n{b64(self.root)}\ntime {self.time}\n"
            f"former {self.former}\nnew {self.new}\n"
        )

    def note(self):
        return (self.text() + "\n" + self.former.line(self.text()) + self.new.line(self.text())).encode()

    @classmethod
    def parse(cls, data):
        text, _ = open_note(data, [])
        lines = text.split("\n")
        need(len(lines) == 8 and lines[5].startswith("former ") and lines[6].startswith("new "), "no rotation")
        former, new = Key.parse(lines[5][7:]), Key.parse(lines[6][4:])
        need(lines[4].startswith("time "), "no time")
        rotation = cls(former, new, number(lines[2]), unb64(lines[3]), number(lines[4][5:]))
        need(former.algorithm == new.algorithm == Key.ED25519 and former.name == new.name, "no two keys of one log")
        need(str(former) != str(new) and rotation.size > 0 and len(rotation.root) == 32, "no rotation")
        need(rotation.size < 1 << 63 and rotation.time < 1 << 63, "numbers out of range")
        need(rotation.text() == text, "not written as it should be")
        signers = [key for key, _ in open_note(data, [former, new])[1]]
        need(signers == [former, new], "not signed by both keys")
        need(len(data.decode().split("\n\n")[-1].splitlines()) == 2, "signed by others")
        return rotation


def open_rotations(data, first):
    """How the key of a log was replaced, from the key that was handed over on."""
    marker = b"assent/key-rotation/v1\n"
    need(data.startswith(marker), "no rotations")
    notes = [marker + part for part in re.split(rb"(?m)^assent/key-rotation/v1\n", data)[1:]]
    chain = [Rotation.parse(note) for note in notes]
    keys = [str(key) for key in [chain[0].former, *(rotation.new for rotation in chain)]]
    need(len(set(keys)) == len(keys), "a key that was replaced comes back")
    for before, after in zip(chain, chain[1:]):
        need(str(before.new) == str(after.former), "the chain forks or breaks")
        need(before.size < after.size or (before.size, before.root) == (after.size, after.root), "the chain goes back")
    need(str(first) in keys, "the key is not in the chain")
    followers = chain[keys.index(str(first)) :]
    # The same objects where the same keys are meant.
    for before, after in zip(followers, followers[1:]):
        after.former = before.new
    if followers:
        followers[0].former = first
    return followers


def may_sign(key, rotations, size, root):
    for rotation in rotations:
        if key is rotation.former and size > rotation.size or key is rotation.new and size < rotation.size:
            return False
        if key in (rotation.former, rotation.new) and size == rotation.size and root != rotation.root:
            return False
    return True


# --- the entry of AUDIT.md -------------------------------------------------------------------------------------------


def changes_configuration(kind):
    return kind == 0x1041 or 0x10A0 <= kind <= 0x10AF


class Entry:
    HEAD = struct.Struct("<HHHHQq16s32s")

    def __init__(self, kind, lsn, time, journal, configuration, commitments, data):
        self.kind, self.lsn, self.time, self.journal = kind, lsn, time, journal
        self.configuration, self.commitments, self.open = configuration, commitments, data

    @classmethod
    def parse(cls, data):
        need(len(data) >= cls.HEAD.size, "a short entry")
        version, kind, parts, zero, lsn, time, journal, configuration = cls.HEAD.unpack_from(data)
        need(version == 1 and zero == 0 and parts <= 8 and lsn > 0, "no entry of version 1")
        at = cls.HEAD.size + 32 * parts
        need(len(data) >= at, "a short entry")
        commitments = [data[i : i + 32] for i in range(cls.HEAD.size, at, 32)]
        return cls(kind, lsn, time, journal, configuration, commitments, data[at:])

    def encode(self):
        head = self.HEAD.pack(
            1, self.kind, len(self.commitments), 0, self.lsn, self.time, self.journal, self.configuration
        )
        return head + b"".join(self.commitments) + self.open


def commit(salt, number, lsn, content):
    return hmac.new(salt, struct.pack("<QI", lsn, number) + content, hashlib.sha256).digest()


def encode_pieces(pieces):
    return struct.pack("<I", len(pieces)) + b"".join(struct.pack("<II", at, len(b)) + b for at, b in pieces)


def decode_pieces(content):
    need(len(content) >= 4, "a short part")
    (count,), at, end, pieces = struct.unpack_from("<I", content), 4, 0, []
    need(count > 0, "an empty part")
    for _ in range(count):
        need(len(content) >= at + 8, "a short part")
        offset, length = struct.unpack_from("<II", content, at)
        need(length > 0 and offset >= end and len(content) >= at + 8 + length, "pieces out of order")
        pieces.append((offset, content[at + 8 : at + 8 + length]))
        at, end = at + 8 + length, offset + length
    need(at == len(content), "bytes behind a part")
    return pieces


def encode_disclosure(entry, parts):
    """parts: number -> (salt, pieces)"""
    data = entry.encode()
    out = struct.pack("<HHI", 1, len(parts), len(data)) + data
    for number in sorted(parts):
        salt, pieces = parts[number]
        content = encode_pieces(pieces)
        out += struct.pack("<I", number) + salt + struct.pack("<I", len(content)) + content
    return out


def open_disclosure(data):
    """The entry, and the payload where all closed parts are shown."""
    need(len(data) >= 8, "a short record")
    version, count, length = struct.unpack_from("<HHI", data)
    need(version == 1 and len(data) >= 8 + length, "no record of version 1")
    entry = Entry.parse(data[8 : 8 + length])
    at, following, pieces = 8 + length, 0, []
    for _ in range(count):
        need(len(data) >= at + 40, "a short record")
        part, salt = struct.unpack_from("<I", data, at)[0], data[at + 4 : at + 36]
        (length,) = struct.unpack_from("<I", data, at + 36)
        need(following <= part < len(entry.commitments) and len(data) >= at + 40 + length, "no such part")
        content = data[at + 40 : at + 40 + length]
        need(commit(salt, part, entry.lsn, content) == entry.commitments[part], "not what was committed to")
        pieces += decode_pieces(content)
        at, following = at + 40 + length, part + 1
    need(at == len(data), "bytes behind a record")
    if count < len(entry.commitments):
        return entry, None
    payload, rest = b"", entry.open
    for offset, piece in sorted(pieces):
        gap = offset - len(payload)
        need(0 <= gap <= len(rest), "pieces that do not fit")
        payload, rest = payload + rest[:gap] + piece, rest[gap:]
    return entry, payload + rest


# --- proofs ----------------------------------------------------------------------------------------------------------


def split_proof(data):
    head, blank, note = data.partition(b"\n\n")
    need(blank, "no checkpoint")
    try:
        return head.decode("utf-8").split("\n"), note
    except UnicodeDecodeError:
        raise Refused("not UTF-8") from None


def hashes_of(lines):
    hashes = [unb64(line) for line in lines]
    need(all(len(h) == 32 for h in hashes), "no hash")
    return hashes


def word_number(lines, word):
    need(lines and lines[0].startswith(word + " "), f"no {word}")
    return number(lines.pop(0)[len(word) + 1 :])


def check_proof(data, log, witnesses=()):
    lines, note = split_proof(data)
    need(lines.pop(0) == "c2sp.org/tlog-proof@v1", "no tlog-proof")
    need(lines and lines[0].startswith("extra "), "no record")
    entry, payload = open_disclosure(unb64(lines.pop(0)[6:]))
    index = word_number(lines, "index")
    need(index == entry.lsn - 1, "another record's place")
    size, root = open_checkpoint(note, log, witnesses)
    need(root_from_path(leaf_hash(entry.encode()), index, size, hashes_of(lines)) == root, "another root")
    return entry, payload


def check_consistency(data, old_note, log):
    lines, note = split_proof(data)
    old = word_number(lines, "old")
    old_size, old_root = open_checkpoint(old_note, log)
    size, root = open_checkpoint(note, log)
    path = hashes_of(lines)
    need(old == old_size <= size, "another size")
    if old in (0, size):
        need(not path and (old_root == root if old else old_root == sha256(b"")), "no consistency")
        return
    need(roots_from_consistency(old, size, path, old_root) == (old_root, root), "another root")


# --- tlog-tiles ------------------------------------------------------------------------------------------------------


def tile_path(level, index, width):
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/{'/'.join(groups)}" + ("" if width == 256 else f".p/{width}")


def read_tile(directory, level, index, width):
    """The bytes of a tile, or of the full one in its place, and how wide that is."""
    for wide in (width, 256):
        path = os.path.join(directory, tile_path(level, index, wide))
        if os.path.exists(path):
            with open(path, "rb") as file:
                return file.read(), wide
    raise Refused(f"{tile_path(level, index, width)} is missing")


def widths(count):
    """Index and width of each tile over so many nodes."""
    return [(i, min(256, count - 256 * i)) for i in range((count + 255) // 256)]


def split_bundle(data, count):
    entries, at = [], 0
    while at < len(data):
        need(len(data) >= at + 2, "a short bundle")
        length = struct.unpack_from(">H", data, at)[0]
        need(len(data) >= at + 2 + length, "a short bundle")
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    need(len(entries) == count, "a bundle of another width")
    return entries


def check_log(directory, log):
    path = os.path.join(directory, "rotations")
    rotations = open_rotations(load(path), log) if os.path.exists(path) else []
    size, root = open_checkpoint(load(os.path.join(directory, "checkpoint")), log, rotations=rotations)
    leaves, configuration, journal = [], bytes(32), None
    for index, width in widths(size):
        data, wide = read_tile(directory, "entries", index, width)
        for data in split_bundle(data, wide)[:width]:
            entry = Entry.parse(data)
            journal = journal or entry.journal
            need(entry.lsn == len(leaves) + 1 and entry.journal == journal, "a record out of order")
            need(entry.configuration == configuration, "another configuration")
            leaves.append(leaf_hash(data))
            if changes_configuration(entry.kind):
                configuration = sha256(configuration + leaves[-1])
    level, nodes = 0, leaves
    while nodes:
        for index, width in widths(len(nodes)):
            data, wide = read_tile(directory, level, index, width)
            need(len(data) == 32 * wide, "a tile of another width")
            need(data[: 32 * width] == b"".join(nodes[256 * index :][:width]), f"tile {level}/{index} is wrong")
        nodes = [tree_hash(nodes[i : i + 256]) for i in range(0, len(nodes) - 255, 256)]
        level += 1
    need(tree_hash(leaves) == root, "another root")
    for rotation in rotations:
        need(rotation.size > size or tree_hash(leaves[: rotation.size]) == rotation.root, "a key replaced over another")
    return size


# --- making one ------------------------------------------------------------------------------------------------------


def write(directory, path, data):
    path = os.path.join(directory, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def make(directory, count, old):
    log = Key.generate("python.example/audit", Key.ED25519, sha256(b"the log of the test"))
    witness = Key.generate("witness.example/python", Key.COSIGNATURE, sha256(b"the witness of the test"))
    entries, disclosures, leaves, configuration = [], [], [], bytes(32)
    for lsn in range(1, count + 1):
        kind = 0x1041 if lsn % 7 == 3 else 0x0100
        payload = f"record {lsn}: ".encode() + b"open closed open".ljust(20 + lsn % 50, b".")
        offset = payload.index(b"closed")
        pieces, salt = [(offset, b"closed")], sha256(b"salt %d" % lsn)
        commitment = commit(salt, 0, lsn, encode_pieces(pieces))
        data = payload[:offset] + payload[offset + 6 :]
        entry = Entry(kind, lsn, 1_763_000_000_000_000 + lsn, bytes(range(16)), configuration, [commitment], data)
        entries.append(entry.encode())
        leaves.append(leaf_hash(entries[-1]))
        disclosures.append(encode_disclosure(entry, {0: (salt, pieces)} if lsn % 5 else {}))
        if changes_configuration(kind):
            configuration = sha256(configuration + leaves[-1])

    def checkpoint(size, log=log):
        text = f"{log.name}\n{size}\n{b64(tree_hash(leaves[:size]))}\n"
        return (text + "\n" + log.line(text) + witness.line(text, 1_763_000_000 + size)).encode()

    # The tiles of each size that there is a checkpoint for.
    for size in {old, count}:
        for index, width in widths(size):
            bundle = b"".join(struct.pack(">H", len(e)) + e for e in entries[256 * index :][:width])
            write(directory, tile_path("entries", index, width), bundle)
        level, nodes = 0, leaves[:size]
        while nodes:
            for index, width in widths(len(nodes)):
                write(directory, tile_path(level, index, width), b"".join(nodes[256 * index :][:width]))
            nodes = [tree_hash(nodes[i : i + 256]) for i in range(0, len(nodes) - 255, 256)]
            level += 1
    newest = checkpoint(count)
    write(directory, "checkpoint", newest)
    write(directory, "log.key", f"{log}\n".encode())
    write(directory, "witness.key", f"{witness}\n".encode())
    for lsn in sorted({1, (count + 1) // 2, count}):
        lines = ["c2sp.org/tlog-proof@v1", f"extra {b64(disclosures[lsn - 1])}", f"index {lsn - 1}"]
        lines += [b64(h) for h in audit_path(lsn - 1, leaves)]
        write(directory, f"proofs/{lsn}.tlog-proof", "\n".join(lines).encode() + b"\n\n" + newest)
    if old:
        write(directory, "old-checkpoint", checkpoint(old))
        lines = [f"old {old}"] + ([b64(h) for h in consistency_path(old, leaves)] if old < count else [])
        write(directory, "consistency", "\n".join(lines).encode() + b"\n\n" + newest)
        keys = [log] + [Key.generate(log.name, Key.ED25519, sha256(b"its key %d" % n)) for n in (2, 3, 4)]
        roots = {size: tree_hash(leaves[:size]) for size in (old, count)}

        def statement(former, new, size):
            return Rotation(keys[former], keys[new], size, roots[size], 1_763_000_000 + size).note()

        write(directory, "rotated/rotations", statement(0, 1, old) + statement(1, 2, count))
        write(directory, "rotated/fork", statement(0, 3, old))
        for place, key in enumerate(keys):
            write(directory, f"rotated/key-{place + 1}", f"{key}\n".encode())
            for size in {old, count}:
                write(directory, f"rotated/checkpoint-{size}-by-{place + 1}", checkpoint(size, key))


# --- the command -----------------------------------------------------------------------------------------------------


def load(path):
    with open(path, "rb") as file:
        return file.read()


def run(arguments):
    command, *rest = arguments
    if command == "proof":
        entry, payload = check_proof(load(rest[0]), Key.parse(rest[1]), [Key.parse(k) for k in rest[2:]])
        print(entry.lsn, payload.hex() if payload is not None else "closed", flush=True)
    elif command == "consistency":
        check_consistency(load(rest[0]), load(rest[1]), Key.parse(rest[2]))
        print("consistent", flush=True)
    elif command == "log":
        print(check_log(rest[0], Key.parse(rest[1])), flush=True)
    elif command == "rotations":
        first = Key.parse(rest[1])
        rotations = open_rotations(load(rest[0]), first)
        size = open_checkpoint(load(rest[2]), first, rotations=rotations)[0] if len(rest) > 2 else ""
        print(rotations[-1].new if rotations else first, size, flush=True)
    elif command == "make":
        make(rest[0], int(rest[1]), int(rest[2]) if len(rest) > 2 else 0)
    else:
        raise SystemExit(__doc__)


def main():
    if sys.argv[1:] == ["serve"]:
        for line in sys.stdin:
            try:
                run(line.rstrip("\n").split("\t"))
            except Refused as problem:
                print(f"refused: {problem}", flush=True)
        return 0
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    try:
        run(sys.argv[1:])
    except Refused as problem:
        print(f"refused: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
