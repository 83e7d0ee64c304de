#!/usr/bin/env python3
"""A node with a chain of its own: JSON-RPC over HTTP before py-evm, which runs what it is sent.

As a program it prints its port and its first account, mines ten blocks a second, and ends with its standard input.
"""

import http.server
import json
import sys
import threading
import warnings

warnings.simplefilter("ignore")

from eth_tester import EthereumTester, PyEVMBackend  # noqa: E402
from web3 import EthereumTesterProvider, Web3  # noqa: E402


def encoded(value):
    """As JSON-RPC writes it: numbers and bytes are hexadecimal."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return hex(value)
    if hasattr(value, "items"):
        return {name: encoded(part) for name, part in value.items()}
    return [encoded(part) for part in value]


class Chain:
    """The EVM. One asks at a time."""

    def __init__(self):
        self.tester = EthereumTester(PyEVMBackend())
        self.web3 = Web3(EthereumTesterProvider(self.tester))
        self.lock = threading.RLock()
        self.accounts = [account.lower() for account in self.web3.eth.accounts]

    def ask(self, method, parameters):
        with self.lock:
            return encoded(self.web3.manager.request_blocking(method, parameters))

    def mine(self, count=1):
        with self.lock:
            self.tester.mine_blocks(count)


class Node(http.server.ThreadingHTTPServer):
    """Serves a chain on a port of this machine; `answer` can be replaced by what misbehaves."""

    daemon_threads = True

    def __init__(self, chain, answer=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer or (lambda handler, method, parameters: chain.ask(method, parameters))
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v3/secret"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked["method"])
        answer = {"jsonrpc": "2.0", "id": asked["id"]}
        try:
            answer["result"] = self.server.answer(self, asked["method"], asked["params"])
        except Answered:
            return
        except Exception as error:  # a node says what went wrong
            answer["error"] = {"code": 3, "message": f"{type(error).__name__}: {error}"}
        self.reply(json.dumps(answer).encode())

    def reply(self, body, status=200):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        try:
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # whoever asked wants no more of it
            self.close_connection = True

    def log_message(self, *words):
        pass


class Answered(Exception):
    """Whoever raises it has answered by itself."""


def main():
    chain = Chain()
    print(Node(chain).server_port, chain.accounts[0], flush=True)
    ended = threading.Event()

    def mine():
        while not ended.wait(0.1):
            chain.mine()
    threading.Thread(target=mine, daemon=True).start()
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    main()
