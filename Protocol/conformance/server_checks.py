"""Holds a server against the specification, over an administration socket: frames, sessions, repeats, payments, rules."""

import json
import os
import uuid

import assent_wire as wire
from assent_client import Client, ConnectionLost, Rejected, ed25519, event, now, open_socket, request
from pcap import Capture

HERE = os.path.dirname(os.path.abspath(__file__))


class Checks:
    def __init__(self, report, target, capture=None):
        self.report, self.target, self.capture = report, target, capture

    def client(self, credit):
        """A client whose conversation is recorded where a capture was asked for."""
        client = Client(self.target, wanted_credit=credit, timeout=120, opener=self.open)
        client.connect()
        return client

    def open(self, target, timeout):
        connection = open_socket(target, timeout)
        return self.capture.record(connection) if self.capture else connection

    def check(self, name, condition, got=""):
        self.report.check(name, condition, got)

    def raw(self, frame, hello=True):
        """Sends bytes; returns the first answer's code (None if it is no Reject), whether it closes, and whether the
        Reject names no frame."""
        client = Client(self.target, timeout=120)
        try:
            if hello:
                client.connect()
            else:
                client._socket = open_socket(self.target, 120)
            client._write(frame)
            answer = client._read()
            name, values = wire.decode(answer)
            code = values["code"] if name == "Reject" else None
            nameless = answer.correlation_id == wire.PUSH_BIT
            number = client.send("Ping", {"payload": 5})
            try:
                return code, client._read().correlation_id != number, nameless
            except ConnectionLost:
                return code, True, nameless
        except ConnectionLost as error:
            return "connection lost: %s" % error, True, False
        finally:
            client.close()

    def invalid_vectors(self):
        with open(os.path.join(HERE, "..", "vectors", "invalid.json"), encoding="utf-8") as file:
            vectors = json.load(file)["vectors"]
        for vector in vectors:
            if vector["from"] != "client":
                continue
            hello = vector["frameBytesMax"] != wire.FRAME_MAX_BEFORE_HELLO
            code, closes, nameless = self.raw(bytes.fromhex(vector["frame"]), hello)
            self.check(vector["name"], code == vector["codeName"], "%s, not %s" % (code, vector["codeName"]))
            self.check(vector["name"] + ", closes", closes == (vector["code"] < 200 or not hello), closes)
            is_distrusted = vector["code"] in (101, 102, 103, 104)
            self.check(vector["name"] + ", names no frame", nameless == is_distrusted, nameless)

    @staticmethod
    def example(message):
        """The first valid frame of a message."""
        with open(os.path.join(HERE, "..", "vectors", "valid.json"), encoding="utf-8") as file:
            vectors = json.load(file)["vectors"]
        return bytes.fromhex(next(vector["frame"] for vector in vectors if vector["message"] == message))

    def session(self):
        self.check("a first message other than Hello",
                   self.raw(wire.encode_frame("Ping", {"payload": 1}), hello=False)[:2] == ("helloExpected", True))
        hello = {"minFrameVersion": 1, "maxFrameVersion": 1, "schemaVersion": 1, "wantedCredit": 7,
                 "features": ["bit40", "bit63"], "clientName": "conformance"}
        self.check("a second Hello", self.raw(wire.encode_frame("Hello", hello))[:2] == ("secondHello", True))
        too_new = dict(hello, minFrameVersion=2, maxFrameVersion=9)
        self.check("no common frame version",
                   self.raw(wire.encode_frame("Hello", too_new), hello=False)[:2] == ("unsupportedFrameVersion", True))
        upside_down = dict(hello, minFrameVersion=1, maxFrameVersion=0)
        self.check("a lowest frame version above the highest", self.raw(
            wire.encode_frame("Hello", upside_down), hello=False)[:2] == ("unsupportedFrameVersion", True))
        for name in ("AuthorizeReply", "GoAway"):
            sent = wire.encode_frame(name, wire.decode_frame(self.example(name))[1])
            self.check("a client's %s" % name, self.raw(sent)[:2] == ("unknownTemplate", False))
        wide = dict(hello, minFrameVersion=0, maxFrameVersion=255, schemaVersion=65535)
        self.check("a wide range of versions",
                   self.raw(wire.encode_frame("Hello", wide), hello=False)[:2] == (None, False))
        with self.client(7) as client:
            self.check("credit as wished", client.session["credit"] == 7, client.session)
            self.check("no grease in the answer", not [bit for bit in client.session["features"] if bit[3:].isdigit()])
            self.check("the clock", abs(client.session["serverTime"] - now()) < 60e6, client.session["serverTime"])
            self.check("ping", client.ping() >= 0)
            self.check("health", client.call("Health")["ready"])

    def principals(self):
        """Makes a principal, signs as it, well and badly, and revokes it."""
        name, seed = "conformance-%s" % uuid.uuid4().hex[:12], os.urandom(32)
        grant = {"scopes": ["reports"], "ratePerSecond": 0, "burst": 0, "creditMax": 2}

        def asking():
            return {"requestId": uuid.uuid4(), "transmissionTime": now(), "name": name}

        def code(call):
            try:
                return call() and "answered"
            except Rejected as refusal:
                return refusal.code

        with self.client(1) as operator:
            creation = dict(asking(), **grant, userId=None, publicKey=ed25519.public_key(seed), certificateName="")
            made = operator.call("PrincipalCreate", creation)
            self.check("a principal is made", made["principal"]["scopes"] == ["reports"], made)
            self.check("once", operator.call("PrincipalCreate", creation) == made)
            self.check("and its name is given once", code(
                lambda: operator.call("PrincipalCreate", dict(creation, requestId=uuid.uuid4()))) == "principalExists")

            def signed(seed):
                client = Client(self.target, timeout=120, opener=self.open, signer=(name, seed))
                client.connect()
                return client

            self.check("another key", code(lambda: signed(os.urandom(32))) == "authenticationFailed")
            with signed(seed) as client:
                self.check("credit of the principal", client.session["credit"] == 2, client.session)
                self.check("within its scope", code(lambda: client.call("Digest")) == "answered")
                got = code(lambda: client.call("SnapshotMake"))
                self.check("outside of its scope", got == "scopeMissing", got)
            with self.client(1) as stranger:
                got = []
                for _ in range(3):
                    got.append(code(lambda: stranger.call(
                        "Authenticate", {"signature": bytes(64), "principal": name})))
                self.check("signatures in vain", got == ["authenticationFailed"] * 3, got)
                try:
                    stranger.ping()
                    self.check("the third ends the connection", False)
                except (ConnectionLost, Rejected):
                    self.check("the third ends the connection", True)
            operator.call("PrincipalRevoke", asking())
            self.check("revoked", code(lambda: signed(seed)) == "authenticationFailed")

    def payments(self):
        card, limit = uuid.uuid4(), 100000
        with self.client(64) as client:
            client.call("CardCreate", {
                "requestId": uuid.uuid4(), "cardToken": card, "transmissionTime": now(), "spendingLimit": limit,
                "transactionLimit": None, "expiry": 0, "lastFour": "", "currency": "EUR", "profile": "",
                "status": "active"})
            asked = [("Authorize", request(card, amount=999, currency="EUR")) for _ in range(150)]
            answers = client.pipeline(asked)
            decisions = [values["decision"] for _, values in answers]
            approved = [decision for decision in decisions if decision["outcome"] != "declined"]
            self.check("as many approvals as fit", len(approved) == limit // 999, len(approved))
            self.check("records are numbered once", len({decision["lsn"] for decision in decisions}) == len(asked))
            self.check("repeats get the same answers", client.pipeline(asked) == answers)
            shown = client.call("CardGet", {"cardToken": card})["card"]
            self.check("the hold", shown["held"] == len(approved) * 999, shown)
            name, fields = asked[0]
            found = client.query(fields["requestId"], fields["transmissionTime"])
            self.check("a query finds the decision", found["decision"] == decisions[0], found)
            unknown = client.query(uuid.uuid4(), now())
            self.check("a query knows what it does not know", unknown["found"] == "unknown", unknown)
            for changes, code in (({"amount": 1000}, "requestIdReused"), ({"merchantName": "x"}, "requestIdReused"),
                                  ({"requestId": uuid.uuid4(), "transmissionTime": now() + 12 * 10 ** 6},
                                   "transmissionTimeInFuture")):
                try:
                    client.call(name, dict(fields, **changes))
                    self.check(code, False, "answered")
                except Rejected as refusal:
                    self.check(code, refusal.code == code, refusal)
            try:
                client.call("CardGet", {"cardToken": uuid.uuid4()})
                self.check("an unknown card", False, "answered")
            except Rejected as refusal:
                self.check("an unknown card", refusal.code == "cardUnknown", refusal)

    def life(self):
        """A payment's life: authorized, reversed in part, cleared; and a reversal that comes first."""
        card = uuid.uuid4()
        with self.client(64) as client:
            client.call("CardCreate", {
                "requestId": uuid.uuid4(), "cardToken": card, "transmissionTime": now(), "spendingLimit": 100000,
                "transactionLimit": None, "expiry": 0, "lastFour": "", "currency": "EUR", "profile": "",
                "status": "active"})
            number = client.authorize(card, 5000, "EUR", lifecycleId="CONFORMANCE1")["lsn"]
            reversed_ = client.settle("Reverse", card, 1000, paymentId=number)
            self.check("a partial reversal", reversed_["payment"]["held"] == 4000, reversed_)
            sent = {"request_id": uuid.uuid4(), "transmission_time": now()}
            cleared = client.settle("Clearing", card, 3000, lifecycleId="CONFORMANCE1", isFinal=True, **sent)
            self.check("the match", cleared["payment"]["matchRule"] == "lifecycle", cleared)
            self.check("the clearing", (cleared["payment"]["cleared"], cleared["payment"]["held"]) == (3000, 0), cleared)
            again = client.settle("Clearing", card, 3000, lifecycleId="CONFORMANCE1", isFinal=True, **sent)
            self.check("a clearing's repeat", again == cleared, again)
            found = client.query(sent["request_id"], sent["transmission_time"])
            self.check("a query finds the clearing", found["payment"] == cleared["payment"]
                       and found["eventKind"] == "clearing" and found["kind"] is None, found)
            kinds = [entry["kind"] for entry in client.history(number)]
            self.check("the history", kinds == ["authorization", "reversal", "clearing"], kinds)
            late = client.settle("Increment", card, 1, paymentId=number)["decision"]
            self.check("an increment after the end", late["reason"] == "lifecycleOver", late)
            client.settle("Reverse", card, lifecycleId="CONFORMANCE2")
            decision = client.authorize(card, 700, "EUR", lifecycleId="CONFORMANCE2")
            self.check("reversed before it was authorized", decision["reason"] == "originalReversed", decision)
            shown = client.call("CardGet", {"cardToken": card})["card"]
            self.check("what is left", (shown["held"], shown["posted"]) == (0, 3000), shown)
            try:
                client.call("Clearing", {"event": event(card, None), "merchantName": "", "merchantCity": ""})
                self.check("a clearing without an amount", False, "answered")
            except Rejected as refusal:
                self.check("a clearing without an amount", refusal.code == "invalidField", refusal)

    def books(self):
        """Searches and the ledger: a payment that is reversed twice, and one that is cleared."""
        card, merchant = uuid.uuid4(), "Conformance %s" % uuid.uuid4().hex[:12]
        with self.client(64) as client:
            client.call("CardCreate", {
                "requestId": uuid.uuid4(), "cardToken": card, "transmissionTime": now(), "spendingLimit": 100000,
                "transactionLimit": None, "expiry": 0, "lastFour": "", "currency": "EUR", "profile": "",
                "status": "active"})
            first = client.authorize(card, 1100, "EUR", merchantName=merchant)["lsn"]
            client.settle("Reverse", card, paymentId=first)
            again = client.settle("Reverse", card, paymentId=first)["decision"]
            second = client.authorize(card, 2200, "EUR", merchantName=merchant)["lsn"]
            cleared = client.settle("Clearing", card, 2200, paymentId=second, isFinal=True)["decision"]["lsn"]
            if client.call("ProjectionStatus")["state"] == "off":
                for name, ask in (("search", lambda: list(client.search())), ("ledger", client.balances)):
                    try:
                        ask()
                        self.check("a %s without a projection" % name, False, "answered")
                    except Rejected as refusal:
                        self.check("a %s without a projection" % name, refusal.code == "projectionOff", refusal)
                return
            # Each question waits a while for the projection, which on a busy machine may need longer.
            for _ in range(1000):
                try:
                    if client.call("PaymentSearch", {"beforeLsn": 0, "atLeastLsn": cleared, "count": 1, "merchant": "",
                                                     "text": ""})["projectedLsn"] >= cleared:
                        break
                except Rejected as refusal:
                    if refusal.code != "notReady":
                        raise
            for criteria, expected in (
                    ({"merchant": merchant.upper()}, [second, first]), ({"text": merchant[:20]}, [second, first]),
                    ({"cardToken": card, "status": "reversed"}, [first]), ({"cardToken": card, "count": 1},
                                                                           [second, first]),
                    ({"cardToken": card, "kind": "clearing"}, [second]),
                    ({"cardToken": card, "amountMin": 1100, "amountMax": 1100}, [first])):
                found = [payment["paymentId"] for payment in client.search(**criteria)]
                self.check("a search for %s" % sorted(criteria), found == expected, found)
            kinds = [(entry["lsn"], entry["reason"]) for entry in client.history(first)]
            self.check("a history with what changed nothing", kinds[-1] == (again["lsn"], "alreadyReversed"), kinds)
            pending, posted = ("EUR", "pending", "receivable"), ("EUR", "posted", "receivable")
            found = client.balances(cardToken=card)
            self.check("a card's account", (found[pending], found[posted]) == ((3300, 3300), (2200, 0)), found)
            found = client.balances(cardToken=card, asOfLsn=first)
            self.check("a card's account as of a record", found == {
                pending: (1100, 0), ("EUR", "pending", "commitment"): (0, 1100)}, found)
            entries = list(client.entries(paymentId=second, count=1))
            self.check("a payment's entries", [(entry["account"], entry["amount"]) for entry in entries] == [
                ("receivable", 2200), ("commitment", -2200), ("receivable", -2200), ("commitment", 2200),
                ("receivable", 2200), ("settlement", -2200)], entries)
            trial = client.balances()
            for side in sorted({key[:2] for key in trial}):
                sums = [sum(trial[key][part] for key in trial if key[:2] == side) for part in (0, 1)]
                self.check("the trial balance of %s" % (side,), sums[0] == sums[1], sums)
            compared = client.call("LedgerCheck", {"afterOrdinal": 0, "count": 1000})
            self.check("cards and ledger", compared["compared"] > 0 and not compared["differences"], compared)

    def rules(self):
        """A rule from draft to active: seen by nobody in shadow, named when it declines, retired at the end."""
        card, name = uuid.uuid4(), "conformance-%s" % uuid.uuid4().hex[:12]
        condition = "merchant.name == '%s' && amount > 10.00" % name
        with self.client(64) as client:
            client.call("CardCreate", {
                "requestId": uuid.uuid4(), "cardToken": card, "transmissionTime": now(), "spendingLimit": 100000,
                "transactionLimit": None, "expiry": 0, "lastFour": "", "currency": "EUR", "profile": "",
                "status": "active"})
            try:
                client.add_rule(name, condition.replace("merchant", "mercant"))
                self.check("a rule with a typing error", False, "taken")
            except Rejected as refusal:
                self.check("a rule with a typing error", refusal.code == "ruleInvalid" and "(bytes 0 to 12)" in
                           refusal.detail, refusal)
            self.check("a rule's first version", client.add_rule(name, condition) == 1, "another")
            outcomes = []
            for stage in ("shadow", "active"):
                client.move_rule(name, stage)
                outcomes.append(client.authorize(card, 1001, "EUR", merchantName=name))
            self.check("a rule in shadow", outcomes[0]["outcome"] == "approved", outcomes[0])
            self.check("a rule that declines", (outcomes[1]["reason"], outcomes[1]["checksFailed"]) == (
                "suspectedFraud", ["rules"]), outcomes[1])
            told = client.call("PaymentRules", {"lsn": outcomes[1]["lsn"]})
            self.check("which rule it was", [(rule["name"], rule["isDeciding"]) for rule in told["rules"]
                                             if rule["name"] == name] == [(name, True)], told)
            others = client.call("PaymentAlternatives", {"lsn": outcomes[1]["lsn"]})["alternatives"]
            self.check("what would have passed it", ("merchant", "approved") in [
                (other["kind"], other["outcome"]) for other in others], others)
            others = client.call("PaymentAlternatives", {"lsn": outcomes[0]["lsn"]})["alternatives"]
            self.check("what would have been declined", [
                (other["kind"], other["outcome"], other["value"] > 1001) for other in others] == [
                    ("amount", "declined", True)], others)
            moved = client.move_rule(name, "retired")
            self.check("a rule that is retired", (moved["from"], moved["stage"]) == ("active", "retired"), moved)
            rule = list(client.rules(name))[0]
            self.check("what a rule matched", (rule["matched"], rule["approved"]) == (2, 1), rule)
            again = client.authorize(card, 1001, "EUR", merchantName=name)
            self.check("a payment behind a retired rule", again["outcome"] == "approved", again)


def run(report, target, capture_path=None):
    """Makes every check; the orderly conversations are written to a capture where one is asked for."""
    capture = Capture(capture_path) if capture_path else None
    checks = Checks(report, target, capture)
    for group, make in (
            ("invalid frames (vectors)", checks.invalid_vectors), ("the session", checks.session),
            ("who asks", checks.principals), ("payments", checks.payments), ("the life of a payment", checks.life),
            ("searches and the ledger", checks.books), ("rules", checks.rules)):
        report.group = group
        try:
            make()
        except (ConnectionLost, Rejected, wire.WireError) as error:
            report.check("goes on", False, "%s: %s" % (type(error).__name__, error))
    if capture:
        capture.close()
