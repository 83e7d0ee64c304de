#!/usr/bin/env python3
"""Holds the contract and the program that asks it against a chain that a real EVM makes: Tests/Ethereum/run"""

import base64
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROTOCOL = REPOSITORY / "Protocol/ethereum"
sys.path[:0] = [str(PROTOCOL), str(pathlib.Path(__file__).resolve().parent)]

import assent_ethereum  # noqa: E402
import compile as compiler  # noqa: E402
from node import Answered, Chain, Node  # noqa: E402

LOG = "bank.test/x"
ROOT, OTHER = b"\x01" * 32, b"\x02" * 32
METHODS = assent_ethereum.CONTRACT["methods"]


class Base(unittest.TestCase):
    def setUp(self):
        self.chain = Chain()
        self.node = Node(self.chain, self.answer)
        self.addCleanup(self.node.server_close)
        self.addCleanup(self.node.shutdown)
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.place = pathlib.Path(scratch.name)
        self.replaced = {}
        self.settings = {
            "NODE": self.node.url, "CHAIN": str(int(self.chain.ask("eth_chainId", []), 16)),
            "ACCOUNT": self.chain.accounts[0], "CONFIRMATIONS": "3", "POLL_MILLISECONDS": "10",
            "CALL_SECONDS": "5"}
        self.settings["CONTRACT"] = self.succeeds("deploy").split()[0]
        self.sent_before = self.sent

    def answer(self, handler, method, parameters):
        """What the chain says, or what a test has put in its place. A block a look, as if time went by."""
        if method in self.replaced:
            return self.replaced[method](handler, parameters)
        if method == "eth_blockNumber":
            self.chain.mine()
        return self.chain.ask(method, parameters)

    def run_program(self, *words, **settings):
        environment = {name: text for name, text in os.environ.items() if not name.startswith("ASSENT_")}
        settings = self.settings | settings
        environment |= {"ASSENT_ETHEREUM_" + name: text for name, text in settings.items() if text is not None}
        result = subprocess.run([sys.executable, PROTOCOL / "assent_ethereum.py", *map(str, words)], env=environment,
                                capture_output=True, text=True, timeout=120)
        self.assertNotIn("secret", result.stderr, "the node's address can have a key in it")
        self.assertNotIn("Traceback", result.stderr)
        return result

    def succeeds(self, *words, **settings):
        result = self.run_program(*words, **settings)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def fails(self, status, message, *words, **settings):
        result = self.run_program(*words, **settings)
        self.assertEqual((result.returncode, result.stdout), (status, ""), result.stderr)
        self.assertIn(message, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, "one line")

    def checkpoint(self, size=7, root=ROOT, log=LOG):
        text = f"{log}\n{size}\n{base64.b64encode(root).decode()}\n\n\u2014 {log} AAAAAAAA\n"
        (self.place / "checkpoint").write_text(text)

    def anchor(self, *words, **settings):
        return self.succeeds("anchor", self.place, *words, **settings)

    def verify(self, **settings):
        return self.succeeds("verify", self.place / "anchor", self.place / "checkpoint", **settings)

    def differs(self, message, **settings):
        self.fails(1, message, "verify", self.place / "anchor", self.place / "checkpoint", **settings)

    def change(self, name, value):
        """Another value in a field of the file that is kept."""
        path = self.place / "anchor"
        text, count = re.subn(f"(?m)^{name} .*$", f"{name} {value}", path.read_text())
        self.assertEqual(count, 1)
        path.write_text(text)

    @property
    def sent(self):
        return int(self.chain.ask("eth_getTransactionCount", [self.chain.accounts[0], "latest"]), 16)

    def call(self, size, root, account=0, log=LOG):
        """The contract's function itself, by a transaction: whether it has succeeded, and how many logs there are."""
        data = METHODS["anchor(bytes32,uint64,bytes32)"] + hashlib.sha256(log.encode()).hexdigest()
        transaction = {"from": self.chain.accounts[account], "to": self.settings["CONTRACT"], "gas": hex(200_000),
                       "data": data + "%064x" % size + root.hex()}
        receipt = self.chain.ask("eth_getTransactionReceipt", [self.chain.ask("eth_sendTransaction", [transaction])])
        return receipt["status"] == "0x1", len(receipt["logs"])

    def refusal(self, size, root):
        data = METHODS["anchor(bytes32,uint64,bytes32)"] + hashlib.sha256(LOG.encode()).hexdigest()
        transaction = {"from": self.chain.accounts[0], "to": self.settings["CONTRACT"],
                       "data": data + "%064x" % size + root.hex()}
        with self.assertRaises(Exception) as caught:
            self.chain.ask("eth_call", [transaction, "latest"])
        return str(caught.exception)

    def kept_root(self, size, account=0, log=LOG):
        data = METHODS["roots(address,bytes32,uint64)"] + self.chain.accounts[account][2:].rjust(64, "0") \
            + hashlib.sha256(log.encode()).hexdigest() + "%064x" % size
        call = {"to": self.settings["CONTRACT"], "data": data}
        return bytes.fromhex(self.chain.ask("eth_call", [call, "latest"])[2:])


class ContractTests(Base):
    def test_the_code_is_what_the_compiler_makes(self):
        self.assertEqual((PROTOCOL / "checkpoints.json").read_text(), compiler.compiled())

    def test_a_size_has_one_root_for_good(self):
        self.assertEqual(self.call(7, ROOT), (True, 1))
        self.assertEqual(self.call(7, ROOT), (True, 1), "said again")
        self.assertEqual(self.call(7, OTHER), (False, 0))
        self.assertIn("another root of this size is there", self.refusal(7, OTHER))
        self.assertEqual(self.kept_root(7), ROOT)
        self.assertEqual(self.call(9, OTHER), (True, 1))
        self.assertEqual(self.call(7, ROOT), (True, 1), "an older one is still what it was")

    def test_sizes_only_grow(self):
        self.assertEqual(self.call(7, ROOT), (True, 1))
        for size in (0, 1, 6):
            self.assertEqual(self.call(size, OTHER), (False, 0))
            self.assertIn("a larger size is there", self.refusal(size, OTHER))
            self.assertEqual(self.kept_root(size), bytes(32))
        self.assertEqual(self.call((1 << 64) - 1, OTHER), (True, 1))

    def test_nothing_is_no_root(self):
        self.assertEqual(self.call(7, bytes(32)), (False, 0))
        self.assertIn("no root", self.refusal(7, bytes(32)))

    def test_accounts_and_logs_have_nothing_to_do_with_one_another(self):
        self.assertEqual(self.call(7, ROOT), (True, 1))
        self.assertEqual(self.call(7, OTHER, account=1), (True, 1))
        self.assertEqual(self.call(3, OTHER, log="other.test/x"), (True, 1))
        self.assertEqual([self.kept_root(7), self.kept_root(7, account=1)], [ROOT, OTHER])
        self.assertEqual(self.kept_root(3), bytes(32))

    def test_it_takes_no_money(self):
        transaction = {"from": self.chain.accounts[0], "to": self.settings["CONTRACT"], "gas": hex(200_000),
                       "value": "0x1"}
        receipt = self.chain.ask("eth_getTransactionReceipt", [self.chain.ask("eth_sendTransaction", [transaction])])
        self.assertEqual(receipt["status"], "0x0")


class AnchorTests(Base):
    def test_what_is_anchored_is_verified(self):
        self.checkpoint()
        said = self.anchor()
        self.assertIn("7 records are anchored on chain", said)
        lines = (self.place / "anchor").read_text().splitlines()
        self.assertEqual(lines[:4], ["assent/ethereum-anchor/v1", LOG, "7", base64.b64encode(ROOT).decode()])
        self.assertEqual(self.kept_root(7), ROOT)
        fields = dict(line.split(" ") for line in lines[4:])
        block = self.chain.ask("eth_getBlockByNumber", [hex(int(fields["block"])), False])
        self.assertEqual((fields["block-hash"], int(fields["time"])), (block["hash"], int(block["timestamp"], 16)))
        self.assertIn(fields["transaction"], block["transactions"])
        self.assertIn("7 records of bank.test/x were under the root AQEBAQ", self.verify())

    def test_the_guide_says_what_it_costs(self):
        guide = (REPOSITORY / "OPERATIONS.md").read_text()
        self.chain.mine()
        costs = [self.succeeds("deploy").split()[-2]]
        for size in (7, 8):
            self.checkpoint(size)
            costs.append(self.anchor().split()[-2])
        for cost in costs:
            self.assertTrue(f"{int(cost):,} gas" in guide, f"the guide does not say {int(cost):,} gas")

    def test_once_more_is_harmless(self):
        self.checkpoint()
        self.anchor()
        first = (self.place / "anchor").read_text()
        self.assertIn("7 records are anchored", self.anchor(), "the file was lost, say")
        self.assertNotEqual((self.place / "anchor").read_text(), first)
        self.verify()
        (self.place / "anchor").write_text(first)
        self.verify()
        (self.place / "7.anchor").write_text(first)
        count = self.sent
        said = self.anchor("--kept", self.place, NODE="http://127.0.0.1:1/")
        self.assertEqual(said, "7 records were anchored before; nothing is sent\n")
        self.assertEqual((self.place / "anchor").read_text(), first)
        self.assertEqual(self.sent, count)
        self.checkpoint(root=OTHER)
        self.fails(1, "the anchor is of another root: AQEB", "anchor", self.place, "--kept", self.place)

    def test_another_root_is_refused_before_it_costs_anything(self):
        self.checkpoint()
        self.anchor()
        count = self.sent
        self.checkpoint(root=OTHER)
        self.fails(1, "the contract has another root over 7 records of bank.test/x: AQEB", "anchor", self.place)
        self.checkpoint(size=6)
        self.fails(1, "has a root over 7 records of bank.test/x already, and none over 6", "anchor", self.place)
        self.assertEqual(self.sent, count)
        self.checkpoint(size=7, log="other.test/x")
        self.anchor()

    def test_what_the_contract_refuses_is_said_too(self):
        """Another program of the account's was faster: the contract's word counts, whatever was asked before."""
        self.checkpoint()
        self.anchor()
        self.checkpoint(root=OTHER)
        answers = iter(["0x" + "00" * 32] * 2)
        self.replaced["eth_call"] = lambda _, parameters: next(answers, None) or self.chain.ask("eth_call", parameters)
        self.fails(69, "another root of this size is there", "anchor", self.place)
        answers = iter(["0x" + "00" * 32] * 2)
        self.replaced["eth_estimateGas"] = lambda *_: hex(100_000)
        count = self.sent
        self.fails(1, "the contract has another root over 7 records", "anchor", self.place)
        self.assertEqual(self.sent, count + 1, "it was sent, and is in a block")

    def test_gas_that_is_too_dear_is_not_bought(self):
        self.checkpoint()
        self.replaced["eth_gasPrice"] = lambda *_: hex(31 * 10**9)
        self.fails(75, "gas costs 31 gwei, and 30 may be paid", "anchor", self.place, GAS_PRICE_MAX="30")
        self.replaced["eth_gasPrice"] = lambda *_: hex(30 * 10**9)
        self.replaced["eth_estimateGas"] = lambda *_: hex(1_000_001)
        self.fails(1, "the node estimates 1000001 gas", "anchor", self.place, GAS_PRICE_MAX="30")
        self.assertEqual(self.sent, self.sent_before)

    def test_an_account_without_money_is_told(self):
        self.checkpoint()
        stranger = "0x" + "12" * 20
        self.fails(69, "the node refuses eth_", "anchor", self.place, ACCOUNT=stranger)


class VerifyTests(Base):
    def setUp(self):
        super().setUp()
        self.checkpoint()
        self.anchor()

    def test_another_checkpoint(self):
        for message, changed in [("root: AQEB", {"root": OTHER}), ("size: 7, not 8", {"size": 8}),
                                 ("log: bank.test/x, not other", {"log": "other.test/x"})]:
            self.checkpoint(**changed)
            self.differs("the anchor is of another " + message)

    def test_another_chain_contract_or_account(self):
        self.differs("the anchor has another chain: 131277322940537, not 1", CHAIN="1")
        self.differs("the anchor has another account", ACCOUNT=self.chain.accounts[1])
        self.differs("the anchor has another contract", CONTRACT="0x" + "34" * 20)
        self.replaced["eth_chainId"] = lambda *_: "0x1"
        self.differs("the node is on chain 1, not on 131277322940537")

    def test_another_program_at_the_address(self):
        other = self.chain.ask("eth_sendTransaction", [
            {"from": self.chain.accounts[0], "data": "0x6001600c60003960016000f300", "gas": hex(100_000)}])
        address = self.chain.ask("eth_getTransactionReceipt", [other])["contractAddress"].lower()
        self.change("contract", address)
        self.differs(f"the contract at {address} is another program", CONTRACT=address)
        nobody = "0x" + "34" * 20
        self.change("contract", nobody)
        self.differs(f"there is no contract at {nobody} on chain", CONTRACT=nobody)

    def test_another_transaction(self):
        unknown = "0x" + "56" * 32
        text = (self.place / "anchor").read_text()
        self.change("transaction", unknown)
        self.differs(f"the transaction {unknown} is in no block")
        # One of the same account over the same contract, in a block: of another size.
        self.checkpoint(size=8)
        self.anchor()
        self.checkpoint()
        self.assertEqual(text.count("\n7\n"), 1)
        (self.place / "anchor").write_text((self.place / "anchor").read_text().replace("\n8\n", "\n7\n"))
        self.differs("it has not anchored this checkpoint")

    def test_a_refused_transaction(self):
        data = METHODS["anchor(bytes32,uint64,bytes32)"] + hashlib.sha256(LOG.encode()).hexdigest()
        sent = self.chain.ask("eth_sendTransaction", [{
            "from": self.chain.accounts[0], "to": self.settings["CONTRACT"], "gas": hex(200_000),
            "data": data + "%064x" % 7 + OTHER.hex()}])
        receipt = self.chain.ask("eth_getTransactionReceipt", [sent])
        for name, value in [("transaction", sent), ("block", int(receipt["blockNumber"], 16)),
                            ("block-hash", receipt["blockHash"])]:
            self.change(name, value)
        self.differs("the contract has refused the transaction")

    def test_another_block(self):
        text = (self.place / "anchor").read_text()
        for name, value, message in [("block", 999, "not in 999"), ("block-hash", "0x" + "78" * 32, "not in "),
                                     ("time", 1, "of 1970-01-01T00:00:01Z")]:
            (self.place / "anchor").write_text(text)
            self.change(name, value)
            self.differs(message)

    def test_too_few_blocks(self):
        block = int(re.search(r"(?m)^block (\d+)$", (self.place / "anchor").read_text())[1])
        self.replaced["eth_blockNumber"] = lambda *_: hex(block + 2)
        self.verify()
        self.differs("the transaction has 3 blocks, fewer than the 4 wanted", CONFIRMATIONS="4")

    def test_a_reorganised_chain_that_lost_it(self):
        chain = Chain()
        self.chain = chain
        self.settings["CONTRACT"] = self.succeeds("deploy").split()[0]
        before = chain.tester.take_snapshot()
        self.anchor()
        self.verify()
        chain.tester.revert_to_snapshot(before)
        chain.mine(9)
        self.differs("is in no block")
        self.anchor()
        self.verify()

    def test_a_reorganised_chain_that_has_it_elsewhere(self):
        before = self.chain.tester.take_snapshot()
        self.checkpoint(size=9)
        self.anchor()
        transaction = re.search("(?m)^transaction (.*)$", (self.place / "anchor").read_text())[1]
        former = (self.place / "anchor").read_text()
        self.chain.tester.revert_to_snapshot(before)
        self.chain.mine()
        self.anchor()
        self.verify()
        self.assertIn(transaction, (self.place / "anchor").read_text(), "the same one, signed once more")
        (self.place / "anchor").write_text(former)
        self.differs("the transaction is in block ")

    def test_a_chain_that_is_reorganised_while_it_waits(self):
        self.checkpoint(size=9)
        before = self.chain.tester.take_snapshot()
        sent = []

        def send(_, parameters):
            sent.append(parameters)
            return self.chain.ask("eth_sendTransaction", parameters)

        def number(*_):
            if len(sent) == 1:
                # Another branch wins; there the transaction comes a block later.
                self.chain.tester.revert_to_snapshot(before)
                self.chain.mine()
                send(None, sent[0])
            self.chain.mine()
            return self.chain.ask("eth_blockNumber", [])
        self.replaced |= {"eth_sendTransaction": send, "eth_blockNumber": number}
        self.anchor()
        self.assertEqual(len(sent), 2)
        self.verify()

    def test_a_transaction_that_never_comes_into_a_block(self):
        self.checkpoint(size=9)
        self.replaced["eth_sendTransaction"] = lambda *_: "0x" + "9a" * 32
        self.fails(75, "was not confirmed in time: it is in no block", "anchor", self.place, SECONDS_MAX="2")
        del self.replaced["eth_sendTransaction"]
        self.replaced["eth_blockNumber"] = lambda *_: self.chain.ask("eth_blockNumber", [])
        self.fails(75, "was not confirmed in time: it has 1 of 3 blocks", "anchor", self.place, SECONDS_MAX="2")


class NodeTests(Base):
    def setUp(self):
        super().setUp()
        self.checkpoint()

    def refuses(self, message, **settings):
        self.fails(69, message, "anchor", self.place, **settings)
        self.assertFalse((self.place / "anchor").exists())
        self.assertEqual(self.sent, self.sent_before)

    def says(self, body, status=200, method="eth_chainId"):
        def reply(handler, _):
            handler.reply(body, status)
            raise Answered
        self.replaced = {method: reply}

    def test_a_node_that_is_down(self):
        self.refuses("the node cannot be asked for eth_chainId", NODE="http://127.0.0.1:1/secret")

    def test_a_node_that_is_busy(self):
        self.says(b"{}", 503)
        self.refuses("The requested URL returned error: 503")

    def test_a_node_that_answers_rubbish(self):
        for body, message in [
            (b"", "is no JSON"), (b"<html>", "is no JSON"), (b"[" * 100_000, "is no JSON"), (b"\xff\xfe", "is no JSON"),
            (b"[]", "is none of JSON-RPC"), (b"7", "is none of JSON-RPC"), (b"{}", "is none of JSON-RPC"),
            (b'{"id": 2, "result": "0x1"}', "is none of JSON-RPC"),
            (b'{"id": 1, "result": "0x1", "error": {"message": "no"}}', "is none of JSON-RPC"),
            (b'{"id": 1, "result": "1"}', "has no number"), (b'{"id": 1, "result": null}', "has no number"),
            (b'{"id": 1, "result": 1}', "has no number"),
            (b'{"id": 1, "result": "0x' + b"f" * 65 + b'"}', "has no number"),
            (b'{"id": 1, "error": {"message": "\\u001b[31mno\\n"}}', "the node refuses eth_chainId: ?[31mno?"),
            (b'{"id": 1, "result": null, "error": {"message": "no"}}', "the node refuses eth_chainId: no"),
            (b'{"id": 1, "error": "no"}', "the node refuses eth_chainId: no"),
        ]:
            with self.subTest(body=body[:60]):
                self.says(body)
                self.refuses(message)

    def test_each_answer_that_is_none_is_named(self):
        for method in ("eth_getCode", "eth_call", "eth_gasPrice", "eth_estimateGas", "eth_maxPriorityFeePerGas"):
            for body in (b'{"id": 1, "result": {}}', b'{"id": 1, "result": "0xz"}', b'{"id": 1, "result": []}'):
                with self.subTest(method=method, body=body):
                    self.says(body, method=method)
                    self.refuses(f"the node's answer to {method}")
        self.says(b'{"id": 1, "result": "0x12"}', method="eth_sendTransaction")
        self.refuses("the node's answer to eth_sendTransaction")

    def test_answers_to_verifying_that_are_none(self):
        self.anchor()
        for method in ("eth_getTransactionReceipt", "eth_getBlockByNumber", "eth_blockNumber"):
            for result in ("7", '"0x"', "[]", "{}", '{"hash": 7}', '{"logs": [7]}', '{"logs": []}'):
                with self.subTest(method=method, result=result):
                    self.says(b'{"id": 1, "result": %s}' % result.encode(), method=method)
                    self.fails(69, f"the node's answer to {method}", "verify", self.place / "anchor",
                               self.place / "checkpoint")

    def test_a_node_that_answers_too_much(self):
        self.says(b'{"id": 1, "result": "' + b"0" * (5 << 20) + b'"}')
        self.refuses("the node cannot be asked for eth_chainId: (63) Maximum file size exceeded")

        def endless(handler, _):
            handler.send_response(200)
            handler.end_headers()
            try:
                while True:
                    handler.wfile.write(b" " * 65_536)
            except OSError:
                handler.close_connection = True
            raise Answered
        self.replaced = {"eth_chainId": endless}
        result = self.run_program("anchor", self.place, CALL_SECONDS="60")
        self.assertEqual(result.returncode, 69)
        self.assertRegex(result.stderr, "more than 4 MiB|Maximum file size exceeded|Exceeded the maximum")

    def test_a_node_that_never_answers(self):
        def silent(handler, _):
            handler.rfile.read(1)
            handler.close_connection = True
            raise Answered
        self.replaced = {"eth_chainId": silent}
        self.refuses("Operation timed out after", CALL_SECONDS="1")

    def test_a_node_that_goes_away_while_it_waits(self):
        answers = iter([None] * 2)

        def receipt(handler, parameters):
            for _ in answers:
                handler.reply(b"gone", 502)
                raise Answered
            return self.chain.ask("eth_getTransactionReceipt", parameters)
        self.replaced["eth_getTransactionReceipt"] = receipt
        self.anchor()
        self.verify()

    def test_a_node_that_changes_its_mind(self):
        """The chain had it, and the contract has not: what is kept is what holds in the end."""
        answers = iter(["0x" + "00" * 32] * 9)
        self.replaced["eth_call"] = lambda *_: next(answers)
        self.fails(1, "the contract has no root over 7 records", "anchor", self.place)
        self.assertFalse((self.place / "anchor").exists())


class CommandLineTests(Base):
    def test_settings(self):
        self.checkpoint()
        for message, settings in [
            ("--node (or ASSENT_ETHEREUM_NODE) is needed", {"NODE": None}),
            ("is none of http or https", {"NODE": "file:/x"}),
            ("is none of http or https", {"NODE": 'http://x/"\noutput = "/tmp/x'}),
            ("--chain (or ASSENT_ETHEREUM_CHAIN) is needed", {"CHAIN": None}),
            ("--chain is a number", {"CHAIN": "main"}),
            ("--contract (or ASSENT_ETHEREUM_CONTRACT) is needed", {"CONTRACT": ""}),
            ("--contract is 0x and 40", {"CONTRACT": "0x12"}), ("--account is 0x and 40", {"ACCOUNT": "me"}),
            ("--confirmations is a number of 1 to 256", {"CONFIRMATIONS": "0"}),
            ("--confirmations is a number of 1 to 256", {"CONFIRMATIONS": "257"}),
            ("--gas-price-max is a number", {"GAS_PRICE_MAX": "1e3"}),
            ("--call-seconds is a number of 1 to 600", {"CALL_SECONDS": "601"}),
        ]:
            with self.subTest(message=message):
                self.fails(64, message, "anchor", self.place, **settings)
        self.assertEqual(self.run_program().returncode, 64)
        self.assertEqual(self.run_program("anchor").returncode, 64)
        self.assertIn("75  not confirmed in time", self.succeeds("--help"))
        # What is said on the command line comes before the environment.
        self.fails(1, "the node is on chain", "anchor", self.place, "--chain", "5")

    def test_files(self):
        self.fails(66, "cannot read", "anchor", self.place)
        for text in ("", "\n", "log\n7\n", "log\n07\nAQ==\n", "log\n0\n" + base64.b64encode(ROOT).decode() + "\n",
                     "log\n7\n" + base64.b64encode(ROOT[:31]).decode() + "\n", "log\n9223372036854775808\n"
                     + base64.b64encode(ROOT).decode() + "\n", "x" * (1 << 20 | 1)):
            (self.place / "checkpoint").write_text(text)
            with self.subTest(text=text[:40]):
                self.fails(65, "checkpoint: it ", "anchor", self.place)
        (self.place / "checkpoint").write_bytes(b"\xff\xff")
        self.fails(65, "it is no text", "anchor", self.place)
        self.checkpoint()
        self.anchor()
        good = (self.place / "anchor").read_text()
        lines = good.splitlines(keepends=True)
        for number, line in enumerate(lines):
            for bad in ("", line + line, line[:-2] + "\n" if number != 1 else "\n", "x" + line):
                if number in (1, 2) and bad in ("x" + line, line[:-2] + "\n"):
                    continue
                (self.place / "anchor").write_text("".join(lines[:number] + [bad] + lines[number + 1:]))
                with self.subTest(number=number, bad=bad):
                    result = self.run_program("verify", self.place / "anchor", self.place / "checkpoint")
                    # A number with a digit less is well formed, and another.
                    self.assertIn(result.returncode, (1, 65) if re.fullmatch(r"\w+ \d+\n", bad) else (65,))


if __name__ == "__main__":
    unittest.main()
