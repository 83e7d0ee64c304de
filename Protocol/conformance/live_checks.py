"""Holds a client against a running daemon, through a network that cuts connections: in the end every amount is right."""

import random
import socket
import threading
import uuid

from assent_client import Client, now, open_socket
from driver import Driver, authorize


class CuttingProxy:
    """Passes bytes on, and ends each connection after a random number of those that come back. The last ones stay."""

    def __init__(self, target, cuts, seed):
        self.target, self.cuts, self.random, self.made = target, cuts, random.Random(seed), 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.1)
        self.endpoint = "tcp:127.0.0.1:%d" % self.listener.getsockname()[1]
        self.is_over = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.is_over:
            try:
                connection, _ = self.listener.accept()
            except socket.timeout:
                continue
            self.made += 1
            budget = self.random.randrange(1, 3000) if self.made <= self.cuts else None
            onward = open_socket(self.target, 60)
            threading.Thread(target=self._forward, args=(connection, onward), daemon=True).start()
            threading.Thread(target=self._back, args=(connection, onward, budget), daemon=True).start()

    @staticmethod
    def _forward(connection, onward):
        """What the client says, until it or the cut ends it: then the daemon hears the end."""
        try:
            for data in iter(lambda: connection.recv(65536), b""):
                onward.sendall(data)
        except OSError:
            pass
        _shut(onward, socket.SHUT_WR)

    @staticmethod
    def _back(connection, onward, budget):
        """What the daemon says, to the client as far as the budget goes, and the rest to nobody."""
        try:
            for data in iter(lambda: onward.recv(65536), b""):
                passed = data if budget is None else data[:budget]
                budget = None if budget is None else budget - len(passed)
                try:
                    connection.sendall(passed)
                except OSError:
                    budget = 0
                if budget == 0:
                    _shut(connection, socket.SHUT_RDWR)
        except OSError:
            pass
        _shut(connection, socket.SHUT_RDWR)

    def stop(self):
        self.is_over = True
        self.thread.join(5)
        self.listener.close()


def _shut(end, how):
    try:
        end.shutdown(how)
    except OSError:
        pass


def ask(command, endpoint, rounds):
    driver = Driver(command, endpoint, credit=64)
    try:
        results = [driver.go(lines) for lines in rounds]
        driver.end()
        return results
    finally:
        driver.timer.cancel()
        if driver.process.poll() is None:
            driver.process.kill()


def run(report, administration, gateway, command):
    card, limit = uuid.uuid4(), 100000
    with Client(administration, timeout=120) as operator:
        operator.call("CardCreate", {
            "requestId": uuid.uuid4(), "cardToken": card, "transmissionTime": now(), "spendingLimit": limit,
            "transactionLimit": None, "expiry": 0, "lastFour": "", "currency": "EUR", "profile": "", "status": "active"})

        def held():
            return operator.call("CardGet", {"cardToken": card})["card"]["held"]

        report.group = "a daemon"
        lines = [authorize(999, card) for _ in range(150)]
        first, second = ask(command, gateway, [lines, lines])
        good = [words for words in first if words[0] == "answered" and words[1] != "declined"]
        report.check("as many approvals as fit", len(good) == limit // 999, len(good))
        report.check("what does not fit is declined", sum(words[1:3] == ["declined", "insufficientFunds"] for words in
                                                          first) == len(first) - len(good), first)
        report.check("repeats get the same answers", first == second, "others")
        report.check("every record is one of its own", len({words[4] for words in first}) == len(lines), first)
        report.check("the card holds what was approved", held() == len(good) * 999, held())
        request_id, when = lines[0].split()[1], lines[0].split()[5]
        found = ask(command, gateway, [["query %s %s" % (request_id, when), "query %s %s" % (uuid.uuid4(), when)]])[0]
        report.check("queries", found == [["answered", "decided"], ["answered", "unknown"]], found)
        refused = ask(command, gateway, [[authorize(998, card, request_id, int(when))]])[0]
        report.check("a request id with other content", refused[0][:2] == ["refused", "307"], refused)
        unknown = ask(command, gateway, [[authorize(1, uuid.uuid4())]])[0]
        report.check("an unknown card", unknown[0][:3] == ["answered", "declined", "cardUnknown"], unknown)

        report.group = "a daemon behind a network that cuts"
        seed = random.randrange(1 << 32)
        operator.call("CardSetLimits", {
            "requestId": uuid.uuid4(), "cardToken": card, "transmissionTime": now(), "spendingLimit": 10 ** 9,
            "transactionLimit": None, "expiry": 0, "profile": ""})
        before = held()
        proxy = CuttingProxy(gateway, 25, seed)
        try:
            lines = [authorize(7, card) for _ in range(400)]
            results = ask(command, proxy.endpoint, [lines[:200], lines[200:]])
        finally:
            proxy.stop()
        came = results[0] + results[1]
        bad = [words for words in came if words[0] != "answered" or words[1] == "declined"]
        report.check("every request has its answer", not bad, "seed %d: %s" % (seed, bad[:5]))
        report.check("connections were cut", proxy.made > 3, proxy.made)
        report.check("and each was executed once", held() - before == 7 * len(lines), "seed %d: %d" % (
            seed, held() - before))
