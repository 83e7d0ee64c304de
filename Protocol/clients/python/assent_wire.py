"""Assent's wire format, written from Protocol/README.md with tables of its own.

Standard library only. `encode_frame` makes a frame of a message's name and fields, `decode_frame` reads one, `cut` finds
one at the front of a buffer. Every rule of the specification is judged here; what breaks one raises `WireError` with
the code of the Reject that a server would send.

Fields are plain values: numbers are int, identifiers uuid.UUID, characters and texts str, bytes bytes, enumerations and
the bits of sets are named by str, nulls are None, composites are dict, groups are lists of dict.
"""

import hashlib
import struct
import uuid

MAGIC = 0xEB50
FRAME_VERSION = 1
SCHEMA_ID = 0x4153
SCHEMA_VERSION = 2
HEADER_BYTES = 32
FRAME_MAX_BEFORE_HELLO = 4096
FRAME_MAX_GATEWAY = 65536
FRAME_MAX_ADMINISTRATION = 1048576
PUSH_BIT = 1 << 63
AMOUNT_MAX = 10 ** 15
TIME_MAX = 253402300799999999
NULL_I64 = -(1 << 63)

_HEADER = struct.Struct("<IHBBQIIHHHH")


class WireError(Exception):
    """What is wrong with bytes or fields, and the code of the Reject for it."""

    def __init__(self, code, field, detail):
        super().__init__("%d %s%s" % (code, field + ": " if field else "", detail))
        self.code = code
        self.field = field
        self.detail = detail

    @property
    def closes(self):
        """Whether the connection cannot go on after it."""
        return 100 <= self.code < 200


# --- CRC-32C (Castagnoli, reflected polynomial 0x82F63B78) --------------------------------------------------------


def _crc_table():
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ 0x82F63B78 if value & 1 else value >> 1
        table.append(value)
    return table


_CRC = _crc_table()


def crc32c(data, crc=0):
    """The checksum of data; pass the checksum of what came before to go on."""
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ _CRC[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def frame_checksum(frame):
    """The checksum of a frame with its checksum field taken as zero."""
    return crc32c(frame[24:], crc32c(b"\0\0\0\0", crc32c(frame[:20])))


# --- Enumerations and sets --------------------------------------------------------------------------------------------

CHECKS = ["cardKnown", "cardState", "cardExpiry", "currency", "merchantBlockList", "merchantCategory",
          "merchantCountry", "presence", "velocity1", "velocity2", "velocity3", "velocity4", "transactionLimit",
          "amountThreshold", "spendingLimit", "rules", "approval"]

ENUMS = {
    "presence": {0: "unknown", 1: "present", 2: "notPresent"},
    "entryMode": {0: "unknown", 1: "chip", 2: "contactless", 3: "magneticStripe", 4: "manual", 5: "credentialOnFile",
                  6: "electronicCommerce"},
    "initiator": {1: "cardholder", 2: "merchant"},
    "outcome": {1: "approved", 2: "declined", 3: "flagged"},
    "reason": {0: "approved", 1: "partiallyApproved", 10: "invalidAmountOrCurrency", 20: "cardUnknown",
               21: "cardNotActivated", 22: "cardFrozen", 23: "cardCancelled", 24: "cardLost", 25: "cardStolen",
               26: "cardExpired", 30: "merchantBlocked", 31: "merchantCategoryBlocked", 32: "countryBlocked",
               33: "presenceBlocked", 40: "velocityExceeded", 41: "suspectedFraud", 50: "exceedsTransactionLimit",
               51: "exceedsAmountThreshold", 52: "insufficientFunds", 53: "needsApproval", 60: "originalNotFound",
               61: "originalReversed", 62: "alreadyReversed", 63: "lifecycleOver", 64: "overReversal",
               65: "overTolerance"},
    "retryClass": {0: "notNeeded", 1: "never", 2: "later", 3: "afterFix"},
    "check": dict(enumerate(CHECKS)),
    "checkResult": {0: "passed", 1: "failed", 2: "flagged"},
    "alternativeKind": {
        0: "amount", 1: "time", 2: "merchant", 3: "category", 4: "country", 5: "presence", 6: "cardStatus",
        7: "cardExpiry", 8: "transactionLimit", 9: "spendingLimit"},
    "checkUnit": {0: "none", 1: "money", 2: "count", 3: "code"},
    "kind": {1: "authorization", 2: "accountVerification", 3: "balanceInquiry", 4: "financial"},
    "eventKind": {0: "unknown", 1: "authorization", 2: "accountVerification", 3: "balanceInquiry", 4: "financial",
                  16: "increment", 17: "refundAuthorization", 18: "advice", 19: "completion", 20: "clearing",
                  21: "refundClearing", 22: "clearingReversal", 23: "reversal", 24: "reversalAdvice", 25: "chargeback",
                  26: "representment", 27: "fraudReport", 28: "expiry"},
    "matchRule": {0: "none", 1: "identifier", 2: "lifecycle", 3: "trace", 4: "retrieval", 5: "awaiting"},
    "paymentStatus": {1: "declined", 2: "verified", 3: "pending", 4: "partiallyCleared", 5: "cleared", 6: "reversed",
                      7: "expired", 8: "forcePosted", 9: "refunded", 10: "partiallyRefunded", 11: "disputed", 12:
                      "awaitingAuthorization", 13: "refundPending"},
    "authorizationKind": {0: "unknown", 1: "final", 2: "preauthorization", 3: "estimated"},
    "cardNetwork": {0: "unknown", 1: "visa", 2: "mastercard", 3: "americanExpress", 4: "discover", 5: "jcb",
                    6: "unionPay", 7: "domestic"},
    "roundingRule": {0: "halfAwayFromZero", 1: "halfEven", 2: "towardZero", 3: "awayFromZero"},
    "ledgerAccount": {1: "receivable", 2: "settlement", 3: "commitment", 4: "disputes", 5: "suspense", 6: "position"},
    "ledgerPhase": {1: "pending", 2: "posted"},
    "projectionState": {0: "off", 1: "opening", 2: "following", 3: "catchingUp", 4: "waiting"},
    "ruleStage": {1: "draft", 2: "shadow", 3: "active", 4: "retired"},
    "ruleAction": {1: "decline", 2: "flag", 3: "requireApproval"},
    "listKind": {1: "card", 2: "merchant", 3: "merchantName", 4: "terminal", 5: "acquirer", 6: "country", 7: "category",
                 8: "text"},
    "listMatch": {1: "exact", 2: "prefix"},
    "listChange": {1: "created", 2: "added", 3: "removed", 4: "deleted"},
    "replacementReason": {1: "lost", 2: "stolen", 3: "damaged", 4: "expired"},
    "cardStatus": {1: "notActivated", 2: "active", 3: "frozen", 4: "cancelled", 5: "lost", 6: "stolen"},
    "found": {0: "unknown", 1: "decided", 2: "tooOld", 3: "administrative"},
    "receiptState": {0: "none", 1: "given", 2: "pending"},
    "socketRole": {1: "gateway", 2: "administration"},
    "nodeRole": {1: "primary", 2: "standby"},
    "goAwayReason": {1: "draining"},
    "rejectCode": {
        101: "badMagic", 102: "badLength", 103: "badChecksum", 104: "unsupportedFrameVersion", 105: "helloExpected",
        106: "headerBitsReserved", 107: "secondHello", 108: "idleTimeout", 109: "tooSlow",
        110: "authenticationExpected", 111: "principalRevoked", 201: "notPermittedOnSocket",
        202: "principalNotPermitted", 203: "unauthenticated", 204: "authenticationFailed", 205: "scopeMissing",
        301: "unknownTemplate", 302: "unknownSchema",
        303: "malformedBody", 304: "reservedNotZero", 305: "invalidField", 306: "malformedText",
        307: "requestIdReused", 308: "requestTooOld", 309: "transmissionTimeInFuture", 310: "zeroRequestId",
        320: "cardExists", 321: "cardUnknown", 322: "statusTransitionNotAllowed", 323: "settingUnknown",
        324: "settingInvalid", 325: "configurationChanged", 326: "paymentNotFound", 327: "limitReached",
        328: "questionTooLarge", 329: "projectionOff", 330: "historyWouldBeLost", 331: "receiptsOff",
        340: "ruleUnknown", 341: "ruleInvalid", 342: "ruleTransitionNotAllowed", 343: "ruleChanged",
        344: "secondPersonNeeded", 345: "listUnknown", 346: "listExists", 347: "listInvalid", 348: "listInUse",
        350: "principalExists", 351: "principalUnknown",
        401: "busy", 402: "deadlinePassed", 403: "draining", 404: "notReady", 405: "journalBehind", 406: "storageUnavailable",
        407: "rateExceeded", 501: "outcomeUnknown", 502: "internalError"},
}
_ENUM_WIDTH = {"rejectCode": "H"}

# Name: (struct code, names of bits, whether unknown bits are refused).
SETS = {
    "requestFlags": ("B", ["partialApprovalAllowed", "recurring", "estimated"], True),
    "checkSet": ("I", CHECKS, False),
    "paymentFlags": ("I", [
        "fullyReversed", "finalCleared", "expired", "awaitingAuthorization", "reversedBeforeAuthorization", "lateCleared",
        "overCleared", "standIn", "overLimit", "flagged", "receiptVerified", "fraudReported", "refundPending",
        "overRefunded", "counted"], False),
    "features": ("Q", ["simulatedClock", "receipts"], False),
    "scopes": ("I", ["authorize", "lifecycle", "inquiry", "cards", "settings", "reports", "operations", "principals"],
               False),
}


# --- Kinds of fields: each knows its size, how to read and how to write ------------------------------------------


class Kind:
    """A fixed-size field."""

    size = 0

    def read(self, data, at, name):
        raise NotImplementedError

    def write(self, value, name):
        raise NotImplementedError

    def to_json(self, value):
        """The value as JSON can hold it exactly."""
        return value

    def from_json(self, value):
        """The value of its JSON form."""
        return value


class Number(Kind):
    """An integer, with a range and perhaps a null value (the lowest i64)."""

    def __init__(self, code, low=None, high=None, optional=False):
        self.format = struct.Struct("<" + code)
        self.size = self.format.size
        self.low, self.high, self.optional = low, high, optional

    def check(self, value, name):
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise WireError(305, name, "%d is not from %s to %s" % (value, self.low, self.high))
        return value

    def read(self, data, at, name):
        value = self.format.unpack_from(data, at)[0]
        if self.optional and value == NULL_I64:
            return None
        return self.check(value, name)

    def write(self, value, name):
        if value is None and self.optional:
            return self.format.pack(NULL_I64)
        try:
            return self.format.pack(self.check(value, name))
        except struct.error:
            raise WireError(305, name, "%r does not fit" % (value,))

    def to_json(self, value):
        return str(value) if self.size == 8 and value is not None else value

    def from_json(self, value):
        return int(value) if value is not None else None


class Expiry(Number):
    """Year times 12 plus month less 1, for 2000 to 2099; 0 for none."""

    def __init__(self):
        super().__init__("H")

    def check(self, value, name):
        if value != 0 and not 24000 <= value <= 25199:
            raise WireError(305, name, "%d is not 0 or from 24000 to 25199" % value)
        return value


class Named(Kind):
    """An enumeration; the null value has all bits set."""

    def __init__(self, enum, optional=False):
        self.values = ENUMS[enum]
        self.numbers = {text: number for number, text in self.values.items()}
        self.format = struct.Struct("<" + _ENUM_WIDTH.get(enum, "B"))
        self.size = self.format.size
        self.optional = optional

    def read(self, data, at, name):
        value = self.format.unpack_from(data, at)[0]
        if self.optional and value == (1 << 8 * self.size) - 1:
            return None
        if value not in self.values:
            raise WireError(305, name, "%d is not a value of this enumeration" % value)
        return self.values[value]

    def write(self, value, name):
        if value is None and self.optional:
            return b"\xff" * self.size
        if value not in self.numbers:
            raise WireError(305, name, "%r is not one of %s" % (value, ", ".join(self.numbers)))
        return self.format.pack(self.numbers[value])


class Flag(Kind):
    """No or yes."""

    size = 1

    def read(self, data, at, name):
        if data[at] > 1:
            raise WireError(305, name, "%d is neither 0 nor 1" % data[at])
        return data[at] == 1

    def write(self, value, name):
        return b"\1" if value else b"\0"


class Bits(Kind):
    """A set; bits without a name read as `bitN`."""

    def __init__(self, name):
        code, self.names, self.strict = SETS[name]
        self.format = struct.Struct("<" + code)
        self.size = self.format.size

    def read(self, data, at, name):
        value = self.format.unpack_from(data, at)[0]
        if self.strict and value >> len(self.names):
            raise WireError(304, name, "reserved bits are set")
        return [self.names[bit] if bit < len(self.names) else "bit%d" % bit
                for bit in range(8 * self.size) if value >> bit & 1]

    def write(self, value, name):
        number = 0
        for text in value or []:
            number |= 1 << (self.names.index(text) if text in self.names else int(text[3:]))
        return self.format.pack(number)


class Identifier(Kind):
    """128 bits as two 64-bit halves, the high one first; zero stands for none."""

    size = 16

    def __init__(self, optional=False, zero_code=305):
        self.optional, self.zero_code = optional, zero_code

    def read(self, data, at, name):
        high, low = struct.unpack_from("<QQ", data, at)
        if high | low == 0:
            if self.optional:
                return None
            raise WireError(self.zero_code, name, "the identifier is zero")
        return uuid.UUID(int=high << 64 | low)

    def write(self, value, name):
        if value is None and self.optional:
            return bytes(16)
        number = uuid.UUID(str(value)).int
        if number == 0 and not self.optional:
            raise WireError(self.zero_code, name, "the identifier is zero")
        return struct.pack("<QQ", number >> 64, number & (1 << 64) - 1)

    def to_json(self, value):
        return str(value) if value is not None else None

    def from_json(self, value):
        return uuid.UUID(value) if value is not None else None


class Characters(Kind):
    """Printable ASCII padded with zero bytes; spaces at the end count as padding."""

    def __init__(self, size):
        self.size = size

    def read(self, data, at, name):
        field = bytes(data[at:at + self.size])
        text = field.rstrip(b"\0")
        if any(byte < 0x20 or byte > 0x7E for byte in text):
            raise WireError(306, name, "must be printable ASCII, then zero bytes to the end")
        return text.rstrip(b" ").decode("ascii")

    def write(self, value, name):
        try:
            text = (value or "").encode("ascii")
        except UnicodeEncodeError:
            raise WireError(306, name, "must be printable ASCII")
        if len(text) > self.size or any(byte < 0x20 or byte > 0x7E for byte in text):
            raise WireError(306, name, "must be at most %d characters of printable ASCII" % self.size)
        return text.ljust(self.size, b"\0")


class Letters(Kind):
    """Upper-case letters in every place; all zero bytes for none, where that is allowed."""

    def __init__(self, size, optional=False):
        self.size, self.optional = size, optional

    def check(self, field, name):
        if not all(0x41 <= byte <= 0x5A for byte in field) or len(field) != self.size:
            raise WireError(306, name, "must be %d upper-case letters" % self.size)
        return field

    def read(self, data, at, name):
        field = bytes(data[at:at + self.size])
        if self.optional and not any(field):
            return None
        return self.check(field, name).decode("ascii")

    def write(self, value, name):
        if value is None and self.optional:
            return bytes(self.size)
        return self.check(value.encode("utf-8"), name)


class Digits(Kind):
    """Four decimal digits, or all zero bytes for none."""

    size = 4

    def check(self, field, name):
        if any(field) and not (len(field) == 4 and all(0x30 <= byte <= 0x39 for byte in field)):
            raise WireError(306, name, "must be four decimal digits, or all zero bytes")
        return field

    def read(self, data, at, name):
        return self.check(bytes(data[at:at + 4]), name).rstrip(b"\0").decode("ascii")

    def write(self, value, name):
        return self.check((value or "").encode("utf-8") or bytes(4), name)


class PaddedText(Kind):
    """UTF-8 without control characters, padded with zero bytes."""

    def __init__(self, size):
        self.size = size

    def read(self, data, at, name):
        return check_text(bytes(data[at:at + self.size]).rstrip(b"\0"), name)

    def write(self, value, name):
        text = value.encode("utf-8")
        check_text(text, name)
        if len(text) > self.size:
            raise WireError(306, name, "at most %d bytes" % self.size)
        return text.ljust(self.size, b"\0")


class Bytes(Kind):
    """Bytes as they are."""

    def __init__(self, size):
        self.size = size

    def read(self, data, at, name):
        return bytes(data[at:at + self.size])

    def write(self, value, name):
        if len(value) != self.size:
            raise WireError(305, name, "must be %d bytes" % self.size)
        return bytes(value)

    def to_json(self, value):
        return value.hex()

    def from_json(self, value):
        return bytes.fromhex(value)


class Reserved(Kind):
    """Zero bytes."""

    def __init__(self, size):
        self.size = size

    def read(self, data, at, name):
        if any(data[at:at + self.size]):
            raise WireError(304, name, "must be zero")

    def write(self, value, name):
        return bytes(self.size)


class Composite(Kind):
    """Fields one after the other; all zero bytes for none, where that is allowed."""

    def __init__(self, fields, optional=False):
        self.fields, self.optional = fields, optional
        self.size = sum(kind.size for _, kind in fields)

    def read(self, data, at, name):
        if self.optional and not any(data[at:at + self.size]):
            return None
        return read_block(self.fields, data, at)

    def write(self, value, name):
        if value is None and self.optional:
            return bytes(self.size)
        return write_block(self.fields, value)

    def to_json(self, value):
        return None if value is None else block_to_json(self.fields, value)

    def from_json(self, value):
        return None if value is None else block_from_json(self.fields, value)


def block_to_json(fields, values):
    """A block's values as JSON can hold them exactly: 64-bit numbers and identifiers as strings, bytes as hex."""
    return {name: kind.to_json(values[name]) for name, kind in fields if name in values}


def block_from_json(fields, values):
    """The inverse of `block_to_json`."""
    return {name: kind.from_json(values[name]) for name, kind in fields if name in values}


def check_text(data, name, multiline=False):
    """UTF-8 without control characters; line feed and tab are fine in multi-line texts."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise WireError(306, name, "must be UTF-8")
    for character in text:
        point = ord(character)
        if (point < 0x20 or 0x7F <= point <= 0x9F) and not (multiline and character in "\n\t"):
            raise WireError(306, name, "must have no control characters")
    return text


def read_block(fields, data, at):
    """The fields of a block that begins at an offset."""
    values = {}
    for name, kind in fields:
        value = kind.read(data, at, name)
        if not isinstance(kind, Reserved):
            values[name] = value
        at += kind.size
    return values


def write_block(fields, values):
    """The bytes of a block; what is not given is null, zero or empty where that is allowed."""
    parts = []
    for name, kind in fields:
        if name not in values and not isinstance(kind, (Reserved, Bits, Flag)) and not getattr(kind, "optional", False):
            raise WireError(305, name, "is missing")
        parts.append(kind.write(values.get(name), name))
    return b"".join(parts)


# --- Messages -------------------------------------------------------------------------------------------------------------


class Message:
    """A message: its template, its block's fields, its groups and its variable-length data.

    since is the schema version that it came with, appended what later versions added to its block: version 2's fields.
    """

    def __init__(self, name, template, fields, groups=(), data=(), since=1, appended=()):
        self.name, self.template, self.groups, self.data, self.since = name, template, groups, data, since
        self.first_fields, self.fields = fields, fields + list(appended)
        self.block_length = sum(kind.size for _, kind in self.fields)

        # What a field that a version appended says where it is not given: the same as zero bytes.
        self.standard = {name: kind.read(bytes(kind.size), 0, name) for name, kind in appended
                         if not isinstance(kind, Reserved)}

    def block_length_in(self, version):
        """The bytes of the block in a schema version."""
        return sum(kind.size for _, kind in self.first_fields) if version < 2 else self.block_length


class Group:
    """A repeating group."""

    def __init__(self, name, maximum, fields, data=()):
        self.name, self.maximum, self.fields, self.data = name, maximum, fields, data
        self.block_length = sum(kind.size for _, kind in fields)


def _tables():
    u8, u16, u32, u64, i64 = (Number(code) for code in "BHIQq")
    version = Number("H", 1, 65535)
    lsn = u64
    money = i64
    money_or_null = Number("q", optional=True)
    positive = Number("q", 1, AMOUNT_MAX)
    positive_or_null = Number("q", 1, AMOUNT_MAX, optional=True)
    limit = Number("q", 0, AMOUNT_MAX)
    limit_or_null = Number("q", 0, AMOUNT_MAX, optional=True)
    limit_change = Number("q", -1, AMOUNT_MAX, optional=True)
    time = Number("q", 0, TIME_MAX)
    time_or_null = Number("q", 0, TIME_MAX, optional=True)
    category = Number("H", 0, 9999)
    request_id = Identifier(zero_code=310)
    request_id_or_zero = Identifier(optional=True)
    card_token = Identifier()
    card_token_or_zero = Identifier(optional=True)
    identifier = Identifier()
    currency, currency_or_zero, country = Letters(3), Letters(3, optional=True), Letters(2)
    status, reason = Named("cardStatus"), Named("reason")

    decision_fields = [
        ("lsn", lsn), ("decidedAt", time), ("approvedAmount", money), ("spendingLimit", money_or_null),
        ("posted", money_or_null), ("held", money_or_null), ("available", money_or_null), ("retryAt", time),
        ("policyVersion", lsn), ("checksRun", Bits("checkSet")), ("checksFailed", Bits("checkSet")),
        ("checksFlagged", Bits("checkSet")), ("outcome", Named("outcome")), ("reason", reason),
        ("retryClass", Named("retryClass")), ("responseCode", Characters(2)), ("currency", currency_or_zero),
        ("approvalCode", Characters(6)), ("reserved", Reserved(6))]
    decision = Composite(decision_fields)
    card = Composite([
        ("cardToken", card_token), ("spendingLimit", money), ("transactionLimit", money_or_null), ("posted", money),
        ("held", money), ("available", money), ("createdLsn", lsn), ("createdAt", time), ("expiry", Expiry()),
        ("lastFour", Digits()), ("currency", currency), ("profile", Characters(16)), ("status", status),
        ("reserved", Reserved(6))])
    mutation = [("requestId", request_id), ("cardToken", card_token), ("transmissionTime", time)]
    who = [("merchantId", Characters(15)), ("terminalId", Characters(8))]
    how = [("merchantCountry", country), ("merchantCategory", category), ("presence", Named("presence")),
           ("entryMode", Named("entryMode")), ("initiator", Named("initiator"))]
    merchant = [("merchantName", 64), ("merchantCity", 32)]
    flags = [("flags", Bits("requestFlags"))]
    life = [("lifecycleId", Characters(16)), ("acquirerId", Characters(11)), ("retrievalReference", Characters(12))]
    stan, rate, scale = Number("I", 0, 999999), Number("q", 0, AMOUNT_MAX), Number("B", 0, 18)
    rounding, network, sort = Named("roundingRule"), Named("cardNetwork"), Named("authorizationKind")
    keys = life + [("stan", stan), ("rate", rate), ("rateScale", scale), ("rounding", rounding), ("network", network),
                   ("authorizationKind", sort)]
    asked = [
        ("requestId", request_id), ("cardToken", card_token), ("amount", positive),
        ("merchantAmount", positive_or_null), ("transmissionTime", time)] + who + [
        ("currency", currency), ("merchantCurrency", currency_or_zero)] + how + flags
    event = Composite([
        ("requestId", request_id), ("cardToken", card_token), ("amount", limit_or_null),
        ("merchantAmount", positive_or_null), ("transmissionTime", time), ("rate", rate), ("paymentId", lsn),
        ("originalRequestId", request_id_or_zero), ("originalTransmissionTime", time_or_null), ("stan", stan)] + life + [
        ("approvalCode", Characters(6))] + who + [
        ("originalTerminalId", Characters(8)), ("currency", currency_or_zero),
        ("merchantCurrency", currency_or_zero)] + how + [
        ("network", network), ("authorizationKind", sort), ("rateScale", scale), ("rounding", rounding),
        ("isFinal", Flag()), ("sequenceNumber", u8), ("sequenceCount", u8), ("reserved", Reserved(4))])
    payment = Composite([("paymentId", lsn)] + [(name, money) for name in (
        "approved", "reversed", "expired", "cleared", "overCleared", "refunded", "disputed", "held", "heldChange",
        "postedChange")] + [
        ("expiresAt", time), ("flags", Bits("paymentFlags")), ("status", Named("paymentStatus")),
        ("matchRule", Named("matchRule")), ("reserved", Reserved(2))], optional=True)
    event_kind = Named("eventKind")
    day, day_or_null = Number("q", 0, 2932896), Number("q", 0, 2932896, optional=True)
    account, phase = Named("ledgerAccount"), Named("ledgerPhase")
    scope = [("effectiveDay", day_or_null), ("paymentId", lsn), ("cardToken", card_token_or_zero)]
    which = [("currency", currency_or_zero), ("account", Named("ledgerAccount", optional=True)),
             ("phase", Named("ledgerPhase", optional=True))]
    amounts = [(name, money) for name in (
        "approved", "reversed", "expired", "cleared", "overCleared", "refunded", "disputed")]
    stage, stage_or_null = Named("ruleStage"), Named("ruleStage", optional=True)
    rule_version = [("number", u32), ("version", u32)]
    rule_kind = [("action", Named("ruleAction")), ("reason", reason)]
    rule_texts = [("name", 64), ("owner", 64), ("note", 512), ("condition", 921600)]
    rule_sum = [("asked", money), ("approvedAmount", money), ("currency", currency), ("reserved", Reserved(5))]
    list_kind = [("kind", Named("listKind")), ("match", Named("listMatch")), ("reserved", Reserved(6))]
    validity = [("from", time_or_null), ("until", time_or_null)]
    events = [("Increment", 0x0101), ("RefundAuthorize", 0x0104), ("Advice", 0x0120), ("Completion", 0x0220),
              ("Clearing", 0x0221), ("RefundClearing", 0x0222), ("ClearingReversal", 0x0223), ("Reverse", 0x0400),
              ("ReversalAdvice", 0x0420), ("Chargeback", 0x0422), ("Representment", 0x0423), ("FraudReport", 0x0620)]

    number_or_null = Number("q", optional=True)
    grant = [("scopes", Bits("scopes")), ("ratePerSecond", u32), ("burst", u32), ("creditMax", u32)]
    principal = [("principal", Composite([
        ("principalId", lsn), ("createdAt", time), ("changedLsn", lsn), ("changedAt", time), ("revokedAt", time),
        ("formerKeyUntil", time), ("formerCertificateNameUntil", time), ("publicKey", Bytes(32)),
        ("formerKey", Bytes(32)), ("userId", number_or_null)] + grant))]
    names = [("name", 64), ("certificateName", 512), ("formerCertificateName", 512)]
    asking = [("requestId", request_id), ("transmissionTime", time)]

    return [
        Message("Authorize", 0x0100, asked + [("reserved", Reserved(3))], data=merchant,
                appended=keys + [("reserved", Reserved(1))]),
        Message("VerifyAccount", 0x0102, mutation + who + [("currency", currency)] + how + flags + [
            ("reserved", Reserved(6))], data=merchant),
        Message("BalanceInquiry", 0x0103, mutation + who + how + [("reserved", Reserved(2))], data=merchant),
        Message("AuthorizeReply", 0x0110, [("decision", decision)]),
        Message("VerifyAccountReply", 0x0112, [("decision", decision)]),
        Message("BalanceInquiryReply", 0x0113, [("decision", decision)]),
        Message("Financial", 0x0200, asked + [("reserved", Reserved(3))] + keys + [("reserved", Reserved(1))],
                data=merchant, since=2),
    ] + [
        Message(name, template, [("event", event)], data=merchant, since=2) for name, template in events
    ] + [
        Message(name + "Reply", template + 0x10, [("decision", decision), ("payment", payment)], since=2)
        for name, template in [("Financial", 0x0200)] + events
    ] + [
        Message("QueryByRequestId", 0x0600, [("requestId", request_id), ("transmissionTime", time)]),
        Message("QueryByRequestIdReply", 0x0610, [
            ("lsn", lsn), ("found", Named("found")), ("kind", Named("kind", optional=True)), ("reserved", Reserved(6)),
            ("decision", Composite(decision_fields, optional=True))],
            appended=[("payment", payment), ("eventKind", event_kind), ("reserved", Reserved(7))]),
        Message("ReceiptGet", 0x0601, [
            ("requestId", request_id), ("transmissionTime", time), ("previousLsn", lsn)], since=2),
        Message("ReceiptGetReply", 0x0611, [
            ("lsn", lsn), ("state", Named("receiptState")), ("reserved", Reserved(7))], data=[("receipt", 921600)],
            since=2),
        Message("Hello", 0x0800, [
            ("minFrameVersion", u8), ("maxFrameVersion", u8), ("schemaVersion", version), ("wantedCredit", u32),
            ("features", Bits("features"))], data=[("clientName", 64)]),
        Message("HelloReply", 0x0810, [
            ("frameVersion", u8), ("role", Named("socketRole")), ("schemaVersion", version), ("frameBytesMax", u32),
            ("credit", u32), ("reserved", Reserved(4)), ("features", Bits("features")), ("nonce", Bytes(32)),
            ("clusterId", identifier), ("instanceId", identifier), ("serverTime", time)], data=[("serverName", 64)]),
        Message("Ping", 0x0801, [("payload", u64)]),
        Message("Pong", 0x0811, [("payload", u64)]),
        Message("Health", 0x0802, []),
        Message("HealthReply", 0x0812, [
            ("live", Flag()), ("ready", Flag()), ("role", Named("nodeRole")), ("reserved", Reserved(1)),
            ("inFlight", u32), ("durableLsn", lsn), ("lastLsn", lsn), ("journalLagBytes", u64)]),
        Message("GoAway", 0x0803, [
            ("lastCorrelationId", u64), ("graceMilliseconds", u32), ("reason", Named("goAwayReason")),
            ("reserved", Reserved(3))]),
        Message("Authenticate", 0x0804, [("signature", Bytes(64))], data=[("principal", 64)], since=2),
        Message("AuthenticateReply", 0x0814, [
            ("scopes", Bits("scopes")), ("credit", u32), ("frameBytesMax", u32), ("reserved", Reserved(4))], since=2),
        Message("Reject", 0x09FF, [
            ("code", Named("rejectCode")), ("templateId", u16), ("retryAfterMicroseconds", u32)],
            data=[("detail", 512)]),
        Message("CardCreate", 0x1000, mutation + [
            ("spendingLimit", limit), ("transactionLimit", limit_or_null), ("expiry", Expiry()), ("lastFour", Digits()),
            ("currency", currency), ("profile", Characters(16)), ("status", status), ("reserved", Reserved(6))]),
        Message("CardSetStatus", 0x1001, mutation + [("status", status), ("reserved", Reserved(7))]),
        Message("CardSetLimits", 0x1002, mutation + [
            ("spendingLimit", limit_or_null), ("transactionLimit", limit_change), ("expiry", Expiry()),
            ("profile", Characters(16)), ("reserved", Reserved(6))]),
        Message("CardGet", 0x1003, [("cardToken", card_token)]),
        Message("CardList", 0x1004, [
            ("afterOrdinal", u64), ("count", Number("I", 1, 1000)), ("status", Named("cardStatus", optional=True)),
            ("currency", currency_or_zero), ("lastFour", Digits()), ("profile", Characters(16)),
            ("reserved", Reserved(4))]),
        Message("CardCreateReply", 0x1010, [("lsn", lsn), ("card", card)]),
        Message("CardSetStatusReply", 0x1011, [("lsn", lsn), ("card", card)]),
        Message("CardSetLimitsReply", 0x1012, [("lsn", lsn), ("card", card)]),
        Message("CardGetReply", 0x1013, [("card", card)]),
        Message("CardListReply", 0x1014, [("nextOrdinal", u64)],
                groups=[Group("cards", 1000, [("ordinal", u64), ("card", card)])]),
        Message("CardReplace", 0x1005, mutation + [
            ("newCardToken", card_token), ("expiry", Expiry()), ("lastFour", Digits()),
            ("reason", Named("replacementReason")), ("reserved", Reserved(1))], since=2),
        Message("CardReplaceReply", 0x1015, [("lsn", lsn), ("card", card)], since=2),
        Message("PaymentGet", 0x1020, [("lsn", lsn), ("requestId", request_id_or_zero)]),
        Message("PaymentGetReply", 0x1030, [
            ("requestId", request_id), ("cardToken", card_token), ("amount", money_or_null),
            ("merchantAmount", money_or_null), ("transmissionTime", time)] + who + [
            ("currency", currency_or_zero), ("merchantCurrency", currency_or_zero)] + how + flags + [
            ("kind", Named("kind")), ("reserved", Reserved(2)), ("decision", decision)],
            groups=[Group("checks", 64, [
                ("check", Named("check")), ("result", Named("checkResult")), ("unit", Named("checkUnit")),
                ("reserved", Reserved(5)), ("seen", money_or_null), ("allowed", money_or_null)])],
            data=merchant + [("detail", 2048)],
            appended=[("payment", payment)] + keys + [("eventKind", event_kind), ("lastLsn", lsn), ("lastAt", time)]),
        Message("PaymentList", 0x1021, [
            ("beforeLsn", lsn), ("cardToken", card_token_or_zero), ("from", time_or_null), ("to", time_or_null),
            ("count", Number("I", 1, 500)), ("outcome", Named("outcome", optional=True)),
            ("kind", Named("kind", optional=True)), ("reason", Named("reason", optional=True)),
            ("reserved", Reserved(1))], data=[("merchantContains", 64)]),
        Message("PaymentListReply", 0x1031, [("nextBeforeLsn", lsn), ("scanned", u64)],
                groups=[Group("payments", 500, [
                    ("lsn", lsn), ("decidedAt", time), ("cardToken", card_token), ("requestId", request_id),
                    ("amount", money_or_null), ("approvedAmount", money), ("currency", currency_or_zero),
                    ("outcome", Named("outcome")), ("reason", reason), ("kind", Named("kind")),
                    ("responseCode", Characters(2)), ("merchantCategory", category), ("merchantCountry", country),
                    ("reserved", Reserved(4)), ("merchantName", PaddedText(64))])]),
        Message("PaymentHistory", 0x1022, [
            ("paymentId", lsn), ("beforeLsn", lsn), ("count", Number("I", 1, 500)), ("reserved", Reserved(4))], since=2),
        Message("PaymentHistoryReply", 0x1032, [
            ("nextBeforeLsn", lsn), ("currency", currency_or_zero), ("reserved", Reserved(5)),
            ("wholeThroughLsn", lsn)], since=2,
            groups=[Group("events", 500, [
                ("lsn", lsn), ("decidedAt", time), ("requestId", request_id_or_zero), ("amount", money_or_null),
                ("merchantAmount", money_or_null), ("rate", rate), ("payment", payment), ("kind", event_kind),
                ("outcome", Named("outcome")), ("reason", reason), ("responseCode", Characters(2)),
                ("merchantCurrency", currency_or_zero), ("rateScale", scale), ("rounding", rounding), ("isFinal", Flag()),
                ("sequenceNumber", u8), ("sequenceCount", u8), ("reserved", Reserved(3))])]),
        Message("PaymentSearch", 0x1023, [
            ("beforeLsn", lsn), ("atLeastLsn", lsn), ("cardToken", card_token_or_zero), ("from", time_or_null),
            ("to", time_or_null), ("amountMin", limit_or_null), ("amountMax", limit_or_null),
            ("count", Number("I", 1, 500)), ("currency", currency_or_zero),
            ("status", Named("paymentStatus", optional=True)), ("outcome", Named("outcome", optional=True)),
            ("reason", Named("reason", optional=True)), ("kind", Named("eventKind", optional=True)),
            ("reserved", Reserved(5))], data=[("merchant", 64), ("text", 128)], since=2),
        Message("PaymentSearchReply", 0x1033, [
            ("nextBeforeLsn", lsn), ("projectedLsn", lsn), ("durableLsn", lsn)], since=2,
            groups=[Group("payments", 500, [
                ("paymentId", lsn), ("lastLsn", lsn), ("decidedAt", time), ("lastAt", time), ("cardToken", card_token),
                ("requestId", request_id_or_zero), ("amount", money_or_null), ("merchantAmount", money_or_null)]
                + amounts + [
                ("flags", Bits("paymentFlags")), ("merchantCategory", category), ("merchantCountry", country),
                ("currency", currency_or_zero), ("merchantCurrency", currency_or_zero), ("kind", event_kind),
                ("outcome", Named("outcome")), ("reason", reason), ("status", Named("paymentStatus"))] + who + [
                ("reserved", Reserved(7)), ("merchantName", PaddedText(64))], data=[("merchantCity", 32)])]),
        Message("PaymentAlternatives", 0x1024, [("lsn", lsn)], since=2),
        Message("PaymentAlternativesReply", 0x1034, [], since=2, groups=[Group("alternatives", 64, [
            ("value", money_or_null), ("kind", Named("alternativeKind")), ("outcome", Named("outcome")),
            ("reason", reason), ("reserved", Reserved(5))])]),
        Message("ConfigGet", 0x1040, [], data=[("prefix", 128), ("afterKey", 128)]),
        Message("ConfigSet", 0x1041, [
            ("requestId", request_id), ("transmissionTime", time), ("expectedVersion", lsn)],
            data=[("key", 128), ("value", 921600)]),
        Message("ConfigGetReply", 0x1050, [
            ("configurationVersion", lsn), ("more", Flag()), ("reserved", Reserved(7))],
            groups=[Group("settings", 4096, [], data=[("key", 128), ("value", 921600), ("help", 2048)])]),
        Message("ConfigSetReply", 0x1051, [("lsn", lsn)]),
        Message("Status", 0x1060, []),
        Message("Digest", 0x1061, []),
        Message("StatusReply", 0x1070, [
            ("instanceId", identifier), ("startedAt", time), ("now", time), ("lastLsn", lsn), ("durableLsn", lsn)] + [
            (name, u64) for name in (
                "cards", "rememberedIds", "approved", "declined", "flagged", "repeated", "rejected", "busy", "commits",
                "journalBytes", "residentBytes", "recoveredRecords", "recoveryMicroseconds", "tornTailBytes",
                "lastSecondDecisions")] + [
            (name, u32) for name in (
                "connections", "inFlight", "latencyP50", "latencyP90", "latencyP99", "latencyP999", "latencyMax")] + [
            ("simulatedClock", Flag()), ("reserved", Reserved(3))],
            appended=[("snapshotLsn", lsn), ("snapshotAt", time)] + [(name, u64) for name in (
                "snapshotBytes", "snapshotMicroseconds", "snapshotPauseMicroseconds", "paymentsInMemory",
                "archivedPayments", "archiveBytes")] + [
                ("archiveLsn", lsn), ("archiveRuns", u32), ("snapshotsKept", u32), ("archiveComplete", Flag()),
                ("reserved", Reserved(7)), ("projectedLsn", lsn), ("projectionLagMicroseconds", u64),
                ("projectionState", Named("projectionState")), ("reserved", Reserved(3)),
                ("inFlightMax", u32), ("certificateEndsAt", time), ("revocationListEndsAt", time),
                ("authorityEndsAt", time)],
            groups=[Group("reasons", 255, [("reason", reason), ("reserved", Reserved(7)), ("total", u64)])],
            data=[("daemonVersion", 64)]),
        Message("DigestReply", 0x1071, [
            ("lsn", lsn), ("digest", Bytes(16)), ("cards", u64), ("rememberedIds", u64), ("policyVersion", lsn)]),
        Message("SnapshotMake", 0x1078, [], since=2),
        Message("SnapshotMakeReply", 0x1088, [("lsn", lsn), ("resumeLsn", lsn), ("madeAt", time)] + [
            (name, u64) for name in (
                "fileBytes", "microseconds", "longestPauseMicroseconds", "cards", "payments", "rememberedIds")] + [
            ("made", Flag()), ("reserved", Reserved(7))], since=2),
        Message("SnapshotList", 0x1079, [], since=2),
        Message("SnapshotListReply", 0x1089, [
            ("made", u64), ("failed", u64), ("longestPauseMicroseconds", u64), ("keptMax", u32), ("running", Flag()),
            ("reserved", Reserved(3))],
            groups=[Group("snapshots", 1000, [("lsn", lsn), ("madeAt", time), ("fileBytes", u64)])], since=2),
        Message("BackupHold", 0x10B0, [
            ("repository", Bytes(16)), ("completedLsn", lsn), ("seconds", u32), ("forget", Flag()),
            ("reserved", Reserved(3))], since=2),
        Message("BackupHoldReply", 0x10B8, [
            ("durableLsn", lsn), ("oldestLsn", lsn), ("journal", Bytes(16)), ("heldUntil", time),
            ("backedUpLsn", lsn), ("backedUpAt", time), ("repositories", u32), ("reserved", Reserved(4))], since=2),
        Message("LedgerBalances", 0x1072, [("asOfLsn", lsn), ("atLeastLsn", lsn)] + scope + which + [
            ("reserved", Reserved(3))], since=2),
        Message("LedgerBalancesReply", 0x1082, [("asOfLsn", lsn), ("durableLsn", lsn), ("firstLsn", lsn)], since=2,
                groups=[Group("accounts", 4096, [
                    ("currency", currency), ("phase", phase), ("account", account), ("reserved", Reserved(3)),
                    ("debitHigh", i64), ("debitLow", u64), ("creditHigh", i64), ("creditLow", u64)])]),
        Message("LedgerEntries", 0x1073, [("afterEntry", u64), ("asOfLsn", lsn), ("atLeastLsn", lsn)] + scope + [
            ("count", Number("I", 1, 500))] + which + [("reserved", Reserved(7))], since=2),
        Message("LedgerEntriesReply", 0x1083, [("nextEntry", u64), ("asOfLsn", lsn), ("durableLsn", lsn)], since=2,
                groups=[Group("entries", 500, [
                    ("entryId", u64), ("paymentId", lsn), ("cardToken", card_token), ("decidedAt", time),
                    ("effectiveDay", day), ("amount", money), ("currency", currency), ("account", account),
                    ("phase", phase), ("kind", event_kind), ("reserved", Reserved(2))])]),
        Message("LedgerCheck", 0x1074, [
            ("afterOrdinal", u64), ("count", Number("I", 1, 1000)), ("reserved", Reserved(4))], since=2),
        Message("LedgerCheckReply", 0x1084, [("nextOrdinal", u64), ("compared", u64), ("asOfLsn", lsn)], since=2,
                groups=[Group("differences", 1000, [
                    ("cardToken", card_token), ("asOfLsn", lsn), ("held", money), ("posted", money),
                    ("pendingHigh", i64), ("pendingLow", u64), ("postedHigh", i64), ("postedLow", u64)])]),
        Message("ProjectionStatus", 0x1075, [], since=2),
        Message("ProjectionStatusReply", 0x1085, [
            ("projectedLsn", lsn), ("durableLsn", lsn), ("firstLsn", lsn), ("journalFirstLsn", lsn),
            ("lagMicroseconds", u64), ("rowsWritten", u64), ("rebuilds", u64), ("fileBytes", u64),
            ("state", Named("projectionState")), ("reserved", Reserved(7))], data=[("problem", 512)], since=2),
        Message("ProjectionRebuild", 0x1076, [("acceptLoss", Flag()), ("reserved", Reserved(7))], since=2),
        Message("ProjectionRebuildReply", 0x1086, [("firstLsn", lsn), ("durableLsn", lsn)], since=2),
        Message("RuleAdd", 0x10A0, [
            ("requestId", request_id), ("transmissionTime", time), ("expectedVersion", u32)] + rule_kind + [
            ("stage", stage), ("reserved", Reserved(1))], data=rule_texts, since=2),
        Message("RuleAddReply", 0x10A8, [("lsn", lsn)] + rule_version, since=2),
        Message("RuleMove", 0x10A1, [
            ("requestId", request_id), ("transmissionTime", time), ("version", u32), ("stage", stage),
            ("from", stage_or_null), ("reserved", Reserved(2))], data=[("name", 64)], since=2),
        Message("RuleMoveReply", 0x10A9, [("lsn", lsn)] + rule_version + [
            ("from", stage), ("stage", stage), ("reserved", Reserved(6))], since=2),
        Message("RuleList", 0x10A2, [
            ("afterNumber", u32), ("afterVersion", u32), ("count", Number("I", 1, 500)), ("stage", stage_or_null),
            ("reserved", Reserved(3))], data=[("name", 64)], since=2),
        Message("RuleListReply", 0x10AA, [
            ("nextNumber", u32), ("nextVersion", u32), ("configurationVersion", lsn), ("countedSince", time),
            ("activeCost", u64), ("activeErrors", u64), ("shadowErrors", u64)], since=2, groups=[
                Group("rules", 500, rule_version + [
                    ("matched", u64), ("approved", u64), ("addedLsn", lsn), ("addedAt", time), ("changedLsn", lsn),
                    ("changedAt", time), ("author", u32), ("changedBy", u32)] + rule_kind + [
                    ("stage", stage), ("reserved", Reserved(5))], data=rule_texts),
                Group("sums", 8192, rule_version + rule_sum)]),
        Message("RuleHistory", 0x10A3, [
            ("beforeLsn", lsn), ("count", Number("I", 1, 500)), ("reserved", Reserved(4))], data=[("name", 64)], since=2),
        Message("RuleHistoryReply", 0x10AB, [("nextBeforeLsn", lsn)], since=2, groups=[
            Group("steps", 1000, [("lsn", lsn), ("at", time), ("actor", u32)] + rule_version + [
                ("from", stage_or_null), ("stage", stage), ("reserved", Reserved(2))], data=[("name", 64)])]),
        Message("RuleTest", 0x10A4, [("lsn", lsn), ("count", Number("I", 0, 1000000)), ("reserved", Reserved(4))],
                data=[("name", 64), ("condition", 921600)], since=2),
        Message("RuleTestReply", 0x10AC, [
            ("looked", u64), ("matched", u64), ("approved", u64), ("errors", u64), ("firstLsn", lsn), ("lastLsn", lsn),
            ("cost", u32), ("reserved", Reserved(4))], since=2, groups=[
                Group("sums", 8192, [("matched", u64)] + rule_sum),
                Group("payments", 500, [
                    ("lsn", lsn), ("decidedAt", time), ("amount", money_or_null), ("currency", currency_or_zero),
                    ("outcome", Named("outcome")), ("reason", reason), ("merchantCategory", category),
                    ("reserved", Reserved(1)), ("merchantName", PaddedText(64))])]),
        Message("PaymentRules", 0x10A5, [("lsn", lsn)], since=2),
        Message("PaymentRulesReply", 0x10AD, [("matched", u32), ("errors", u32)], since=2, groups=[
            Group("rules", 500, rule_version + rule_kind + [("isDeciding", Flag()), ("reserved", Reserved(5))],
                  data=rule_texts),
            Group("hits", 1024, rule_version + [("addedLsn", lsn)] + validity + [
                ("actor", u32), ("reserved", Reserved(4))], data=[("list", 64), ("value", 64), ("reason", 128)])]),
        Message("ListCreate", 0x10E0, [("requestId", request_id), ("transmissionTime", time)] + list_kind,
                data=[("name", 64), ("owner", 64), ("note", 512), ("reason", 128)], since=2),
        Message("ListCreateReply", 0x10F0, [("lsn", lsn), ("number", u32), ("reserved", Reserved(4))], since=2),
        Message("ListDelete", 0x10E1, [("requestId", request_id), ("transmissionTime", time)],
                data=[("name", 64), ("reason", 128)], since=2),
        Message("ListDeleteReply", 0x10F1, [("lsn", lsn), ("entries", u32), ("reserved", Reserved(4))], since=2),
        Message("ListAdd", 0x10E2, [("requestId", request_id), ("transmissionTime", time)],
                groups=[Group("entries", 1024, validity, data=[("value", 64), ("reason", 128)])],
                data=[("name", 64), ("reason", 128)], since=2),
        Message("ListAddReply", 0x10F2, [
            ("lsn", lsn), ("added", u32), ("replaced", u32), ("unchanged", u32), ("entries", u32)], since=2),
        Message("ListRemove", 0x10E3, [("requestId", request_id), ("transmissionTime", time)],
                groups=[Group("values", 1024, [], data=[("value", 64)])],
                data=[("name", 64), ("reason", 128)], since=2),
        Message("ListRemoveReply", 0x10F3, [
            ("lsn", lsn), ("removed", u32), ("unchanged", u32), ("entries", u32), ("reserved", Reserved(4))], since=2),
        Message("ListShow", 0x10E4, [], data=[("name", 64)], since=2),
        Message("ListShowReply", 0x10F4, [("entries", u64), ("past", u64), ("bytes", u64)], since=2, groups=[
            Group("lists", 256, [
                ("number", u32), ("entries", u32), ("createdLsn", lsn), ("createdAt", time), ("changedLsn", lsn),
                ("changedAt", time), ("knownSince", lsn), ("bytes", u64), ("createdBy", u32), ("changedBy", u32)]
                + list_kind, data=[("name", 64), ("owner", 64), ("note", 512)])]),
        Message("ListEntries", 0x10E5, [
            ("after", u64), ("count", Number("I", 1, 1024)), ("expiredOnly", Flag()), ("reserved", Reserved(3))],
            data=[("name", 64), ("value", 64)], since=2),
        Message("ListEntriesReply", 0x10F5, [("next", u64), ("now", time)], since=2, groups=[
            Group("entries", 1024, [("addedLsn", lsn)] + validity + [("actor", u32), ("reserved", Reserved(4))],
                  data=[("value", 64), ("reason", 128)])]),
        Message("ListHistory", 0x10E6, [
            ("beforeLsn", lsn), ("count", Number("I", 1, 500)), ("reserved", Reserved(4))], data=[("name", 64)], since=2),
        Message("ListHistoryReply", 0x10F6, [("nextBeforeLsn", lsn)], since=2, groups=[
            Group("steps", 1000, [
                ("lsn", lsn), ("lastLsn", lsn), ("at", time), ("changed", u64), ("entries", u32), ("actor", u32),
                ("change", Named("listChange")), ("reserved", Reserved(7))], data=[("reason", 128)])]),
        Message("PrincipalCreate", 0x10C0, asking + [("userId", number_or_null), ("publicKey", Bytes(32))] + grant,
                data=[("name", 64), ("certificateName", 512)], since=2),
        Message("PrincipalRotate", 0x10C1, asking + [
            ("userId", number_or_null), ("publicKey", Bytes(32)), ("graceSeconds", u32)],
            data=[("name", 64), ("certificateName", 512)], since=2),
        Message("PrincipalChange", 0x10C2, asking + grant, data=[("name", 64)], since=2),
        Message("PrincipalRevoke", 0x10C3, asking, data=[("name", 64)], since=2),
        Message("PrincipalList", 0x10C4, [("afterId", lsn), ("count", Number("I", 1, 500))], data=[("name", 64)], since=2),
        Message("PrincipalListReply", 0x10D4, [("nextAfterId", lsn)],
                groups=[Group("principals", 500, principal, data=names)], since=2),
    ] + [
        Message("Principal%sReply" % verb, template, principal, data=names, since=2)
        for verb, template in (("Create", 0x10D0), ("Rotate", 0x10D1), ("Change", 0x10D2), ("Revoke", 0x10D3))
    ]


MESSAGES = {message.name: message for message in _tables()}
_BY_TEMPLATE = {message.template: message for message in MESSAGES.values()}


def _length_format(maximum):
    """Texts of more than 65,535 bytes have a four-byte length and take line feeds and tabs."""
    return struct.Struct("<I" if maximum > 65535 else "<H")


def _write_data(fields, values):
    parts = []
    for name, maximum in fields:
        text = (values.get(name) or "").encode("utf-8")
        if len(text) > maximum:
            raise WireError(306, name, "%d bytes; at most %d are allowed" % (len(text), maximum))
        check_text(text, name, multiline=maximum > 65535)
        parts.append(_length_format(maximum).pack(len(text)) + text)
    return b"".join(parts)


def encode_body(message, values):
    """The bytes after the frame header."""
    parts = [write_block(message.fields, dict(message.standard, **values))]
    for group in message.groups:
        entries = values.get(group.name) or []
        if len(entries) > group.maximum:
            raise WireError(303, group.name, "%d entries; at most %d" % (len(entries), group.maximum))
        parts.append(struct.pack("<HH", group.block_length, len(entries)))
        for entry in entries:
            parts.append(write_block(group.fields, entry) + _write_data(group.data, entry))
    parts.append(_write_data(message.data, values))
    return b"".join(parts)


def seal(frame):
    """The frame with its length and its checksum put right."""
    frame = bytearray(frame)
    struct.pack_into("<I", frame, 0, len(frame))
    struct.pack_into("<I", frame, 20, frame_checksum(bytes(frame)))
    return bytes(frame)


def authentication(hello, hello_reply, principal):
    """The bytes that Authenticate signs, from the two frames as they were sent and the principal's name."""
    transcript = hashlib.sha256(hello + hello_reply).digest()
    return b"assent-authenticate-1\0" + transcript + principal.encode("ascii")


def encode_frame(name, values=None, correlation_id=1, deadline_microseconds=0):
    """A whole frame of a message's name and fields."""
    message = MESSAGES[name]
    body = encode_body(message, values or {})
    header = _HEADER.pack(HEADER_BYTES + len(body), MAGIC, FRAME_VERSION, 0, correlation_id, deadline_microseconds, 0,
                          message.block_length, message.template, SCHEMA_ID, SCHEMA_VERSION)
    return seal(header + body)


class Frame:
    """A frame that was found: its header's fields, and its body's bytes."""

    def __init__(self, data):
        (self.length, _, _, self.flags, self.correlation_id, self.deadline_microseconds, _, self.block_length,
         self.template, self.schema_id, self.version) = _HEADER.unpack_from(data)
        self.header, self.body = bytes(data[:HEADER_BYTES]), bytes(data[HEADER_BYTES:self.length])

    @property
    def is_push(self):
        return bool(self.correlation_id & PUSH_BIT)


def cut(buffer, frame_max=FRAME_MAX_ADMINISTRATION, accepts_pushes=True):
    """The frame at the front of a buffer, or None until it is whole. Raises WireError (1xx) when it never will be."""
    if len(buffer) >= 6 and (buffer[4] | buffer[5] << 8) != MAGIC:
        raise WireError(101, "", "bytes 4 and 5 are not 50 eb")
    if len(buffer) >= 7 and buffer[6] != FRAME_VERSION:
        raise WireError(104, "", "frame version %d is not spoken" % buffer[6])
    if len(buffer) < 7:
        return None
    length = struct.unpack_from("<I", buffer)[0]
    if not HEADER_BYTES <= length <= frame_max:
        raise WireError(102, "", "length %d is not from %d to %d" % (length, HEADER_BYTES, frame_max))
    if len(buffer) < length:
        return None
    data = bytes(buffer[:length])
    if struct.unpack_from("<I", data, 20)[0] != frame_checksum(data):
        raise WireError(103, "", "the checksum does not match")
    frame = Frame(data)
    if frame.flags or (frame.is_push and not accepts_pushes and frame.template != 0x0811):
        raise WireError(106, "", "reserved bits are set")
    return frame


class _Reader:
    def __init__(self, body, at):
        self.body, self.at = body, at

    def take(self, count, name):
        if self.at + count > len(self.body):
            raise WireError(303, name, "the body has %d bytes; its parts need at least %d" % (
                len(self.body), self.at + count))
        self.at += count
        return self.body[self.at - count:self.at]

    def texts(self, fields):
        values = {}
        for name, maximum in fields:
            length = _length_format(maximum)
            count = length.unpack(self.take(length.size, name))[0]
            if count > maximum:
                raise WireError(306, name, "%d bytes; at most %d are allowed" % (count, maximum))
            values[name] = check_text(self.take(count, name), name, multiline=maximum > 65535)
        return values


def decode(frame):
    """The name and the fields of a frame's message."""
    if frame.template not in _BY_TEMPLATE:
        raise WireError(301, "", "no message has template 0x%04X" % frame.template)
    message = _BY_TEMPLATE[frame.template]
    if frame.schema_id != SCHEMA_ID or frame.version < 1:
        raise WireError(302, "", "schema %d version %d is not known" % (frame.schema_id, frame.version))
    if frame.version < message.since:
        raise WireError(301, "", "%s came with schema version %d" % (message.name, message.since))
    if frame.block_length < message.block_length_in(frame.version):
        raise WireError(303, "", "the block has %d bytes; it needs at least %d" % (
            frame.block_length, message.block_length_in(frame.version)))
    reader = _Reader(frame.body, 0)
    block = reader.take(frame.block_length, "")
    # What a version lacks reads as if its bytes were zero; what an older frame has in their place is not ours.
    minimum = message.block_length_in(frame.version)
    values = read_block(message.fields, block[:minimum] + bytes(message.block_length - minimum)
                        if minimum < message.block_length else block, 0)
    for group in message.groups:
        block_length, count = struct.unpack("<HH", reader.take(4, group.name))
        if block_length < group.block_length:
            raise WireError(303, group.name, "a block has %d bytes; it needs at least %d" % (
                block_length, group.block_length))
        if count > group.maximum:
            raise WireError(303, group.name, "%d entries; at most %d" % (count, group.maximum))
        entries = []
        for _ in range(count):
            entry = read_block(group.fields, reader.take(block_length, group.name), 0)
            entry.update(reader.texts(group.data))
            entries.append(entry)
        values[group.name] = entries
    values.update(reader.texts(message.data))
    if reader.at != len(frame.body) and frame.version <= SCHEMA_VERSION:
        raise WireError(303, "", "%d bytes are left" % (len(frame.body) - reader.at))
    return message.name, values


def decode_reject(frame):
    """The fields of a Reject, whose code may be one of a later version: that is its number as text then."""
    number = struct.unpack_from("<H", frame.body)[0] if len(frame.body) >= 2 else 0
    if number in ENUMS["rejectCode"]:
        return decode(frame)
    known = Frame(frame.header + b"\x91\1" + frame.body[2:])  # in the place of the code, one that is known
    name, values = decode(known)
    return name, dict(values, code=str(number))


def decode_frame(data, frame_max=FRAME_MAX_ADMINISTRATION, accepts_pushes=True):
    """The name and the fields of exactly one frame."""
    frame = cut(data, frame_max, accepts_pushes)
    if frame is None or frame.length != len(data):
        raise WireError(102, "", "not exactly one frame")
    return decode(frame)


def to_json(name, values):
    """A message's values as JSON can hold them exactly."""
    return _convert(MESSAGES[name], values, block_to_json)


def from_json(name, values):
    """The inverse of `to_json`."""
    return _convert(MESSAGES[name], values, block_from_json)


def _convert(message, values, convert):
    result = convert(message.fields, values)
    for group in message.groups:
        if group.name in values:
            result[group.name] = [
                dict(convert(group.fields, entry), **{name: entry[name] for name, _ in group.data})
                for entry in values[group.name]]
    result.update({name: values[name] for name, _ in message.data if name in values})
    return result
