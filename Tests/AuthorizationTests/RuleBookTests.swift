import Authorization
import Domain
import Rules
import Testing

@Suite struct RuleBookTests {
    private static func event(
        _ name: String,
        _ number: UInt32,
        _ version: UInt32,
        _ change: RuleChanged.Change
    ) -> RuleChanged {
        RuleChanged(
            requestID: RequestID(high: 1, low: 2),
            actor: 1_000,
            time: noon,
            transmissionTime: noon,
            reference: RuleReference(number: number, version: version),
            name: name,
            change: change
        )
    }

    private static func text(_ outcome: RuleOutcome = .flag, state: RuleState = .draft) -> RuleText {
        RuleText(
            state: state,
            outcome: outcome,
            owner: "risk",
            note: "Ümläute, 因",
            condition: "amount > 1.00\n\t|| true"
        )
    }

    static let changes: [RuleChanged] = [
        event("a", 1, 1, .added(text(.decline(.countryBlocked)))),
        event("b.c-d_9", 4_000_000_000, 77, .added(text(.requireApproval, state: .shadow))),
        event("a", 1, 2, .moved(from: .shadow, to: .active)), event("a", 2, 1, .added(text(.addToScore(-3)))),
    ]

    @Test(arguments: changes)
    func aChangeIsReadAsItWasWritten(change: RuleChanged) throws {
        var bytes = [UInt8](repeating: 0, count: RuleChanged.encodedByteCountMax)
        let count = bytes.withUnsafeMutableBytes { change.encode(into: $0) }
        #expect(count == change.encodedByteCount && count <= RuleChanged.encodedByteCountMax)
        let written = Array(bytes[..<count])
        let read = try written.withUnsafeBytes { try RuleChanged(decoding: $0, kind: change.kind) }
        #expect(read == change)
        for length in 0..<count {
            #expect(throws: EventError.self) {
                try written[..<length].withUnsafeBytes { _ = try RuleChanged(decoding: $0, kind: change.kind) }
            }
        }
        let other = change.kind == .ruleAdded ? EventKind.ruleMoved : .ruleAdded
        #expect(throws: EventError.self) {
            try written.withUnsafeBytes { _ = try RuleChanged(decoding: $0, kind: other) }
        }
    }

    @Test func onlyWhatFollowsIsApplied() throws {
        var book = RuleBook()
        func refused(_ event: RuleChanged) {
            let before = book.digest
            #expect(throws: EventError.self) { try book.apply(event, lsn: LogSequenceNumber(rawValue: 9)) }
            #expect(book.digest == before)
        }
        refused(Self.event("a", 2, 1, .added(Self.text())))
        refused(Self.event("a", 1, 2, .added(Self.text())))
        refused(Self.event("a", 1, 1, .added(Self.text(state: .active))))
        refused(Self.event("a", 1, 1, .moved(from: .draft, to: .shadow)))
        #expect(book.digest == Digest128())
        try book.apply(Self.event("a", 1, 1, .added(Self.text())), lsn: LogSequenceNumber(rawValue: 1))
        refused(Self.event("a", 1, 1, .moved(from: .shadow, to: .active)))
        refused(Self.event("a", 1, 1, .moved(from: .draft, to: .active)))
        refused(Self.event("b", 1, 1, .moved(from: .draft, to: .shadow)))
        refused(Self.event("b", 1, 2, .added(Self.text())))
        for (from, to) in [(RuleState.draft, RuleState.shadow), (.shadow, .active), (.active, .shadow)] {
            let before = book.digest
            try book.apply(Self.event("a", 1, 1, .moved(from: from, to: to)), lsn: LogSequenceNumber(rawValue: 2))
            #expect(book.digest != before)
        }
        #expect(book.evaluated.map(\.rule.state) == [.shadow])
        #expect(book.count(of: .shadow) == 1 && book.steps.count == 4)
    }

    @Test func firedRulesAreReadAsTheyWereWrittenAndCostNothingWhereThereAreNone() throws {
        var book = RuleBook()
        for (place, outcome) in [RuleOutcome.flag, .decline(.countryBlocked), .flag, .flag, .flag, .flag].enumerated() {
            let number = UInt32(place + 1)
            let text = RuleText(state: .shadow, outcome: outcome, owner: "", note: "", condition: "amount > 1.00")
            try book.apply(Self.event("r\(place)", number, 1, .added(text)), lsn: .zero)
            try book.apply(Self.event("r\(place)", number, 1, .moved(from: .shadow, to: .active)), lsn: .zero)
        }
        let settings = PolicySettings()
        let rules = try CompiledRules(book, settings: settings)
        let policy = Policy(settings, rules: rules, version: LogSequenceNumber(rawValue: 3))
        var seen = Observation(unknownCardUnder: LogSequenceNumber(rawValue: 3))
        seen.found = true
        seen.status = .active
        seen.currency = try currency("EUR")
        seen.balances = Balances(limit: 1_000_000, posted: 0, held: 0)
        var sizes: [Int] = []
        for amount in [Int64(100), 101] {
            let request = try makeRequest { $0.amount = amount }
            let verdict = policy.ruleVerdict(request, at: noon, seen: seen)
            let decision = decide(request, at: noon, seen: seen, policy: policy, rules: verdict)
            let event = AuthorizationEvent(request: request, time: noon, observation: seen, decision: decision)
            var bytes = [UInt8](repeating: 0, count: AuthorizationEvent.encodedByteCountMax)
            let count = bytes.withUnsafeMutableBytes { event.encode(into: $0) }
            sizes.append(count)
            let read = try bytes[..<count].withUnsafeBytes { try AuthorizationEvent(decoding: $0) }
            #expect(read == event)
            #expect(decision.outcome == (amount == 101 ? .declined : .approved))
            if amount == 101 {
                #expect(decision.reason == .countryBlocked && decision.rules.count == 6)
                #expect(decision.rules.listed.map(\.number) == [2, 1, 3, 4], "the one that declined, then the others")
                #expect(explainRules(event, policy: policy).map(\.number) == [1, 2, 3, 4, 5, 6])
            }
        }
        // A mask and lists are there only with what matched; a decline has no time of expiry.
        #expect(sizes[1] - sizes[0] == 2 + 2 + 1 + 4 * 8 - 8)
    }
}
