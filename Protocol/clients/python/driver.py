#!/usr/bin/env python3
"""Plays the client under test for assent-conformance; see ../../conformance/README.md for what it is told and says."""

import sys
import uuid

from assent_client import (
    Client, ConnectionLost, ReceiptMismatch, Receipts, Rejected, WireError, request, tls_context)


def make_client(options):
    tls = None
    if options["endpoint"].startswith("tls:"):
        tls = tls_context(options.get("authorities"), options.get("certificate"), options.get("key"))
    signer = (options["principal"], bytes.fromhex(options["seed"])) if "principal" in options else None
    return Client(options["endpoint"], wanted_credit=int(options.get("credit", 0)), tls=tls, signer=signer,
                  timeout=int(options["answer-milliseconds"]) / 1000, limit=int(options["limit-milliseconds"]) / 1000)


def read_request(line):
    words = line.split()
    if words[0] == "query":
        return "QueryByRequestId", {"requestId": uuid.UUID(words[1]), "transmissionTime": int(words[2])}, 0
    return "Authorize", request(uuid.UUID(words[2]), uuid.UUID(words[1]), int(words[5]), amount=int(words[3]),
                                currency=words[4], merchantName="Conformance"), int(words[6])


def tell(result):
    if isinstance(result, Rejected) and result.kind in (2, 3):
        return "refused %d" % result.number
    if isinstance(result, (Rejected, ConnectionLost, WireError)):
        return "%s %s" % ("unknown" if getattr(result, "may_have_been_executed", False) else "not-executed", result)
    name, values = result
    if name == "QueryByRequestIdReply":
        return "answered %s" % values["found"]
    decision = values["decision"]
    return "answered %(outcome)s %(reason)s %(approvedAmount)d %(lsn)d" % decision


def keep(client, words, decisions):
    request_id, receipts = uuid.UUID(words[1]), Receipts(words[3])
    try:
        reply = client.receipt(request_id, int(words[2]), receipts.last_lsn)
        if reply["state"] != "given":
            return "answered %s" % reply["state"]
        receipts.keep(reply, request_id, decisions[request_id])
        return "answered kept %d" % receipts.last_lsn
    except ReceiptMismatch:
        return "answered mismatch"
    except (Rejected, ConnectionLost, WireError) as error:
        return tell(error)


def go(client, lines, decisions):
    """Asks everything at once, and then for the receipts, one after the other."""
    asked = [read_request(line) for line in lines if not line.startswith("receipt ")]
    answers = iter(list(client.pipeline(asked)))
    told, kept = {}, []
    for index, line in enumerate(lines):
        if line.startswith("receipt "):
            kept.append((index, line.split()))
            continue
        answer = next(answers)
        told[index] = tell(answer)
        if not isinstance(answer, Exception) and answer[0] == "AuthorizeReply":
            decisions[uuid.UUID(line.split()[1])] = answer[1]["decision"]
    for index, words in kept:
        told[index] = keep(client, words, decisions)
    for index in range(len(lines)):
        print(told[index])
    print("done", flush=True)


def main():
    options, lines, client, decisions = {}, [], None, {}
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word in ("authorize", "query", "receipt"):
            lines.append(line)
        elif word == "go":
            client = client or make_client(options)
            go(client, lines, decisions)
            lines = []
        else:
            options[word] = rest
    if client is not None:
        client.close()


if __name__ == "__main__":
    main()
