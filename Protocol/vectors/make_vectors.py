#!/usr/bin/env python3
"""Writes valid.json, invalid.json and authenticate.json from the readable definitions in this directory.

    python3 Protocol/vectors/make_vectors.py           write the files
    python3 Protocol/vectors/make_vectors.py --check   exit 1 when they are not what would be written

The bytes come from the Python reader of the specification, which shares nothing with the Swift codec that they test.
"""

import hashlib
import json
import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "clients", "python"))
sys.path.insert(0, HERE)
sys.path.append(os.path.join(HERE, "..", "audit"))

import assent_wire as wire  # noqa: E402
import ed25519  # noqa: E402
from invalid_definitions import invalid_vectors  # noqa: E402
from valid_definitions import TYPICAL  # noqa: E402


def vector(name, message, values, frame, canonical=True):
    header = wire.Frame(frame)
    return {
        "name": name,
        "message": message,
        "template": header.template,
        "correlationId": str(header.correlation_id),
        "deadlineMicroseconds": header.deadline_microseconds,
        "version": header.version,
        "canonical": canonical,
        "fields": wire.to_json(message, values),
        "frame": frame.hex(),
    }


def edge(kind, high):
    """The lowest (or null, or empty) or the highest value of a field."""
    if isinstance(kind, wire.Composite):
        if kind.optional and not high:
            return None
        return {name: edge(part, high) for name, part in kind.fields if not isinstance(part, wire.Reserved)}
    if isinstance(kind, wire.Expiry):
        return 25199 if high else 0
    if isinstance(kind, wire.Number):
        if not high and kind.optional:
            return None
        bits = 8 * kind.size
        signed = kind.format.format[-1] == "q"
        low, top = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        bound = kind.high if high else kind.low
        return bound if bound is not None else (top if high else low)
    if isinstance(kind, wire.Named):
        return None if kind.optional and not high else kind.values[(max if high else min)(kind.values)]
    if isinstance(kind, wire.Flag):
        return high
    if isinstance(kind, wire.Bits):
        count = len(kind.names) if kind.strict else 8 * kind.size
        return [kind.names[bit] if bit < len(kind.names) else "bit%d" % bit for bit in range(count)] if high else []
    if isinstance(kind, wire.Identifier):
        if not high and kind.optional:
            return None
        return wire.uuid.UUID(int=(1 << 128) - 1 if high else 1)
    if isinstance(kind, wire.Characters):
        return "~" * kind.size if high else ""
    if isinstance(kind, wire.Letters):
        return ("Z" if high else "A") * kind.size if high or not kind.optional else None
    if isinstance(kind, wire.Digits):
        return "9999" if high else ""
    if isinstance(kind, wire.PaddedText):
        return "\U0010FFFF" * (kind.size // 4) if high else ""
    if isinstance(kind, wire.Bytes):
        return (b"\xff" if high else b"\0") * kind.size
    raise TypeError(kind)


def edge_text(maximum, high):
    """Empty, or as many bytes as the limit allows (for long texts, a size that stays readable), of all UTF-8 widths."""
    if not high:
        return ""
    maximum = min(maximum, 4096)
    text = "\U0001F4B3" * (maximum // 16) + "\u20AC" * (maximum // 16) + "\u00E9" * (maximum // 8)
    if maximum == 4096:
        text += "\n\tx"
    return text + "~" * (maximum - len(text.encode("utf-8")))


def edge_values(message, high):
    def block(fields):
        return {name: edge(kind, high) for name, kind in fields if not isinstance(kind, wire.Reserved)}

    values = block(message.fields)
    for group in message.groups:
        entry = dict(block(group.fields), **{name: edge_text(maximum, high) for name, maximum in group.data})
        values[group.name] = [entry, entry] if high else []
    values.update({name: edge_text(maximum, high) for name, maximum in message.data})
    if message.name == "PaymentGetReply" and not high:
        values["decision"] = edge(dict(message.fields)["decision"], False)
    return values


def later_version(message, values):
    """The same fields as a later schema version would send them: longer blocks, more data at the end."""
    extra = bytes.fromhex("a1a2a3a4a5a6a7")
    body = wire.write_block(message.fields, values) + extra
    for group in message.groups:
        entries = values.get(group.name) or []
        body += struct.pack("<HH", group.block_length + len(extra), len(entries))
        for entry in entries:
            body += wire.write_block(group.fields, entry) + extra + wire._write_data(group.data, entry)
    body += wire._write_data(message.data, values) + b"\3\0new"
    header = wire._HEADER.pack(0, wire.MAGIC, 1, 0, 77, 0, 0, message.block_length + len(extra), message.template,
                               wire.SCHEMA_ID, wire.SCHEMA_VERSION + 1)
    return wire.seal(header + body)


def earlier_version(message, values):
    """The same message as schema version 1 sent it, and its fields as they are read: what it lacks is zero."""
    length = message.block_length_in(1)
    body = wire.encode_body(message, values)
    header = wire._HEADER.pack(0, wire.MAGIC, 1, 0, 78, 0, 0, length, message.template, wire.SCHEMA_ID, 1)
    frame = wire.seal(header + body[:length] + body[message.block_length:])
    fields = dict(values)
    for name, kind in message.fields[len(message.first_fields):]:
        if not isinstance(kind, wire.Reserved):
            fields[name] = kind.read(bytes(kind.size), 0, name)
    return fields, frame


def valid_vectors():
    vectors = []
    for name, message in wire.MESSAGES.items():
        for index, (title, values) in enumerate(TYPICAL[name]):
            decoded = wire.decode_frame(wire.encode_frame(name, values))[1]
            deadline = 250000 if index == 1 else 0
            frame = wire.encode_frame(name, values, correlation_id=index + 1, deadline_microseconds=deadline)
            vectors.append(vector("%s: %s" % (name, title), name, decoded, frame))
        low, high = edge_values(message, False), edge_values(message, True)
        if message.fields or message.data:
            frame = wire.encode_frame(name, low, correlation_id=0)
            vectors.append(vector("%s: lowest values, null and empty where allowed" % name, name, low, frame))
            top = (1 << 64) - 1 if name in ("Ping", "Pong", "GoAway") else (1 << 63) - 1
            frame = wire.encode_frame(name, high, correlation_id=top, deadline_microseconds=(1 << 32) - 1)
            vectors.append(vector("%s: highest values, longest texts" % name, name, high, frame))
        decoded = wire.decode_frame(wire.encode_frame(name, TYPICAL[name][0][1]))[1]
        frame = later_version(message, decoded)
        vectors.append(vector("%s: as a later schema version would send it" % name, name, decoded, frame, False))
        if message.since == 1:
            earlier, frame = earlier_version(message, decoded)
            vectors.append(vector("%s: as schema version 1 sent it" % name, name, earlier, frame, False))
    values = wire.decode_frame(wire.encode_frame("Authorize", TYPICAL["Authorize"][0][1]))[1]
    frame = bytearray(wire.encode_frame("Authorize", values))
    frame[32 + 56:32 + 71] = b"4711           "
    values["merchantId"] = "4711"
    vectors.append(vector("Authorize: merchantId padded with spaces", "Authorize", values, wire.seal(frame), False))
    return vectors


SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")  # RFC 8032, 7.1, test 1
OTHER_SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")  # test 2


def authenticate_vectors():
    """Sessions with what is signed on them, and signatures that are good for nothing."""
    hello = dict(TYPICAL["Hello"][0][1], schemaVersion=wire.SCHEMA_VERSION)
    reply = dict(TYPICAL["HelloReply"][0][1], schemaVersion=wire.SCHEMA_VERSION, frameBytesMax=4096)
    sessions = [
        (wire.encode_frame("Hello", hello, correlation_id=1), wire.encode_frame("HelloReply", dict(
            reply, nonce=hashlib.sha256(b"nonce %d" % number).digest()), correlation_id=1)) for number in range(2)]
    cases = [
        ("a gateway", "gateway-7", 0, 0, SEED, None, ""),
        ("the longest name", "a" + "Z9._-" * 12 + "xyz", 0, 0, OTHER_SEED, None, ""),
        ("the same gateway on another session", "gateway-7", 1, 1, SEED, None, ""),
        ("recorded on another session", "gateway-7", 1, 0, SEED, None, "the nonce is another"),
        ("signed with another key", "gateway-7", 0, 0, OTHER_SEED, None, "publicKey is not the signer's"),
        ("signed under another name", "gateway-7", 0, 0, SEED, "gateway-8", "the name under the signature is another"),
    ]
    vectors = []
    for title, name, session, signed_session, seed, signed_name, wrong in cases:
        frames = sessions[session]
        signed = wire.authentication(*sessions[signed_session], signed_name or name)
        signature = ed25519.sign(seed, signed)
        owner = SEED if wrong else seed
        vectors.append({
            "name": title, "valid": not wrong, "wrong": wrong, "principal": name, "seed": seed.hex(),
            "publicKey": ed25519.public_key(owner).hex(), "hello": frames[0].hex(), "helloReply": frames[1].hex(),
            "transcript": hashlib.sha256(frames[0] + frames[1]).hexdigest(), "signed": signed.hex(),
            "signature": signature.hex(),
            "authenticate": wire.encode_frame(
                "Authenticate", {"signature": signature, "principal": name}, correlation_id=2).hex(),
        })
    # S + L stands for the same point: RFC 8032, section 5.1.7, has it refused.
    order = (1 << 252) + 27742317777372353535851937790883648493
    first = bytes.fromhex(vectors[0]["signature"])
    for title, signature, wrong in (
            ("one bit altered", bytes([first[0] ^ 1]) + first[1:], "the signature was altered"),
            ("another form of the same", first[:32] + (int.from_bytes(first[32:], "little") + order).to_bytes(32, "little"),
             "S is not below the group's order")):
        vectors.append(dict(
            vectors[0], name=title, valid=False, wrong=wrong, signature=signature.hex(),
            authenticate=wire.encode_frame(
                "Authenticate", {"signature": signature, "principal": "gateway-7"}, correlation_id=2).hex()))
    return vectors


def text_of(note, vectors):
    lines = ["{", '  "note": %s,' % json.dumps(note), '  "vectors": [']
    for index, entry in enumerate(vectors):
        comma = "," if index + 1 < len(vectors) else ""
        lines.append("    " + json.dumps(entry, ensure_ascii=True) + comma)
    return "\n".join(lines + ["  ]", "}", ""])


def main():
    files = {
        "valid.json": text_of(
            "Frames beside their fields. 64-bit numbers and identifiers are strings, bytes are hexadecimal, yesNo is "
            "true or false. Where canonical is false, encoding the fields gives other bytes (this version's) than the "
            "frame.",
            valid_vectors()),
        "invalid.json": text_of(
            "Frames beside the rule that they break and the code of the Reject. frameBytesMax is the session's limit; "
            "from says who sends it.",
            invalid_vectors(wire)),
        "authenticate.json": text_of(
            "Sessions beside what Authenticate signs on them, all bytes in hexadecimal: signed is made of transcript and "
            "principal, signature is that of seed. Where valid is false a server that knows publicKey as the principal's "
            "refuses it; wrong says why. There seed and signed are what was signed.",
            authenticate_vectors()),
    }
    stale = 0
    for name, text in files.items():
        path = os.path.join(HERE, name)
        if "--check" in sys.argv[1:]:
            with open(path, encoding="utf-8") as file:
                if file.read() != text:
                    print("%s is not what make_vectors.py makes" % name)
                    stale = 1
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    return stale


if __name__ == "__main__":
    sys.exit(main())
