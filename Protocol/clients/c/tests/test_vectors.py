#!/usr/bin/env python3
"""Compiles the C client in every way and runs Protocol/vectors through it, under sanitizers; then fuzzes it for a moment.

    python3 Protocol/clients/c/tests/test_vectors.py
    ASSENT_FUZZ_SECONDS=300 python3 Protocol/clients/c/tests/test_vectors.py
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
PROTOCOL = os.path.join(HERE, "..", "..", "..")
sys.path[:0] = [HERE, os.path.join(PROTOCOL, "clients", "python")]

import assent_wire as wire  # noqa: E402
import build  # noqa: E402


def load(name):
    with open(os.path.join(PROTOCOL, "vectors", name), encoding="utf-8") as file:
        return json.load(file)["vectors"]


VALID = load("valid.json")
INVALID = load("invalid.json")
LINES = (["1048576 server %s" % vector["frame"] for vector in VALID]
         + ["%d %s %s" % (vector["frameBytesMax"], vector["from"], vector["frame"]) for vector in INVALID])


class Vectors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.program = build.build(os.path.join(cls.directory.name, "vectors"), "tests/vectors.c", tls=False)
        done = subprocess.run([cls.program], input="\n".join(LINES), capture_output=True, text=True)
        cls.problems, cls.answers = done.stderr, done.stdout.splitlines()

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def test_sanitizers_have_nothing_to_say(self):
        self.assertEqual((self.problems, len(self.answers)), ("", len(LINES)))

    def test_a_valid_frame_is_read_and_written_as_its_vector_says(self):
        for vector, answer in zip(VALID, self.answers):
            with self.subTest(vector["name"]):
                word, template, correlation, deadline, version, frame, fields = answer.split(" ", 6)
                self.assertEqual((word, int(template), correlation, int(deadline), int(version)), (
                    "valid", vector["template"], vector["correlationId"], vector["deadlineMicroseconds"],
                    vector["version"]))
                self.assertEqual(json.loads(fields), vector["fields"])
                if vector["canonical"]:
                    self.assertEqual(frame, vector["frame"])
                else:
                    values = wire.from_json(vector["message"], vector["fields"])
                    self.assertEqual(bytes.fromhex(frame), wire.encode_frame(
                        vector["message"], values, int(correlation), int(deadline)))

    def test_an_invalid_frame_is_refused_for_its_rule(self):
        for vector, answer in zip(INVALID, self.answers[len(VALID):]):
            with self.subTest(vector["name"]):
                self.assertEqual(answer, "invalid %d %s" % (vector["code"], vector["field"]))

    def test_changed_frames_do_no_harm(self):
        seconds, seed = os.environ.get("ASSENT_FUZZ_SECONDS", "2"), str(int.from_bytes(os.urandom(4), "big"))
        done = subprocess.run([self.program, "fuzz", seconds, seed], input="\n".join(LINES), capture_output=True,
                              text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""), "seed %s" % seed)
        print("fuzzed with seed %s: %s" % (seed, done.stdout.strip()))


class Session(unittest.TestCase):
    def test_a_server_that_is_broken_at_random_does_no_harm(self):
        seconds, seed = os.environ.get("ASSENT_FUZZ_SECONDS", "2"), str(int.from_bytes(os.urandom(4), "big"))
        with tempfile.TemporaryDirectory() as directory:
            program = build.build(os.path.join(directory, "session"), "tests/session.c", tls=False)
            done = subprocess.run([program, seconds, seed], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""), "seed %s" % seed)
        print("session fuzzed with seed %s: %s" % (seed, done.stdout.strip()))


class Warnings(unittest.TestCase):
    def test_no_compiler_warns_of_anything(self):
        self.assertTrue(build.compilers())
        ways = [(compiler, language, flags) for compiler in build.compilers() for language in build.LANGUAGES
                for flags in ([], build.TLS)]
        with ThreadPoolExecutor(2) as pool:
            for way, said in zip(ways, pool.map(lambda way: build.check(*way), ways)):
                self.assertEqual(said, "", way)


if __name__ == "__main__":
    unittest.main()
