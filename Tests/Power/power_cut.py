"""Cuts the power of a virtual machine under load, again and again, and holds the daemon to every answer it gave.

The clients run here, so that they outlive the machine. They authorize, and send what happens to payments of all rounds:
increments, whole and partial reversals, clearings of which some are final, refunds; meanwhile the daemon makes snapshots and
archives what is closed. After each cut: every answer that any client received is the stored one, and a repeat gets it again;
what was not answered is wholly there or wholly absent; no record number twice; every card's figures follow, record by record,
from the answers before, and the newest are what the daemon says it holds and has posted.

With --lying-disk it is a control: the run succeeds when an answered payment is found to be lost, and fails when all cuts pass.
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
from assent_client import Client, ConnectionLost, Rejected, event, request  # noqa: E402

CONNECTIONS, WINDOW = 6, 16


class Wrong(Exception):
    pass


class Lost(Wrong):
    """The daemon does not have what it had answered."""


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
             "-append", "console=ttyS0 quiet rdinit=/init panic=-1 %s cards=%s" % (
                 # Every other start reads a snapshot; with --verify all of the journal is decided again.
                 "verify" if seed % 2 else "", ",".join(map(str, cards))),
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
    """One client that pipelines payments, and what happens to them, until its connection ends."""

    def __init__(self, target, cards, seed, payments):
        super().__init__(daemon=True)
        self.client = Client(target, timeout=20)
        self.random = random.Random(seed)
        self.cards = cards
        # Card and number of approved payments, those of other rounds too.
        self.payments = list(payments)
        # Name, fields and answer; None while there is none. Noted before it is sent.
        self.exchanges = []

    def run(self):
        waiting = {}
        try:
            self.client.connect()
            while True:
                while len(waiting) < WINDOW:
                    exchange = [*self.make(), None]
                    self.exchanges.append(exchange)
                    waiting[self.client.send(exchange[0], exchange[1])] = exchange
                number, name, values = self.client.receive()
                exchange = waiting.pop(number)
                if name == exchange[0] + "Reply":
                    exchange[2] = values
                    if name == "AuthorizeReply" and values["decision"]["outcome"] == "approved":
                        self.payments.append((exchange[1]["cardToken"], values["decision"]["lsn"]))
        except (ConnectionLost, Rejected, OSError, KeyError):
            pass
        finally:
            self.client.close()

    def make(self):
        amount = self.random.randint(1, 5000)
        if not self.payments or self.random.random() < 0.55:
            return "Authorize", request(self.random.choice(self.cards), amount=amount, currency="EUR",
                                        merchantName="Lindenhof Markt")
        # Mostly of late: most payments are over soon.
        place = -1 - min(len(self.payments) - 1, int(self.random.expovariate(1 / 20)))
        card, number = self.payments[place]
        name, fields = self.random.choice([
            ("Increment", {"amount": amount}), ("Reverse", {"amount": None}), ("Reverse", {"amount": 1}),
            ("Clearing", {"amount": amount}), ("Clearing", {"amount": amount, "isFinal": True}),
            ("Clearing", {"amount": amount, "isFinal": True}), ("RefundClearing", {"amount": 1})])
        return name, {"event": event(card, paymentId=number, **fields), "merchantName": "Lindenhof Markt",
                      "merchantCity": ""}


def inner(name, fields):
    """The fields that all requests have."""
    return fields if name == "Authorize" else fields["event"]


def stored(name, values):
    """What the daemon keeps of an answer, from the answer itself or from a query for it."""
    return values["decision"] if name == "Authorize" else (values["decision"], values["payment"])


class Books:
    """What the clients know of all rounds."""

    def __init__(self, cards):
        self.cards = cards
        # Name, fields and what is stored.
        self.payments = []
        self.executed = self.absent = self.events = 0

    def settle(self, exchanges, client, context):
        """Holds the daemon to what was answered, and completes the rest exactly once."""
        self.compare([(name, fields, stored(name, values)) for name, fields, values in exchanges if values], client,
                     context)
        for name, fields, values in exchanges:
            if values:
                self.note(name, fields, stored(name, values))
                continue
            found = client.query(inner(name, fields)["requestId"], inner(name, fields)["transmissionTime"])
            if found["found"] == "decided":
                self.executed += 1
            elif found["found"] == "unknown":
                self.absent += 1
            else:
                raise Wrong("%s: an unanswered request is found %s" % (context, found["found"]))
            decided = stored(name, client.repeat(name, fields))
            if found["found"] == "decided" and decided != stored(name, found):
                raise Wrong("%s: the stored decision and the reply differ" % context)
            self.note(name, fields, decided)

    def note(self, name, fields, answer):
        self.payments.append((name, fields, answer))
        self.events += name != "Authorize"

    def approved(self):
        """Card and number of what was authorized lately."""
        return [(fields["cardToken"], answer["lsn"]) for name, fields, answer in self.payments[-2000:]
                if name == "Authorize" and answer["outcome"] == "approved"]

    def compare(self, payments, client, context):
        queries = [("QueryByRequestId", {"requestId": inner(name, fields)["requestId"],
                                         "transmissionTime": inner(name, fields)["transmissionTime"]})
                   for name, fields, _ in payments]
        for (name, fields, expected), answer in zip(payments, client.pipeline(queries)):
            found = answer[1] if isinstance(answer, tuple) else {"found": str(answer)}
            if found["found"] != "decided" or stored(name, found) != expected:
                raise Lost("%s: %s %s was answered with %s, and is found as %s" % (
                    context, name, inner(name, fields)["requestId"], expected, found))
        repeats = client.pipeline([(name, fields) for name, fields, _ in payments])
        for (name, fields, expected), answer in zip(payments, repeats):
            if not isinstance(answer, tuple) or stored(name, answer[1]) != expected:
                raise Wrong("%s: %s %s sent again got %s" % (context, name, inner(name, fields)["requestId"], answer))

    def check(self, client, context):
        sums, last = {card: (0, 0) for card in self.cards}, 0
        for name, fields, answer in sorted(self.payments, key=lambda each: decision(each)["lsn"]):
            made = decision((name, fields, answer))
            if made["lsn"] == last:
                raise Wrong("%s: record %d answers two requests" % (context, last))
            last, card = made["lsn"], inner(name, fields)["cardToken"]
            held, posted = sums[card]
            if name == "Authorize":
                held += made["approvedAmount"]
            else:
                held, posted = held + answer[1]["heldChange"], posted + answer[1]["postedChange"]
            sums[card] = (held, posted)
            if (made["held"], made["posted"]) != (held, posted):
                raise Wrong("%s: record %d says %s held and %s posted, and what came before adds up to %d and %d" % (
                    context, last, made["held"], made["posted"], held, posted))
        for card in self.cards:
            found = client.balance_inquiry(card)
            if (found["held"], found["posted"]) != sums[card]:
                raise Wrong("%s: card %s has %s held and posted, and the answers add up to %s" % (
                    context, card, (found["held"], found["posted"]), sums[card]))


def decision(payment):
    name, _, answer = payment
    return answer if name == "Authorize" else answer[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cuts", type=int)
    for name in ("work", "kernel", "initrd", "disk"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--kvm", action="store_true")
    parser.add_argument("--patience", type=float, default=240, help="seconds for a guest to come up")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 31))
    parser.add_argument("--lying-disk", action="store_true", help="control: a disk that lies about flushes, which must be found out")
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
            known = books.approved()
            gateways = [Gateway(machine.target, cards, chance.getrandbits(32), known) for _ in range(CONNECTIONS)]
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
                number + 1, up, torn, sum(1 for each in exchanges if each[2]),
                sum(1 for each in exchanges if not each[2]), disk["lost"], disk["kept"]), flush=True)
    except Lost as problem:
        print("%s: %s" % ("FOUND OUT" if arguments.lying_disk else "FAILED", problem))
        return 0 if arguments.lying_disk else 1
    except (Wrong, ConnectionLost, Rejected) as problem:
        print("FAILED: %s" % problem)
        return 1
    finally:
        if machine:
            machine.end()
    print("%d cuts, %d authorizations and %d events of payments, all as answered; unanswered: %d executed, %d absent; "
          "%d unflushed sectors were lost" % (
              arguments.cuts, len(books.payments) - books.events, books.events, books.executed, books.absent, lost_total))
    if arguments.lying_disk:
        print("FAILED: a disk that lies was not found out")
        return 1
    if not books.payments or lost_total == 0:
        print("FAILED: nothing was at stake")
        return 1
    return 0


sys.exit(main())
