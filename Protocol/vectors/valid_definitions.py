"""The typical values of valid.json: each message with a title and its fields."""

import uuid

REQUEST = uuid.UUID("0192f0c1-5a77-7cc3-9d24-0f5b8c1d2e3f")
REQUEST_2 = uuid.UUID("0192f0c1-5a78-7d01-8e11-223344556677")
CARD = uuid.UUID("6f1c2b9e-3d4a-4f5b-8c6d-7e8f90a1b2c3")
CARD_2 = uuid.UUID("00000000-0000-4000-8000-000000000002")
CLUSTER = uuid.UUID("c1a5e000-0000-4000-8000-00000000c1a5")
INSTANCE = uuid.UUID("1d5fa9ce-0000-4000-8000-0000000001d5")
TIME = 1795253400000000  # 2026-11-21T09:30:00Z

MERCHANT = {
    "merchantId": "000123456789012", "terminalId": "TERM0042", "merchantCountry": "DE", "merchantCategory": 5411,
    "presence": "present", "entryMode": "contactless", "initiator": "cardholder",
    "merchantName": "Lindenhof Markt", "merchantCity": "Köln",
}
WEB = {
    "merchantId": "WEB-77", "terminalId": "", "merchantCountry": "US", "merchantCategory": 5815,
    "presence": "notPresent", "entryMode": "credentialOnFile", "initiator": "merchant",
    "merchantName": "Streaming & Söhne", "merchantCity": "",
}
RUN = ["cardKnown", "cardState", "cardExpiry", "currency", "merchantBlockList", "merchantCategory", "merchantCountry",
       "presence", "velocity1", "transactionLimit", "amountThreshold", "spendingLimit"]

APPROVED = {
    "lsn": 48213, "decidedAt": TIME + 412, "approvedAmount": 1250, "spendingLimit": 500000, "posted": 12000,
    "held": 3250, "available": 484750, "retryAt": 0, "policyVersion": 17, "checksRun": RUN, "checksFailed": [],
    "checksFlagged": [], "outcome": "approved", "reason": "approved", "retryClass": "notNeeded",
    "responseCode": "00", "currency": "EUR", "approvalCode": "001179",
}
FLAGGED = dict(APPROVED, lsn=48214, checksFlagged=["velocity1"], outcome="flagged", approvalCode="00117A")
DECLINED = dict(
    APPROVED, lsn=48215, approvedAmount=0, held=2000, available=486000, retryAt=TIME + 60000000,
    checksFailed=["velocity1", "spendingLimit"], outcome="declined", reason="velocityExceeded", retryClass="later",
    responseCode="65", approvalCode="")
UNKNOWN_CARD = dict(
    APPROVED, lsn=48216, approvedAmount=0, spendingLimit=None, posted=None, held=None, available=None,
    checksRun=["cardKnown", "merchantBlockList", "amountThreshold"], checksFailed=["cardKnown"], outcome="declined",
    reason="cardUnknown", retryClass="never", responseCode="14", currency=None, approvalCode="")
PARTIAL = dict(APPROVED, lsn=48217, approvedAmount=700, reason="partiallyApproved", responseCode="10", available=0,
               approvalCode="00117D")

CARD_BLOCK = {
    "cardToken": CARD, "spendingLimit": 500000, "transactionLimit": 100000, "posted": 12000, "held": 3250,
    "available": 484750, "createdLsn": 12, "createdAt": TIME - 86400000000, "expiry": 2029 * 12 + 11,
    "lastFour": "4242", "currency": "EUR", "profile": "fleet", "status": "active",
}
CARD_BLOCK_2 = dict(
    CARD_BLOCK, cardToken=CARD_2, transactionLimit=None, posted=0, held=600000, available=-100000, createdLsn=13,
    expiry=0, lastFour="", currency="JPY", profile="default", status="frozen")

ASKED = dict(MERCHANT, requestId=REQUEST, cardToken=CARD, transmissionTime=TIME)

TYPICAL = {
    "Authorize": [
        ("12.50 EUR at a till", dict(
            ASKED, amount=1250, merchantAmount=None, currency="EUR", merchantCurrency=None, flags=[])),
        ("a subscription in another currency, with a deadline of 250 ms", dict(
            WEB, requestId=REQUEST_2, cardToken=CARD, transmissionTime=TIME, amount=1849, merchantAmount=1999,
            currency="EUR", merchantCurrency="USD", flags=["partialApprovalAllowed", "recurring"])),
    ],
    "VerifyAccount": [
        ("before a subscription", dict(WEB, requestId=REQUEST, cardToken=CARD, transmissionTime=TIME, currency="EUR",
                                       flags=["recurring"])),
    ],
    "BalanceInquiry": [("at a till", ASKED)],
    "AuthorizeReply": [
        ("approved", {"decision": APPROVED}), ("flagged", {"decision": FLAGGED}),
        ("declined by velocity", {"decision": DECLINED}), ("card unknown", {"decision": UNKNOWN_CARD}),
        ("partially approved", {"decision": PARTIAL}),
    ],
    "VerifyAccountReply": [("approved", {"decision": dict(APPROVED, approvedAmount=0)})],
    "BalanceInquiryReply": [("approved", {"decision": dict(APPROVED, approvedAmount=0)})],
    "QueryByRequestId": [("after a time-out", {"requestId": REQUEST, "transmissionTime": TIME})],
    "QueryByRequestIdReply": [
        ("decided", {"lsn": 48213, "found": "decided", "kind": "authorization", "decision": APPROVED}),
        ("unknown: it may be sent", {"lsn": 0, "found": "unknown", "kind": None, "decision": None}),
        ("too old", {"lsn": 0, "found": "tooOld", "kind": None, "decision": None}),
        ("administrative", {"lsn": 12, "found": "administrative", "kind": None, "decision": None}),
    ],
    "Hello": [
        ("with grease in the features", {
            "minFrameVersion": 1, "maxFrameVersion": 1, "schemaVersion": 1, "wantedCredit": 256,
            "features": ["bit33", "bit47", "bit60"], "clientName": "gateway-7/1.4.2"}),
    ],
    "HelloReply": [
        ("a gateway's", {
            "frameVersion": 1, "role": "gateway", "schemaVersion": 1, "frameBytesMax": 65536, "credit": 256,
            "features": [], "nonce": bytes(range(32)), "clusterId": CLUSTER, "instanceId": INSTANCE,
            "serverTime": TIME, "serverName": "assentd/0.1.0"}),
    ],
    "Ping": [("any number", {"payload": 0x0123456789ABCDEF})],
    "Pong": [("the same number", {"payload": 0x0123456789ABCDEF})],
    "Health": [("how are you", {})],
    "HealthReply": [
        ("ready", {"live": True, "ready": True, "role": "primary", "inFlight": 41, "durableLsn": 48210,
                   "lastLsn": 48217, "journalLagBytes": 1792}),
        ("draining", {"live": True, "ready": False, "role": "primary", "inFlight": 0, "durableLsn": 48217,
                      "lastLsn": 48217, "journalLagBytes": 0}),
    ],
    "GoAway": [("draining", {"lastCorrelationId": 812, "graceMilliseconds": 5000, "reason": "draining"})],
    "Reject": [
        ("busy", {"code": "busy", "templateId": 0x0100, "retryAfterMicroseconds": 2000,
                  "detail": "256 requests are in flight; the credit is 256"}),
        ("invalid field", {"code": "invalidField", "templateId": 0x0100, "retryAfterMicroseconds": 0,
                           "detail": "amount: 0 is not from 1 to 1000000000000000"}),
        ("frame version", {"code": "unsupportedFrameVersion", "templateId": 0, "retryAfterMicroseconds": 0,
                           "detail": "frame version 9 is not spoken; versions spoken: 1"}),
    ],
    "CardCreate": [
        ("active", {"requestId": REQUEST, "cardToken": CARD, "transmissionTime": TIME, "spendingLimit": 500000,
                    "transactionLimit": 100000, "expiry": 2029 * 12 + 11, "lastFour": "4242", "currency": "EUR",
                    "profile": "fleet", "status": "active"}),
        ("without what can be left out", {
            "requestId": REQUEST_2, "cardToken": CARD_2, "transmissionTime": TIME, "spendingLimit": 0,
            "transactionLimit": None, "expiry": 0, "lastFour": "", "currency": "JPY", "profile": "",
            "status": "notActivated"}),
    ],
    "CardSetStatus": [
        ("freeze", {"requestId": REQUEST, "cardToken": CARD, "transmissionTime": TIME, "status": "frozen"}),
    ],
    "CardSetLimits": [
        ("a new limit, no transaction limit", {
            "requestId": REQUEST, "cardToken": CARD, "transmissionTime": TIME, "spendingLimit": 750000,
            "transactionLimit": -1, "expiry": 0, "profile": ""}),
    ],
    "CardCreateReply": [("made", {"lsn": 12, "card": CARD_BLOCK})],
    "CardSetStatusReply": [("set", {"lsn": 49000, "card": CARD_BLOCK_2})],
    "CardSetLimitsReply": [("set", {"lsn": 49001, "card": CARD_BLOCK})],
    "CardGet": [("one", {"cardToken": CARD})],
    "CardGetReply": [("one", {"card": CARD_BLOCK})],
    "CardList": [
        ("the first page of all", {"afterOrdinal": 0, "count": 100, "status": None, "currency": None, "lastFour": "",
                                   "profile": ""}),
        ("frozen euro cards", {"afterOrdinal": 100, "count": 1000, "status": "frozen", "currency": "EUR",
                               "lastFour": "4242", "profile": "fleet"}),
    ],
    "CardListReply": [
        ("two", {"nextOrdinal": 2, "cards": [{"ordinal": 1, "card": CARD_BLOCK}, {"ordinal": 2, "card": CARD_BLOCK_2}]}),
        ("none", {"nextOrdinal": 0, "cards": []}),
    ],
    "PaymentGet": [
        ("by number", {"lsn": 48213, "requestId": None}), ("by request", {"lsn": 0, "requestId": REQUEST}),
    ],
    "PaymentGetReply": [
        ("explained", dict(
            ASKED, amount=1250, merchantAmount=None, currency="EUR", merchantCurrency=None, flags=["estimated"],
            kind="authorization", decision=DECLINED,
            checks=[
                {"check": "cardKnown", "result": "passed", "unit": "none", "seen": None, "allowed": None},
                {"check": "velocity1", "result": "failed", "unit": "count", "seen": 11, "allowed": 10},
                {"check": "spendingLimit", "result": "failed", "unit": "money", "seen": 1250, "allowed": 1000},
            ],
            detail="Declined: the 11th payment within 60 s; at most 10 are allowed.")),
    ],
    "PaymentList": [
        ("the newest", {"beforeLsn": 0, "cardToken": None, "from": None, "to": None, "count": 50, "outcome": None,
                        "kind": None, "reason": None, "merchantContains": ""}),
        ("declines of a card in a day", {
            "beforeLsn": 48300, "cardToken": CARD, "from": TIME - 86400000000, "to": TIME, "count": 500,
            "outcome": "declined", "kind": "authorization", "reason": "velocityExceeded",
            "merchantContains": "markt"}),
    ],
    "PaymentListReply": [
        ("one", {"nextBeforeLsn": 48213, "scanned": 90, "payments": [{
            "lsn": 48213, "decidedAt": TIME + 412, "cardToken": CARD, "requestId": REQUEST, "amount": 1250,
            "approvedAmount": 1250, "currency": "EUR", "outcome": "approved", "reason": "approved",
            "kind": "authorization", "responseCode": "00", "merchantCategory": 5411, "merchantCountry": "DE",
            "merchantName": "Lindenhof Markt Köln"}]}),
    ],
    "ConfigGet": [("all", {"prefix": "", "afterKey": ""}), ("velocity", {"prefix": "velocity.", "afterKey": ""})],
    "ConfigSet": [
        ("a velocity rule", {"requestId": REQUEST, "transmissionTime": TIME, "expectedVersion": 17,
                             "key": "velocity.1", "value": "count>10 in 60s flag"}),
        ("a list with a name on each line", {
            "requestId": REQUEST_2, "transmissionTime": TIME, "expectedVersion": 0, "key": "merchant-block.exact",
            "value": "BAD MERCHANT\nWORSE MERCHANT\n"}),
    ],
    "ConfigGetReply": [
        ("two", {"configurationVersion": 17, "more": False, "settings": [
            {"key": "amount-threshold.default", "value": "5000.00", "help": "More than this is declined."},
            {"key": "merchant-block.exact", "value": "BAD MERCHANT\nWORSE MERCHANT\n", "help": ""}]}),
    ],
    "ConfigSetReply": [("changed", {"lsn": 49002})],
    "Status": [("figures", {})],
    "Digest": [("digest", {})],
    "StatusReply": [
        ("busy", {
            "instanceId": INSTANCE, "startedAt": TIME - 3600000000, "now": TIME, "lastLsn": 48217,
            "durableLsn": 48210, "cards": 1000000, "rememberedIds": 48205, "approved": 40000, "declined": 8000,
            "flagged": 205, "repeated": 12, "rejected": 3, "busy": 1, "commits": 9001, "journalBytes": 12345678,
            "residentBytes": 345678901, "recoveredRecords": 100, "recoveryMicroseconds": 2500, "tornTailBytes": 512,
            "lastSecondDecisions": 612345, "connections": 16, "inFlight": 1024, "latencyP50": 550, "latencyP90": 900,
            "latencyP99": 1300, "latencyP999": 2600, "latencyMax": 7100, "simulatedClock": False,
            "reasons": [{"reason": "approved", "total": 40205}, {"reason": "insufficientFunds", "total": 8000}],
            "daemonVersion": "0.1.0"}),
    ],
    "DigestReply": [
        ("a digest", {"lsn": 48217, "digest": bytes.fromhex("8f14e45fceea167a5a36dedd4bea2543"), "cards": 1000000,
                      "rememberedIds": 48205, "policyVersion": 17}),
    ],
}
