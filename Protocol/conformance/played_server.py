"""A server that plays a script on each connection, so that a client can be seen to do right when a server does not."""

import os
import queue
import socket
import ssl
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "clients", "python"), os.path.join(HERE, "..", "vectors")]

import assent_wire as wire  # noqa: E402
from valid_definitions import APPROVED, DECLINED, TYPICAL  # noqa: E402

HELLO_REPLY = TYPICAL["HelloReply"][0][1]
TICK = 0.2


class Violation(Exception):
    """What a client did against the specification."""


class Gone(Exception):
    """The client closed the connection."""


def reject(code, detail="", retry_microseconds=0):
    """The fields of a Reject by its code's name."""
    return {"code": code, "templateId": 0x0100, "retryAfterMicroseconds": retry_microseconds, "detail": detail}


def raw_reject(number, correlation_id):
    """The frame of a Reject with any code, one that no version has named included."""
    frame = bytearray(wire.encode_frame("Reject", reject("busy", "a code of a later version"), correlation_id))
    frame[32:34] = number.to_bytes(2, "little")
    return wire.seal(bytes(frame))


def approved(values, **changes):
    """The answer to an Authorize: approved in full."""
    return {"decision": dict(APPROVED, approvedAmount=values["amount"], **changes)}


def declined():
    return {"decision": DECLINED}


class Peer:
    """A connection of the client's."""

    def __init__(self, connection, server):
        self.connection, self.server, self.buffer, self.credit, self.open = connection, server, b"", 64, 0

    def _receive(self, seconds):
        self.connection.settimeout(seconds)
        try:
            data = self.connection.recv(65536)
        except (socket.timeout, ssl.SSLWantReadError):
            return False
        except OSError as error:
            raise Gone(str(error))
        if not data:
            raise Gone("closed")
        self.buffer += data
        return True

    def read(self, seconds=None):
        """The next frame's correlation id, message, fields and header; None when it does not come in so many seconds."""
        end = time.monotonic() + (self.server.patience if seconds is None else seconds)
        while True:
            try:
                frame = wire.cut(self.buffer, 65536, accepts_pushes=False)
                if frame is not None:
                    self.buffer = self.buffer[frame.length:]
                    name, values = wire.decode(frame)
                    return frame.correlation_id, name, values, frame
            except wire.WireError as error:
                raise Violation("a frame that a server refuses: %s" % error)
            left = end - time.monotonic()
            if left <= 0:
                if seconds is None:
                    raise Violation("nothing came for %d s" % self.server.patience)
                return None
            self._receive(left)

    def ask(self, expected="Authorize"):
        """The next request."""
        got = self.read()
        if got[1] != expected:
            raise Violation("%s came where %s was to come" % (got[1], expected))
        self.server.asked.append(got)
        return got[0], got[2]

    def write(self, name, values, number):
        self.send(wire.encode_frame(name, values, number))

    def send(self, data):
        try:
            self.connection.settimeout(self.server.patience)
            self.connection.sendall(data)
        except OSError as error:
            raise Gone(str(error))

    def answer(self, number, values):
        self.write("AuthorizeReply", approved(values), number)

    def greet(self, **changes):
        """Takes Hello and answers it."""
        number, name, values, frame = self.read()
        if name != "Hello":
            raise Violation("the first message is %s, not Hello" % name)
        self.hello = wire.encode_frame("Hello", values, number)
        reply = dict(HELLO_REPLY, **dict({"credit": 64}, **changes))
        self.hello_reply = wire.encode_frame("HelloReply", reply, number)
        self.send(self.hello_reply)
        return values, frame

    def serve(self, count=1):
        """Greets, and approves so many requests."""
        self.greet()
        for _ in range(count):
            self.answer(*self.ask())

    def stays_silent(self, seconds=TICK):
        """Sees to it that nothing comes for a moment."""
        got = self.read(seconds)
        if got is not None:
            raise Violation("%s came, and nothing was to come" % got[1])

    def is_dropped(self):
        """Waits until the client closes the connection."""
        end = time.monotonic() + self.server.patience
        try:
            while time.monotonic() < end:
                self._receive(max(0.01, end - time.monotonic()))
        except Gone:
            return
        raise Violation("the client keeps the connection")

    def lingers(self):
        """Keeps the connection until the client closes it."""
        try:
            while True:
                self._receive(self.server.patience)
                if self.server.is_over:
                    return
        except Gone:
            return

    def cut(self):
        """Ends the connection at once."""
        raise Gone("by the script")


class PlayedServer:
    """Plays one script a connection, the last one for all that come after; on 127.0.0.1."""

    def __init__(self, scripts, context=None, patience=60.0):
        self.scripts, self.context, self.patience = scripts, context, patience
        self.problems, self.asked, self.connections, self.is_over = [], [], 0, False
        self.said = queue.Queue()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.1)
        self.port = self.listener.getsockname()[1]
        self.threads = []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    @property
    def endpoint(self):
        return "%s:127.0.0.1:%d" % ("tls" if self.context else "tcp", self.port)

    def _run(self):
        while not self.is_over:
            try:
                connection, _ = self.listener.accept()
            except socket.timeout:
                continue
            except OSError:
                return
            script = self.scripts[min(self.connections, len(self.scripts) - 1)]
            self.connections += 1
            thread = threading.Thread(target=self._play, args=(script, connection), daemon=True)
            thread.start()
            self.threads.append(thread)

    def _play(self, script, connection):
        try:
            if self.context:
                connection.settimeout(self.patience)
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection:
                script(Peer(connection, self))
        except Violation as violation:
            self.problems.append(str(violation))
        except (Gone, OSError) as error:
            self.said.put(str(error))
        except Exception as error:  # a fault of a script is a failed check, not a lost one
            self.problems.append("%s: %s" % (type(error).__name__, error))

    def stop(self):
        self.is_over = True
        self.thread.join(5)
        self.listener.close()
        for thread in self.threads:
            thread.join(1)


class Certificates:
    """An authority, a server's certificate for 127.0.0.1 and a client's, and a stranger's; by the openssl command."""

    def __init__(self, directory):
        self.directory = directory
        self._run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                  "-subj", "/CN=conformance authority", "-keyout", "ca.key", "-out", "ca.pem")
        self._run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                  "-subj", "/CN=strange authority", "-keyout", "strange.key", "-out", "strange.pem")
        self._issue("server", "IP:127.0.0.1")
        self._issue("other", "DNS:elsewhere.invalid")
        self._issue("client", "URI:spiffe://conformance/gateway")

    def path(self, name):
        return os.path.join(self.directory, name)

    def _run(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.directory, check=True, capture_output=True)

    def _issue(self, name, names):
        with open(self.path(name + ".cnf"), "w", encoding="ascii") as file:
            file.write("subjectAltName=%s\n" % names)
        self._run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name,
                  "-keyout", name + ".key", "-out", name + ".csr")
        self._run("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days",
                  "2", "-extfile", name + ".cnf", "-out", name + ".pem")

    def server(self, name="server", asks=False):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path(name + ".pem"), self.path(name + ".key"))
        if asks:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.path("ca.pem"))
        return context
