#!/usr/bin/env python3
"""Writes what the session fuzzer starts from, beside this file in sessions/: every request of the protocol from a
gateway and from an operator, on a card with a payment, and what strangers do. The moves are those of FuzzedSession.swift.

    python3 Tests/Fuzz/Corpus/make_sessions.py           write the files
    python3 Tests/Fuzz/Corpus/make_sessions.py --check   exit 1 when they are not what would be written
"""

import pathlib
import sys
import uuid

HERE = pathlib.Path(__file__).resolve().parent
PROTOCOL = HERE.parents[2] / "Protocol"
sys.path[:0] = [str(PROTOCOL / "clients" / "python"), str(PROTOCOL / "vectors")]

from assent_wire import encode_frame  # noqa: E402
from valid_definitions import CARD, TYPICAL  # noqa: E402

# What the simulated clock shows at the start of a session.
NOW = 1_800_000_001_000_000
PAYMENT = uuid.UUID("0192f0c1-5a77-7cc3-9d24-0f5b8c1d2e3f")


def move(number, argument=0, rest=b""):
    return bytes([number | argument << 4]) + rest


def sized(data):
    return len(data).to_bytes(2, "little") + data


GATEWAY, OPERATOR, STRANGER = move(0, 0), move(0, 1), move(0, 2)
HELLO, SIGN, SIGN_AS_NOBODY, STEAL, TURN = move(4), move(5, 0), move(5, 1), move(5, 2), move(14)
UNREAD, READ, DRAIN, LEAVE, CUT_OFF = move(11, 1), move(11, 0), move(13), move(10, 0), move(10, 1)


def raw(data):
    return move(2, 0, sized(data))


def switch(link):
    return move(1, link)


def current(values):
    """The values with the time and the card of the session."""
    values = dict(values)
    for name in values:
        if name == "transmissionTime":
            values[name] = NOW
        if name == "cardToken":
            values[name] = CARD
    return values


def frame(name, values, number=True):
    return move(3, 1 if number else 0, sized(encode_frame(name, current(values))))


def typical(name):
    """The typical values of a message: the first are those of an ordinary one."""
    return [values for _, values in TYPICAL[name]]


CARD_MADE = frame("CardCreate", dict(
    typical("CardCreate")[0], requestId=uuid.UUID(int=1), spendingLimit=500_000, transactionLimit=None, status="active",
    currency="EUR", profile="default"))
AUTHORIZED = frame("Authorize", dict(typical("Authorize")[0], requestId=PAYMENT, amount=1_250))
START = OPERATOR + HELLO + TURN + CARD_MADE + TURN + GATEWAY + HELLO + TURN + AUTHORIZED + TURN
PIPELINE = b"".join(
    frame("Authorize", dict(typical("Authorize")[0], requestId=uuid.UUID(int=100 + number), amount=100 + number))
    for number in range(6))


def sessions():
    for name, variants in sorted(TYPICAL.items()):
        if name.endswith("Reply") or name in ("Hello", "Pong", "GoAway", "Reject", "Authenticate"):
            continue
        sent = b"".join(frame(name, values) for _, values in variants[:2])
        yield "message-%s" % name, 0, START + sent + TURN + switch(0) + sent + TURN + TURN
    yield "signed", 0, STRANGER + HELLO + TURN + SIGN + TURN + AUTHORIZED + TURN
    yield "signed-closed", 1, GATEWAY + HELLO + TURN + AUTHORIZED + TURN + SIGN + TURN + AUTHORIZED + TURN
    yield "stolen", 0, (STRANGER + HELLO + TURN + STRANGER + HELLO + TURN + STEAL + TURN + SIGN_AS_NOBODY + TURN
                        + AUTHORIZED + TURN + STEAL + TURN)
    yield "replayed", 0, (STRANGER + HELLO + TURN + SIGN + TURN + AUTHORIZED + STRANGER
                          + b"".join(move(6, 0, bytes([number])) for number in range(3)) + TURN)
    yield "slow", 0, GATEWAY + HELLO + move(7, 3, b"\x01") + move(9, 5) + move(7, 3, b"\x02") + move(9, 6) + TURN
    yield "half", 0, START + PIPELINE + move(7, 15, b"\x14") + move(9, 7) + move(9, 7) + TURN
    yield "pipeline", 4, START + PIPELINE + TURN + switch(0) + PIPELINE + TURN
    yield "pipeline-cut", 0, START + PIPELINE + move(7) + move(8) + CUT_OFF + TURN
    yield "unread", 2, START + UNREAD + PIPELINE + TURN + PIPELINE + TURN + move(9, 9) + READ + TURN
    yield "drained", 0, START + PIPELINE + move(7) + DRAIN + PIPELINE + TURN + LEAVE + TURN
    yield "noise", 0, GATEWAY + raw(bytes(range(64))) + TURN + GATEWAY + raw(b"GET / HTTP/1.1\r\n\r\n") + TURN
    yield "announced", 0, GATEWAY + raw(b"\xff\xff\xff\xff\x50\xeb\x01\x00" + bytes(24)) + TURN + HELLO + TURN
    yield "second-hello", 0, GATEWAY + HELLO + HELLO + TURN + AUTHORIZED + TURN
    yield "early", 0, GATEWAY + AUTHORIZED + HELLO + TURN


def main():
    folder = HERE / "sessions"
    wanted = {name: bytes([setup]) + moves for name, setup, moves in sessions()}
    found = {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}
    if sys.argv[1:] == ["--check"]:
        wrong = sorted(name for name in wanted if found.get(name) != wanted[name])
        print("\n".join("%s is not what would be written" % name for name in wrong))
        return 1 if wrong else 0
    folder.mkdir(exist_ok=True)
    for name, data in wanted.items():
        (folder / name).write_bytes(data)
    print("%d sessions" % len(wanted))
    return 0


if __name__ == "__main__":
    sys.exit(main())
