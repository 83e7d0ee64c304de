import Domain
import Rules
import Testing

@testable import Authorization

/// Changes of lists: their bytes, what is refused and why, and what the book adds them up to.
@Suite struct ListBookTests {
    private static func event(_ name: String, _ number: UInt32, _ change: ListChanged.Change) -> ListChanged {
        ListChanged(
            requestID: RequestID(high: 1, low: 2),
            actor: 1000,
            time: Instant(microseconds: 5),
            transmissionTime: Instant(microseconds: 4),
            number: number,
            name: name,
            reason: "Ümläute",
            change: change
        )
    }

    private static let counts: ListCounts = {
        var counts = ListCounts()
        (counts.added, counts.replaced, counts.removed, counts.unchanged, counts.entries) = (1, 2, 3, 4, 5)
        return counts
    }()

    static let changes: [ListChanged] = [
        event("a", 1, .created(ListText(kind: .merchantName, match: .prefix, owner: "risk", note: "因"))),
        event("b.c-d_9", 4_000_000_000, .deleted(entries: 77)),
        event(
            "a",
            1,
            .added(
                [
                    ListItem(value: "M1"),
                    ListItem(value: "M2", from: .epoch, until: Instant(microseconds: 9), reason: "why"),
                ],
                counts
            )
        ),
        event("a", 2, .removed(["M1", "M2"], counts)),
    ]

    @Test(arguments: changes)
    func aChangeIsReadAsItWasWritten(change: ListChanged) throws {
        var bytes = [UInt8](repeating: 0, count: change.encodedByteCount)
        let count = bytes.withUnsafeMutableBytes { change.encode(into: $0) }
        #expect(count == change.encodedByteCount && count <= ListChanged.encodedByteCountMax)
        let written = Array(bytes[..<count])
        let read = try written.withUnsafeBytes { try ListChanged(decoding: $0, kind: change.kind) }
        #expect(read == change)
        for length in 0..<count {
            #expect(throws: EventError.self) {
                try written[..<length].withUnsafeBytes { _ = try ListChanged(decoding: $0, kind: change.kind) }
            }
        }
        for other in EventKind.allCases where other != change.kind {
            #expect(throws: EventError.self) {
                try written.withUnsafeBytes { _ = try ListChanged(decoding: $0, kind: other) }
            }
        }
    }

    @Test(
        arguments: [
            (ListKind.card, "7F3C9A4E000040008000000000000001", "7f3c9a4e-0000-4000-8000-000000000001"),
            (.merchant, "M0001", "M0001"), (.merchantName, " Café  Zoë*", "CAFE ZOE"), (.country, "de", "DE"),
            (.category, "72", "0072"), (.terminal, "T 1", "T 1"), (.acquirer, "400000", "400000"),
            (.text, "any thing", "any thing"),
        ]
    )
    func aValueIsKeptInTheFormOfItsKind(kind: ListKind, given: String, kept: String) throws {
        #expect(try kind.canonical(given) == kept)
        #expect(try kind.canonical(kept) == kept)
    }

    @Test(
        arguments: [
            (ListKind.card, "4111111111111111"), (.card, "00000000-0000-0000-0000-000000000000"),
            (.merchant, "M0001M0001M0001M1"), (.merchant, ""), (.merchantName, "***"), (.country, "DEU"),
            (.category, "10000"), (.terminal, "Ü"), (.text, ""), (.text, "two\nlines"),
            (.text, String(repeating: "a", count: 65)),
        ]
    )
    func whatIsNotOfItsKindIsRefused(kind: ListKind, value: String) {
        #expect(throws: ListValueError.self) { try kind.canonical(value) }
    }

    private static func command(_ name: String, _ action: ListCommand.Action) -> ListCommand {
        ListCommand(
            requestID: RequestID(high: 1, low: 1),
            actor: 1,
            transmissionTime: .epoch,
            name: name,
            reason: "",
            action: action
        )
    }

    private static func refusal(_ book: borrowing ListBook, _ name: String, _ action: ListCommand.Action) -> String {
        do throws(ListCommandError) {
            _ = try book.event(for: command(name, action))
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func whatIsRefusedIsSaid() throws {
        var book = ListBook()
        func text(_ kind: ListKind, _ match: ListMatch = .exact) -> ListText {
            ListText(kind: kind, match: match, owner: "", note: "")
        }
        try book.apply(
            try book.event(for: Self.command("hot", .create(text(.merchant)))),
            lsn: LogSequenceNumber(rawValue: 1)
        )
        #expect(Self.refusal(book, "hot", .create(text(.card))) == "there is a list 'hot' already")
        #expect(Self.refusal(book, "Hot", .create(text(.card))).contains("lower-case"))
        #expect(Self.refusal(book, "p", .create(text(.country, .prefix))).contains("no prefixes"))
        #expect(Self.refusal(book, "hit", .delete) == "there is no list 'hit'; did you mean 'hot'?")
        #expect(Self.refusal(book, "hot", .add([])).contains("1 to 1024"))
        let many = (0...1_024).map { ListItem(value: "M\($0)") }
        #expect(Self.refusal(book, "hot", .add(many)).contains("1 to 1024"))
        #expect(Self.refusal(book, "hot", .add(Array(many.dropLast()))) == "")
        let twice = [ListItem(value: "M1"), ListItem(value: "M2"), ListItem(value: "M1")]
        #expect(Self.refusal(book, "hot", .add(twice)) == "entry 3: the value is there twice")
        let late = ListItem(value: "M1", from: Instant(microseconds: 9), until: Instant(microseconds: 9))
        #expect(Self.refusal(book, "hot", .add([late])).hasPrefix("entry 1: it would end"))
        #expect(Self.refusal(book, "hot", .remove(["Ü"])).hasPrefix("entry 1: the value is not a merchant's number"))
        let reason = ListItem(value: "M1", reason: String(repeating: "r", count: 129))
        #expect(Self.refusal(book, "hot", .add([reason])).contains("at most 128 bytes"))
    }

    @Test func onlyWhatFollowsIsApplied() throws {
        var book = ListBook()
        let lsn = LogSequenceNumber(rawValue: 5)
        let text = ListText(kind: .text, match: .exact, owner: "", note: "")
        for event in [
            Self.event("a", 2, .created(text)), Self.event("a", 1, .deleted(entries: 0)),
            Self.event("a", 1, .added([ListItem(value: "x")], Self.counts)),
        ] {
            do throws(EventError) {
                try book.apply(event, lsn: lsn)
                Issue.record("applied \(event)")
            } catch {
                #expect(book.digest == Digest128())
            }
        }
        try book.apply(Self.event("a", 1, .created(text)), lsn: lsn)
        let empty = book.digest
        #expect(empty != Digest128())
        try book.apply(Self.event("a", 1, .added([ListItem(value: "x")], Self.counts)), lsn: lsn)
        #expect(book.digest != empty)
        try book.apply(Self.event("a", 1, .removed(["x"], Self.counts)), lsn: LogSequenceNumber(rawValue: 6))
        #expect(book.digest == empty, "the past is no part of the state")
    }

    @Test func recordsOfOneChangeAreOneStep() throws {
        var book = ListBook()
        let text = ListText(kind: .text, match: .exact, owner: "", note: "")
        try book.apply(Self.event("a", 1, .created(text)), lsn: LogSequenceNumber(rawValue: 1))
        for number in UInt64(2)...9 {
            let event = Self.event("a", 1, .added([ListItem(value: "v\(number)")], Self.counts))
            try book.apply(event, lsn: LogSequenceNumber(rawValue: number))
        }
        let steps = book.list(named: "a")?.steps ?? []
        #expect(steps.map(\.kind) == [.created, .added])
        #expect(steps.last?.firstLSN.rawValue == 2 && steps.last?.lastLSN.rawValue == 9)
        #expect(steps.last?.changed == 24)
    }
}
