#!/usr/bin/env python3
"""Compiles the contract: Protocol/ethereum/compile.py [--check]

Needs vyper (PyPI), in the version that the contract's first line says. Writes checkpoints.json; with --check compares
only, and ends with 1 where the file is not what the compiler makes.
"""

import json
import pathlib
import sys

import vyper
from vyper.utils import keccak256

HERE = pathlib.Path(__file__).resolve().parent


def compiled():
    """The text of checkpoints.json: code, interface, and the numbers by which calls and events are known."""
    source = (HERE / "checkpoints.vy").read_text()
    formats = ["abi", "bytecode", "bytecode_runtime", "method_identifiers"]
    made = vyper.compile_code(source, output_formats=formats)
    events = {}
    for entry in made["abi"]:
        if entry["type"] == "event":
            signature = entry["name"] + "(" + ",".join(field["type"] for field in entry["inputs"]) + ")"
            events[signature] = "0x" + keccak256(signature.encode()).hex()
    # The compiler leaves zeros in front away.
    methods = {name: "0x%08x" % int(number, 16) for name, number in made["method_identifiers"].items()}
    contract = {
        "compiler": "vyper " + vyper.__version__.split("+")[0],
        "creation": made["bytecode"],
        "runtime": made["bytecode_runtime"],
        "methods": methods,
        "events": events,
        "abi": made["abi"],
    }
    return json.dumps(contract, indent=1) + "\n"


if __name__ == "__main__":
    file = HERE / "checkpoints.json"
    if sys.argv[1:] == ["--check"]:
        if file.read_text() != compiled():
            sys.exit(f"{file} is not what vyper {vyper.__version__} makes of checkpoints.vy")
    else:
        file.write_text(compiled())
