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

PUBLIC_KEY = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
FORMER_KEY = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
NAMED = "uri:spiffe://bank.example/gateway/7"
PRINCIPAL = {
    "principal": {
        "principalId": 48300, "createdAt": TIME, "changedLsn": 48310, "changedAt": TIME + 60000000, "revokedAt": 0,
        "formerKeyUntil": TIME + 86460000000, "formerCertificateNameUntil": 0, "publicKey": PUBLIC_KEY,
        "formerKey": FORMER_KEY, "userId": None, "scopes": ["authorize", "inquiry"], "ratePerSecond": 5000, "burst": 500,
        "creditMax": 256},
    "name": "gateway-7", "certificateName": NAMED, "formerCertificateName": ""}
REVOKED = {
    "principal": dict(PRINCIPAL["principal"], principalId=48301, revokedAt=TIME + 120000000, formerKeyUntil=0,
                      publicKey=bytes(32), formerKey=bytes(32), userId=1001, scopes=["reports"], ratePerSecond=0, burst=0,
                      creditMax=0),
    "name": "auditor", "certificateName": "", "formerCertificateName": ""}
ASKING = {"requestId": REQUEST, "transmissionTime": TIME}
GRANT = {"scopes": ["authorize", "inquiry"], "ratePerSecond": 5000, "burst": 500, "creditMax": 256}

KEYS = {"lifecycleId": "MCC123456789012", "acquirerId": "12345678901", "retrievalReference": "632509123456",
        "stan": 123456, "rate": 0, "rateScale": 0, "rounding": "halfAwayFromZero", "network": "mastercard",
        "authorizationKind": "final"}
NO_KEYS = {"lifecycleId": "", "acquirerId": "", "retrievalReference": "", "stan": 0, "rate": 0, "rateScale": 0,
           "rounding": "halfAwayFromZero", "network": "unknown", "authorizationKind": "unknown"}
CONVERTED = dict(KEYS, rate=925, rateScale=3, rounding="halfEven", network="visa", authorizationKind="estimated")

HELD = {
    "paymentId": 48213, "approved": 1250, "reversed": 0, "expired": 0, "cleared": 0, "overCleared": 0, "refunded": 0,
    "disputed": 0, "held": 1250, "heldChange": 1250, "postedChange": 0, "expiresAt": TIME + 5 * 86400000000,
    "flags": [], "status": "pending", "matchRule": "none",
}
CLEARED = dict(HELD, cleared=1250, held=0, heldChange=-1250, postedChange=1250, status="cleared",
               matchRule="lifecycle", flags=["finalCleared"])
TOMBSTONE = dict(HELD, paymentId=48300, approved=0, held=0, heldChange=0, expiresAt=0, status="awaitingAuthorization",
                 flags=["fullyReversed", "awaitingAuthorization"])

ASKED = dict(MERCHANT, requestId=REQUEST, cardToken=CARD, transmissionTime=TIME)

NOTHING = {"payment": None, "eventKind": "unknown"}


HAPPENED = {
    "requestId": REQUEST, "amount": None, "merchantAmount": None, "rate": 0, "outcome": "approved",
    "reason": "approved", "responseCode": "00", "merchantCurrency": None, "rateScale": 0, "rounding": "halfAwayFromZero",
    "isFinal": False, "sequenceNumber": 0, "sequenceCount": 0,
}


def event(title, **fields):
    """A typical event, on the payment of APPROVED."""
    plain = dict(
        KEYS, requestId=REQUEST_2, cardToken=CARD, amount=1250, merchantAmount=None, transmissionTime=TIME + 60000000,
        paymentId=0, originalRequestId=None, originalTransmissionTime=TIME, approvalCode="001179", currency="EUR",
        merchantCurrency=None, originalTerminalId="", isFinal=False, sequenceNumber=0, sequenceCount=0,
        **{name: MERCHANT[name] for name in (
            "merchantId", "terminalId", "merchantCountry", "merchantCategory", "presence", "entryMode", "initiator")})
    return title, {"event": dict(plain, **fields), "merchantName": MERCHANT["merchantName"],
                   "merchantCity": MERCHANT["merchantCity"]}


def answer(title, decision, payment):
    """The reply to an event."""
    return title, {"decision": decision, "payment": payment}


TYPICAL = {
    "Authorize": [
        ("12.50 EUR at a till", dict(
            ASKED, **KEYS, amount=1250, merchantAmount=None, currency="EUR", merchantCurrency=None, flags=[])),
        ("a subscription in another currency, with a deadline of 250 ms", dict(
            WEB, **CONVERTED, requestId=REQUEST_2, cardToken=CARD, transmissionTime=TIME, amount=1849, merchantAmount=1999,
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
    "Financial": [
        ("a single message", dict(
            ASKED, **KEYS, amount=1250, merchantAmount=None, currency="EUR", merchantCurrency=None, flags=[])),
    ],
    "Increment": [event("10.00 more for the minibar", amount=1000, paymentId=48213)],
    "RefundAuthorize": [event("a refund that is to come", amount=500, originalRequestId=REQUEST)],
    "Advice": [event("approved in stand-in", amount=5000, approvalCode="", stan=123457, originalTerminalId="TERM0041")],
    "Completion": [event("15.00 of a pre-authorized 40.00 at the pump", amount=1500, merchantCategory=5542)],
    "Clearing": [
        event("by the network's lifecycle id, the last one", isFinal=True, approvalCode=""),
        event("the second of three, converted", amount=925, merchantAmount=1000, merchantCurrency="USD", rate=925,
              rateScale=3, rounding="halfEven", sequenceNumber=2, sequenceCount=3),
        event("by retrieval reference and approval code", lifecycleId="", acquirerId="", stan=0,
              originalTransmissionTime=None),
        event("of nothing that is known", lifecycleId="", acquirerId="", stan=0, originalTransmissionTime=None,
              approvalCode="", retrievalReference=""),
    ],
    "RefundClearing": [event("in part", amount=250)],
    "ClearingReversal": [event("in full")],
    "Reverse": [
        event("all of it", amount=None, currency=None, originalRequestId=REQUEST), event("in part", amount=250, paymentId=48213),
    ],
    "ReversalAdvice": [event("all of it", amount=None)],
    "Chargeback": [event("in part", amount=1000)],
    "Representment": [event("all of it", amount=1000)],
    "FraudReport": [event("stolen card data", amount=None, paymentId=48213)],
    "FinancialReply": [answer("approved", APPROVED, dict(CLEARED, heldChange=0, matchRule="none", expiresAt=0))],
    "IncrementReply": [
        answer("approved", APPROVED, dict(HELD, approved=2250, held=2250, heldChange=1000, matchRule="identifier")),
        answer("declined, the hold as it was", DECLINED, dict(HELD, heldChange=0, matchRule="identifier")),
    ],
    "RefundAuthorizeReply": [answer("approved", APPROVED, dict(CLEARED, heldChange=0, postedChange=0,
                                                               flags=["refundPending"]))],
    "AdviceReply": [answer("recorded over the limit", APPROVED, dict(HELD, flags=["standIn", "overLimit"]))],
    "CompletionReply": [answer("lower", APPROVED, dict(HELD, reversed=250, held=1000, heldChange=-250))],
    "ClearingReply": [
        answer("cleared", APPROVED, CLEARED),
        answer("after the hold was reversed", APPROVED, dict(
            HELD, reversed=1250, overCleared=1250, held=0, heldChange=0, postedChange=1250,
            flags=["lateCleared", "fullyReversed"], status="cleared", matchRule="retrieval")),
        answer("force-posted", APPROVED, dict(
            HELD, paymentId=48310, approved=0, overCleared=1250, held=0, heldChange=0, postedChange=1250, expiresAt=0,
            status="forcePosted", flags=["awaitingAuthorization"])),
        answer("card unknown", UNKNOWN_CARD, None),
    ],
    "RefundClearingReply": [answer("in part", APPROVED, dict(
        CLEARED, refunded=250, heldChange=0, postedChange=-250, status="partiallyRefunded"))],
    "ClearingReversalReply": [answer("in full", APPROVED, dict(
        CLEARED, cleared=0, reversed=1250, heldChange=0, postedChange=-1250, status="reversed"))],
    "ReverseReply": [
        answer("all of it", APPROVED, dict(HELD, reversed=1250, held=0, heldChange=-1250, status="reversed",
                                           flags=["fullyReversed"], matchRule="identifier")),
        answer("before its authorization: a tombstone", APPROVED, TOMBSTONE),
        answer("already reversed", dict(DECLINED, reason="alreadyReversed", retryClass="never", responseCode="21",
                                        checksFailed=[], retryAt=0),
               dict(HELD, reversed=1250, held=0, heldChange=0, status="reversed", flags=["fullyReversed"],
                    matchRule="identifier")),
    ],
    "ReversalAdviceReply": [answer("all of it", APPROVED, dict(
        HELD, reversed=1250, held=0, heldChange=-1250, status="reversed", flags=["fullyReversed"],
        matchRule="trace"))],
    "ChargebackReply": [answer("in part", APPROVED, dict(
        CLEARED, disputed=1000, heldChange=0, postedChange=-1000, status="disputed"))],
    "RepresentmentReply": [answer("all of it", APPROVED, dict(CLEARED, heldChange=0, postedChange=1000))],
    "FraudReportReply": [answer("labelled", APPROVED, dict(CLEARED, heldChange=0, postedChange=0,
                                                           flags=["fraudReported", "finalCleared"]))],
    "QueryByRequestId": [("after a time-out", {"requestId": REQUEST, "transmissionTime": TIME})],
    "QueryByRequestIdReply": [
        ("decided", {"lsn": 48213, "found": "decided", "kind": "authorization", "decision": APPROVED,
                     "payment": None, "eventKind": "authorization"}),
        ("unknown: it may be sent", {"lsn": 0, "found": "unknown", "kind": None, "decision": None, **NOTHING}),
        ("too old", {"lsn": 0, "found": "tooOld", "kind": None, "decision": None, **NOTHING}),
        ("administrative", {"lsn": 12, "found": "administrative", "kind": None, "decision": None, **NOTHING}),
        ("decided: a clearing", {"lsn": 48400, "found": "decided", "kind": None, "decision": dict(APPROVED, lsn=48400),
                                 "payment": CLEARED, "eventKind": "clearing"}),
    ],
    "ReceiptGet": [("behind another", {"requestId": REQUEST, "transmissionTime": TIME, "previousLsn": 48211})],
    "ReceiptGetReply": [
        ("given", {"lsn": 48213, "state": "given", "receipt":
                   "assent/receipt/v1\nbank.example/assent\njournal 000102030405060708090a0b0c0d0e0f\nrecord 48213\n"
                   "leaf AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nrequest %s\ndecision approved 00 1250\n"
                   "previous 48211\n\n\u2014 bank.example/assent AAAAAAAAAAA=\n" % REQUEST.hex}),
        ("pending", {"lsn": 48213, "state": "pending", "receipt": ""}),
        ("none", {"lsn": 0, "state": "none", "receipt": ""}),
    ],
    "Hello": [
        ("with grease in the features", {
            "minFrameVersion": 1, "maxFrameVersion": 1, "schemaVersion": 2, "wantedCredit": 256,
            "features": ["bit33", "bit47", "bit60"], "clientName": "gateway-7/1.4.2"}),
    ],
    "HelloReply": [
        ("a gateway's", {
            "frameVersion": 1, "role": "gateway", "schemaVersion": 2, "frameBytesMax": 65536, "credit": 256,
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
    "CardReplace": [
        ("a stolen card", {"requestId": REQUEST, "cardToken": CARD, "transmissionTime": TIME, "newCardToken": CARD_2,
                           "expiry": 2030 * 12 + 11, "lastFour": "1881", "reason": "stolen"}),
    ],
    "CardReplaceReply": [("replaced", {"lsn": 49003, "card": dict(CARD_BLOCK, cardToken=CARD_2, lastFour="1881")})],
    "PaymentHistory": [
        ("the newest", {"paymentId": 48213, "beforeLsn": 0, "count": 500}),
        ("the next page", {"paymentId": 48213, "beforeLsn": 48400, "count": 1}),
    ],
    "PaymentHistoryReply": [
        ("authorized and cleared in another currency", {"nextBeforeLsn": 0, "currency": "EUR", "wholeThroughLsn": 0, "events": [
            dict(HAPPENED, lsn=48400, decidedAt=TIME + 60000000, amount=1250, merchantAmount=1351, rate=925,
                 payment=CLEARED, kind="clearing", merchantCurrency="USD", rateScale=3, rounding="halfEven",
                 isFinal=True),
            dict(HAPPENED, lsn=48213, decidedAt=TIME + 412, amount=1250, payment=HELD, kind="authorization"),
        ]}),
        ("expired", {"nextBeforeLsn": 48213, "currency": "EUR", "wholeThroughLsn": 48510, "events": [
            dict(HAPPENED, lsn=48500, decidedAt=TIME + 5 * 86400000000, requestId=None, kind="expiry", payment=dict(
                HELD, expired=1250, held=0, heldChange=-1250, status="expired", flags=["expired"]))]}),
    ],
    "PaymentGet": [
        ("by number", {"lsn": 48213, "requestId": None}), ("by request", {"lsn": 0, "requestId": REQUEST}),
    ],
    "PaymentGetReply": [
        ("explained", dict(
            ASKED, **CONVERTED, amount=1250, merchantAmount=1351, currency="EUR", merchantCurrency="USD",
            flags=["estimated"], kind="authorization", decision=DECLINED, payment=None, eventKind="authorization",
            lastLsn=0, lastAt=0,
            checks=[
                {"check": "cardKnown", "result": "passed", "unit": "none", "seen": None, "allowed": None},
                {"check": "velocity1", "result": "failed", "unit": "count", "seen": 11, "allowed": 10},
                {"check": "spendingLimit", "result": "failed", "unit": "money", "seen": 1250, "allowed": 1000},
            ],
            detail="Declined: the 11th payment within 60 s; at most 10 are allowed.")),
        ("cleared", dict(
            ASKED, **KEYS, amount=1250, merchantAmount=None, currency="EUR", merchantCurrency=None, flags=[],
            kind="authorization", decision=APPROVED, checks=[], detail="Approved.", eventKind="authorization",
            payment=dict(CLEARED, heldChange=0, postedChange=0), lastLsn=48400, lastAt=TIME + 60000000)),
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
            "snapshotLsn": 48000, "snapshotAt": TIME - 60000000, "snapshotBytes": 181272576,
            "snapshotMicroseconds": 1412345, "snapshotPauseMicroseconds": 812, "paymentsInMemory": 9120,
            "archivedPayments": 38000, "archiveBytes": 8123456, "archiveLsn": 47998, "archiveRuns": 3,
            "snapshotsKept": 2, "inFlightMax": 1400, "archiveComplete": True,
            "certificateEndsAt": TIME + 86400000000 * 60, "revocationListEndsAt": TIME + 86400000000 * 7,
            "authorityEndsAt": TIME + 86400000000 * 3650,
            "reasons": [{"reason": "approved", "total": 40205}, {"reason": "insufficientFunds", "total": 8000}],
            "daemonVersion": "0.1.0", "projectedLsn": 48100, "projectionLagMicroseconds": 250000,
            "projectionState": "following"}),
    ],
    "DigestReply": [
        ("a digest", {"lsn": 48217, "digest": bytes.fromhex("8f14e45fceea167a5a36dedd4bea2543"), "cards": 1000000,
                      "rememberedIds": 48205, "policyVersion": 17}),
    ],
    "Authenticate": [("gateway-7", {"signature": bytes(range(64)), "principal": "gateway-7"})],
    "AuthenticateReply": [
        ("known", {"scopes": ["authorize", "lifecycle", "inquiry"], "credit": 256, "frameBytesMax": 65536})],
    "PrincipalCreate": [
        ("by key and certificate", dict(ASKING, **GRANT, userId=None, publicKey=PUBLIC_KEY, name="gateway-7",
                                        certificateName=NAMED)),
        ("by user", dict(ASKING, userId=1001, publicKey=bytes(32), scopes=["reports"], ratePerSecond=0, burst=0,
                         creditMax=0, name="auditor", certificateName="")),
    ],
    "PrincipalCreateReply": [("made", PRINCIPAL)],
    "PrincipalRotate": [
        ("a new key", dict(ASKING, userId=None, publicKey=PUBLIC_KEY, graceSeconds=86400, name="gateway-7",
                           certificateName="")),
    ],
    "PrincipalRotateReply": [("replaced", PRINCIPAL)],
    "PrincipalChange": [("scopes and limits", dict(ASKING, **GRANT, name="gateway-7"))],
    "PrincipalChangeReply": [("changed", PRINCIPAL)],
    "PrincipalRevoke": [("for good", dict(ASKING, name="auditor"))],
    "PrincipalRevokeReply": [("revoked", REVOKED)],
    "PrincipalList": [
        ("the first", {"afterId": 0, "count": 500, "name": ""}), ("one", {"afterId": 0, "count": 1, "name": "auditor"}),
    ],
    "PrincipalListReply": [
        ("two", {"nextAfterId": 48301, "principals": [PRINCIPAL, REVOKED]}), ("none", {"nextAfterId": 0, "principals": []}),
    ],
    "BackupHold": [
        ("a minute", {"repository": bytes(range(16)), "completedLsn": 0, "seconds": 60, "forget": False}),
        ("complete", {"repository": bytes(range(16)), "completedLsn": 48217, "seconds": 0, "forget": False}),
        ("forget", {"repository": bytes(range(16)), "completedLsn": 0, "seconds": 0, "forget": True}),
    ],
    "BackupHoldReply": [
        ("held", {"durableLsn": 48301, "oldestLsn": 1, "journal": bytes(range(16, 32)), "heldUntil": TIME,
                  "backedUpLsn": 48217, "backedUpAt": TIME, "repositories": 1}),
    ],
    "SnapshotMake": [("now", {})],
    "SnapshotMakeReply": [
        ("made", {"lsn": 48217, "resumeLsn": 48102, "madeAt": TIME, "fileBytes": 181272576, "microseconds": 1412345,
                  "longestPauseMicroseconds": 812, "cards": 1000000, "payments": 9120, "rememberedIds": 48205,
                  "made": True}),
    ],
    "SnapshotList": [("all", {})],
    "SnapshotListReply": [
        ("two", {"made": 2, "failed": 0, "longestPauseMicroseconds": 812, "keptMax": 3, "running": False,
                 "snapshots": [{"lsn": 48217, "madeAt": TIME, "fileBytes": 181272576},
                               {"lsn": 30112, "madeAt": 0, "fileBytes": 120272576}]}),
    ],
    "PaymentSearch": [
        ("the newest", {"beforeLsn": 0, "atLeastLsn": (1 << 64) - 1, "cardToken": None, "from": None, "to": None,
                        "amountMin": None, "amountMax": None, "count": 50, "currency": None, "status": None,
                        "outcome": None, "reason": None, "kind": None, "merchant": "", "text": ""}),
        ("refunds of a card by amount and words", {
            "beforeLsn": 48400, "atLeastLsn": 0, "cardToken": CARD, "from": TIME - 86400000000, "to": TIME,
            "amountMin": 1000, "amountMax": 2000, "count": 500, "currency": "EUR", "status": "refunded",
            "outcome": "approved", "reason": "approved", "kind": "refundClearing", "merchant": "Lindenhof Markt",
            "text": "lind köln"}),
    ],
    "PaymentSearchReply": [
        ("one", {"nextBeforeLsn": 48213, "projectedLsn": 48500, "durableLsn": 48510, "payments": [{
            "paymentId": 48213, "lastLsn": 48400, "decidedAt": TIME + 412, "lastAt": TIME + 60000000, "cardToken": CARD,
            "requestId": REQUEST, "amount": 1250, "merchantAmount": 1351, "approved": 1250, "reversed": 0, "expired": 0,
            "cleared": 1250, "overCleared": 0, "refunded": 0, "disputed": 0, "flags": ["finalCleared"],
            "merchantCategory": 5411, "merchantCountry": "DE", "currency": "EUR", "merchantCurrency": "USD",
            "kind": "authorization", "outcome": "approved", "reason": "approved", "status": "cleared",
            "merchantId": "4711", "terminalId": "T1", "merchantName": "Lindenhof Markt Köln",
            "merchantCity": "Köln"}]}),
        ("none yet", {"nextBeforeLsn": 1048576, "projectedLsn": 2000000, "durableLsn": 2000000, "payments": []}),
    ],
    "LedgerBalances": [
        ("the trial balance", {"asOfLsn": 0, "atLeastLsn": (1 << 64) - 1, "effectiveDay": None, "paymentId": 0,
                               "cardToken": None, "currency": None, "account": None, "phase": None}),
        ("a card's posted receivable as of a record and a day", {
            "asOfLsn": 48400, "atLeastLsn": 48400, "effectiveDay": 20778, "paymentId": 0, "cardToken": CARD,
            "currency": "EUR", "account": "receivable", "phase": "posted"}),
    ],
    "LedgerBalancesReply": [
        ("in balance", {"asOfLsn": 48400, "durableLsn": 48510, "firstLsn": 1, "accounts": [
            {"currency": "EUR", "phase": "posted", "account": "receivable", "debitHigh": 0, "debitLow": 1250,
             "creditHigh": 0, "creditLow": 0},
            {"currency": "EUR", "phase": "posted", "account": "settlement", "debitHigh": 0, "debitLow": 0,
             "creditHigh": 0, "creditLow": 1250}]}),
    ],
    "LedgerEntries": [
        ("from the start", {"afterEntry": 0, "asOfLsn": 0, "atLeastLsn": 0, "effectiveDay": None, "paymentId": 0,
                            "cardToken": None, "count": 500, "currency": None, "account": None, "phase": None}),
        ("of a payment", {"afterEntry": 48213 * 16 + 1, "asOfLsn": 48400, "atLeastLsn": 0, "effectiveDay": 20778,
                          "paymentId": 48213, "cardToken": CARD, "count": 2, "currency": "EUR",
                          "account": "commitment", "phase": "pending"}),
    ],
    "LedgerEntriesReply": [
        ("a clearing", {"nextEntry": 0, "asOfLsn": 48500, "durableLsn": 48510, "entries": [
            {"entryId": 48400 * 16 + 2, "paymentId": 48213, "cardToken": CARD, "decidedAt": TIME, "effectiveDay": 20778,
             "amount": 1250, "currency": "EUR", "account": "receivable", "phase": "posted", "kind": "clearing"},
            {"entryId": 48400 * 16 + 3, "paymentId": 48213, "cardToken": CARD, "decidedAt": TIME, "effectiveDay": 20778,
             "amount": -1250, "currency": "EUR", "account": "settlement", "phase": "posted", "kind": "clearing"}]}),
    ],
    "LedgerCheck": [("the first cards", {"afterOrdinal": 0, "count": 1000})],
    "LedgerCheckReply": [
        ("in order", {"nextOrdinal": 1000, "compared": 1000, "asOfLsn": 48510, "differences": []}),
        ("one that differs", {"nextOrdinal": 0, "compared": 17, "asOfLsn": 48510, "differences": [
            {"cardToken": CARD, "asOfLsn": 48400, "held": 100, "posted": -5, "pendingHigh": 0, "pendingLow": 99,
             "postedHigh": -1, "postedLow": (1 << 64) - 5}]}),
    ],
    "ProjectionStatus": [("how far", {})],
    "ProjectionStatusReply": [
        ("waiting", {"projectedLsn": 48500, "durableLsn": 48510, "firstLsn": 1, "journalFirstLsn": 1,
                     "lagMicroseconds": 1500000, "rowsWritten": 145530, "rebuilds": 1, "fileBytes": 81920000,
                     "state": "waiting", "problem": "1000000 bytes are free, and 1073741824 are left for the journal"}),
    ],
    "ProjectionRebuild": [("all of it is there", {"acceptLoss": False})],
    "ProjectionRebuildReply": [("from the start", {"firstLsn": 1, "durableLsn": 48510})],
    "RuleAdd": [
        ("a decline", {"requestId": REQUEST, "transmissionTime": TIME, "expectedVersion": 0, "action": "decline",
                       "reason": "suspectedFraud", "stage": "draft", "name": "night-gambling", "owner": "risk",
                       "note": "Losses of October", "condition": "merchant.category == 7995\n&& time.hour < 6"}),
        ("a new text, in shadow", {"requestId": REQUEST, "transmissionTime": TIME, "expectedVersion": 2,
                                   "action": "flag", "reason": "approved", "stage": "shadow", "name": "a", "owner": "",
                                   "note": "", "condition": "recurring"}),
    ],
    "RuleAddReply": [("made", {"lsn": 48520, "number": 7, "version": 1})],
    "RuleMove": [
        ("promoted", {"requestId": REQUEST, "transmissionTime": TIME, "version": 0, "stage": "active",
                      "from": "shadow", "name": "night-gambling"}),
        ("retired", {"requestId": REQUEST, "transmissionTime": TIME, "version": 3, "stage": "retired", "from": None,
                     "name": "night-gambling"}),
    ],
    "RuleMoveReply": [("promoted", {"lsn": 48521, "number": 7, "version": 1, "from": "shadow", "stage": "active"})],
    "RuleList": [
        ("all", {"afterNumber": 0, "afterVersion": 0, "count": 500, "stage": None, "name": ""}),
        ("on", {"afterNumber": 7, "afterVersion": 2, "count": 1, "stage": "shadow", "name": "night-gambling"}),
    ],
    "RuleListReply": [
        ("none", {"nextNumber": 0, "nextVersion": 0, "configurationVersion": 0, "countedSince": TIME, "activeCost": 0,
                  "activeErrors": 0, "shadowErrors": 0, "rules": [], "sums": []}),
        ("one", {"nextNumber": 7, "nextVersion": 1, "configurationVersion": 48521, "countedSince": TIME,
                 "activeCost": 12, "activeErrors": 1, "shadowErrors": 0, "rules": [
                     {"number": 7, "version": 1, "matched": 12, "approved": 2, "addedLsn": 48520, "addedAt": TIME,
                      "changedLsn": 48521, "changedAt": TIME, "author": 1000, "changedBy": 0, "action": "decline",
                      "reason": "suspectedFraud", "stage": "active", "name": "night-gambling", "owner": "risk",
                      "note": "Losses of October", "condition": "merchant.category == 7995\n\t&& time.hour < 6"}],
                 "sums": [{"number": 7, "version": 1, "asked": 125000, "approvedAmount": 2500, "currency": "EUR"}]}),
    ],
    "RuleHistory": [("of one", {"beforeLsn": 0, "count": 500, "name": "night-gambling"})],
    "RuleHistoryReply": [
        ("two steps", {"nextBeforeLsn": 0, "steps": [
            {"lsn": 48521, "at": TIME, "actor": 0, "number": 7, "version": 1, "from": "draft", "stage": "shadow",
             "name": "night-gambling"},
            {"lsn": 48520, "at": TIME, "actor": 1000, "number": 7, "version": 1, "from": None, "stage": "draft",
             "name": "night-gambling"}]}),
    ],
    "RuleTest": [
        ("a condition", {"lsn": 0, "count": 1000000, "name": "", "condition": "amount > 5000.00"}),
        ("a rule, on one payment", {"lsn": 48213, "count": 0, "name": "night-gambling", "condition": ""}),
    ],
    "RuleTestReply": [
        ("one match", {"looked": 100000, "matched": 1, "approved": 1, "errors": 3, "firstLsn": 1, "lastLsn": 48213,
                       "cost": 4, "sums": [
                           {"matched": 1, "asked": 1250, "approvedAmount": 1250, "currency": "EUR"}], "payments": [
                           {"lsn": 48213, "decidedAt": TIME, "amount": 1250, "currency": "EUR", "outcome": "approved",
                            "reason": "approved", "merchantCategory": 7995, "merchantName": "Casino Royale"}]}),
    ],
    "PaymentAlternatives": [("to a decision", {"lsn": 48213})],
    "PaymentAlternativesReply": [
        ("a smaller amount, or another merchant", {"alternatives": [
            {"kind": "amount", "value": 8320, "outcome": "approved", "reason": "approved"},
            {"kind": "merchant", "value": None, "outcome": "flagged", "reason": "approved"}]}),
    ],
    "PaymentRules": [("of a payment", {"lsn": 48213})],
    "PaymentRulesReply": [
        ("one declined", {"matched": 1, "errors": 0, "rules": [
            {"number": 7, "version": 1, "action": "decline", "reason": "suspectedFraud", "isDeciding": True,
             "name": "night-gambling", "owner": "risk", "note": "", "condition": "merchant.category == 7995"}],
                          "hits": []}),
        ("one found a merchant on a list", {"matched": 1, "errors": 0, "rules": [
            {"number": 8, "version": 2, "action": "decline", "reason": "merchantBlocked", "isDeciding": True,
             "name": "hot-merchants", "owner": "risk", "note": "", "condition": "merchant.id in list(\"hot-merchants\")"}],
            "hits": [{"number": 8, "version": 2, "addedLsn": 48530, "from": None, "until": TIME, "actor": 1000,
                      "list": "hot-merchants", "value": "M0001", "reason": "card testing"}]}),
    ],
    "ListCreate": [
        ("merchants", {"requestId": REQUEST, "transmissionTime": TIME, "kind": "merchant", "match": "exact",
                       "name": "hot-merchants", "owner": "risk", "note": "Merchants with card testing",
                       "reason": "incident 12"}),
        ("beginnings of names", {"requestId": REQUEST, "transmissionTime": TIME, "kind": "merchantName",
                                 "match": "prefix", "name": "names", "owner": "", "note": "", "reason": ""}),
    ],
    "ListCreateReply": [("made", {"lsn": 48529, "number": 3})],
    "ListDelete": [("no longer needed", {"requestId": REQUEST, "transmissionTime": TIME, "name": "hot-merchants",
                                         "reason": "replaced"})],
    "ListDeleteReply": [("deleted", {"lsn": 48533, "entries": 2})],
    "ListAdd": [
        ("two merchants", {"requestId": REQUEST, "transmissionTime": TIME, "entries": [
            {"from": None, "until": TIME + 3600000000, "value": "M0001", "reason": "card testing"},
            {"from": TIME, "until": None, "value": "M0002", "reason": ""}],
            "name": "hot-merchants", "reason": "incident 12"}),
    ],
    "ListAddReply": [("one was there", {"lsn": 48530, "added": 1, "replaced": 1, "unchanged": 0, "entries": 2})],
    "ListRemove": [("one", {"requestId": REQUEST, "transmissionTime": TIME, "values": [{"value": "M0001"}],
                            "name": "hot-merchants", "reason": "cleared"})],
    "ListRemoveReply": [("gone", {"lsn": 48531, "removed": 1, "unchanged": 0, "entries": 1})],
    "ListShow": [("all", {"name": ""}), ("one", {"name": "hot-merchants"})],
    "ListShowReply": [
        ("none", {"entries": 0, "past": 0, "bytes": 0, "lists": []}),
        ("one", {"entries": 2, "past": 1, "bytes": 131200, "lists": [
            {"number": 3, "entries": 2, "createdLsn": 48529, "createdAt": TIME, "changedLsn": 48530, "changedAt": TIME,
             "knownSince": 0, "bytes": 131200, "createdBy": 1000, "changedBy": 0, "kind": "merchant", "match": "exact",
             "name": "hot-merchants", "owner": "risk", "note": "Merchants with card testing"}]}),
    ],
    "ListEntries": [
        ("from the start", {"after": 0, "count": 1024, "expiredOnly": False, "name": "hot-merchants", "value": ""}),
        ("expired, the second page", {"after": 1024, "count": 100, "expiredOnly": True, "name": "hot-merchants",
                                      "value": ""}),
        ("one value", {"after": 0, "count": 1, "expiredOnly": False, "name": "hot-merchants", "value": "M0001"}),
    ],
    "ListEntriesReply": [
        ("one entry", {"next": 0, "now": TIME, "entries": [
            {"addedLsn": 48530, "from": None, "until": TIME, "actor": 1000, "value": "M0001",
             "reason": "card testing"}]}),
    ],
    "ListHistory": [("the newest", {"beforeLsn": 0, "count": 500, "name": "hot-merchants"})],
    "ListHistoryReply": [
        ("two steps", {"nextBeforeLsn": 0, "steps": [
            {"lsn": 48530, "lastLsn": 49506, "at": TIME, "changed": 1000000, "entries": 1000000, "actor": 1000,
             "change": "added", "reason": "incident 12"},
            {"lsn": 48529, "lastLsn": 48529, "at": TIME, "changed": 0, "entries": 0, "actor": 1000,
             "change": "created", "reason": ""}]}),
    ],
}
