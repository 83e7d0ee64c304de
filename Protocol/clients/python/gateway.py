#!/usr/bin/env python3
"""A gateway in thirty lines: reads lines `CARD AMOUNT-IN-MINOR-UNITS CURRENCY`, prints what to tell the terminal.

    echo "6f1c2b9e-3d4a-4f5b-8c6d-7e8f90a1b2c3 1250 EUR" | python3 gateway.py
"""

import sys
import uuid

from assent_client import Client, ConnectionLost, Rejected, now


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp:127.0.0.1:9701"
    client = Client(endpoint, name="example-gateway/1", limit=30)
    for line in sys.stdin:
        card, amount, currency = line.split()
        request_id, time = uuid.uuid4(), now()
        print(request_id, "is asked", file=sys.stderr)  # A real gateway stores the whole request here, before sending.
        try:
            decision = client.authorize(card, int(amount), currency, request_id=request_id, transmission_time=time,
                                        merchantName="Lindenhof Markt", merchantCategory=5411, merchantCountry="DE")
            print(decision["responseCode"], decision["outcome"], decision["lsn"], flush=True)
        except (ConnectionLost, Rejected) as error:
            unknown = error.may_have_been_executed
            print("%s: %s" % ("UNKNOWN, ask again with the same id" if unknown else "not executed", error), flush=True)
    client.close()


if __name__ == "__main__":
    main()
