"""Has a contract on an Ethereum chain keep an audit log's checkpoint, and asks it for it (Protocol/AUDIT.md, Ethereum).

Speaks JSON-RPC to a node by `curl`. It has no key: the node, or a signer before it, signs for the account. What is
wrong goes to standard error, in one line.

EXIT STATUS
  0   all holds
  1   something else is there than what was said; the message names it
  64  the command line or a setting cannot be used
  65  a file is not of its format
  66  a file cannot be read or written
  69  the node cannot be asked, refuses, or answers what is none
  75  not confirmed in time; the next run can try again
"""

import argparse
import base64
import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ANSWER_BYTES_MAX = 4 << 20
FILE_BYTES_MAX = 1 << 20
CONFIRMATIONS_MAX = 256
ANCHOR_GAS_MAX = 1_000_000
DEPLOY_GAS_MAX = 4_000_000
GWEI = 1_000_000_000
HEADER = "assent/ethereum-anchor/v1"
CONTRACT = json.loads((pathlib.Path(__file__).resolve().parent / "checkpoints.json").read_text())
ANCHORED = CONTRACT["events"]["Anchored(address,bytes32,uint64,bytes32)"]
SETTINGS = {
    "node": "the address of a node that speaks JSON-RPC (http or https)",
    "chain": "the number of its chain: 1 is Ethereum's main network",
    "contract": "the contract's address",
    "account": "the address of the account that anchors",
    "confirmations": "how many blocks there must be from the one with the transaction on (default: 32)",
    "gas-price-max": "the most that gas may cost, in gwei (default: 100)",
    "call-seconds": "how long the node may take for one answer (default: 30)",
    "poll-milliseconds": "how long to wait before each look for new blocks (default: 3000)",
    "seconds-max": "how long to wait for a transaction's blocks (default: 1800)",
}
DEFAULTS = {"confirmations": "32", "gas-price-max": "100", "call-seconds": "30",
            "poll-milliseconds": "3000", "seconds-max": "1800"}


class Failure(Exception):
    """Why it ends, and with which status."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def differs(message):
    return Failure(1, message)


class Unavailable(Failure):
    """The node cannot be asked, or answers what is none."""

    def __init__(self, message):
        super().__init__(69, message)


class Refused(Unavailable):
    """The node answers with an error."""


def printable(text):
    return "".join(sign if sign.isprintable() else "?" for sign in str(text)[:300])


def word(number):
    return "%064x" % number


class Node:
    """A node, asked one thing at a time."""

    def __init__(self, url, call_seconds):
        # The address can have a key in it, so no message shows it, nor does a command line.
        if not re.fullmatch(r'https?://[^\s"\\]{1,2000}', url):
            raise Failure(64, "the node's address is none of http or https")
        self.url, self.call_seconds = url, call_seconds

    def ask(self, method, *parameters):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters})
        text = self._post(method, body)
        try:
            answer = json.loads(text)
        except (ValueError, RecursionError):
            raise Unavailable(f"the node's answer to {method} is no JSON") from None
        error = answer.get("error") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or answer.get("id") != 1 or (
                answer.get("result") is not None if error else "result" not in answer):
            raise Unavailable(f"the node's answer to {method} is none of JSON-RPC")
        if error:
            message = error.get("message") if isinstance(error, dict) else error
            raise Refused(f"the node refuses {method}: {printable(message)}")
        return answer["result"]

    def _post(self, method, body):
        quoted = body.replace("\\", "\\\\").replace('"', '\\"')
        config = (
            f'url = "{self.url}"\nheader = "Content-Type: application/json"\ndata-binary = "{quoted}"\n'
            f'fail\nsilent\nshow-error\nmax-time = {self.call_seconds}\nmax-filesize = {ANSWER_BYTES_MAX}\n'
            'proto = "=http,https"\n')
        try:
            curl = subprocess.Popen(["curl", "--disable", "--config", "-"], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError as error:
            raise Unavailable(f"curl cannot be run: {error.strerror}") from None
        with curl:
            try:
                curl.stdin.write(config.encode())
                curl.stdin.close()
            except BrokenPipeError:
                pass
            # Not every curl minds --max-filesize where the length was not said before.
            text = curl.stdout.read(ANSWER_BYTES_MAX + 1)
            if len(text) > ANSWER_BYTES_MAX:
                curl.kill()
                raise Unavailable(f"the node's answer to {method} has more than {ANSWER_BYTES_MAX >> 20} MiB")
            errors = curl.stderr.read(4096).decode(errors="replace").strip()
        if curl.returncode:
            raise Unavailable(f"the node cannot be asked for {method}: {printable(errors.removeprefix('curl: '))}")
        return text

    def quantity(self, method, *parameters):
        return self.number(method, self.ask(method, *parameters))

    @staticmethod
    def number(what, text):
        if not isinstance(text, str) or not re.fullmatch("0x[0-9a-fA-F]{1,64}", text):
            raise Unavailable(f"the node's answer to {what} has no number where one must be: {printable(text)}")
        return int(text, 16)

    @staticmethod
    def bytes(what, text, count=None):
        if not isinstance(text, str) or not re.fullmatch("0x([0-9a-fA-F]{2})*", text) \
                or count is not None and len(text) != 2 + 2 * count:
            raise Unavailable(f"the node's answer to {what} has no bytes where they must be: {printable(text)}")
        return text.lower()

    def view(self, contract, method, *words):
        """What the contract says, one word."""
        call = {"to": contract, "data": CONTRACT["methods"][method] + "".join(words)}
        return int(self.bytes("eth_call", self.ask("eth_call", call, "latest"), 32), 16)

    def receipt(self, transaction):
        """A transaction's receipt; None where it is in no block."""
        method = "eth_getTransactionReceipt"
        answer = self.ask(method, transaction)
        if answer is None:
            return None
        if not isinstance(answer, dict):
            raise Unavailable(f"the node's answer to {method} is no receipt")
        logs = answer.get("logs")
        if not isinstance(logs, list) or not all(isinstance(entry, dict) for entry in logs):
            raise Unavailable(f"the node's answer to {method} has no logs")
        return {
            "number": self.number(method, answer.get("blockNumber")),
            "hash": self.bytes(method, answer.get("blockHash"), 32),
            "gas": self.number(method, answer.get("gasUsed")),
            "succeeded": self.number(method, answer.get("status")) == 1,
            "contract": answer.get("contractAddress"),
            "logs": logs,
        }

    def block(self, number):
        """Hash and time of the block with a number; None where there is none."""
        method = "eth_getBlockByNumber"
        answer = self.ask(method, hex(number), False)
        if answer is None:
            return None
        if not isinstance(answer, dict):
            raise Unavailable(f"the node's answer to {method} is no block")
        return self.bytes(method, answer.get("hash"), 32), self.number(method, answer.get("timestamp"))


class Checkpoint:
    """What a log commits to (C2SP tlog-checkpoint). Who has signed it is verified by others: assent-verify."""

    def __init__(self, origin, size, root):
        self.origin, self.size, self.root = origin, size, root

    @classmethod
    def parse(cls, lines, where):
        try:
            origin, size, root = lines[:3]
            digest = base64.b64decode(root, validate=True)
            if not origin or not re.fullmatch("[1-9][0-9]{0,18}", size) or int(size) >= 1 << 63 or len(digest) != 32:
                raise ValueError
        except ValueError:
            raise Failure(65, f"{where}: it has no name, size and root of a log with records") from None
        return cls(origin, int(size), digest)

    @classmethod
    def read(cls, path):
        return cls.parse(lines_of(path), path)

    @property
    def lines(self):
        return [self.origin, str(self.size), base64.b64encode(self.root).decode()]

    @property
    def key(self):
        """The log's name as the contract knows it."""
        return hashlib.sha256(self.origin.encode()).hexdigest()


class Anchor:
    """What is kept of a transaction."""

    FORMS = {
        "chain": "[0-9]{1,20}", "contract": "0x[0-9a-f]{40}", "account": "0x[0-9a-f]{40}",
        "transaction": "0x[0-9a-f]{64}", "block": "[0-9]{1,19}", "block-hash": "0x[0-9a-f]{64}",
        "time": "[0-9]{1,12}"}

    def __init__(self, checkpoint, fields):
        self.checkpoint, self.fields = checkpoint, fields

    @classmethod
    def read(cls, path):
        lines = lines_of(path)
        if len(lines) != 4 + len(cls.FORMS) or lines[0] != HEADER:
            raise Failure(65, f"{path}: it is no anchor of version 1")
        fields = {}
        for (name, form), line in zip(cls.FORMS.items(), lines[4:]):
            if not re.fullmatch(f"{name} {form}", line):
                raise Failure(65, f"{path}: it has no {name} where one must be")
            fields[name] = line.split(" ")[1]
        for name in ("chain", "block", "time"):
            fields[name] = int(fields[name])
        read = cls(Checkpoint.parse(lines[1:4], path), fields)
        if read.text.split("\n")[:-1] != lines:
            raise Failure(65, f"{path}: it is not as it would have been written")
        return read

    def __getitem__(self, name):
        return self.fields[name]

    @property
    def text(self):
        lines = [HEADER] + self.checkpoint.lines + [f"{name} {self.fields[name]}" for name in self.FORMS]
        return "\n".join(lines) + "\n"

    def must_be_of(self, checkpoint):
        for what, mine, other in zip(("log", "size", "root"), self.checkpoint.lines, checkpoint.lines):
            if mine != other:
                raise differs(f"the anchor is of another {what}: {printable(mine)}, not {printable(other)}")


def lines_of(path):
    try:
        with open(path, "rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
        if len(data) > FILE_BYTES_MAX:
            raise ValueError
        *lines, rest = data.decode().split("\n")
        if rest:
            raise ValueError
        return lines
    except OSError as error:
        raise Failure(66, f"cannot read {path}: {error.strerror}") from None
    except ValueError:
        raise Failure(65, f"{path}: it is no text of whole lines, of at most {FILE_BYTES_MAX >> 20} MiB") from None


class Contract:
    """The contract of the settings, with the node that tells about it."""

    def __init__(self, settings):
        self.settings = settings
        self.node = Node(settings["node"], settings["call-seconds"])
        self.deadline = time.monotonic() + settings["seconds-max"]

    def must_be_the_chain(self):
        chain = self.node.quantity("eth_chainId")
        if chain != self.settings["chain"]:
            raise differs(f"the node is on chain {chain}, not on {self.settings['chain']}")

    def must_be_there(self):
        self.must_be_the_chain()
        address = self.settings["contract"]
        code = self.node.bytes("eth_getCode", self.node.ask("eth_getCode", address, "latest"))
        if code == "0x":
            raise differs(f"there is no contract at {address} on chain {self.settings['chain']}")
        if code != CONTRACT["runtime"]:
            raise differs(f"the contract at {address} is another program")

    def root(self, checkpoint):
        """The root over as many records that the contract has; None for none."""
        arguments = [word(int(self.settings["account"], 16)), checkpoint.key, word(checkpoint.size)]
        root = self.node.view(self.settings["contract"], "roots(address,bytes32,uint64)", *arguments)
        return root.to_bytes(32, "big") if root else None

    def must_not_say_another_root(self, checkpoint):
        """Whether it says this one."""
        root = self.root(checkpoint)
        if root is not None and root != checkpoint.root:
            raise differs(
                f"the contract has another root over {checkpoint.size} records of {printable(checkpoint.origin)}: "
                f"{base64.b64encode(root).decode()}, not {checkpoint.lines[2]}")
        return root is not None

    def must_take(self, checkpoint):
        """Why a transaction would be refused is said before it costs anything."""
        if self.must_not_say_another_root(checkpoint):
            return
        arguments = [word(int(self.settings["account"], 16)), checkpoint.key]
        size = self.node.view(self.settings["contract"], "sizes(address,bytes32)", *arguments)
        if size >= checkpoint.size:
            raise differs(
                f"the contract has a root over {size} records of {printable(checkpoint.origin)} already, "
                f"and none over {checkpoint.size}")

    def send(self, transaction, gas_max):
        """Has the account send it: its hash."""
        price = self.node.quantity("eth_gasPrice")
        price_max = self.settings["gas-price-max"] * GWEI
        if price > price_max:
            raise Failure(75, f"gas costs {price / GWEI:.3g} gwei, and {price_max // GWEI} may be paid")
        transaction["from"] = self.settings["account"]
        gas = self.node.quantity("eth_estimateGas", transaction)
        if gas > gas_max:
            raise Failure(1, f"the node estimates {gas} gas, more than the {gas_max} that it can be")
        tip = min(self.node.quantity("eth_maxPriorityFeePerGas"), price_max)
        transaction |= {
            "gas": hex(gas + gas // 4), "maxFeePerGas": hex(price_max), "maxPriorityFeePerGas": hex(tip)}
        return self.node.bytes("eth_sendTransaction", self.node.ask("eth_sendTransaction", transaction), 32)

    def confirmed(self, transaction):
        """Waits until there are enough blocks from a transaction's on, whichever it is then: receipt and block."""
        obstacle = "it is in no block"
        while True:
            try:
                receipt = self.node.receipt(transaction)
                obstacle = "it is in no block"
                if receipt:
                    count = self.node.quantity("eth_blockNumber") - receipt["number"] + 1
                    block = self.node.block(receipt["number"])
                    obstacle = f"it has {max(0, count)} of {self.settings['confirmations']} blocks"
                    # A reorganised chain has another block there, and soon another receipt.
                    if count >= self.settings["confirmations"] and block and block[0] == receipt["hash"]:
                        return receipt, block
            except Unavailable as error:
                # What was sent is on its way; the node may come back.
                obstacle = str(error)
            pause = self.settings["poll-milliseconds"] / 1000
            if time.monotonic() + pause > self.deadline:
                raise Failure(75, f"the transaction {transaction} was not confirmed in time: {obstacle}")
            time.sleep(pause)

    def must_hold(self, anchor):
        """That the chain says today what the anchor says."""
        wanted = self.settings
        for name in ("chain", "contract", "account"):
            if anchor[name] != wanted[name]:
                raise differs(f"the anchor has another {name}: {anchor[name]}, not {wanted[name]}")
        self.must_be_there()
        receipt = self.node.receipt(anchor["transaction"])
        if receipt is None:
            raise differs(f"the transaction {anchor['transaction']} is in no block")
        if (receipt["number"], receipt["hash"]) != (anchor["block"], anchor["block-hash"]):
            raise differs(
                f"the transaction is in block {receipt['number']} ({receipt['hash']}), "
                f"not in {anchor['block']} ({anchor['block-hash']})")
        if not receipt["succeeded"]:
            raise differs("the contract has refused the transaction")
        if self._event(anchor) not in [self._shape(entry) for entry in receipt["logs"]]:
            raise differs("the transaction is of something else: it has not anchored this checkpoint")
        block = self.node.block(anchor["block"])
        if block != (anchor["block-hash"], anchor["time"]):
            found = f"is {block[0]}, of {stamp(block[1])}" if block else "is not there"
            raise differs(
                f"block {anchor['block']} {found}; the anchor says {anchor['block-hash']}, of {stamp(anchor['time'])}")
        count = self.node.quantity("eth_blockNumber") - anchor["block"] + 1
        least = wanted["confirmations"]
        if count < least:
            raise differs(f"the transaction has {max(0, count)} blocks, fewer than the {least} wanted")
        if not self.must_not_say_another_root(anchor.checkpoint):
            raise differs(f"the contract has no root over {anchor.checkpoint.size} records")

    @staticmethod
    def _event(anchor):
        checkpoint = anchor.checkpoint
        topics = [word(int(anchor["account"], 16)), checkpoint.key, word(checkpoint.size)]
        return anchor["contract"], [ANCHORED] + ["0x" + topic for topic in topics], "0x" + checkpoint.root.hex()

    @staticmethod
    def _shape(entry):
        topics = entry.get("topics") if isinstance(entry.get("topics"), list) else []
        words = [str(topic).lower() for topic in topics]
        return str(entry.get("address")).lower(), words, str(entry.get("data")).lower()


def stamp(seconds):
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return f"{seconds} s"


def write(path, text):
    try:
        pathlib.Path(path).write_text(text)
    except OSError as error:
        raise Failure(66, f"cannot write {path}: {error.strerror}") from None


def anchor(contract, arguments):
    """Has the contract keep DIR/checkpoint, and writes what proves it to DIR/anchor."""
    checkpoint = Checkpoint.read(f"{arguments.directory}/checkpoint")
    result = f"{arguments.directory}/anchor"
    kept = f"{arguments.kept}/{checkpoint.size}.anchor"
    if arguments.kept and os.path.exists(kept):
        former = Anchor.read(kept)
        former.must_be_of(checkpoint)
        write(result, former.text)
        return f"{checkpoint.size} records were anchored before; nothing is sent"
    contract.must_be_there()
    contract.must_take(checkpoint)
    data = CONTRACT["methods"]["anchor(bytes32,uint64,bytes32)"] + checkpoint.key + word(checkpoint.size)
    sent = contract.send({"to": contract.settings["contract"], "data": data + checkpoint.root.hex()}, ANCHOR_GAS_MAX)
    receipt, block = contract.confirmed(sent)
    if not receipt["succeeded"]:
        contract.must_take(checkpoint)
        raise differs(f"the contract has refused the transaction {sent}")
    fields = {name: contract.settings[name] for name in ("chain", "contract", "account")}
    fields |= {"transaction": sent, "block": receipt["number"], "block-hash": block[0], "time": block[1]}
    made = Anchor(checkpoint, fields)
    contract.must_hold(made)
    write(result, made.text)
    return (f"{checkpoint.size} records are anchored on chain {made['chain']} in block {made['block']} of "
            f"{stamp(made['time'])}, by transaction {sent}, for {receipt['gas']} gas")


def verify(contract, arguments):
    """Asks the node whether FILE, the anchor of CHECKPOINT, holds."""
    kept = Anchor.read(arguments.file)
    kept.must_be_of(Checkpoint.read(arguments.checkpoint))
    contract.must_hold(kept)
    log, size, root = map(printable, kept.checkpoint.lines)
    return (f"{size} records of {log} were under the root {root} at {stamp(kept['time'])}: "
            f"block {kept['block']} of chain {kept['chain']}, {kept['block-hash']}")


def deploy(contract, arguments):
    """Puts the contract on the chain, from the account, and says its address."""
    contract.must_be_the_chain()
    sent = contract.send({"data": CONTRACT["creation"]}, DEPLOY_GAS_MAX)
    receipt, _ = contract.confirmed(sent)
    if not receipt["succeeded"]:
        raise differs(f"the transaction {sent} has failed")
    contract.settings["contract"] = contract.node.bytes("eth_getTransactionReceipt", receipt["contract"], 20)
    contract.must_be_there()
    return f"{contract.settings['contract']} is the contract's address, for {receipt['gas']} gas"


def settings_of(arguments, needed):
    """The settings, from the command line or else from the environment, checked."""
    found = {}
    for name in SETTINGS:
        variable = "ASSENT_ETHEREUM_" + name.upper().replace("-", "_")
        found[name] = getattr(arguments, name.replace("-", "_")) or os.environ.get(variable)
        if name in needed and not found[name]:
            raise Failure(64, f"--{name} (or {variable}) is needed: {SETTINGS[name]}")
    found = DEFAULTS | {name: value for name, value in found.items() if value}
    limits = {"chain": (1, (1 << 64) - 1), "confirmations": (1, CONFIRMATIONS_MAX), "gas-price-max": (1, 1_000_000),
              "call-seconds": (1, 600), "poll-milliseconds": (10, 600_000), "seconds-max": (1, 86_400)}
    for name, (least, most) in limits.items():
        if not re.fullmatch("[0-9]{1,20}", found[name]) or not least <= int(found[name]) <= most:
            raise Failure(64, f"--{name} is a number of {least} to {most}")
        found[name] = int(found[name])
    for name in ("contract", "account"):
        if name in found and not re.fullmatch("0x[0-9a-fA-F]{40}", found[name]):
            raise Failure(64, f"--{name} is 0x and 40 hexadecimal digits")
        found[name] = found.get(name, "").lower()
    return found


def parsed(words):
    parser = argparse.ArgumentParser(
        prog="assent_ethereum.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Each setting can be in the environment instead: ASSENT_ETHEREUM_NODE for --node, and so on.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for act in (anchor, verify, deploy):
        command = commands.add_parser(act.__name__, help=act.__doc__, description=act.__doc__)
        command.set_defaults(act=act)
        if act is anchor:
            command.add_argument("directory", metavar="DIR", help="the directory of the files checkpoint and anchor")
            command.add_argument("--kept", help="where anchors are kept as SIZE.anchor: none is made twice")
        if act is verify:
            command.add_argument("file", metavar="FILE", help="SIZE.anchor, of a log's audit/ethereum")
            command.add_argument("checkpoint", metavar="CHECKPOINT", help="the checkpoint")
        for name, text in SETTINGS.items():
            command.add_argument(f"--{name}", help=text)
    return parser.parse_args(words)


def main(words):
    try:
        arguments = parsed(words)
    except SystemExit as end:
        return 64 if end.code else 0
    try:
        needed = ["node", "chain", "account"] + (["contract"] if arguments.act is not deploy else [])
        print(arguments.act(Contract(settings_of(arguments, needed)), arguments))
        return 0
    except Failure as failure:
        print(f"Error: {failure}", file=sys.stderr)
        return failure.status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
