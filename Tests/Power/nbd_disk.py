"""A disk with a volatile write cache that can lose its power, served over the NBD protocol on a Unix socket.

What was written is certain only after a flush (or a write with FUA), as on a real disk. At SIGUSR1 the power goes: of the
512-byte sectors written since the last flush none, all, or any part stays, by the seed; the process says how many were
lost and ends.

With --lying flushes are acknowledged and nothing is kept before a second has passed: at the cut the newest writes are gone,
in their order, as if the power had failed earlier. So file system and journal look whole, and the only thing that is wrong
is that answered payments are missing: whoever watches from outside must notice.

https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md, fixed newstyle, one client.
"""
import argparse
import collections
import json
import os
import random
import signal
import socket
import struct
import sys
import time

SECTOR = 512
# How long a lying disk keeps what it has acknowledged as certain to itself.
LYING_SECONDS = 1.0
READ, WRITE, DISCONNECT, FLUSH = 0, 1, 2, 3
HAS_FLAGS, SEND_FLUSH, SEND_FUA = 1, 4, 8
FLAGS = HAS_FLAGS | SEND_FLUSH | SEND_FUA
OPTION_EXPORT_NAME, OPTION_ABORT, OPTION_INFO, OPTION_GO = 1, 2, 6, 7
REPLY_ACK, REPLY_INFO, REPLY_UNSUPPORTED = 1, 3, (1 << 31) + 1


class Disk:
    """An image file, and the sectors that are not in it yet."""

    def __init__(self, path, seed, lying):
        self.file = os.open(path, os.O_RDWR)
        self.size = os.fstat(self.file).st_size
        self.random = random.Random(seed)
        self.lying = lying
        self.volatile = {}
        # Of a lying disk: when, where and what, oldest first.
        self.delayed = collections.deque()

    def read(self, offset, count):
        data = bytearray(os.pread(self.file, count, offset))
        for sector in range(offset // SECTOR, (offset + count) // SECTOR):
            kept = self.volatile.get(sector)
            if kept is not None:
                start = sector * SECTOR - offset
                data[start:start + SECTOR] = kept
        return bytes(data)

    def write(self, offset, data):
        if self.lying:
            self.delayed.append((time.monotonic(), offset, data))
        for start in range(0, len(data), SECTOR):
            self.volatile[(offset + start) // SECTOR] = data[start:start + SECTOR]

    def flush(self):
        # A slow disk: most of the time something is written and not flushed when the power goes.
        time.sleep(self.random.uniform(0.005, 0.03))
        if self.lying:
            self.keep_until(time.monotonic() - LYING_SECONDS)
        else:
            self.keep(self.volatile)
            self.volatile = {}

    def keep_until(self, moment):
        while self.delayed and self.delayed[0][0] <= moment:
            _, offset, data = self.delayed.popleft()
            os.pwrite(self.file, data, offset)

    def keep(self, sectors):
        # Neighbours together: a call for each sector would take longer than the disk that this is.
        run, begin = [], None
        for sector in sorted(sectors):
            if begin is not None and sector != begin + len(run):
                os.pwrite(self.file, b"".join(run), begin * SECTOR)
                run, begin = [], None
            begin = sector if begin is None else begin
            run.append(sectors[sector])
        if run:
            os.pwrite(self.file, b"".join(run), begin * SECTOR)

    def lose_power(self):
        if self.lying:
            count = len(self.delayed)
            self.keep_until(time.monotonic() - self.random.uniform(LYING_SECONDS / 2, LYING_SECONDS))
            lost = sum(len(data) // SECTOR for _, _, data in self.delayed)
            return lost, count - len(self.delayed)
        odds = self.random.choice([0, 0, 0.25, 0.5, 0.75, 1])
        kept = {number: data for number, data in sorted(self.volatile.items()) if self.random.random() < odds}
        self.keep(kept)
        return len(self.volatile) - len(kept), len(kept)


def exactly(connection, count):
    data = bytearray()
    while len(data) < count:
        part = connection.recv(min(count - len(data), 1 << 20))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


def shake_hands(connection, disk):
    connection.sendall(b"NBDMAGIC" + b"IHAVEOPT" + struct.pack(">H", 3))
    no_zeroes = struct.unpack(">I", exactly(connection, 4))[0] & 2
    while True:
        magic, option, length = struct.unpack(">8sII", exactly(connection, 16))
        if magic != b"IHAVEOPT":
            raise EOFError
        exactly(connection, length)

        def answer(kind, data=b""):
            connection.sendall(struct.pack(">QIII", 0x3E889045565A9, option, kind, len(data)) + data)

        if option == OPTION_EXPORT_NAME:
            connection.sendall(struct.pack(">QH", disk.size, FLAGS) + (b"" if no_zeroes else bytes(124)))
            return
        if option in (OPTION_INFO, OPTION_GO):
            answer(REPLY_INFO, struct.pack(">HQH", 0, disk.size, FLAGS))
            answer(REPLY_ACK)
            if option == OPTION_GO:
                return
        elif option == OPTION_ABORT:
            answer(REPLY_ACK)
            raise EOFError
        else:
            answer(REPLY_UNSUPPORTED)


def serve(connection, disk):
    while True:
        magic, flags, kind, handle, offset, length = struct.unpack(">IHHQQI", exactly(connection, 28))
        if magic != 0x25609513:
            raise EOFError
        data = exactly(connection, length) if kind == WRITE else b""
        error = 0
        if kind == DISCONNECT:
            return
        if offset % SECTOR or (kind in (READ, WRITE) and (length % SECTOR or offset + length > disk.size)):
            error = 22
        elif kind == WRITE:
            disk.write(offset, data)
            if flags & 1:
                disk.flush()
        elif kind == FLUSH:
            disk.flush()
        elif kind != READ:
            error = 22
        connection.sendall(struct.pack(">IIQ", 0x67446698, error, handle))
        if kind == READ:
            connection.sendall(bytes(length) if error else disk.read(offset, length))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image")
    parser.add_argument("socket")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--lying", action="store_true")
    arguments = parser.parse_args()
    disk = Disk(arguments.image, arguments.seed, arguments.lying)

    class PowerCut(BaseException):
        pass

    def cut(*_):
        raise PowerCut

    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(arguments.socket)
    listener.listen(4)
    signal.signal(signal.SIGUSR1, cut)
    print("listening", flush=True)
    try:
        while True:
            connection, _ = listener.accept()
            try:
                shake_hands(connection, disk)
                serve(connection, disk)
            except (EOFError, OSError):
                pass
    except PowerCut:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        lost, kept = disk.lose_power()
        print(json.dumps({"lost": lost, "kept": kept}), flush=True)
        os.unlink(arguments.socket)
        sys.exit(0)


main()
