"""Holds a client against the specification: a played server does to it what servers and networks do."""

import random
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from driver import CARD, CannotDo, Driver, authorize
from played_server import (
    Certificates, Gone, HELLO_REPLY, PlayedServer, TYPICAL, Violation, approved, declined, raw_reject, reject, wire)

CHECKS = []
PUSH = wire.PUSH_BIT


def check(group, name):
    """Registers a check."""
    def register(function):
        CHECKS.append((group, name, function))
        return function
    return register


class Lab:
    """One client under test and the servers that are played to it."""

    def __init__(self, command, directory):
        self.command, self.directory, self.certificates, self.lock = command, directory, None, threading.Lock()

    def play(self, scripts, *rounds, context=None, ends_early=False, **options):
        """Plays scripts, one a connection, to rounds of requests. Returns the results of each round, and the server."""
        server = PlayedServer(scripts, context)
        driver = None
        try:
            driver = Driver(self.command, server.endpoint, **options)
            results = [driver.go(lines) for lines in rounds]
            driver.end()
            for lines, came in zip(rounds, results):
                expect(len(came) == len(lines), "%d results of %d requests" % (len(came), len(lines)))
        except Violation:
            for problem in server.problems:
                raise Violation(problem)
            raise
        finally:
            server.stop()
            if driver is not None:
                driver.timer.cancel()
                if driver.process.poll() is None:
                    driver.process.kill()
        for problem in server.problems:
            raise Violation(problem)
        return results, server

    def answers(self, scripts, lines, **options):
        """Plays scripts to requests that have to be answered in full."""
        results, server = self.play(scripts, lines, **options)
        for line, words in zip(lines, results[0]):
            amount = line.split()[3]
            expect(words[:1] == ["answered"] and words[3] == amount, "%s for %s" % (words, amount))
        return server

    def tls(self):
        with self.lock:
            if self.certificates is None:
                self.certificates = Certificates(self.directory)
            return self.certificates


def expect(condition, got):
    if not condition:
        raise Violation(got)


def ids(server):
    """The request ids that were asked, in their order."""
    return [str(values["requestId"]) for _, _, values, _ in server.asked]


def content(server):
    """The bodies that were asked."""
    return [frame.body for _, _, _, frame in server.asked]


# --- The session --------------------------------------------------------------------------------------------------------


@check("session", "Hello comes first, offers frame version 1 and wishes the credit")
def hello(lab):
    def script(peer):
        values, frame = peer.greet()
        expect(values["minFrameVersion"] <= 1 <= values["maxFrameVersion"], values)
        expect(values["wantedCredit"] == 7, values)
        expect(frame.deadline_microseconds == 0, "Hello with a deadline")
        peer.answer(*peer.ask())
    lab.answers([script], [authorize(5)], credit=7)


@check("session", "an approval and a decline are both answers, and the request is as asked")
def answers(lab):
    request_id, when = str(uuid.uuid4()), time.time_ns() // 1000

    def script(peer):
        peer.greet()
        number, values = peer.ask()
        expect((str(values["requestId"]), str(values["cardToken"]), values["amount"], values["currency"],
                values["transmissionTime"]) == (request_id, CARD, 1250, "EUR", when), values)
        peer.answer(number, values)
        number, _ = peer.ask()
        peer.write("AuthorizeReply", declined(), number)

    results, _ = lab.play([script], [authorize(1250, request_id=request_id, transmission_time=when)], [authorize(77)])
    expect(results[0][0][:3] == ["answered", "approved", "approved"], results)
    expect(results[1][0][:3] == ["answered", "declined", "velocityExceeded"], results)


@check("session", "a server of schema version 1 is understood")
def older_server(lab):
    def script(peer):
        peer.greet(schemaVersion=1)
        peer.answer(*peer.ask())
    lab.answers([script], [authorize(5)])


@check("session", "an answer of a later schema version is read as far as it is known")
def later_server(lab):
    def script(peer):
        peer.greet()
        number, values = peer.ask()
        message = wire.MESSAGES["AuthorizeReply"]
        body = wire.encode_body(message, approved(values)) + bytes(range(1, 12)) + b"\3\0new"
        peer.send(wire.seal(wire._HEADER.pack(
            0, wire.MAGIC, 1, 0, number, 0, 0, message.block_length + 11, message.template, wire.SCHEMA_ID,
            wire.SCHEMA_VERSION + 1) + body))
    lab.answers([script], [authorize(5)])


@check("session", "a server that speaks no common version is not asked, and said to")
def no_version(lab):
    def script(peer):
        number = peer.read()[0]
        peer.write("Reject", dict(reject("unsupportedFrameVersion", "versions spoken: 7"), templateId=0), number)
    results, server = lab.play([script], [authorize(5)], limit_milliseconds=2000)
    expect(results[0][0][0] == "not-executed", results)
    expect(not server.asked, "it was asked")


@check("session", "a connection that is not let in (401) is made again later")
def not_let_in(lab):
    def refuses(peer):
        peer.write("Reject", dict(reject("busy", "crowded", retry_microseconds=1000), templateId=0), PUSH)
        peer.is_dropped()
    lab.answers([refuses, lambda peer: peer.serve()], [authorize(5)])
    results, server = lab.play([refuses] * 40, [authorize(5)], limit_milliseconds=500)
    words = results[0][0]
    expect(words[0] == "not-executed" and "crowded" in " ".join(words) and not server.asked, results)


@check("session", "a HelloReply that agrees to what was not offered is not accepted")
def wrong_version(lab):
    def script(peer):
        peer.greet(frameVersion=9)
        peer.is_dropped()
    lab.answers([script, lambda peer: peer.serve()], [authorize(5)])


@check("session", "the server's Ping is answered with Pong, its id and payload unchanged")
def ping(lab):
    def script(peer):
        peer.greet()
        number, values = peer.ask()
        peer.write("Ping", {"payload": 77}, PUSH | 5)
        pong = peer.read()
        expect(pong[:3] == (PUSH | 5, "Pong", {"payload": 77}), pong[:3])
        peer.answer(number, values)
    lab.answers([script], [authorize(5)])


@check("session", "what a later version pushes is ignored")
def unknown_push(lab):
    def script(peer):
        peer.greet()
        number, values = peer.ask()
        frame = bytearray(wire.encode_frame("Ping", {"payload": 1}, PUSH | 9))
        frame[26:28] = (0x7FF0).to_bytes(2, "little")
        peer.send(wire.seal(bytes(frame)))
        peer.answer(number, values)
    lab.answers([script], [authorize(5)])


@check("session", "frames in pieces of one byte, and two frames in one piece")
def pieces(lab):
    def script(peer):
        peer.greet()
        number, values = peer.ask()
        for byte in wire.encode_frame("AuthorizeReply", approved(values), number):
            peer.send(bytes([byte]))
        asked = [peer.ask() for _ in range(2)]
        peer.send(b"".join(wire.encode_frame("AuthorizeReply", approved(values), number) for number, values in asked))
    results, _ = lab.play([script], [authorize(5)], [authorize(6), authorize(7)])
    expect([words[3] for lines in results for words in lines] == ["5", "6", "7"], results)


# --- Pipelining ---------------------------------------------------------------------------------------------------------


@check("pipelining", "requests do not wait for each other, and answers may overtake")
def pipelining(lab):
    def script(peer):
        peer.greet(credit=32)
        asked = [peer.ask() for _ in range(32)]
        expect(len({number for number, _ in asked}) == 32, "a correlation id is in use twice")
        for number, values in reversed(asked):
            peer.answer(number, values)
    lab.answers([script], [authorize(amount) for amount in range(1, 33)])


@check("pipelining", "the credit is kept")
def credit(lab):
    def script(peer):
        peer.greet(credit=3)
        asked = [peer.ask() for _ in range(3)]
        peer.stays_silent()
        peer.answer(*asked.pop())
        asked.append(peer.ask())
        peer.stays_silent()
        for _ in range(5):
            peer.answer(*asked.pop(0))
            asked.append(peer.ask())
        for number, values in asked:
            peer.answer(number, values)
    lab.answers([script], [authorize(amount) for amount in range(1, 10)])


@check("pipelining", "an answer to no request is not taken for one")
def stranger(lab):
    def script(peer):
        peer.greet()
        number, values = peer.ask()
        peer.write("AuthorizeReply", approved({"amount": 999}), number + 12345 & ~PUSH)
        peer.answer(number, values)
        try:
            peer.lingers()
        except Violation:
            pass

    def again(peer):
        try:
            peer.serve()
        except Gone:
            pass
    lab.answers([script, again], [authorize(5)])


@check("pipelining", "the deadline is in the header")
def deadline(lab):
    def script(peer):
        peer.greet()
        for expected in (250000, 0):
            got = peer.read()
            expect(got[3].deadline_microseconds == expected, "%d us" % got[3].deadline_microseconds)
            peer.answer(got[0], got[2])
    results, _ = lab.play([script], [authorize(5, deadline=250000)], [authorize(6)])
    expect(results[0][0][0] == results[1][0][0] == "answered", results)


# --- Exactly once -------------------------------------------------------------------------------------------------------


@check("exactly once", "without an answer, the same bytes are sent again over a new connection")
def lost(lab):
    def loses(peer):
        peer.greet()
        peer.ask()
        peer.cut()
    server = lab.answers([loses, loses, lambda peer: peer.serve()], [authorize(5)])
    expect(len(content(server)) == 3 and len(set(content(server))) == 1, "other content")


@check("exactly once", "a connection that is cut within an answer has not answered")
def cut_within(lab):
    def script(count):
        def loses(peer):
            peer.greet()
            number, values = peer.ask()
            peer.send(wire.encode_frame("AuthorizeReply", approved({"amount": 4}), number)[:count])
            peer.cut()
        return loses
    server = lab.answers([script(count) for count in (1, 31, 32, 135)] + [lambda peer: peer.serve()], [authorize(5)])
    expect(len(set(content(server))) == 1, "other content")


@check("exactly once", "of many requests the unanswered ones are repeated, and only those")
def many(lab):
    def first(peer):
        peer.greet()
        asked = [peer.ask() for _ in range(8)]
        for number, values in asked[1::2]:
            peer.answer(number, values)
        peer.cut()

    def second(peer):
        peer.greet()
        again = [peer.ask() for _ in range(4)]
        expect(ids(peer.server)[8:] == ids(peer.server)[0:8:2], "repeated: %s" % ids(peer.server)[8:])
        peer.stays_silent()
        for number, values in again:
            peer.answer(number, values)
    lab.answers([first, second], [authorize(amount) for amount in range(1, 9)])


@check("exactly once", "a server that does not greet is tried again")
def no_greeting(lab):
    lab.answers([lambda peer: peer.cut(), lambda peer: peer.read() and peer.cut(), lambda peer: peer.serve()],
                [authorize(5)])


@check("exactly once", "an answer that does not come in its time ends the connection, and the request is repeated")
def silence(lab):
    def silent(peer):
        peer.greet()
        peer.ask()
        peer.is_dropped()
    server = lab.answers([silent, lambda peer: peer.serve()], [authorize(5)], answer_milliseconds=300)
    expect(len(set(content(server))) == 1, "other content")


@check("exactly once", "a query is repeated as well")
def query(lab):
    def loses(peer):
        peer.greet()
        peer.ask("QueryByRequestId")
        peer.cut()

    def answers_(peer):
        peer.greet()
        number, _ = peer.ask("QueryByRequestId")
        peer.write("QueryByRequestIdReply", TYPICAL["QueryByRequestIdReply"][1][1], number)
    results, _ = lab.play([loses, answers_], ["query %s %d" % (uuid.uuid4(), 1)])
    expect(results[0][0] == ["answered", "unknown"], results)


def receipt_of(request_id, lsn, previous, told="approved 00 5"):
    """A receipt as a daemon signs it; whether the signature is right is the auditor's business."""
    return ("assent/receipt/v1\nbank.example/assent\njournal %s\nrecord %d\nleaf %s\nrequest %s\ndecision %s\n"
            "previous %d\n\n\u2014 bank.example/assent AAAAAAAAAAA=\n" % (
                "0b" * 16, lsn, "A" * 43 + "=", request_id.hex, told, previous))


@check("receipts", "those of its decisions are kept, one behind the other, and no others")
def receipts(lab):
    ids = [uuid.uuid4() for _ in range(3)]
    seen = []

    def script(peer):
        peer.greet()
        for _ in ids:
            number, values = peer.ask()
            decision = dict(approved(values)["decision"], lsn=100 + ids.index(values["requestId"]))
            peer.write("AuthorizeReply", {"decision": decision}, number)
        for state, change in (("pending", {}), ("given", {}), ("given", {"told": "declined 51 0"}), ("given", {}),
                              ("given", {"lsn": 7}), ("given", {"previous": 0})):
            number, values = peer.ask("ReceiptGet")
            seen.append(values["previousLsn"])
            lsn = 100 + ids.index(values["requestId"])
            good = dict({"lsn": lsn, "previous": values["previousLsn"]}, **change)
            peer.write("ReceiptGetReply", {
                "lsn": lsn, "state": state, "receipt": receipt_of(values["requestId"], **good) if state == "given" else ""
            }, number)
    path = "%s/receipts-%s" % (lab.directory, uuid.uuid4().hex)
    with open(path, "w", encoding="utf-8") as file:
        file.write("assent/receipt/v1\nbank.exam")  # what a crash has left
    order = [ids[0], ids[0], ids[1], ids[1], ids[2], ids[2]]
    results, _ = lab.play([script], [authorize(5, request_id=one) for one in ids],
                          ["receipt %s %d %s" % (one, 1, path) for one in order])
    expect(results[1] == [["answered", "pending"], ["answered", "kept", "100"], ["answered", "mismatch"],
                          ["answered", "kept", "101"], ["answered", "mismatch"], ["answered", "mismatch"]], results[1])
    expect(seen == [0, 0, 100, 100, 101, 101], seen)
    with open(path, encoding="utf-8") as file:
        kept = file.read()
    expect(kept == receipt_of(ids[0], 100, 0) + receipt_of(ids[1], 101, 100), kept)


@check("exactly once", "when the time is up without an answer, the outcome is unknown")
def unknown(lab):
    def silent(peer):
        peer.greet()
        peer.ask()
        peer.lingers()
    results, _ = lab.play([silent], [authorize(5)], limit_milliseconds=700, answer_milliseconds=300)
    expect(results[0][0][0] == "unknown", results)


@check("exactly once", "when nobody could be asked, it was not executed")
def unreachable(lab):
    results, _ = lab.play([lambda peer: peer.cut()], [authorize(5)], limit_milliseconds=500)
    expect(results[0][0][0] == "not-executed", results)


@check("exactly once", "another instance is not asked again what the first may have done")
def other_instance(lab):
    def first(peer):
        peer.greet()
        peer.answer(*peer.ask())
        peer.ask()
        peer.cut()

    def second(peer):
        peer.greet(instanceId=uuid.UUID(int=HELLO_REPLY["instanceId"].int ^ 1))
        peer.answer(*peer.ask())
    results, server = lab.play([first, second], [authorize(5)], [authorize(6)], [authorize(7)])
    expect([lines[0][0] for lines in results] == ["answered", "unknown", "answered"], results)
    expect(len(set(ids(server))) == 3 and len(ids(server)) == 3, "it was repeated")


# --- Refusals -----------------------------------------------------------------------------------------------------------


def refuses(*numbers):
    """A script that refuses with these codes, one after the other, and then approves."""
    def script(peer):
        peer.greet()
        for number in numbers:
            peer.send(raw_reject(number, peer.ask()[0]))
        peer.answer(*peer.ask())
    return script


@check("refusals", "busy is waited out as long as asked, then the same is sent again")
def busy(lab):
    def script(peer):
        peer.greet()
        number, _ = peer.ask()
        peer.write("Reject", reject("busy", retry_microseconds=300000), number)
        start = time.monotonic()
        again = peer.ask()
        expect(time.monotonic() - start > 0.25, "after %.3f s" % (time.monotonic() - start))
        peer.answer(*again)
    server = lab.answers([script], [authorize(5)])
    expect(len(set(content(server))) == 1, "other content")


@check("refusals", "every 4xx is sent again: those of today, and those of a later version")
def transient(lab):
    for number in (402, 404, 405, 406, 407, 477):
        server = lab.answers([refuses(number)], [authorize(5)])
        expect(len(set(content(server))) == 1, "other content after %d" % number)


@check("refusals", "every 5xx is sent again with the same request id")
def failures(lab):
    for number in (501, 502, 577):
        server = lab.answers([refuses(number), lambda peer: peer.serve()], [authorize(5)])
        expect(len(set(content(server))) == 1, "other content after %d" % number)


@check("refusals", "403 is sent again over a new connection")
def draining(lab):
    def script(peer):
        peer.greet()
        peer.send(raw_reject(403, peer.ask()[0]))
        peer.is_dropped()
    server = lab.answers([script, lambda peer: peer.serve()], [authorize(5)])
    expect(len(set(content(server))) == 1, "other content")


@check("refusals", "2xx and 3xx are told and never repeated, those of a later version too")
def definite(lab):
    for number in (201, 205, 277, 305, 307, 321, 377):
        def script(peer, number=number):
            peer.greet()
            peer.send(raw_reject(number, peer.ask()[0]))
            peer.stays_silent()
        results, _ = lab.play([script], [authorize(5)])
        expect(results[0][0][:2] == ["refused", str(number)], "%s for %d" % (results, number))


@check("refusals", "308 is told and never repeated")
def too_old(lab):
    def script(peer):
        peer.greet()
        peer.send(raw_reject(308, peer.ask()[0]))
        peer.stays_silent()
    results, _ = lab.play([script], [authorize(5)])
    expect(results[0][0][:2] == ["refused", "308"], results)


@check("refusals", "a refusal concerns its own request alone")
def own(lab):
    def script(peer):
        peer.greet()
        asked = [peer.ask() for _ in range(3)]
        peer.send(raw_reject(321, asked[1][0]))
        peer.answer(*asked[2])
        peer.answer(*asked[0])
    results, _ = lab.play([script], [authorize(1), authorize(2), authorize(3)])
    expect([words[0] for words in results[0]] == ["answered", "refused", "answered"], results)


@check("refusals", "refused for now until the time is up: not executed")
def busy_forever(lab):
    def script(peer):
        peer.greet()
        number, _ = peer.ask()
        peer.write("Reject", reject("busy", retry_microseconds=10 ** 7), number)
        peer.stays_silent()
    results, server = lab.play([script], [authorize(5)], limit_milliseconds=500)
    expect(results[0][0][0] == "not-executed" and len(server.asked) == 1, results)


@check("refusals", "a 1xx Reject answers no request: the session is made anew")
def session_errors(lab):
    for number, correlation in ((108, PUSH), (109, PUSH), (103, PUSH)):
        def script(peer, number=number, correlation=correlation):
            peer.greet()
            peer.ask()
            peer.send(raw_reject(number, correlation))
            peer.is_dropped()
        server = lab.answers([script, lambda peer: peer.serve()], [authorize(5)])
        expect(len(set(content(server))) == 1, "other content after %d" % number)


@check("refusals", "a principal that is revoked ends the session, and what was open is unknown")
def revoked(lab):
    def script(peer):
        peer.greet()
        peer.ask()
        peer.send(raw_reject(111, PUSH))
        peer.is_dropped()
    def refuses_all(peer):
        peer.send(raw_reject(111, peer.read()[0]))
    results, _ = lab.play([script, refuses_all], [authorize(5)], limit_milliseconds=1000)
    expect(results[0][0][0] == "unknown", results)


# --- Going away ---------------------------------------------------------------------------------------------------------

GO_AWAY = TYPICAL["GoAway"][0][1]


@check("going away", "after GoAway the answers are taken, and what is new goes over a new connection")
def go_away(lab):
    def first(peer):
        peer.greet(credit=2)
        asked = [peer.ask(), peer.ask()]
        peer.write("GoAway", GO_AWAY, PUSH)
        for number, values in asked:
            peer.answer(number, values)
        peer.stays_silent()
        peer.is_dropped()

    lab.answers([first, lambda peer: peer.serve(3)], [authorize(amount) for amount in range(1, 6)])


@check("going away", "GoAway while nothing is under way")
def go_away_idle(lab):
    def first(peer):
        peer.serve()
        peer.write("GoAway", GO_AWAY, PUSH)
        try:
            while True:  # what the client sent before it could know is refused, as a server does
                peer.send(raw_reject(403, peer.ask()[0]))
        except Gone:
            pass
    results, _ = lab.play([first, lambda peer: peer.serve()], [authorize(5)], [authorize(6)])
    expect([lines[0][0] for lines in results] == ["answered", "answered"], results)


@check("going away", "what gets no answer within the grace is repeated elsewhere")
def grace(lab):
    def first(peer):
        peer.greet()
        peer.ask()
        peer.write("GoAway", dict(GO_AWAY, graceMilliseconds=200), PUSH)
        time.sleep(0.3)
        peer.cut()
    server = lab.answers([first, lambda peer: peer.serve()], [authorize(5)])
    expect(len(set(content(server))) == 1, "other content")


# --- A broken or hostile server -----------------------------------------------------------------------------------------


def answer_frame(number, values):
    return bytearray(wire.encode_frame("AuthorizeReply", approved(values), number))


def damaged(change, name):
    """A check: what came is no answer, the connection is dropped at once, and the request is repeated elsewhere."""
    @check("a broken server", name)
    def run(lab):
        def breaks(peer):
            peer.greet()
            number, values = peer.ask()
            peer.send(change(number, values))
            peer.is_dropped()
        server = lab.answers([breaks, lambda peer: peer.serve()], [authorize(5)])
        expect(len(set(content(server))) == 1, "other content")
    return run


def changed(at, data, sealed=True):
    def change(number, values):
        frame = answer_frame(number, {"amount": 4})
        frame[at:at + len(data)] = data
        return wire.seal(bytes(frame)) if sealed else bytes(frame)
    return change


damaged(lambda number, values: b"HTTP/1.1 400 Bad Request\r\n\r\n", "another protocol")
damaged(changed(60, b"\x55", sealed=False), "a checksum that does not match")
damaged(changed(6, b"\2", sealed=False), "another frame version")
damaged(changed(7, b"\1"), "reserved flags")
damaged(changed(0, b"\xff\xff\xff\xff", sealed=False), "a length of four gigabytes")
damaged(changed(0, b"\x1f\0\0\0", sealed=False), "a length below a header's")
damaged(changed(28, b"\0\0"), "another schema")
damaged(changed(24, b"\1\0"), "a block that is too short")
damaged(changed(24, b"\xff\xff"), "a block that is longer than the body")
damaged(changed(116, b"\x63"), "a value outside of its enumeration")
damaged(changed(131, b"\1"), "reserved bytes that are set")
damaged(lambda number, values: wire.encode_frame("VerifyAccountReply", approved(values), number),
        "another message's answer")
damaged(lambda number, values: wire.seal(raw_reject(305, number)[:36]), "a Reject that is cut short")


@check("a broken server", "random bytes, for many connections")
def garbage(lab):
    def script(seed):
        def sends(peer):
            generator = random.Random(seed)
            peer.greet()
            number, values = peer.ask()
            frame = answer_frame(number, {"amount": 4})
            for _ in range(generator.randrange(1, 9)):
                frame[generator.randrange(len(frame))] = generator.randrange(256)
            frame[40:48] = b"\xff" * 8  # whatever else was changed, decidedAt is no time
            peer.send(wire.seal(bytes(frame)) if seed % 2 else bytes(frame))
            peer.cut()
        return sends
    server = lab.answers([script(seed) for seed in range(12)] + [lambda peer: peer.serve()], [authorize(5)])
    expect(len(set(content(server))) == 1, "other content")


@check("a broken server", "one that pushes without end does not keep the client beyond its time")
def flood(lab):
    def floods(peer):
        peer.greet()
        peer.ask()
        frames = wire.encode_frame("Ping", {"payload": 1}, PUSH) * 100
        while not peer.server.is_over:
            peer.send(frames)
    results, _ = lab.play([floods], [authorize(5)], answer_milliseconds=300, limit_milliseconds=700)
    expect(results[0][0][0] == "unknown", results)


# --- Who asks -----------------------------------------------------------------------------------------------------------

SEED = bytes(range(32))


def authenticating(peer, nonce, **reply):
    """Greets, and takes a good signature of the principal shop."""
    from assent_client import ed25519
    peer.greet(nonce=nonce, credit=5)
    number, name, values, _ = peer.read()
    expect(name == "Authenticate", "%s came before Authenticate" % name)
    signed = wire.authentication(peer.hello, peer.hello_reply, "shop")
    expect(values["principal"] == "shop", values)
    expect(ed25519.verify(ed25519.public_key(SEED), signed, values["signature"]), "the signature is not good")
    return number


@check("who asks", "each session is signed before anything is asked, and its credit counts")
def signs(lab):
    def script(nonce):
        def play(peer):
            number = authenticating(peer, nonce)
            peer.write("AuthenticateReply", {"scopes": ["authorize"], "credit": 2, "frameBytesMax": 65536}, number)
            asked = [peer.ask(), peer.ask()]
            peer.stays_silent()
            if nonce[0] == 1:
                peer.cut()
            for request in asked:
                peer.answer(*request)
            peer.answer(*peer.ask())
        return play
    lab.answers([script(b"\1" * 32), script(b"\2" * 32)], [authorize(1), authorize(2), authorize(3)], principal="shop",
                seed=SEED.hex())


@check("who asks", "a signature that is refused ends it: nothing was executed")
def refused_signature(lab):
    def script(peer):
        number = authenticating(peer, bytes(32))
        peer.write("Reject", dict(reject("authenticationFailed"), templateId=0x0804), number)
        try:
            peer.lingers()
        except Violation:
            pass
    results, server = lab.play([script], [authorize(5)], principal="shop", seed=SEED.hex(), limit_milliseconds=1500)
    expect(results[0][0][0] in ("not-executed", "refused") and not server.asked, results)


# --- TLS ----------------------------------------------------------------------------------------------------------------


@check("TLS", "a server whose certificate is trusted is asked, pipelined, and again after a cut")
def over_tls(lab):
    certificates = lab.tls()

    def loses(peer):
        peer.greet()
        for _ in range(8):
            peer.ask()
        peer.cut()
    lab.answers([loses, lambda peer: peer.serve(8)], [authorize(amount) for amount in range(1, 9)],
                context=certificates.server(), authorities=certificates.path("ca.pem"))


@check("TLS", "a server of an authority that is not trusted is not asked")
def untrusted(lab):
    certificates = lab.tls()
    results, server = lab.play([lambda peer: peer.serve()], [authorize(5)], context=certificates.server(),
                               authorities=certificates.path("strange.pem"), limit_milliseconds=1500)
    expect(results[0][0][0] == "not-executed" and not server.asked, results)


@check("TLS", "a server whose certificate has another name is not asked")
def other_name(lab):
    certificates = lab.tls()
    results, server = lab.play([lambda peer: peer.serve()], [authorize(5)], context=certificates.server("other"),
                               authorities=certificates.path("ca.pem"), limit_milliseconds=1500)
    expect(results[0][0][0] == "not-executed" and not server.asked, results)


@check("TLS", "the client shows its certificate")
def mutual(lab):
    certificates = lab.tls()
    lab.answers([lambda peer: peer.serve()], [authorize(5)], context=certificates.server(asks=True),
                authorities=certificates.path("ca.pem"), certificate=certificates.path("client.pem"),
                key=certificates.path("client.key"))


@check("TLS", "a signature over a TLS session")
def signs_over_tls(lab):
    certificates = lab.tls()

    def script(peer):
        number = authenticating(peer, b"\3" * 32)
        peer.write("AuthenticateReply", {"scopes": ["authorize"], "credit": 2, "frameBytesMax": 65536}, number)
        peer.answer(*peer.ask())
    lab.answers([script], [authorize(5)], context=certificates.server(), authorities=certificates.path("ca.pem"),
                principal="shop", seed=SEED.hex())


def verdict(lab, group, function):
    """Whether a check passed, and what was got instead."""
    try:
        function(lab)
        return True, ""
    except CannotDo as reason:
        return group in ("TLS", "who asks"), "the driver cannot: %s" % reason
    except Violation as violation:
        return False, violation
    except Exception as error:  # what a client printed may be anything
        return False, "%s: %s" % (type(error).__name__, error)


def run(report, command, only="", jobs=8):
    """Makes every check, those alone whose names contain a text where one is given; some at a time."""
    checks = [(group, name, function) for group, name, function in CHECKS if only in group + ": " + name]
    with tempfile.TemporaryDirectory() as directory, ThreadPoolExecutor(jobs) as pool:
        lab = Lab(command, directory)
        for (group, name, _), (passed, got) in zip(checks, pool.map(
                lambda check: verdict(lab, check[0], check[2]), checks)):
            report.group = group
            report.check(name, passed, got)
