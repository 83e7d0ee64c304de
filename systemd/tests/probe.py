#!/usr/bin/env python3
"""A gateway for the checks beside this file: probe.py WHAT ENDPOINT [ARGUMENT...]; prints one line on what it saw."""

import subprocess
import sys
import threading
import uuid

from assent_client import Client, ConnectionLost, request, tls_context
from assent_wire import decode, encode_frame

CARD = uuid.UUID("6f1c2b9e-3d4a-4f5b-8c6d-7e8f90a1b2c3")


def authorize():
    return dict(request(CARD, amount=100, currency="EUR"), merchantAmount=None, merchantCurrency=None, flags=[])


def greet(endpoint):
    """Says Hello."""
    with Client(endpoint) as client:
        print("role=%s server=%s" % (client.session["role"], client.session["serverName"]))


def survive(endpoint, command):
    """Has connections in every state while a command restarts the daemon: idle, half a frame sent, an answer unread,
    not greeted yet. Each must go on as if nothing had been."""
    idle, half, unread = Client(endpoint).__enter__(), Client(endpoint).__enter__(), Client(endpoint).__enter__()
    silent = Client(endpoint)
    silent._socket = silent.opener(endpoint, 10.0)
    frame = encode_frame("Authorize", authorize(), 7)
    half._socket.sendall(frame[:50])
    unread.send("Authorize", authorize())
    subprocess.run(command, shell=True, check=True)
    half._socket.sendall(frame[50:])
    number, name, _ = half.receive()
    print("half=%s,%d" % (name, number), end=" ")
    print("unread=%s" % unread.receive()[1], end=" ")
    idle.ping()
    print("idle=%s" % idle.call("Authorize", authorize())["decision"]["outcome"], end=" ")
    number = silent.send("Hello", {"minFrameVersion": 1, "maxFrameVersion": 1, "schemaVersion": 1, "wantedCredit": 0,
                                   "features": [], "clientName": "probe"})
    silent.session = silent._answer(number, "HelloReply")[1]
    silent.ping()
    print("silent=greeted")


def beside(work, count, stop, command):
    """Has so many threads work while a command runs, then stop; gives back the command's exit status."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    status = subprocess.run(command, shell=True).returncode
    stop.set()
    for thread in threads:
        thread.join()
    return status


def storm(endpoint, command):
    """Connects and says Hello without end while a command runs; every attempt must be served."""
    stop, served, refused = threading.Event(), [0], []

    def connect():
        while not stop.is_set():
            try:
                with Client(endpoint, timeout=30.0) as client:
                    client.ping()
                served[0] += 1
            except Exception as error:  # whatever it is, somebody was not served
                refused.append(repr(error))

    status = beside(connect, 4, stop, command)
    print("served=%d refused=%d status=%d %s" % (served[0], len(refused), status, " ".join(refused[:3])))


def goaway(endpoint, command):
    """Whether a client is told that the daemon stops for good."""
    client = Client(endpoint).__enter__()
    process = subprocess.Popen(command, shell=True)
    noted = None
    try:
        while noted is None:
            frame = client._read()
            noted = decode(frame)[0] if frame.is_push else None
    except ConnectionLost as error:
        noted = str(error)
    process.wait()
    print("push=%s" % noted)


def move(endpoint, authority, certificate, key, command):
    """Asks over TLS without end, on eight connections, while a command restarts the daemon, then asks for every answer
    again by its request id: nobody may fail, and no answer may be another."""
    tls = tls_context(authority, certificate, key)
    stop, failures, decided, noted = threading.Event(), [], [], [0]

    class Watched(Client):
        """Counts the connections that were told to move."""

        def close(self):
            noted[0] += self.going_away is not None
            super().close()

    def ask():
        with Watched(endpoint, timeout=30.0, tls=tls) as client:
            try:
                while not stop.is_set():
                    values = authorize()
                    decided.append((values, client.decide("Authorize", values, attempts=20)))
                    if client.going_away is not None:
                        client.close()
            except Exception as error:  # whatever it is, somebody was not served
                failures.append(repr(error))

    status = beside(ask, 8, stop, command)
    with Client(endpoint, timeout=30.0, tls=tls) as client:
        other = sum(client.decide("Authorize", values) != decision for values, decision in decided[::10])
    print("failed=%d other=%d status=%d told=%s decided=%d %s" % (
        len(failures), other, status, "yes" if noted[0] else "no", len(decided), " ".join(failures[:3])))


if __name__ == "__main__":
    {"greet": greet, "survive": survive, "storm": storm, "goaway": goaway, "move": move}[sys.argv[1]](*sys.argv[2:])
