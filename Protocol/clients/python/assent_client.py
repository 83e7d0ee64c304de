#!/usr/bin/env python3
"""A client of Assent: as a module, and as a command. Standard library only.

    from assent_client import Client
    with Client("tcp:127.0.0.1:9701") as client:
        reply = client.authorize(card="6f1c2b9e-3d4a-4f5b-8c6d-7e8f90a1b2c3", amount=1250, currency="EUR")
        print(reply["outcome"], reply["responseCode"])
        client.settle("Clearing", card="6f1c2b9e-3d4a-4f5b-8c6d-7e8f90a1b2c3", amount=1250, paymentId=reply["lsn"])

    python3 assent_client.py --connect unix:/run/assent/gateway.sock \\
        authorize --card 6f1c2b9e-3d4a-4f5b-8c6d-7e8f90a1b2c3 --amount 12.50 --currency EUR
"""

import argparse
import base64
import functools
import json
import os
import random
import socket
import ssl
import sys
import time
import uuid

from assent_wire import (
    CHECKS, ENUMS, FRAME_MAX_ADMINISTRATION, FRAME_VERSION, MESSAGES, PUSH_BIT, SCHEMA_VERSION, WireError,
    authentication, cut, decode, decode_reject, encode_frame, from_json, to_json)

# The tools of the audit log use it too.
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "audit"))
import ed25519  # noqa: E402

__all__ = ["CHECKS", "EVENTS", "Client", "ConnectionLost", "NotTrusted", "Rejected", "WireError", "event", "now",
           "open_socket", "parse_amount", "read_seed", "request", "tls_context"]

# The messages of a payment's life, by the word of the command.
EVENTS = {
    "increment": "Increment", "refund-authorize": "RefundAuthorize", "advice": "Advice", "complete": "Completion",
    "clear": "Clearing", "refund": "RefundClearing", "reverse-clearing": "ClearingReversal", "reverse": "Reverse",
    "reversal-advice": "ReversalAdvice", "chargeback": "Chargeback", "represent": "Representment",
    "report-fraud": "FraudReport"}
_NEED_AMOUNT = {"Increment", "RefundAuthorize", "Advice", "Completion", "Clearing", "RefundClearing"}

_EXPONENTS = dict(
    [(code, 0) for code in ("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF").split()]
    + [(code, 3) for code in "BHD IQD JOD KWD LYD OMR TND".split()] + [(code, 4) for code in ("CLF", "UYW")])

# As atLeastLsn: all that is durable when the question comes.
NEWEST = (1 << 64) - 1


class ConnectionLost(Exception):
    """There is no answer. Where may_have_been_executed is true the outcome is unknown: repeat it with the same id."""

    may_have_been_executed = False


class NotTrusted(ConnectionLost):
    """TLS does not come about with who listens there, so nothing was asked."""


class Rejected(Exception):
    """The server refused a request. code is its name, or its number where it is one of a later version."""

    may_have_been_executed = False

    def __init__(self, values):
        super().__init__("%s: %s" % (values["code"], values["detail"]))
        self.values = values
        self.code = values["code"]
        self.number = _CODES.get(self.code) or int(self.code)
        self.detail = values["detail"]
        self.template = values["templateId"]
        self.retry_after = values["retryAfterMicroseconds"] / 1e6

    @property
    def kind(self):
        """The hundreds of its number, which say what to do; of a code that is not known too."""
        return self.number // 100


_CODES = {name: number for number, name in ENUMS["rejectCode"].items()}


class _Request:
    """A request on its way."""

    def __init__(self, index, name, values, deadline_microseconds=0):
        self.index, self.name, self.values, self.deadline = index, name, values, deadline_microseconds
        self.refusals, self.due, self.sent_at, self.refusal, self.may_have_been_executed = 0, 0.0, 0.0, None, False


def now():
    """Microseconds since 1970."""
    return time.time_ns() // 1000


def parse_amount(text, currency):
    """Minor units of a decimal such as 12.50."""
    exponent = _EXPONENTS.get(currency, 2)
    whole, _, fraction = text.partition(".")
    if not whole.isdigit() or (fraction and not fraction.isdigit()) or len(fraction) > exponent:
        raise ValueError("%r is no amount with at most %d decimals" % (text, exponent))
    return int(whole + fraction.ljust(exponent, "0"))


def tls_context(authorities=None, certificate=None, key=None):
    """What TLS is spoken with: files in PEM with the authorities to trust (else the system's), and to show."""
    context = ssl.create_default_context(cafile=authorities)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate:
        context.load_cert_chain(certificate, key)
    return context


def read_seed(path):
    """The 32 bytes of a private key of Ed25519 in PEM, as `openssl genpkey -algorithm ed25519` writes it (RFC 8410)."""
    with open(path, encoding="ascii") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("-----")]
    data = base64.b64decode("".join(lines))
    if len(data) != 48 or not data.startswith(bytes.fromhex("302e020100300506032b657004220420")):
        raise ValueError("%s holds no private key of Ed25519" % path)
    return data[16:]


def open_socket(target, timeout, tls=None):
    """A connected socket to tls:HOST:PORT, tcp:HOST:PORT or unix:PATH; tls is what tls_context makes."""
    scheme, _, rest = target.partition(":")
    if scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        connection.connect(rest)
        return connection
    host, _, port = rest.rpartition(":")
    if scheme not in ("tcp", "tls") or not host or not port.isdigit():
        raise ValueError("%r is neither tls:HOST:PORT, tcp:HOST:PORT nor unix:PATH" % target)
    host = host.strip("[]")
    connection = socket.create_connection((host, int(port)), timeout=timeout)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if scheme == "tls":
        connection = (tls or tls_context()).wrap_socket(connection, server_hostname=host)
    return connection


class Client:
    """One connection, opened when first needed and again after it was lost. Not for more than one thread.

    target is tls:HOST:PORT, tcp:HOST:PORT or unix:PATH; timeout is in seconds, for connecting and for each answer;
    opener makes the connected socket of both, tls is what tls_context makes; signer is a principal's name and the 32
    bytes of its key. limit, in seconds, says how long a request is repeated; without one, the attempts are counted.
    """

    def __init__(self, target, name="assent-python/1", wanted_credit=0, timeout=10.0, opener=None, tls=None,
                 signer=None, limit=None):
        self.target, self.name, self.wanted_credit, self.timeout, self.limit = (
            target, name, wanted_credit, timeout, limit)
        self.opener = opener or functools.partial(open_socket, tls=tls)
        self.signer = signer
        self.session = None
        self.going_away = None
        self._instance = None
        self._hello = self._hello_reply = b""
        self._socket = None
        self._buffer = b""
        self._next = 1

    def __enter__(self):
        if self._socket is None:
            self.connect()
        return self

    def __exit__(self, *_):
        self.close()

    def connect(self):
        """Opens the connection and says Hello; returns the HelloReply's fields."""
        self.close()
        try:
            self._socket = self.opener(self.target, self.timeout)
        except ssl.SSLCertVerificationError as error:
            raise NotTrusted("cannot connect to %s: %s" % (self.target, error))
        except OSError as error:
            raise ConnectionLost("cannot connect to %s: %s" % (self.target, error))
        # Random bits that no version will ever assign: a server must ignore them.
        grease = ["bit%d" % bit for bit in range(32, 64) if random.getrandbits(1)]
        number = self.send("Hello", {
            "minFrameVersion": FRAME_VERSION, "maxFrameVersion": FRAME_VERSION, "schemaVersion": SCHEMA_VERSION,
            "wantedCredit": self.wanted_credit, "features": ["receipts"] + grease, "clientName": self.name})
        try:
            self.session = self._answer(number, "HelloReply")[1]
            if self.session["frameVersion"] != FRAME_VERSION or self.session["schemaVersion"] > SCHEMA_VERSION:
                raise ConnectionLost("the server agreed to what was not offered")
            if self.signer is not None:
                self._authenticate(*self.signer)
        except (Rejected, ConnectionLost):
            self.close()
            raise
        return self.session

    def _authenticate(self, name, seed):
        """Signs what was said so far, as Security says."""
        signature = ed25519.sign(seed, authentication(self._hello, self._hello_reply, name))
        number = self.send("Authenticate", {"signature": signature, "principal": name})
        known = self._answer(number, "AuthenticateReply")[1]
        self.session.update(credit=known["credit"], frameBytesMax=known["frameBytesMax"])

    def close(self):
        """Closes the connection; what is unanswered stays unknown."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._buffer, self.session, self.going_away = None, b"", None, None

    def send(self, name, values, deadline_microseconds=0):
        """Sends a message without waiting; returns its correlation id."""
        number = self._next
        self._next = (self._next + 1) % PUSH_BIT
        data = encode_frame(name, values, number, deadline_microseconds)
        if name == "Hello":
            self._hello = data
        self._write(data)
        return number

    def receive(self, seconds=None):
        """The next message: correlation id, name, fields. Answers the server's Ping and notes its GoAway.

        seconds is how long it may take, in the place of the timeout.
        """
        end = time.monotonic() + (self.timeout if seconds is None else seconds)
        while True:
            frame = self._read(end)
            if frame.is_push and time.monotonic() > end:  # a server may push without end
                self.close()
                raise ConnectionLost("no answer in time")
            try:
                if frame.is_push and frame.template not in _PUSHES:
                    continue  # what a later version sends on its own
                name, values = decode_reject(frame) if frame.template == _REJECT else decode(frame)
            except WireError as error:
                self.close()
                raise ConnectionLost("the server's message is malformed: %s" % error)
            if name == "Ping" and frame.is_push:
                self._write(encode_frame("Pong", values, frame.correlation_id))
            elif name == "GoAway" and frame.is_push:
                self.going_away = dict(values, until=time.monotonic() + values["graceMilliseconds"] / 1000)
            elif name == "Reject" and (frame.is_push or Rejected(values).kind == 1) and self.session is not None:
                self.close()
                raise _SessionRefused(Rejected(values))
            else:
                return frame.correlation_id, name, values

    def call(self, name, values=None, deadline_microseconds=0):
        """Sends one request once, waits for its answer, and returns that's fields. Raises Rejected, ConnectionLost."""
        if self._socket is None or self.going_away is not None:
            self.connect()
        return self._answer(self.send(name, values or {}, deadline_microseconds), reply_name(name))[1]

    def pipeline(self, requests, attempts=5):
        """Sends many requests, as many at once as the credit allows, and each again where that can help.

        requests are tuples of name, fields, and where wished a deadline in microseconds. Returns, in their order, pairs
        of name and fields, or Rejected, or ConnectionLost. Requests without an answer are repeated, after a pause and
        over a new connection, with their own request ids, and so are those that were refused for now.
        """
        waiting = [_Request(index, *one) for index, one in enumerate(requests)]
        for request_ in waiting:
            encode_frame(request_.name, request_.values)  # what cannot be sent is refused before anything is
        return _Pipeline(self, waiting, attempts).run()

    def decide(self, name, values, attempts=5, deadline_microseconds=0):
        """Asks for a decision until it is known; every repeat carries the same request id, so it happens once."""
        return self.repeat(name, values, attempts, deadline_microseconds)["decision"]

    def repeat(self, name, values, attempts=5, deadline_microseconds=0):
        """Asks until the answer is known, and returns all its fields; as `decide` does."""
        result = self.pipeline([(name, values, deadline_microseconds)], attempts)[0]
        if isinstance(result, Exception):
            raise result
        return result[1]

    def authorize(self, card, amount, currency, attempts=5, **fields):
        """May this card spend this amount (in minor units)? Other fields of Authorize by their names."""
        return self.decide("Authorize", request(card, amount=amount, currency=currency, **fields), attempts)

    def verify_account(self, card, currency, attempts=5, **fields):
        """Is this card good?"""
        return self.decide("VerifyAccount", request(card, currency=currency, **fields), attempts)

    def balance_inquiry(self, card, attempts=5, **fields):
        """What is available on this card?"""
        return self.decide("BalanceInquiry", request(card, **fields), attempts)

    def financial(self, card, amount, currency, attempts=5, **fields):
        """May this card spend this amount, and if so, take it at once? Returns the decision and the payment."""
        fields = dict(_NO_KEYS, merchantAmount=None, merchantCurrency=None, **fields)
        return self.repeat("Financial", request(card, amount=amount, currency=currency, **fields), attempts)

    def settle(self, name, card, amount=None, attempts=5, merchantName="", merchantCity="", **fields):
        """Sends a message of a payment's life, such as Clearing or Reverse; amount None is all of it.

        The other fields, by their names, say which payment: paymentId, originalRequestId, lifecycleId and so on. Returns
        the decision and the payment after it.
        """
        values = {"event": event(card, amount, **fields), "merchantName": merchantName, "merchantCity": merchantCity}
        return self.repeat(name, values, attempts)

    def replace_card(self, card, new_card, reason, last_four="", expiry=0, request_id=None, transmission_time=None):
        """Puts a new card in a card's place; needs an administration socket. Returns the new card."""
        return self.repeat("CardReplace", {
            "requestId": request_id or uuid.uuid4(), "cardToken": card, "transmissionTime": transmission_time or now(),
            "newCardToken": new_card, "expiry": expiry, "lastFour": last_four, "reason": reason})["card"]

    def history(self, payment_id):
        """Every event of a payment, oldest first; needs an administration socket."""
        events, before = [], 0
        while True:
            page = self.call("PaymentHistory", {"paymentId": payment_id, "beforeLsn": before, "count": 500})
            events += page["events"]
            before = page["nextBeforeLsn"]
            if before == 0:
                return events[::-1]

    def search(self, **criteria):
        """Payments as they stand, newest first; needs an administration socket. Yields them page by page.

        Criteria are the fields of PaymentSearch by their names; what is not given is any. The first page waits for all
        that is durable, where atLeastLsn does not say otherwise.
        """
        values = dict({"beforeLsn": 0, "atLeastLsn": NEWEST, "count": 500, "merchant": "", "text": ""}, **criteria)
        while True:
            page = self.call("PaymentSearch", values)
            yield from page["payments"]
            if page["nextBeforeLsn"] == 0:
                return
            values = dict(values, beforeLsn=page["nextBeforeLsn"], atLeastLsn=0)

    def balances(self, **scope):
        """Sums of debits and credits by (currency, phase, account); needs an administration socket.

        The scope is the fields of LedgerBalances by their names; what is not given is any, and as of now.
        """
        page = self.call("LedgerBalances", dict({"asOfLsn": 0, "atLeastLsn": NEWEST, "paymentId": 0}, **scope))
        return {(entry["currency"], entry["phase"], entry["account"]): (
            entry["debitHigh"] << 64 | entry["debitLow"], entry["creditHigh"] << 64 | entry["creditLow"])
            for entry in page["accounts"]}

    def entries(self, **scope):
        """Entries of the ledger, oldest first, with a scope as of balances. Yields them page by page."""
        values = dict({"afterEntry": 0, "asOfLsn": 0, "atLeastLsn": NEWEST, "paymentId": 0, "count": 500}, **scope)
        while True:
            page = self.call("LedgerEntries", values)
            yield from page["entries"]
            if page["nextEntry"] == 0:
                return
            values = dict(values, afterEntry=page["nextEntry"], atLeastLsn=0)

    def add_rule(self, name, condition, action="decline", reason=None, stage="draft", owner="", note="",
                 expected_version=0):
        """Writes a rule, or a new version of one; needs an administration socket. Returns the version's number."""
        return self.repeat("RuleAdd", {
            "requestId": uuid.uuid4(), "transmissionTime": now(), "expectedVersion": expected_version, "action": action,
            "reason": reason or ("suspectedFraud" if action == "decline" else "approved"), "stage": stage, "name": name,
            "owner": owner, "note": note, "condition": condition})["version"]

    def move_rule(self, name, stage, version=0):
        """Moves a version of a rule to another state, the only one that can without a version. Returns the reply."""
        return self.repeat("RuleMove", {
            "requestId": uuid.uuid4(), "transmissionTime": now(), "version": version, "stage": stage, "from": None,
            "name": name})

    def rules(self, name="", stage=None):
        """Versions of rules with what they matched; needs an administration socket. Yields them page by page."""
        values = {"afterNumber": 0, "afterVersion": 0, "count": 500, "stage": stage, "name": name}
        while True:
            page = self.call("RuleList", values)
            yield from page["rules"]
            if page["nextNumber"] == 0:
                return
            values = dict(values, afterNumber=page["nextNumber"], afterVersion=page["nextVersion"])

    def create_list(self, name, kind, match="exact", owner="", note="", reason=""):
        """Makes a list; needs an administration socket. Returns its number."""
        return self.repeat("ListCreate", {
            "requestId": uuid.uuid4(), "transmissionTime": now(), "kind": kind, "match": match, "name": name,
            "owner": owner, "note": note, "reason": reason})["number"]

    def add_to_list(self, name, values, reason="", from_=None, until=None):
        """Puts values on a list, in records of up to 1,024 of them. Returns how many were not on it before."""
        values, added = list(values), 0
        for start in range(0, len(values), 1024):
            added += self.repeat("ListAdd", {
                "requestId": uuid.uuid4(), "transmissionTime": now(), "name": name, "reason": reason, "entries": [
                    {"from": from_, "until": until, "value": value, "reason": ""}
                    for value in values[start:start + 1024]]})["added"]
        return added

    def remove_from_list(self, name, values, reason=""):
        """Takes values from a list, in records of up to 1,024 of them. Returns how many were on it."""
        values, removed = list(values), 0
        for start in range(0, len(values), 1024):
            removed += self.repeat("ListRemove", {
                "requestId": uuid.uuid4(), "transmissionTime": now(), "name": name, "reason": reason,
                "values": [{"value": value} for value in values[start:start + 1024]]})["removed"]
        return removed

    def delete_list(self, name, reason=""):
        """Deletes a list that no rule reads. Returns how many entries it had."""
        return self.repeat("ListDelete", {
            "requestId": uuid.uuid4(), "transmissionTime": now(), "name": name, "reason": reason})["entries"]

    def lists(self, name=""):
        """The lists, without what is on them."""
        return self.call("ListShow", {"name": name})["lists"]

    def list_entries(self, name, value="", expired_only=False):
        """What is on a list, or the entry that a value hits. Yields the entries page by page."""
        values = {"after": 0, "count": 1024, "expiredOnly": expired_only, "name": name, "value": value}
        while True:
            page = self.call("ListEntries", values)
            yield from page["entries"]
            if page["next"] == 0:
                return
            values = dict(values, after=page["next"])

    def query(self, request_id, transmission_time):
        """What became of a request."""
        return self.call("QueryByRequestId", {"requestId": request_id, "transmissionTime": transmission_time})

    def receipt(self, request_id, transmission_time, previous_lsn=0):
        """A signed receipt for the decision on a request, to be kept with Receipts; its state may be pending."""
        return self.call("ReceiptGet", {
            "requestId": request_id, "transmissionTime": transmission_time, "previousLsn": previous_lsn})

    def ping(self):
        """How long an answer takes, in seconds."""
        start = time.perf_counter()
        payload = random.getrandbits(64)
        if self.call("Ping", {"payload": payload})["payload"] != payload:
            raise ConnectionLost("the Pong is not to the Ping")
        return time.perf_counter() - start

    def _answer(self, number, expected):
        got, name, values = self.receive()
        if name == "Reject" and got & PUSH_BIT:
            self.close()
            raise Rejected(values)  # instead of an answer to Hello: the server does not let the connection in
        if got != number or name not in (expected, "Reject"):
            self.close()
            raise ConnectionLost("%s to %d came, not %s to %d" % (name, got, expected, number))
        if name == "Reject":
            raise Rejected(values)
        return name, values

    def _write(self, data):
        if self._socket is None:
            raise ConnectionLost("not connected")
        try:
            self._socket.settimeout(self.timeout)
            self._socket.sendall(data)
        except OSError as error:
            self.close()
            raise ConnectionLost(str(error))

    def _read(self, end=None):
        """The next frame, until a time of the monotonic clock; within the timeout where none is given."""
        end = time.monotonic() + self.timeout if end is None else end
        if self._socket is None:
            raise ConnectionLost("not connected")
        while True:
            try:
                frame = cut(self._buffer, FRAME_MAX_ADMINISTRATION, accepts_pushes=True)
                if frame is not None:
                    if self.session is None:
                        self._hello_reply = self._buffer[:frame.length]
                    self._buffer = self._buffer[frame.length:]
                    return frame
                left = end - time.monotonic()
                if left <= 0:
                    raise socket.timeout("no answer in time")
                self._socket.settimeout(left)
                data = self._socket.recv(65536)
            except (OSError, WireError) as error:
                self.close()
                raise ConnectionLost(str(error))
            if not data:
                self.close()
                raise ConnectionLost("the server closed the connection")
            self._buffer += data


_REJECT = MESSAGES["Reject"].template
_PUSHES = {MESSAGES[name].template for name in ("Ping", "GoAway", "Reject")}


class ReceiptMismatch(Exception):
    """A receipt is not of the decision that was answered: keep both, they are evidence."""


class Receipts:
    """Receipts in a file, one behind the other (Protocol/AUDIT.md, receipts). Not for more than one process."""

    def __init__(self, path):
        self.path = path
        self.last_lsn = end = place = at = 0
        with open(path, "a+b") as file:
            file.seek(0)
            for line in file:
                at += len(line)
                if line.startswith(b"record "):
                    place = int(line.split()[1])
                elif line.startswith("\u2014 ".encode()) and line.endswith(b"\n"):
                    end, self.last_lsn = at, place
            file.truncate(end)  # what a crash has left of one that was being written

    def keep(self, reply, request_id, decision, previous_lsn=None):
        """Appends a receipt, durably, when it is of this decision; the one before it was asked for is the last kept."""
        previous = self.last_lsn if previous_lsn is None else previous_lsn
        text = reply["receipt"]
        expected = ["record %d" % decision["lsn"], "request %s" % request_id.hex, "decision %s %s %d" % (
            decision["outcome"], decision["responseCode"], decision["approvedAmount"]), "previous %d" % previous]
        lines = text.split("\n")
        if (reply["state"] != "given" or len(lines) < 11 or lines[0] != "assent/receipt/v1"
                or [lines[3]] + lines[5:8] != expected or lines[8] != "" or lines.count("") != 2
                or not lines[9].startswith("\u2014 ")):
            raise ReceiptMismatch("not a receipt for %s:\n%s" % (", ".join(expected), text))
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        self.last_lsn = decision["lsn"]

    def collect(self, client, decided):
        """Asks for the receipts of decisions, tuples of request id, transmission time and decision, and keeps them.

        Returns those that have no receipt yet: ask again later.
        """
        waiting = sorted(decided, key=lambda one: one[2]["lsn"])
        while waiting:
            request_id, transmission_time, decision = waiting[0]
            reply = client.receipt(request_id, transmission_time, self.last_lsn)
            if reply["state"] == "pending":
                break
            self.keep(reply, request_id, decision)
            waiting.pop(0)
        return waiting


def reply_name(name):
    """The message that answers a request."""
    return "Pong" if name == "Ping" else name + "Reply"


class _SessionRefused(ConnectionLost):
    """The server ended the session, and said why."""

    def __init__(self, refusal):
        super().__init__("the server closes: %s" % refusal)
        self.refusal = refusal


class _Pipeline:
    """Requests on their way over a client's connections, until each has its result."""

    def __init__(self, client, waiting, attempts):
        self.client, self.waiting, self.paused, self.sent, self.attempts = client, waiting, [], {}, attempts
        self.results = [None] * len(waiting)
        self.failures = 0
        self.end = time.monotonic() + client.limit if client.limit is not None else None

    def run(self):
        while self.waiting or self.paused or self.sent:
            try:
                self._wake()
                if not self.sent and (self._is_over() or not self.waiting):
                    continue
                self._step()
            except (ConnectionLost, Rejected) as error:
                self._lost(error)
        return self.results

    def _is_over(self):
        """Ends what is left when the time is up."""
        if self.end is None or time.monotonic() < self.end:
            return False
        self._give_up(ConnectionLost("no answer in time"))
        return True

    def _wake(self):
        """Lets those wait whose pause is over; where there is nothing else to do, sleeps until the first one's is."""
        if self.paused and not self.waiting and not self.sent:
            if not self._is_over():
                self._sleep(min(one.due for one in self.paused) - time.monotonic())
        now_ = time.monotonic()
        self.waiting = sorted(self.waiting + [one for one in self.paused if one.due <= now_], key=lambda one: one.index)
        self.paused = [one for one in self.paused if one.due > now_]

    def _sleep(self, seconds):
        if self.end is not None:
            seconds = min(seconds, self.end - time.monotonic())
        time.sleep(max(0.0, seconds))

    def _step(self):
        """Sends as far as the credit goes, and takes an answer."""
        client = self.client
        if client.session is None or (client.going_away is not None and not self.sent):
            client.connect()
            self._same_instance()
        while self.waiting and len(self.sent) < max(1, client.session["credit"]) and client.going_away is None:
            one = self.waiting[0]
            one.sent_at = time.monotonic()
            self.waiting.pop(0)
            try:
                self.sent[client.send(one.name, one.values, one.deadline)] = one
            except ConnectionLost:
                one.may_have_been_executed = True
                self.waiting.insert(0, one)
                raise
        if self.sent:
            self._take(*client.receive(self._patience()))

    def _patience(self):
        """How long the next answer may take."""
        ends = [min(one.sent_at for one in self.sent.values()) + self.client.timeout]
        if self.end is not None:
            ends.append(self.end)
        if self.client.going_away is not None:
            ends.append(self.client.going_away["until"])
        return max(0.0, min(ends) - time.monotonic())

    def _take(self, number, name, values):
        if number not in self.sent:
            return  # an answer to nothing that was asked
        one = self.sent[number]
        if name not in (reply_name(one.name), "Reject"):
            self.client.close()
            raise ConnectionLost("%s came for %s" % (name, one.name))
        del self.sent[number]
        self.failures = 0
        if name != "Reject":
            self.results[one.index] = (name, values)
            return
        refusal = Rejected(values)
        one.may_have_been_executed |= refusal.kind >= 5 or refusal.code == "requestTooOld"
        refusal.may_have_been_executed = one.may_have_been_executed
        one.refusals += 1
        if refusal.kind in (2, 3) or (self.end is None and one.refusals >= self.attempts):
            self.results[one.index] = refusal
            return
        if refusal.code == "draining" and self.client.going_away is None:
            self.client.going_away = {"until": time.monotonic() + self.client.timeout}
        one.refusal, one.due = refusal, time.monotonic() + max(refusal.retry_after, _pause(one.refusals))
        self.paused.append(one)

    def _lost(self, error):
        """What was sent waits again: it may have been executed."""
        self.client.close()
        for one in self.sent.values():
            one.may_have_been_executed = True
        self.waiting = sorted(self.waiting + list(self.sent.values()), key=lambda one: one.index)
        self.sent = {}
        self.failures += 1
        refusal = error if isinstance(error, Rejected) else getattr(error, "refusal", None)
        is_final = isinstance(error, NotTrusted) or (refusal is not None and refusal.kind < 4 and refusal.code not in (
            "badChecksum", "idleTimeout", "tooSlow"))
        if refusal is not None and refusal.kind >= 4:  # what is told when the time is up before a connection is let in
            for one in self.waiting + self.paused:
                one.refusal = Rejected(refusal.values)
        if is_final or (self.end is None and self.failures >= self.attempts):
            self._give_up(error)
        elif not self._is_over():
            self._sleep(max(_pause(self.failures), refusal.retry_after if refusal is not None else 0.0))

    def _same_instance(self):
        """Another memory cannot know what the one that was asked did."""
        instance, known = self.client.session["instanceId"], self.client._instance
        self.client._instance = instance
        if known in (None, instance):
            return
        for one in self.waiting + self.paused:
            if one.may_have_been_executed:
                self._end(one, ConnectionLost("the server is another instance than the one that was asked"))
        self.waiting = [one for one in self.waiting if self.results[one.index] is None]
        self.paused = [one for one in self.paused if self.results[one.index] is None]

    def _give_up(self, error):
        for one in self.waiting + self.paused + list(self.sent.values()):
            self._end(one, error)
        self.waiting, self.paused, self.sent = [], [], {}

    def _end(self, one, error):
        """Ends a request without an answer; where it was refused for now, with that."""
        if isinstance(error, Rejected):
            result = Rejected(error.values)
        else:
            result = (NotTrusted if isinstance(error, NotTrusted) else ConnectionLost)(str(error))
        if one.refusal is not None and not isinstance(error, Rejected):
            result = one.refusal
        result.may_have_been_executed = one.may_have_been_executed
        self.results[one.index] = result


def _pause(failures):
    """How long to wait after so many failures, in seconds: doubling up to one, and shortened at random."""
    return min(1.0, 0.01 * 2 ** min(failures, 10)) * random.uniform(0.5, 1.0)


def request(card, request_id=None, transmission_time=None, **fields):
    """The fields of a payment request, with a new random request id unless one is given."""
    values = {
        "requestId": request_id or uuid.uuid4(), "cardToken": card, "transmissionTime": transmission_time or now(),
        "merchantId": "", "terminalId": "", "merchantCountry": "DE", "merchantCategory": 5999, "presence": "unknown",
        "entryMode": "unknown", "initiator": "cardholder", "merchantName": "", "merchantCity": ""}
    values.update(fields)
    return values


_NO_KEYS = {"lifecycleId": "", "acquirerId": "", "retrievalReference": "", "stan": 0, "rate": 0, "rateScale": 0,
            "rounding": "halfAwayFromZero", "network": "unknown", "authorizationKind": "unknown"}


def event(card, amount, request_id=None, transmission_time=None, **fields):
    """The composite of a message of a payment's life, with a new random request id unless one is given."""
    values = dict(
        request(card, request_id, transmission_time), **_NO_KEYS, amount=amount, merchantAmount=None, paymentId=0,
        originalRequestId=None, originalTransmissionTime=None, approvalCode="", originalTerminalId="", currency=None,
        merchantCurrency=None, isFinal=False, sequenceNumber=0, sequenceCount=0)
    for name in ("merchantName", "merchantCity"):
        del values[name]
    unknown = set(fields) - set(values)
    if unknown:
        raise WireError(305, sorted(unknown)[0], "is no field of an event")
    values.update(fields)
    return values


# --- The command ------------------------------------------------------------------------------------------------------


def _arguments():
    parser = argparse.ArgumentParser(description="A client of Assent, the card authorization daemon.")
    parser.add_argument("--connect", required=True, metavar="TARGET", help="tls:HOST:PORT, tcp:HOST:PORT or unix:PATH")
    parser.add_argument("--ca", metavar="FILE", help="with tls:, the authorities to trust (default the system's)")
    parser.add_argument("--certificate", metavar="FILE", help="with tls:, the certificate to show")
    parser.add_argument("--key", metavar="FILE", help="its private key")
    parser.add_argument("--as", dest="principal", metavar="NAME", help="the principal to ask as")
    parser.add_argument("--principal-key", metavar="FILE", help="its private key (PEM, Ed25519)")
    parser.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS", help="for each answer (default 10)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (("authorize", "may a card spend an amount?"), ("verify", "is a card good?"),
                       ("balance", "what is available on a card?")):
        command = commands.add_parser(name, help=text)
        command.add_argument("--card", required=True, type=uuid.UUID, help="the card's token")
        if name == "authorize":
            command.add_argument("--amount", required=True, help="a decimal such as 12.50")
            command.add_argument("--partial", action="store_true", help="approve for less if need be")
        if name != "balance":
            command.add_argument("--currency", required=True, help="three letters")
        command.add_argument("--merchant", default="", help="the merchant's name")
        command.add_argument("--city", default="", help="the merchant's city")
        command.add_argument("--country", default="DE", help="the merchant's country, two letters (default DE)")
        command.add_argument("--mcc", type=int, default=5999, help="the merchant's category code (default 5999)")
        command.add_argument("--presence", default="unknown", choices=["unknown", "present", "notPresent"])
        command.add_argument("--request-id", type=uuid.UUID, help="to repeat a request; else a new random one")
        command.add_argument("--transmission-time", type=int, metavar="MICROSECONDS", help="to repeat a request")
    _event_arguments(commands)
    replace = commands.add_parser("replace-card", help="put a new card in a card's place")
    replace.add_argument("--card", required=True, type=uuid.UUID, help="the token of the card that is replaced")
    replace.add_argument("--new-card", required=True, type=uuid.UUID, help="the new card's token")
    replace.add_argument("--reason", required=True, choices=["lost", "stolen", "damaged", "expired"])
    replace.add_argument("--last-four", default="", help="of the new card's number")
    history = commands.add_parser("history", help="everything that happened to a payment")
    history.add_argument("payment", type=int, help="the payment's number")
    query = commands.add_parser("query", help="what became of a request?")
    query.add_argument("--request-id", required=True, type=uuid.UUID)
    query.add_argument("--transmission-time", required=True, type=int, metavar="MICROSECONDS")
    commands.add_parser("ping", help="is somebody there?")
    commands.add_parser("health", help="how is the daemon?")
    call = commands.add_parser("call", help="send any message, its fields as JSON in the form of the test vectors")
    call.add_argument("message", choices=sorted(MESSAGES), metavar="MESSAGE")
    call.add_argument("fields", nargs="?", default="{}", metavar="JSON")
    return parser.parse_args()


def _event_arguments(commands):
    for word, message in EVENTS.items():
        command = commands.add_parser(word, help="send %s" % message)
        command.add_argument("--card", required=True, type=uuid.UUID, help="the card's token")
        command.add_argument("--amount", required=message in _NEED_AMOUNT, help="a decimal such as 12.50; else all")
        command.add_argument("--currency", required=message in _NEED_AMOUNT, help="three letters")
        command.add_argument("--payment", type=int, default=0, help="the payment's number")
        command.add_argument("--original-request-id", type=uuid.UUID, help="the request id of its first message")
        command.add_argument("--lifecycle-id", default="", help="the network's identifier")
        command.add_argument("--mcc", type=int, default=5999, help="the merchant's category code (default 5999)")
        command.add_argument("--merchant", default="", help="the merchant's name")
        command.add_argument("--final", action="store_true", help="the last clearing")
        command.add_argument("--request-id", type=uuid.UUID, help="to repeat a request; else a new random one")
        command.add_argument("--transmission-time", type=int, metavar="MICROSECONDS", help="to repeat a request")


def _settle(arguments, client):
    amount = parse_amount(arguments.amount, arguments.currency) if arguments.amount else None
    values = {"event": event(
        arguments.card, amount, arguments.request_id, arguments.transmission_time, currency=arguments.currency,
        paymentId=arguments.payment, originalRequestId=arguments.original_request_id,
        lifecycleId=arguments.lifecycle_id, merchantCategory=arguments.mcc, isFinal=arguments.final),
        "merchantName": arguments.merchant, "merchantCity": ""}
    asked = values["event"]
    print("request-id %s transmission-time %d" % (asked["requestId"], asked["transmissionTime"]), file=sys.stderr)
    name = EVENTS[arguments.command]
    answer = client.repeat(name, values)
    print(json.dumps(to_json(name + "Reply", answer), indent=2))
    return 0 if answer["decision"]["outcome"] != "declined" else 1


def _payment(arguments):
    fields = request(
        arguments.card, arguments.request_id, arguments.transmission_time, merchantName=arguments.merchant,
        merchantCity=arguments.city, merchantCountry=arguments.country, merchantCategory=arguments.mcc,
        presence=arguments.presence)
    if arguments.command != "balance":
        fields["currency"] = arguments.currency
    if arguments.command == "authorize":
        fields["amount"] = parse_amount(arguments.amount, arguments.currency)
        fields["flags"] = ["partialApprovalAllowed"] if arguments.partial else []
    return fields


def _run(arguments, client):
    if arguments.command in ("authorize", "verify", "balance"):
        message = {"authorize": "Authorize", "verify": "VerifyAccount", "balance": "BalanceInquiry"}[arguments.command]
        fields = _payment(arguments)
        # What is needed to ask again, before asking.
        print("request-id %s transmission-time %d" % (fields["requestId"], fields["transmissionTime"]), file=sys.stderr)
        decision = client.decide(message, fields)
        print(json.dumps(to_json(message + "Reply", {"decision": decision})["decision"], indent=2))
        return 0 if decision["outcome"] != "declined" else 1
    if arguments.command in EVENTS:
        return _settle(arguments, client)
    if arguments.command == "replace-card":
        card = client.replace_card(arguments.card, arguments.new_card, arguments.reason, arguments.last_four)
        print(json.dumps(to_json("CardGetReply", {"card": card})["card"], indent=2))
    elif arguments.command == "history":
        events = client.history(arguments.payment)
        shown = to_json("PaymentHistoryReply", {"nextBeforeLsn": 0, "currency": None, "events": events})["events"]
        print(json.dumps(shown, indent=2))
    elif arguments.command == "query":
        values = client.query(arguments.request_id, arguments.transmission_time)
        print(json.dumps(to_json("QueryByRequestIdReply", values), indent=2))
    elif arguments.command == "ping":
        print("%.0f microseconds" % (client.ping() * 1e6))
    elif arguments.command == "health":
        print(json.dumps(to_json("HealthReply", client.call("Health")), indent=2))
    else:
        if client.session is None:
            client.connect()
        number = client.send(arguments.message, from_json(arguments.message, json.loads(arguments.fields)))
        name, values = client._answer(number, reply_name(arguments.message))
        print(json.dumps({name: to_json(name, values)}, indent=2))
    return 0


def main():
    """Exit codes: 0 approved or answered, 1 declined, 2 not understood, 3 refused, 4 not reached or outcome unknown."""
    arguments = _arguments()
    tls = None
    if arguments.connect.startswith("tls:"):
        tls = tls_context(arguments.ca, arguments.certificate, arguments.key)
    client = Client(arguments.connect, timeout=arguments.timeout, tls=tls,
                    signer=(arguments.principal, read_seed(arguments.principal_key)) if arguments.principal else None)
    try:
        return _run(arguments, client)
    except Rejected as refusal:
        print("refused: %s" % refusal, file=sys.stderr)
        return 3
    except (WireError, ValueError) as error:
        print("not sent: %s" % error, file=sys.stderr)
        return 2
    except ConnectionLost as error:
        print("no answer: %s" % error, file=sys.stderr)
        return 4
    finally:
        client.close()


if __name__ == "__main__":
    sys.exit(main())
