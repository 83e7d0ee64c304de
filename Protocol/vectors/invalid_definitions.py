"""The definitions of invalid.json: each changes one thing of a typical frame, and names the rule that it breaks."""

import struct

from valid_definitions import TYPICAL

HEADER = 32


def invalid_vectors(wire):
    """All of them, as dictionaries for JSON."""
    vectors = []

    def typical(message, index=0):
        return bytearray(wire.encode_frame(message, TYPICAL[message][index][1]))

    def add(name, frame, code, rule, field="", sealed=True, frame_max=wire.FRAME_MAX_ADMINISTRATION, sender="client"):
        data = wire.seal(frame) if sealed else bytes(frame)
        vectors.append({
            "name": name, "code": code, "codeName": wire.ENUMS["rejectCode"][code], "field": field, "rule": rule,
            "frameBytesMax": frame_max, "from": sender, "frame": data.hex()})

    def change(message, offset, data, code, rule, field, index=0):
        """Overwrites bytes of the body."""
        frame = typical(message, index)
        data = bytes(data)
        frame[HEADER + offset:HEADER + offset + len(data)] = data
        add("%s: %s %s" % (message, field, rule), frame, code, rule, field,
            sender="server" if message.endswith("Reply") or message == "Reject" else "client")

    def replace_data(message, offset, data, code, rule, field):
        """Replaces everything from an offset of the body to the end."""
        frame = typical(message)[:HEADER + offset] + bytes(data)
        add("%s: %s %s" % (message, field, rule), frame, code, rule, field,
            sender="server" if message.endswith("Reply") else "client")

    frames(wire, typical, add)
    headers(typical, add)
    authorize(change, replace_data)
    other_messages(change, replace_data, typical, add)
    return vectors


def frames(wire, typical, add):
    frame = typical("Authorize")
    frame[4:6] = b"\xeb\x50"
    add("magic in the wrong byte order", frame, 101, "bytes 4 and 5 are 50 eb")
    add("an HTTP request", b"GET / HTTP/1.1\r\nHost: assent\r\n\r\n", 101, "bytes 4 and 5 are 50 eb", sealed=False)
    add("seven bytes of another protocol", b"\x16\x03\x01\x02\0\x01\0", 101, "bytes 4 and 5 are 50 eb", sealed=False)
    frame = typical("Hello")
    frame[6] = 2
    add("frame version 2", frame, 104, "the frame version is 1")
    frame[6] = 0
    add("frame version 0", frame, 104, "the frame version is 1")
    for length, name in ((0, "zero"), (31, "one short of a header"), (0xFFFFFFFF, "four gigabytes")):
        frame = typical("Ping")
        struct.pack_into("<I", frame, 0, length)
        add("length %s" % name, frame, 102, "the length is from 32 to the session's limit", sealed=False)
    frame = typical("Hello")
    struct.pack_into("<I", frame, 0, 4097)
    add("length above the limit before Hello", frame, 102, "the length is from 32 to the session's limit",
        sealed=False, frame_max=wire.FRAME_MAX_BEFORE_HELLO)
    for offset, name in ((8, "correlation id"), (16, "deadline"), (20, "checksum"), (26, "template"), (40, "body"),
                         (-1, "last byte")):
        frame = typical("Authorize")
        frame[offset] ^= 1
        add("one bit of the %s flipped" % name, frame, 103, "the checksum matches", sealed=False)
    for bit in (0, 7):
        frame = typical("Ping")
        frame[7] = 1 << bit
        add("frame flag %d" % bit, frame, 106, "the flags are zero")
    frame = typical("Authorize")
    frame[15] = 0x80
    add("a client's correlation id with the top bit", frame, 106, "only the server sets the top bit, and a Pong to it")


def headers(typical, add):
    for template in (0, 0x0001, 0x0105, 0x0121, 0xFFFF):
        frame = typical("Authorize")
        struct.pack_into("<H", frame, 26, template)
        add("template 0x%04X" % template, frame, 301, "the template is one of this schema")
    frame = typical("Authorize")
    struct.pack_into("<H", frame, 28, 1)
    add("schema id 1", frame, 302, "the schema id is 16723")
    frame = typical("Authorize")
    struct.pack_into("<H", frame, 30, 0)
    add("schema version 0", frame, 302, "the schema version is 1 or more")
    frame = typical("Authorize")
    struct.pack_into("<H", frame, 24, 151)
    add("block length one short", frame, 303, "the block is at least as long as its version's")
    struct.pack_into("<HHHH", frame, 24, 95, 0x0100, 0x4153, 1)
    add("block length one short of version 1's", frame, 303, "the block is at least as long as its version's")
    struct.pack_into("<HHHH", frame, 24, 96, 0x0100, 0x4153, 2)
    add("block length of version 1 in version 2", frame, 303, "the block is at least as long as its version's")
    frame = typical("Clearing")
    struct.pack_into("<H", frame, 30, 1)
    add("a message of version 2 in version 1", frame, 301, "the message is one of the frame's version")
    frame = typical("Ping")
    struct.pack_into("<H", frame, 24, 0xFFFF)
    add("block length beyond the body", frame, 303, "the block lies within the body")
    add("no body", typical("Authorize")[:HEADER], 303, "the block lies within the body")
    frame = typical("Authorize")[:HEADER + 151]
    add("body one byte short of the block", frame, 303, "the block lies within the body")
    add("a byte too many after the data", typical("Authorize") + b"\0", 303, "the body ends with its last part")
    add("a byte too many after a block without data", typical("Ping") + b"\0", 303,
        "the body ends with its last part")


def authorize(change, replace_data):
    a = "Authorize"
    change(a, 0, bytes(16), 310, "is not zero", "requestId")
    change(a, 16, bytes(16), 305, "is not zero", "cardToken")
    for value in (0, -1, 10 ** 15 + 1, -(1 << 63), (1 << 63) - 1):
        change(a, 32, struct.pack("<q", value), 305, "is from 1 to 10^15, not %d" % value, "amount")
    for value in (0, -1, 10 ** 15 + 1):
        change(a, 40, struct.pack("<q", value), 305, "is null or from 1 to 10^15, not %d" % value, "merchantAmount")
    for value in (-1, 253402300800000000, -(1 << 63)):
        change(a, 48, struct.pack("<q", value), 305, "is from 1970 to 9999, not %d" % value, "transmissionTime")
    rule = "is printable ASCII and then zero bytes, not %s"
    for data, name in ((b"\x1f", "a control character"), (b"\x7f", "DEL"), (b"\x80", "a byte above 7E"),
                       (b"A\0B", "characters after a zero byte")):
        change(a, 56, data.ljust(15, b"\0"), 306, rule % name, "merchantId")
    change(a, 56, b"12345678\0" + b"23456\0", 306, rule % "characters after a zero byte in the ninth place", "merchantId")
    change(a, 71, b"\0TERM042", 306, rule % "a zero byte first", "terminalId")
    for data in (b"eur", b"E\0\0", b"\0\0\0", b"E R", b"97\x38", b"EU[", b"EU@"):
        change(a, 79, data, 306, "is three upper-case letters, not %s" % data.hex(), "currency")
    change(a, 82, b"\0SD", 306, "is three upper-case letters or all zero", "merchantCurrency")
    for data in (b"de", b"\0\0", b"D1"):
        change(a, 85, data, 306, "is two upper-case letters, not %s" % data.hex(), "merchantCountry")
    change(a, 87, struct.pack("<H", 10000), 305, "is at most 9999", "merchantCategory")
    for offset, value, field in ((89, 3, "presence"), (89, 255, "presence"), (90, 7, "entryMode"),
                                 (91, 0, "initiator"), (91, 3, "initiator"), (91, 255, "initiator")):
        change(a, offset, [value], 305, "is a value of its enumeration, not %d" % value, field)
    for bit in (3, 7):
        change(a, 92, [1 << bit], 304, "has no reserved bit set, as bit %d" % bit, "flags")
    for offset in (93, 94, 95):
        change(a, offset, [1], 304, "is zero at offset %d" % offset, "reserved")
    change(a, 96 + 16, b"\x1f", 306, rule % "a control character", "acquirerId")
    change(a, 135, struct.pack("<I", 1000000), 305, "is at most 999999", "stan")
    change(a, 139, struct.pack("<q", -1), 305, "is from 0 to 10^15, not -1", "rate")
    change(a, 147, [19], 305, "is at most 18", "rateScale")
    for offset, value, field in ((148, 4, "rounding"), (149, 8, "network"), (150, 4, "authorizationKind")):
        change(a, offset, [value], 305, "is a value of its enumeration, not %d" % value, field)
    change(a, 151, [1], 304, "is zero at offset 151", "reserved")
    for data, name in (
            (b"\xc0\x80", "an overlong zero"), (b"\xed\xa0\x80", "a surrogate"), (b"\xf4\x90\x80\x80", "above U+10FFFF"),
            (b"\xf0\x80\x80\x80", "an overlong four-byte sequence"), (b"\xe2\x82", "a sequence cut short"),
            (b"\x80", "a lone continuation"), (b"\xff", "a byte that UTF-8 has not")):
        replace_data(a, 152, struct.pack("<H", len(data)) + data + b"\0\0", 306, "is UTF-8, not %s" % name,
                     "merchantName")
    for data, name in ((b"\n", "a line feed"), (b"A\0", "a zero byte"), (b"\x7f", "DEL"), (b"\xc2\x85", "U+0085")):
        replace_data(a, 152, struct.pack("<H", len(data)) + data + b"\0\0", 306,
                     "has no control characters such as %s" % name, "merchantName")
    replace_data(a, 152, struct.pack("<H", 65) + b"x" * 65 + b"\0\0", 306, "has at most 64 bytes", "merchantName")
    replace_data(a, 152, struct.pack("<H", 0) + struct.pack("<H", 33) + b"x" * 33, 306, "has at most 32 bytes",
                 "merchantCity")
    replace_data(a, 152, struct.pack("<H", 3) + b"ab", 303, "lies within the body", "merchantName")
    replace_data(a, 152, b"", 303, "is there", "merchantName")
    replace_data(a, 152, b"\0\0\5", 303, "has a whole length", "merchantCity")


def other_messages(change, replace_data, typical, add):
    hello = typical("Hello")
    hello[HEADER + 2:HEADER + 4] = b"\0\0"
    add("Hello: schemaVersion is 1 or more", hello, 305, "is 1 or more", "schemaVersion",
        frame_max=4096)
    change("VerifyAccount", 0, bytes(16), 310, "is not zero", "requestId")
    change("VerifyAccount", 74, [1], 304, "is zero", "reserved")
    change("VerifyAccount", 63, b"\0\0\0", 306, "is three upper-case letters", "currency")
    change("BalanceInquiry", 71, [9], 304, "is zero", "reserved")
    change("BalanceInquiry", 65, b"\xff\xff", 305, "is at most 9999", "merchantCategory")
    change("QueryByRequestId", 0, bytes(16), 310, "is not zero", "requestId")
    change("CardCreate", 32, b"\xff" * 8, 305, "is not negative", "transmissionTime")
    change("CardCreate", 40, struct.pack("<q", -1), 305, "is from 0 to 10^15", "spendingLimit")
    change("CardCreate", 48, struct.pack("<q", -1), 305, "is null or from 0 to 10^15", "transactionLimit")
    for month in (1, 23999, 25200, 65535):
        change("CardCreate", 56, struct.pack("<H", month), 305, "is 0 or from 24000 to 25199, not %d" % month, "expiry")
    for data in (b"42 2", b"424\0", b"42a2"):
        change("CardCreate", 58, data, 306, "is four digits or zero, not %s" % data.hex(), "lastFour")
    change("CardCreate", 62, b"\0\0\0", 306, "is three upper-case letters", "currency")
    change("CardCreate", 81, [0], 305, "is a value of its enumeration", "status")
    change("CardSetLimits", 48, struct.pack("<q", -2), 305, "is null or from -1 to 10^15", "transactionLimit")
    change("CardSetStatus", 40, [7], 305, "is a value of its enumeration", "status")
    change("CardGet", 0, bytes(16), 305, "is not zero", "cardToken")
    for count in (0, 1001):
        change("CardList", 8, struct.pack("<I", count), 305, "is from 1 to 1000, not %d" % count, "count")
    for count in (0, 501):
        change("PaymentList", 40, struct.pack("<I", count), 305, "is from 1 to 500, not %d" % count, "count")
    change("PaymentList", 24, struct.pack("<q", -5), 305, "is null or from 1970 to 9999", "from")
    change("PaymentList", 46, [2], 305, "is null or a value of its enumeration", "reason")
    change("PaymentList", 47, [1], 304, "is zero", "reserved")
    change("Reject", 0, struct.pack("<H", 999), 305, "is a value of its enumeration", "code")
    change("HealthReply", 0, [2], 305, "is 0 or 1", "live")
    c = "Clearing"
    change(c, 0, bytes(16), 310, "is not zero", "requestId")
    change(c, 16, bytes(16), 305, "is not zero", "cardToken")
    change(c, 32, struct.pack("<q", 10 ** 15 + 1), 305, "is null or from 0 to 10^15", "amount")
    change(c, 56, struct.pack("<q", 10 ** 15 + 1), 305, "is from 0 to 10^15", "rate")
    change(c, 88, struct.pack("<q", -1), 305, "is null or from 1970 to 9999", "originalTransmissionTime")
    change(c, 96, struct.pack("<I", 1000000), 305, "is at most 999999", "stan")
    change(c, 139, b"\x80", 306, "is printable ASCII and then zero bytes", "approvalCode")
    change(c, 168, b"\x7f", 306, "is printable ASCII and then zero bytes", "originalTerminalId")
    change(c, 176, b"E\0\0", 306, "is three upper-case letters or all zero", "currency")
    change(c, 191, [19], 305, "is at most 18", "rateScale")
    change(c, 192, [4], 305, "is a value of its enumeration", "rounding")
    change(c, 193, [2], 305, "is 0 or 1", "isFinal")
    change(c, 196, [1], 304, "is zero", "reserved")
    change("Reverse", 32, struct.pack("<q", -1), 305, "is null or from 0 to 10^15", "amount")
    change("ClearingReply", 104 + 100, [14], 305, "is a value of its enumeration", "status")
    change("ClearingReply", 104 + 101, [6], 305, "is a value of its enumeration", "matchRule")
    change("CardReplace", 40, bytes(16), 305, "is not zero", "newCardToken")
    change("CardReplace", 62, [5], 305, "is a value of its enumeration", "reason")
    change("PaymentHistory", 16, struct.pack("<I", 501), 305, "is from 1 to 500", "count")
    change("PaymentSearch", 24 + 8, struct.pack("<q", -5), 305, "is null or from 1970 to 9999", "from")
    change("PaymentSearch", 48, struct.pack("<q", 10 ** 15 + 1), 305, "is null or from 0 to 10^15", "amountMin")
    for count in (0, 501):
        change("PaymentSearch", 64, struct.pack("<I", count), 305, "is from 1 to 500, not %d" % count, "count")
    change("PaymentSearch", 71, [14], 305, "is null or a value of its enumeration", "status")
    change("PaymentSearch", 74, [5], 305, "is null or a value of its enumeration", "kind")
    change("PaymentSearch", 75, [1], 304, "is zero", "reserved")
    change("LedgerBalances", 16, struct.pack("<q", 2932897), 305, "is null or from 0 to 2932896", "effectiveDay")
    change("LedgerBalances", 51, [7], 305, "is null or a value of its enumeration", "account")
    change("LedgerBalances", 52, [0], 305, "is null or a value of its enumeration", "phase")
    change("LedgerEntries", 56, struct.pack("<I", 501), 305, "is from 1 to 500", "count")
    change("LedgerCheck", 8, struct.pack("<I", 1001), 305, "is from 1 to 1000", "count")
    change("ProjectionRebuild", 0, [2], 305, "is 0 or 1", "acceptLoss")
    change("RuleAdd", 28, [4], 305, "is a value of its enumeration", "action")
    change("RuleAdd", 29, [2], 305, "is a value of its enumeration", "reason")
    change("RuleAdd", 30, [0], 305, "is a value of its enumeration", "stage")
    change("RuleAdd", 31, [1], 304, "is zero", "reserved")
    change("RuleMove", 29, [5], 305, "is null or a value of its enumeration", "from")
    change("RuleTest", 8, struct.pack("<I", 1000001), 305, "is at most 1000000", "count")
    change("ListCreate", 24, [9], 305, "is a value of its enumeration", "kind")
    change("ListCreate", 25, [0], 305, "is a value of its enumeration", "match")
    change("ListCreate", 26, [1], 304, "is zero", "reserved")
    change("ListAdd", 24 + 4, struct.pack("<q", -5), 305, "is null or from 1970 to 9999", "from")
    change("ListEntries", 8, struct.pack("<I", 1025), 305, "is from 1 to 1024", "count")
    change("ListEntries", 12, [2], 305, "is 0 or 1", "expiredOnly")
    replace_data("ListRemove", 24, struct.pack("<HH", 0, 1025), 303, "has at most 1024 entries", "values")
    change("AuthorizeReply", 85, [99], 305, "is a value of its enumeration", "reason")
    change("AuthorizeReply", 98, [1], 304, "is zero", "reserved")
    change("AuthorizeReply", 89, b"EU\0", 306, "is three upper-case letters or all zero", "currency")
    change("QueryByRequestIdReply", 16, [1], 305, "is whole or absent", "outcome", index=1)
    change("HelloReply", 56, bytes(16), 305, "is not zero", "clusterId")
    replace_data("ConfigSet", 32, b"\1\0k" + struct.pack("<I", 921601), 306, "has at most 921600 bytes", "value")
    replace_data("ConfigSet", 32, b"\1\0k" + struct.pack("<I", 2) + b"a\r", 306,
                 "has no control characters but line feed and tab", "value")
    replace_data("ConfigSet", 32, b"\2\0k\n" + struct.pack("<I", 0), 306, "has no control characters", "key")
    card = typical("CardListReply")
    for data, code, rule in (
            (struct.pack("<HH", 111, 0), 303, "has blocks at least as long as version 1's"),
            (struct.pack("<HH", 112, 1001), 303, "has at most 1000 entries"),
            (struct.pack("<HH", 112, 3) + bytes(card[HEADER + 12:]), 303, "has all its entries within the body"),
            (struct.pack("<HH", 0xFFFF, 1000), 303, "has all its entries within the body, however long they are said to be"),
            (b"\x70\0\1", 303, "has a whole head")):
        replace_data("CardListReply", 8, data, code, rule, "cards")
    replace_data("ConfigGetReply", 16, struct.pack("<HH", 0, 4097), 303, "has at most 4096 entries", "settings")
    replace_data("ConfigGetReply", 16, struct.pack("<HH", 0, 2) + b"\0\0\0\0\0\0\0\0", 303,
                 "has a key in every entry", "key")
    frame = typical("PaymentListReply")
    frame[HEADER + 16 + 4 + 80 + 5] = 0
    add("PaymentListReply: merchantName a zero byte within", frame, 306, "zero bytes stand at the end only",
        "merchantName", sender="server")
