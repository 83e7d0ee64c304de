"""Records what a client says and hears, as a capture (classic pcap, raw IP) that Wireshark and tshark read."""

import struct
import time

SERVER_PORT = 9701


class Capture:
    """A capture file, and the conversations in it."""

    def __init__(self, path):
        self.file = open(path, "wb")
        self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
        self.conversations = 0

    def close(self):
        self.file.close()

    def record(self, connection):
        """A socket like the given one that writes everything down."""
        self.conversations += 1
        return _Recorder(connection, self, 20000 + self.conversations)


class _Recorder:
    def __init__(self, connection, capture, port):
        self.connection, self.capture, self.port = connection, capture, port
        self.sequence = [1000, 5000]
        self._packet(0, 0x02, b"")
        self._packet(1, 0x12, b"")
        self._packet(0, 0x10, b"")

    def __getattr__(self, name):
        return getattr(self.connection, name)

    def sendall(self, data):
        for start in range(0, len(data), 1400):
            self._packet(0, 0x18, data[start:start + 1400])
        self.connection.sendall(data)

    def recv(self, count):
        data = self.connection.recv(count)
        for start in range(0, len(data), 1400):
            self._packet(1, 0x18, data[start:start + 1400])
        return data

    def _packet(self, side, flags, payload):
        ports = (self.port, SERVER_PORT) if side == 0 else (SERVER_PORT, self.port)
        hosts = b"\x7f\0\0\1\x7f\0\0\2" if side == 0 else b"\x7f\0\0\2\x7f\0\0\1"
        tcp = struct.pack(">HHIIBBHHH", *ports, self.sequence[side], self.sequence[1 - side], 0x50, flags, 65535, 0, 0)
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(payload), 1, 0, 64, 6, 0) + hosts
        microseconds = time.time_ns() // 1000
        size = 40 + len(payload)
        stamp = struct.pack("<IIII", microseconds // 1000000, microseconds % 1000000, size, size)
        self.capture.file.write(stamp + ip + tcp + payload)
        self.sequence[side] += len(payload) + (1 if flags & 2 else 0)
