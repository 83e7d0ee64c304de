"""Cuts the power of a virtual machine under load, again and again, and holds the daemon to every answer it gave.

The clients run here, so that they outlive the machine. After each cut: every answer that any client received is the
stored one, and a repeat gets it again; what was not answered is wholly there or wholly absent; no record number twice; what
each card holds is the sum of what was approved on it.
"""
import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "Protocol", "clients", "python"))
from assent_client import Client, ConnectionLost, Rejected, request  # noqa: E402

CONNECTIONS, WINDOW = 6, 16


class Wrong(Exception):
    pass


class Machine:
    """One life of the virtual machine and of its disk's power."""

    def __init__(self, arguments, seed, cards):
        self.nbd = os.path.join(arguments.work, "disk.sock")
        if os.path.exists(self.nbd):
            os.unlink(self.nbd)
        command = [sys.executable, os.path.join(HERE, "nbd_disk.py"), arguments.disk, self.nbd, "--seed", str(seed)]
        self.disk = subprocess.Popen(
            command + (["--lying"] if arguments.lying_disk else []), stdout=subprocess.PIPE, text=True)
        if self.disk.stdout.readline().strip() != "listening":
            raise Wrong("the disk does not listen")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        accelerators = ["-accel", "kvm"] if arguments.kvm else ["-accel", "tcg,thread=multi"]
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", *accelerators, "-cpu", "max,arch-capabilities=off", "-m", "1024", "-smp", "2", "-nodefaults", "-nographic",
             "-no-reboot", "-serial", "stdio", "-kernel", arguments.kernel, "-initrd", arguments.initrd,
             "-append", "console=ttyS0 quiet rdinit=/init panic=-1 cards=" + ",".join(map(str, cards)),
             "-netdev", "user,id=n,restrict=on,hostfwd=tcp:127.0.0.1:%d-10.0.2.15:9701" % self.port,
             "-device", "virtio-net-pci,netdev=n,romfile=",
             "-drive", "if=none,id=d,format=raw,cache=writeback,file.driver=nbd,file.server.type=unix,"
             "file.server.path=" + self.nbd, "-device", "virtio-blk-pci,drive=d"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        self.console = []
        watchdog = threading.Timer(arguments.patience, self.process.kill)
        watchdog.start()
        for line in self.process.stdout:
            self.console.append(line.rstrip())
            if "GUEST-READY" in line or "GUEST-FAILED" in line:
                break
        watchdog.cancel()
        if not any("GUEST-READY" in line for line in self.console):
            self.end()
            raise Wrong("the guest did not come up:\n" + "\n".join(self.console[-25:]))
        threading.Thread(target=lambda: [None for _ in self.process.stdout], daemon=True).start()

    @property
    def target(self):
        return "tcp:127.0.0.1:%d" % self.port

    def recovery(self):
        return next((line for line in self.console if "message=recovered" in line), "")

    def cut(self):
        """Ends it between two instructions; what the disk had not flushed is gone."""
        self.process.kill()
        self.process.wait()
        self.disk.send_signal(signal.SIGUSR1)
        said = self.disk.stdout.readline()
        self.disk.wait()
        return json.loads(said)

    def end(self):
        for process in (self.process, self.disk):
            if process.poll() is None:
                process.kill()
            process.wait()


class Gateway(threading.Thread):
    """One client that pipelines payments until its connection ends."""

    def __init__(self, target, cards, seed):
        super().__init__(daemon=True)
        self.client = Client(target, timeout=20)
        self.random = random.Random(seed)
        self.cards = cards
        # Request and answer; None while there is none. Noted before it is sent.
        self.exchanges = []

    def run(self):
        waiting = {}
        try:
            self.client.connect()
            while True:
                while len(waiting) < WINDOW:
                    fields = request(self.random.choice(self.cards), amount=self.random.randint(1, 5000),
                                     currency="EUR", merchantName="Lindenhof Markt")
                    exchange = [fields, None]
                    self.exchanges.append(exchange)
                    waiting[self.client.send("Authorize", fields)] = exchange
                number, name, values = self.client.receive()
                exchange = waiting.pop(number)
                if name == "AuthorizeReply":
                    exchange[1] = values["decision"]
        except (ConnectionLost, Rejected, OSError, KeyError):
            pass
        finally:
            self.client.close()


class Books:
    """What the clients know of all rounds."""

    def __init__(self, cards):
        self.cards = cards
        self.payments = []
        self.executed = self.absent = 0

    def settle(self, exchanges, client, context):
        """Holds the daemon to what was answered, and completes the rest exactly once."""
        self.compare([(fields, decision) for fields, decision in exchanges if decision], client, context)
        for fields, decision in exchanges:
            if decision:
                self.payments.append((fields, decision))
                continue
            found = client.query(fields["requestId"], fields["transmissionTime"])
            if found["found"] == "decided":
                self.executed += 1
            elif found["found"] == "unknown":
                self.absent += 1
            else:
                raise Wrong("%s: an unanswered request is found %s" % (context, found["found"]))
            decided = client.decide("Authorize", fields)
            if found["found"] == "decided" and decided != found["decision"]:
                raise Wrong("%s: the stored decision and the reply differ" % context)
            self.payments.append((fields, decided))

    def compare(self, payments, client, context):
        queries = [("QueryByRequestId", {"requestId": fields["requestId"],
                                         "transmissionTime": fields["transmissionTime"]}) for fields, _ in payments]
        for (fields, decision), answer in zip(payments, client.pipeline(queries)):
            found = answer[1] if isinstance(answer, tuple) else {"found": str(answer)}
            if found["found"] != "decided" or found["decision"] != decision:
                raise Wrong("%s: payment %s was answered with record %s, and is found as %s" % (
                    context, fields["requestId"], decision["lsn"], found))
        repeats = client.pipeline([("Authorize", fields) for fields, _ in payments])
        for (fields, decision), answer in zip(payments, repeats):
            if not isinstance(answer, tuple) or answer[1]["decision"] != decision:
                raise Wrong("%s: payment %s sent again got %s" % (context, fields["requestId"], answer))

    def check(self, client, context):
        numbers = [decision["lsn"] for _, decision in self.payments]
        if len(set(numbers)) != len(numbers):
            raise Wrong("%s: two payments have the same record" % context)
        for card in self.cards:
            held = sum(decision["approvedAmount"] for fields, decision in self.payments if fields["cardToken"] == card)
            found = client.balance_inquiry(card)["held"]
            if held != found:
                raise Wrong("%s: card %s holds %d, and %d was approved" % (context, card, found, held))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cuts", type=int)
    for name in ("work", "kernel", "initrd", "disk"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--kvm", action="store_true")
    parser.add_argument("--patience", type=float, default=240, help="seconds for a guest to come up")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 31))
    parser.add_argument("--lying-disk", action="store_true", help="a disk that ignores flushes: must be found out")
    arguments = parser.parse_args()
    print("power cut: seed %d, %s" % (arguments.seed, "KVM" if arguments.kvm else "emulated"), flush=True)
    chance = random.Random(arguments.seed)
    cards = [uuid.UUID(int=chance.getrandbits(128)) for _ in range(5)]
    books, exchanges, lost_total, machine = Books(cards), [], 0, None
    try:
        for number in range(arguments.cuts + 1):
            context = "seed %d after %d cuts" % (arguments.seed, number)
            began = time.monotonic()
            machine = Machine(arguments, chance.getrandbits(32), cards)
            up = time.monotonic() - began
            with Client(machine.target, timeout=30) as client:
                books.settle(exchanges, client, context)
                sample = books.payments if number == arguments.cuts else chance.sample(
                    books.payments, min(200, len(books.payments)))
                books.compare(sample, client, context)
                books.check(client, context)
            if number == arguments.cuts:
                break
            gateways = [Gateway(machine.target, cards, chance.getrandbits(32)) for _ in range(CONNECTIONS)]
            for gateway in gateways:
                gateway.start()
            # The moment of the cut is anybody's guess; the load goes on until then.
            time.sleep(chance.uniform(0.2, 2.5))
            disk = machine.cut()
            for gateway in gateways:
                gateway.join(60)
            exchanges = [tuple(exchange) for gateway in gateways for exchange in gateway.exchanges]
            lost_total += disk["lost"]
            torn = machine.recovery().split("torn_tail_bytes=")[-1].split(" ")[0]
            print("cut %d: up in %.1f s, torn tail %s; %d answered, %d not; the disk lost %d sectors and kept %d" % (
                number + 1, up, torn, sum(1 for _, decision in exchanges if decision),
                sum(1 for _, decision in exchanges if not decision), disk["lost"], disk["kept"]), flush=True)
    except (Wrong, ConnectionLost, Rejected) as problem:
        print("FAILED: %s" % problem)
        return 1
    finally:
        if machine:
            machine.end()
    print("%d cuts, %d payments, all as answered; unanswered: %d executed, %d absent; %d unflushed sectors were lost" % (
        arguments.cuts, len(books.payments), books.executed, books.absent, lost_total))
    if not books.payments or lost_total == 0:
        print("FAILED: nothing was at stake")
        return 1
    return 0


sys.exit(main())
