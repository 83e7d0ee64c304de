#!/usr/bin/env python3
"""Runs Protocol/vectors both ways through assent_wire, and the invalid ones against their rules.

    python3 Protocol/clients/python/test_vectors.py
"""

import json
import os
import random
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import assent_wire as wire  # noqa: E402
from assent_client import ed25519  # noqa: E402


def load(name):
    with open(os.path.join(HERE, "..", "..", "vectors", name), encoding="utf-8") as file:
        return json.load(file)["vectors"]


VALID = load("valid.json")
INVALID = load("invalid.json")
AUTHENTICATE = load("authenticate.json")


class Vectors(unittest.TestCase):
    def test_every_message_has_vectors(self):
        self.assertEqual({vector["message"] for vector in VALID}, set(wire.MESSAGES))
        self.assertGreaterEqual(len(VALID), 3 * len(wire.MESSAGES))
        self.assertGreaterEqual(len(INVALID), 130)

    def test_a_valid_frame_decodes_to_its_fields(self):
        for vector in VALID:
            with self.subTest(vector["name"]):
                data = bytes.fromhex(vector["frame"])
                frame = wire.cut(data)
                self.assertEqual(frame.length, len(data))
                self.assertEqual(frame.template, vector["template"])
                self.assertEqual(str(frame.correlation_id), vector["correlationId"])
                self.assertEqual(frame.deadline_microseconds, vector["deadlineMicroseconds"])
                name, values = wire.decode(frame)
                self.assertEqual(name, vector["message"])
                self.assertEqual(wire.to_json(name, values), vector["fields"])

    def test_the_fields_encode_to_the_frame(self):
        for vector in VALID:
            with self.subTest(vector["name"]):
                values = wire.from_json(vector["message"], vector["fields"])
                frame = wire.encode_frame(vector["message"], values, int(vector["correlationId"]),
                                          vector["deadlineMicroseconds"])
                self.assertEqual(frame.hex() == vector["frame"], vector["canonical"])
                self.assertEqual(wire.decode_frame(frame), (vector["message"], values))

    def test_an_invalid_frame_is_refused_for_its_rule(self):
        for vector in INVALID:
            with self.subTest(vector["name"]):
                with self.assertRaises(wire.WireError) as caught:
                    frame = wire.cut(bytes.fromhex(vector["frame"]), vector["frameBytesMax"],
                                     accepts_pushes=vector["from"] == "server")
                    self.assertIsNotNone(frame)
                    wire.decode(frame)
                self.assertEqual((caught.exception.code, caught.exception.field), (vector["code"], vector["field"]))

    def test_a_session_is_signed_as_its_vector_says(self):
        self.assertEqual({vector["valid"] for vector in AUTHENTICATE}, {True, False})
        for vector in AUTHENTICATE:
            with self.subTest(vector["name"]):
                hello, reply, public, signature = (
                    bytes.fromhex(vector[key]) for key in ("hello", "helloReply", "publicKey", "signature"))
                signed = wire.authentication(hello, reply, vector["principal"])
                self.assertEqual(signed[22:54].hex(), vector["transcript"])
                self.assertEqual(ed25519.verify(public, signed, signature), vector["valid"])
                name, values = wire.decode_frame(bytes.fromhex(vector["authenticate"]))
                self.assertEqual((name, values), (
                    "Authenticate", {"signature": signature, "principal": vector["principal"]}))
                if vector["valid"]:
                    self.assertEqual(signed.hex(), vector["signed"])
                    self.assertEqual(ed25519.sign(bytes.fromhex(vector["seed"]), signed), signature)

    def test_every_prefix_of_a_frame_needs_more_bytes(self):
        for vector in VALID:
            data = bytes.fromhex(vector["frame"])
            for count in range(0, len(data), max(1, len(data) // 50)):
                self.assertIsNone(wire.cut(data[:count]))

    def test_a_frame_cut_short_and_resealed_is_refused(self):
        for vector in VALID:
            if vector["version"] > wire.SCHEMA_VERSION or len(vector["frame"]) > 2000:
                continue
            data = bytes.fromhex(vector["frame"])
            for count in range(wire.HEADER_BYTES, len(data)):
                with self.assertRaises(wire.WireError) as caught:
                    wire.decode_frame(wire.seal(data[:count]))
                self.assertEqual(caught.exception.code, 303)

    def test_changed_bytes_raise_nothing_but_wire_errors(self):
        seed = int.from_bytes(os.urandom(4), "big")
        generator = random.Random(seed)
        for vector in VALID:
            if len(vector["frame"]) > 2000:
                continue
            for _ in range(20):
                data = bytearray.fromhex(vector["frame"])
                data[generator.randrange(24, len(data))] = generator.choice([0, 1, 0x7F, 0x80, 0xFF])
                try:
                    name, values = wire.decode_frame(wire.seal(bytes(data)))
                except wire.WireError:
                    continue
                again = wire.decode_frame(wire.encode_frame(name, values))
                self.assertEqual(again, (name, values), "seed %d, %s" % (seed, vector["name"]))

    def test_the_checksum_is_crc_32c(self):
        self.assertEqual(wire.crc32c(b"123456789"), 0xE3069283)
        self.assertEqual(wire.crc32c(bytes(32)), 0x8A9136AA)


if __name__ == "__main__":
    unittest.main()
