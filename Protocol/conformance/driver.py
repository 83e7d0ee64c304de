"""Runs the client under test: a command that is told what to ask on its standard input (README.md says how)."""

import subprocess
import threading
import time
import uuid

from played_server import Violation

CARD = "6f1c2b9e-3d4a-4f5b-8c6d-7e8f90a1b2c3"


class CannotDo(Exception):
    """The driver ended with 77: the client was built without what the check needs."""


def authorize(amount, card=CARD, request_id=None, transmission_time=None, deadline=0, currency="EUR"):
    """A line that asks for an amount."""
    return "authorize %s %s %d %s %d %d" % (
        request_id or uuid.uuid4(), card, amount, currency, transmission_time or time.time_ns() // 1000, deadline)


class Driver:
    """The client's process. Options are the contract's, by their words."""

    def __init__(self, command, endpoint, seconds=300, **options):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, bufsize=1)
        self.timer = threading.Timer(seconds, self.process.kill)
        self.timer.start()
        self.errors = []
        self.reader = threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True)
        self.reader.start()
        settings = {"endpoint": endpoint, "answer-milliseconds": 120000, "limit-milliseconds": 240000}
        settings.update({name.replace("_", "-"): value for name, value in options.items()})
        self.say(["%s %s" % setting for setting in settings.items()])

    def say(self, lines):
        try:
            self.process.stdin.write("".join(line + "\n" for line in lines))
            self.process.stdin.flush()
        except BrokenPipeError:
            self._ended()

    def start(self, lines):
        """Sends requests, without waiting for what comes of them."""
        self.say(list(lines) + ["go"])

    def results(self):
        """What came of them: a list of words for each."""
        results = []
        for line in self.process.stdout:
            if line == "done\n":
                return results
            results.append(line.split())
        self._ended()

    def go(self, lines):
        self.start(lines)
        return self.results()

    def _ended(self):
        status = self.process.wait()
        self.reader.join(5)
        if status == 77:
            raise CannotDo("".join(self.errors).strip())
        raise Violation("the client under test ended with %s: %s" % (status, "".join(self.errors)[-2000:]))

    def end(self):
        """Lets it end, and sees how it does."""
        try:
            self.process.stdin.close()
            status = self.process.wait()
        finally:
            self.timer.cancel()
        self.reader.join(5)
        self.process.stdout.close()
        if status != 0:
            raise Violation("the client under test ended with %s: %s" % (status, "".join(self.errors)[-2000:]))
