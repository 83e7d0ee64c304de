#!/usr/bin/env python3
"""Holds the client against a server that is written in this file and can misbehave on demand.

    python3 Protocol/clients/python/test_client.py
"""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "..", "vectors"))

import assent_wire as wire  # noqa: E402
from assent_client import (  # noqa: E402
    Client, ConnectionLost, Rejected, ed25519, now, parse_amount, read_seed, request)
from valid_definitions import APPROVED, CARD, DECLINED, TYPICAL  # noqa: E402

HELLO = TYPICAL["HelloReply"][0][1]
REPLY = "Reply"


class Server:
    """Plays one script a connection: a function of the connection, which reads and writes frames."""

    def __init__(self, *scripts):
        self.scripts, self.errors, self.seen = list(scripts), [], []
        self.directory = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.directory.name, "gateway.sock")
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        for script in self.scripts:
            connection, _ = self.listener.accept()
            with connection:
                connection.settimeout(10)
                try:
                    script(Peer(connection, self))
                except Exception as error:  # the test's own thread reports it
                    self.errors.append(error)

    def __enter__(self):
        return "unix:" + self.path

    def __exit__(self, *_):
        self.thread.join(10)
        self.listener.close()
        self.directory.cleanup()


class Peer:
    def __init__(self, connection, server):
        self.connection, self.server, self.buffer = connection, server, b""

    def read(self):
        while True:
            frame = wire.cut(self.buffer, accepts_pushes=False)
            if frame is not None:
                self.buffer = self.buffer[frame.length:]
                name, values = wire.decode(frame)
                self.server.seen.append((name, values))
                return frame.correlation_id, name, values
            data = self.connection.recv(65536)
            if not data:
                raise EOFError
            self.buffer += data

    def write(self, name, values, number):
        self.connection.sendall(wire.encode_frame(name, values, number))

    def greet(self, **changes):
        number, name, values = self.read()
        assert name == "Hello", name
        self.hello = wire.encode_frame("Hello", values, number)
        self.hello_reply = wire.encode_frame("HelloReply", dict(HELLO, **changes), number)
        self.connection.sendall(self.hello_reply)
        return values

    def authenticate(self, seed):
        """Takes a signature of the principal shop, and refuses any other."""
        number, name, values = self.read()
        assert (name, values["principal"]) == ("Authenticate", "shop"), (name, values)
        signed = wire.authentication(self.hello, self.hello_reply, "shop")
        if ed25519.verify(ed25519.public_key(seed), signed, values["signature"]):
            self.write("AuthenticateReply", {"scopes": ["authorize"], "credit": 3, "frameBytesMax": 65536}, number)
        else:
            self.write("Reject", dict(reject("authenticationFailed"), templateId=0x0804), number)


def reject(code, detail="", retry=0):
    return {"code": code, "templateId": 0x0100, "retryAfterMicroseconds": retry, "detail": detail}


class ClientTests(unittest.TestCase):
    def play(self, *scripts):
        self.server = Server(*scripts)
        self.addCleanup(lambda: self.assertEqual(self.server.errors, []))
        return self.server

    def test_hello_carries_grease_and_the_reply_is_the_session(self):
        def script(peer):
            known, *grease = peer.greet()["features"]
            assert known == "receipts", known
            for bit in grease:
                assert 32 <= int(bit[3:]) <= 63, bit

        with self.play(script) as target, Client(target) as client:
            self.assertEqual(client.session["credit"], HELLO["credit"])

    def test_each_session_is_signed_anew_and_the_answer_replaces_what_hello_agreed(self):
        seed = bytes(range(32))

        def script(nonce):
            def play(peer):
                peer.greet(nonce=nonce, frameBytesMax=4096)
                peer.authenticate(seed)
                if nonce[0] == 1:
                    return  # the connection is lost; the client comes again and says again who it is
                number, name, _ = peer.read()
                peer.write(name + REPLY, {"decision": APPROVED}, number)
            return play

        with self.play(script(b"\1" * 32), script(b"\2" * 32)) as target:
            with Client(target, signer=("shop", seed)) as client:
                self.assertEqual(client.authorize(CARD, 1250, "EUR")["outcome"], "approved")
                self.assertEqual((client.session["credit"], client.session["frameBytesMax"]), (3, 65536))
        self.assertEqual([name for name, _ in self.server.seen].count("Authenticate"), 2)

    def test_a_signature_that_is_refused_ends_the_attempt(self):
        def script(peer):
            peer.greet()
            peer.authenticate(bytes(range(32)))

        with self.play(script) as target:
            with self.assertRaises(Rejected) as caught:
                Client(target, signer=("shop", bytes(32))).connect()
            self.assertEqual(caught.exception.code, "authenticationFailed")

    def test_a_key_is_read_as_openssl_writes_it(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "shop.key")
            subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True)
            public = subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"], check=True,
                                    stdout=subprocess.PIPE).stdout
            self.assertEqual(ed25519.public_key(read_seed(path)), public[-32:])
            with open(path, "w", encoding="ascii") as file:
                file.write("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
            with self.assertRaises(ValueError):
                read_seed(path)

    def test_an_approval_and_a_decline_are_both_answers(self):
        def script(peer):
            peer.greet()
            for decision in (APPROVED, DECLINED):
                number, name, _ = peer.read()
                peer.write(name + REPLY, {"decision": decision}, number)

        with self.play(script) as target, Client(target) as client:
            self.assertEqual(client.authorize(CARD, 1250, "EUR")["outcome"], "approved")
            self.assertEqual(client.authorize(CARD, 1250, "EUR", merchantName="Löwe")["reason"], "velocityExceeded")

    def test_a_lost_answer_is_asked_for_again_with_the_same_request_id(self):
        def loses(peer):
            peer.greet()
            peer.read()

        def answers(peer):
            peer.greet()
            number, name, _ = peer.read()
            peer.write(name + REPLY, {"decision": APPROVED}, number)

        with self.play(loses, loses, answers) as target, Client(target) as client:
            self.assertEqual(client.authorize(CARD, 1250, "EUR")["lsn"], APPROVED["lsn"])
        asked = [values for name, values in self.server.seen if name == "Authorize"]
        self.assertEqual(len(asked), 3)
        self.assertEqual(asked[0], asked[1])
        self.assertEqual(asked[0], asked[2])

    def test_busy_is_waited_out_and_an_invalid_request_is_not_repeated(self):
        def script(peer):
            peer.greet()
            number, _, _ = peer.read()
            peer.write("Reject", reject("busy", retry=1000), number)
            number, name, _ = peer.read()
            peer.write(name + REPLY, {"decision": APPROVED}, number)
            number, _, _ = peer.read()
            peer.write("Reject", reject("requestIdReused", "other content"), number)

        with self.play(script) as target, Client(target) as client:
            self.assertEqual(client.authorize(CARD, 1250, "EUR")["outcome"], "approved")
            with self.assertRaises(Rejected) as caught:
                client.authorize(CARD, 1250, "EUR")
            self.assertEqual((caught.exception.code, caught.exception.detail), ("requestIdReused", "other content"))

    def test_answers_may_overtake_and_credit_is_kept(self):
        def script(peer):
            peer.greet(credit=3)
            for size in (3, 3, 1):
                batch = [peer.read() for _ in range(size)]
                for number, name, values in reversed(batch):
                    peer.write(name + REPLY, {"decision": dict(APPROVED, approvedAmount=values["amount"])}, number)

        with self.play(script) as target, Client(target) as client:
            asked = [("Authorize", request(CARD, amount=amount, currency="EUR")) for amount in range(1, 8)]
            answers = client.pipeline(asked)
            self.assertEqual([values["decision"]["approvedAmount"] for _, values in answers], list(range(1, 8)))

    def test_a_pipeline_goes_on_after_a_lost_connection_with_what_is_unanswered(self):
        def first(peer):
            peer.greet()
            # All are read before closing: what is unread would make the kernel throw the answer away too.
            number, name, _ = [peer.read() for _ in range(3)][0]
            peer.write(name + REPLY, {"decision": APPROVED}, number)

        def second(peer):
            peer.greet()
            number, name, _ = peer.read()
            peer.write("Reject", reject("cardUnknown"), number)
            number, name, _ = peer.read()
            peer.write(name + REPLY, {"decision": DECLINED}, number)

        with self.play(first, second) as target, Client(target) as client:
            asked = [("Authorize", request(CARD, amount=amount, currency="EUR")) for amount in (1, 2, 3)]
            answers = client.pipeline(asked)
        self.assertEqual(answers[0][1]["decision"]["outcome"], "approved")
        self.assertEqual(answers[1].code, "cardUnknown")
        self.assertEqual(answers[2][1]["decision"]["outcome"], "declined")

    def test_a_ping_of_the_server_is_answered_and_its_goaway_noted(self):
        def script(peer):
            peer.greet()
            number, name, _ = peer.read()
            peer.write("Ping", {"payload": 77}, wire.PUSH_BIT | 5)
            peer.write("GoAway", TYPICAL["GoAway"][0][1], wire.PUSH_BIT)
            peer.write(name + REPLY, {"decision": APPROVED}, number)
            assert peer.read() == (wire.PUSH_BIT | 5, "Pong", {"payload": 77})

        with self.play(script) as target, Client(target) as client:
            client.authorize(CARD, 1250, "EUR")
            self.assertEqual(client.going_away["graceMilliseconds"], 5000)

    def test_a_closing_reject_and_a_damaged_frame_lose_the_connection(self):
        def closes(peer):
            peer.greet()
            peer.read()
            peer.write("Reject", reject("tooSlow"), wire.PUSH_BIT)

        def damages(peer):
            peer.greet()
            number, _, _ = peer.read()
            frame = bytearray(wire.encode_frame("Pong", {"payload": 1}, number))
            frame[-1] ^= 1
            peer.connection.sendall(frame)

        for script, text in ((closes, "tooSlow"), (damages, "checksum")):
            with self.play(script) as target, Client(target) as client:
                with self.assertRaises(ConnectionLost) as caught:
                    client.ping()
                self.assertIn(text, str(caught.exception))

    def test_a_query_and_a_refused_version(self):
        def script(peer):
            peer.greet()
            number, _, _ = peer.read()
            peer.write("QueryByRequestIdReply", TYPICAL["QueryByRequestIdReply"][1][1], number)

        def refuses(peer):
            number, _, _ = peer.read()
            peer.write("Reject", TYPICAL["Reject"][2][1], number)

        with self.play(script) as target, Client(target) as client:
            self.assertEqual(client.query(uuid.uuid4(), now())["found"], "unknown")
        with self.play(refuses) as target:
            with self.assertRaises(Rejected) as caught:
                Client(target).connect()
            self.assertEqual(caught.exception.code, "unsupportedFrameVersion")

    def test_a_connection_that_is_not_let_in_says_why(self):
        def refuses(peer):
            peer.write("Reject", {"code": "busy", "templateId": 0, "retryAfterMicroseconds": 1000, "detail": "too many"},
                       wire.PUSH_BIT)
            peer.read()

        def refuses_the_signer(peer):
            peer.greet()
            number, _, _ = peer.read()
            peer.write("Reject", {"code": "busy", "templateId": 0, "retryAfterMicroseconds": 0, "detail": "too many"}, number)

        with self.play(refuses) as target:
            with self.assertRaises(Rejected) as caught:
                Client(target).connect()
            self.assertEqual((caught.exception.code, caught.exception.number), ("busy", 401))
            self.assertEqual((caught.exception.detail, caught.exception.retry_after), ("too many", 0.001))
        with self.play(refuses_the_signer) as target:
            with self.assertRaises(Rejected) as caught:
                Client(target, signer=("shop", bytes(32))).connect()
            self.assertEqual(caught.exception.code, "busy")
        # Once there is room, it is let in.
        with self.play(refuses, lambda peer: peer.greet()) as target:
            client = Client(target)
            with self.assertRaises(Rejected):
                client.connect()
            self.assertGreater(client.connect()["credit"], 0)
            client.close()

    def test_nothing_is_sent_of_a_request_that_would_be_refused(self):
        def script(peer):
            peer.greet()
            with self.assertRaises(EOFError):
                peer.read()

        with self.play(script) as target, Client(target) as client:
            for changes in ({"amount": 0}, {"currency": "eur"}, {"merchantName": "x" * 65}, {"merchantCategory": 10000}):
                with self.assertRaises(wire.WireError):
                    client.authorize(CARD, **dict({"amount": 1, "currency": "EUR"}, **changes))

    def test_an_event_is_repeated_with_the_same_request_id_and_tells_the_payment(self):
        answer = TYPICAL["ClearingReply"][0][1]

        def loses(peer):
            peer.greet()
            peer.read()

        def answers(peer):
            peer.greet()
            number, name, _ = peer.read()
            peer.write(name + REPLY, answer, number)

        with self.play(loses, answers) as target, Client(target) as client:
            got = client.settle("Clearing", CARD, 1250, paymentId=48213, isFinal=True, merchantName="Löwe")
            self.assertEqual(got["payment"]["cleared"], 1250)
            self.assertEqual(got["payment"]["status"], "cleared")
        asked = [values for name, values in self.server.seen if name == "Clearing"]
        self.assertEqual(len(asked), 2)
        self.assertEqual(asked[0], asked[1])
        self.assertEqual(asked[0]["event"]["paymentId"], 48213)
        self.assertIsNone(asked[0]["event"]["originalRequestId"])

    def test_a_misspelt_key_of_an_event_is_not_sent(self):
        def script(peer):
            peer.greet()
            with self.assertRaises(EOFError):
                peer.read()

        with self.play(script) as target, Client(target) as client:
            with self.assertRaises(wire.WireError):
                client.settle("Reverse", CARD, orignalRequestId=uuid.uuid4())

    def test_a_history_is_read_page_by_page_and_told_oldest_first(self):
        pages = [TYPICAL["PaymentHistoryReply"][1][1], TYPICAL["PaymentHistoryReply"][0][1]]

        def script(peer):
            peer.greet()
            for page in pages:
                number, name, _ = peer.read()
                peer.write(name + REPLY, page, number)

        with self.play(script) as target, Client(target) as client:
            self.assertEqual([event["kind"] for event in client.history(48213)],
                             ["authorization", "clearing", "expiry"])
        asked = [values["beforeLsn"] for name, values in self.server.seen if name == "PaymentHistory"]
        self.assertEqual(asked, [0, pages[0]["nextBeforeLsn"]])

    def test_amounts_follow_the_currency(self):
        self.assertEqual(parse_amount("12.50", "EUR"), 1250)
        self.assertEqual(parse_amount("12.5", "EUR"), 1250)
        self.assertEqual(parse_amount("1250", "JPY"), 1250)
        self.assertEqual(parse_amount("1.234", "KWD"), 1234)
        for text, currency in (("12.505", "EUR"), ("1.0", "JPY"), ("-1", "EUR"), ("", "EUR"), ("1e3", "EUR")):
            with self.assertRaises(ValueError):
                parse_amount(text, currency)

    def test_the_command_prints_the_decision_and_exits_by_it(self):
        def answers(decision):
            def script(peer):
                peer.greet()
                number, name, values = peer.read()
                assert values["amount"] == 1250 and values["merchantName"] == "Markt", values
                peer.write(name + REPLY, {"decision": decision}, number)

            return script

        for decision, status in ((APPROVED, 0), (DECLINED, 1)):
            with self.play(answers(decision)) as target:
                done = subprocess.run(
                    [sys.executable, os.path.join(HERE, "assent_client.py"), "--connect", target, "authorize", "--card",
                     str(CARD), "--amount", "12.50", "--currency", "EUR", "--merchant", "Markt"],
                    capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertIn('"outcome": "%s"' % decision["outcome"], done.stdout)
            self.assertIn("request-id ", done.stderr)


if __name__ == "__main__":
    unittest.main()
