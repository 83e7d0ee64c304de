import Client
import Domain
import Foundation
import Glibc
import Platform
import Randomness
import Testing
import Wire

/// Proves that nothing answered is ever lost, and nothing is executed twice, however often the process is killed.
@Suite struct KillUnderLoadTests {
    /// When a round's process is killed.
    private enum Moment: CaseIterable {
        /// At the Nth event among requests, answers and commands.
        case load
        /// Right after a configuration change was answered, or only sent, under load.
        case configuration
        /// While it reads its journal, once or twice; then under load.
        case start
        /// When everything was answered.
        case idle
    }

    private static let moments: [Moment] = [
        .load, .configuration, .start, .load, .idle, .start, .load, .configuration, .load, .start, .load,
    ]

    @Test(.timeLimit(.minutes(20)))
    func everyAnswerOutlivesFiftyKillsOnOneJournal() async throws {
        try await run(kills: 50)
    }

    /// `make crash KILLS=1000`.
    @Test(.enabled(if: askedKills != nil, "ASSENT_KILLS says how many"), .timeLimit(.minutes(240)))
    func everyAnswerOutlivesAsManyKillsAsAskedFor() async throws {
        try await run(kills: Self.askedKills ?? 0)
    }

    private static let askedKills = ProcessInfo.processInfo.environment["ASSENT_KILLS"].flatMap { Int($0) }

    private func run(kills: Int) async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            var rounds = Rounds(scratch, random: .announced(for: "kill -9 under load"))
            var number = 0
            while rounds.killCount < kills || number < 4 * Self.moments.count {
                switch Self.moments[number % Self.moments.count] {
                case .load: try rounds.killUnderLoad(number)
                case .configuration: try rounds.killAfterConfiguration(number)
                case .start: try rounds.killWhileStarting(number)
                case .idle: try rounds.killWhenIdle(number)
                }
                number += 1
                if number % 100 == 0 { print("kill -9 under load: \(rounds.killCount) kills so far") }
            }
            try rounds.finish()
            #expect(rounds.killCount >= kills)
        }
    }
}

/// The state that goes from round to round: the journal, and what clients know.
private struct Rounds {
    private static let connectionCount = 4
    private static let requestsPerConnection = 160
    private static let limits: [Int64] = [500_000_000, 40_000, 500_000_000, 0, 900_000, 500_000_000, 6_000, 300_000]

    private let scratch: Scratch
    private let ledger = Ledger()
    private let commands: OperatorLedger
    /// Snapshots are made under load, and closed payments leave memory at once.
    private static let options = ["--archive-after", "0", "--snapshot-rate", "0"]
    private static let snapshotsPerRound = 3
    private let cards: [CardToken]
    private var random: SeededRandom
    private var daemon: DaemonUnderTest?
    private(set) var killCount = 0
    /// Kills that came before the process was ready.
    private var interruptedStartCount = 0
    /// Starts that went on from a snapshot.
    private var snapshotStartCount = 0
    /// The state after everything was settled; nil after something may have happened since.
    private var settled: DigestReply?
    private var startNanoseconds: Int64 = 200_000_000
    /// The newest record when the journal was last closed in order.
    private var closedLSN: LogSequenceNumber?
    private var exchanges: [Exchange] = []
    /// Authorizations of this round.
    private var fresh: [(id: RequestID, card: CardToken)] = []
    private var commandExchanges: [CommandExchange] = []

    init(_ scratch: Scratch, random: SeededRandom) {
        self.scratch = scratch
        self.random = random
        commands = OperatorLedger(ledger)
        cards = Self.limits.map { _ in CardToken.make() }
    }

    // MARK: Rounds

    mutating func killUnderLoad(_ number: Int) throws {
        let daemon = try begin(number)
        // Each connection notices about 1.1 times for each request; the last few counts are those of an idle process.
        let count = Int.random(in: 1...Self.connectionCount * Self.requestsPerConnection, using: &random)
        let countdown = Countdown(count) { daemon.process.signal(SIGKILL) }
        try load(daemon, OperatorLoad(endpoint: daemon.administration, commands: someCommands(4))) {
            countdown.notice()
        }
        try kill(daemon)
    }

    mutating func killAfterConfiguration(_ number: Int) throws {
        let daemon = try begin(number)
        var list = someCommands(Int.random(in: 0...2, using: &random))
        list.append(.configuration(someConfiguration()))
        let operators = OperatorLoad(
            endpoint: daemon.administration,
            commands: list,
            leavesLastUnanswered: Bool.random(using: &random)
        )
        try load(daemon, operators, afterCommands: { daemon.process.signal(SIGKILL) }, {})
        try kill(daemon)
    }

    mutating func killWhileStarting(_ number: Int) throws {
        try kill(begin(number))
        for _ in 0...Int.random(in: 0...1, using: &random) {
            let starting = try DaemonUnderTest(scratch, Self.options)
            let patience = Int64.random(in: 0...startNanoseconds, using: &random)
            starting.process.waitForError(containing: "message=ready", nanoseconds: patience)
            try kill(starting)
            if !starting.process.said("message=ready") { interruptedStartCount += 1 }
        }
        try killUnderLoad(number)
    }

    mutating func killWhenIdle(_ number: Int) throws {
        let daemon = try begin(number)
        try load(daemon, OperatorLoad(endpoint: daemon.administration, commands: someCommands(2)), {})
        #expect(exchanges.allSatisfy { $0.isAnswered }, "\(ledger.context): every request is answered")
        settled = try daemon.ask(Digest(), DigestReply.self)
        try kill(daemon)
    }

    /// Settles the last round, holds the daemon to all payments of all rounds, and decides the whole journal again.
    mutating func finish() throws {
        let daemon = try begin(-1)
        try ledger.recheck(ledger.payments, daemon)
        try ledger.checkHistory()
        let events = ledger.payments.filter { $0.payment != nil }
        let some = (0..<500).compactMap { _ in events.randomElement(using: &random)?.payment?.paymentID }
        try ledger.checkStanding(some, daemon)
        let status = try daemon.ask(Status(), StatusReply.self)
        let before = try daemon.ask(Digest(), DigestReply.self)
        try daemon.stop()
        let verified = try DaemonUnderTest.ready(scratch, Self.options + ["--verify"])
        let after = try verified.ask(Digest(), DigestReply.self)
        #expect(after == before, "\(ledger.context): deciding everything again")
        try verified.stop()
        let authorizations = ledger.payments.filter { $0.request.kind == .authorize }
        let approvedCount = authorizations.count { $0.decision.outcome != .declined }
        let changedCount = events.count { $0.decision.outcome != .declined }
        let segmentCount = try scratch.segments().count
        print(
            "kill -9 under load: \(killCount) kills (\(interruptedStartCount) while starting), "
                + "\(authorizations.count) authorizations (\(approvedCount) approved), "
                + "\(events.count) events of payments (\(changedCount) changed something), "
                + "unanswered \(ledger.unanswered), "
                + "\(ledger.answeredCount) answers compared, \(commands.commands.count) commands, "
                + "\(after.lsn) records in \(segmentCount) segments, \(snapshotStartCount) starts from a snapshot, "
                + "\(status.archivedPayments) payments in the archive and \(status.paymentsInMemory) in memory"
        )
        // The rounds must have been about something.
        #expect(approvedCount > 100 && authorizations.count - approvedCount > 100)
        #expect(changedCount > 100 && events.count - changedCount > 10)
        #expect(snapshotStartCount > 0 && status.archivedPayments > 0 && status.archiveComplete)
        #expect(interruptedStartCount > 0)
        #expect(ledger.unanswered.executed > 0 && ledger.unanswered.absent > 0)
        #expect(segmentCount >= 2, "the process was killed in several segments")
    }

    // MARK: Parts of a round

    /// Starts the daemon, and settles what the last round left open.
    private mutating func begin(_ number: Int) throws -> DaemonUnderTest {
        ledger.context = "round \(number) seed \(random.seed) after \(killCount) kills"
        let began = Clock.monotonicNanoseconds()
        let daemon = try DaemonUnderTest.ready(scratch, Self.options)
        startNanoseconds = Clock.monotonicNanoseconds() - began
        try checkRecovery(daemon)
        if number == 0 {
            for (card, limit) in zip(cards, Self.limits) {
                _ = try daemon.ask(Traffic.create(card, limit: limit), CardCreateReply.self)
            }
        }
        try ledger.settle(exchanges, daemon)
        try commands.settle(commandExchanges, daemon)
        (exchanges, commandExchanges) = ([], [])
        try ledger.recheck((0..<20).compactMap { _ in ledger.payments.randomElement(using: &random) }, daemon)
        // Over all payments of all rounds, so not after every one of very many.
        if number < 50 || number % 20 == 0 { try ledger.checkHistory() }
        try checkCards(daemon)
        try commands.checkSettings(daemon)
        let digest = try daemon.ask(Digest(), DigestReply.self)
        #expect(digest.policyVersion == commands.policyVersion, "\(ledger.context)")
        settled = digest
        guard number % 6 == 5 else { return daemon }
        try daemon.stop()
        closedLSN = digest.lsn
        let again = try DaemonUnderTest.ready(scratch, Self.options)
        try checkRecovery(again)
        return again
    }

    /// Holds the report of the recovery, and the state where it is known, to what was there before.
    private mutating func checkRecovery(_ daemon: DaemonUnderTest) throws {
        let status = try daemon.ask(Status(), StatusReply.self)
        let digest = try daemon.ask(Digest(), DigestReply.self)
        #expect(try daemon.recovery("records") == "\(status.recoveredRecords)", "\(ledger.context)")
        #expect(try daemon.recovery("torn_tail_bytes") == "\(status.tornTailBytes)", "\(ledger.context)")
        let snapshot = UInt64(try daemon.recovery("snapshot")) ?? 0
        if snapshot > 0 { snapshotStartCount += 1 }
        #expect(snapshot <= digest.lsn.rawValue && status.snapshotLSN.rawValue == snapshot, "\(ledger.context)")
        // What no snapshot has was replayed.
        #expect(
            (digest.lsn.rawValue - min(snapshot, digest.lsn.rawValue)...digest.lsn.rawValue)
                .contains(status.recoveredRecords),
            "\(ledger.context): \(status.recoveredRecords) records replayed after snapshot \(snapshot)"
        )
        let isClosed = closedLSN == digest.lsn
        #expect(try daemon.recovery("closed_in_order") == "\(isClosed)", "\(ledger.context)")
        if let settled {
            #expect(digest == settled, "\(ledger.context): the state after a restart is the state before")
        }
        settled = nil
    }

    private func checkCards(_ daemon: DaemonUnderTest) throws {
        let frames = try ask(cards.map { CardGet(cardToken: $0) }, daemon.administration)
        for (index, frame) in frames.enumerated() {
            let card = try frame.decode(CardGetReply.self).card
            let name = "\(ledger.context): card \(index)"
            let held = ledger.held(cards[index])
            let limit = commands.limit(cards[index], created: Self.limits[index])
            let posted = ledger.posted(cards[index])
            #expect(card.held == held && card.posted == posted, "\(name): the sums of what was answered")
            #expect(card.spendingLimit == limit && card.available == limit - held - posted, "\(name)")
            #expect(card.status == (commands.isFrozen(cards[index]) ? .frozen : .active), "\(name)")
        }
    }

    /// Sends payments and their events over four connections, commands over a fifth, asks for snapshots over a sixth,
    /// and notes what was answered.
    private mutating func load(
        _ daemon: DaemonUnderTest,
        _ operators: OperatorLoad,
        afterCommands: @escaping @Sendable () -> Void = {},
        _ notice: @escaping @Sendable () -> Void
    ) throws {
        let tcp = try daemon.tcp
        fresh = []
        // Impatient gateways send the same request over another connection too, at about the same time.
        let repeated = someRequests(Self.requestsPerConnection / 4)
        let loads = (0..<Self.connectionCount).map { index in
            let own = someRequests(Self.requestsPerConnection * 3 / 4)
            let requests = own.enumerated().flatMap { number, request in
                number % 3 == 0 ? [request, repeated[number / 3]] : [request]
            }
            return GatewayLoad(
                endpoint: index % 2 == 0 ? tcp : daemon.unix,
                requests: requests,
                window: [1, 8, 32, 64].randomElement(using: &random) ?? 8
            )
        }
        let shared = Shared()
        let outcomes = try inParallel(loads.count + 2) { index -> GatewayLoad.Outcome in
            if index < loads.count { return loads[index].run(notice) }
            if index > loads.count {
                Self.makeSnapshots(daemon)
                return GatewayLoad.Outcome()
            }
            let done = operators.run(notice)
            shared.exchanges.withLock { $0 = done }
            afterCommands()
            return GatewayLoad.Outcome()
        }
        exchanges = outcomes.flatMap(\.exchanges)
        commandExchanges = shared.exchanges.withLock { $0 }
        settled = nil
    }

    /// Asks for one snapshot after the other, until there were enough or the daemon is gone.
    private static func makeSnapshots(_ daemon: DaemonUnderTest) {
        guard var connection = try? Connection(to: daemon.administration, options: DaemonUnderTest.patience) else {
            return
        }
        for _ in 0..<snapshotsPerRound {
            do throws(ClientError) {
                _ = try connection.call(SnapshotMake(), returning: SnapshotMakeReply.self)
            } catch {
                // One that is refused because the configuration was changed again and again is nobody's loss.
                guard case .rejected = error else { return }
            }
        }
    }

    private mutating func kill(_ daemon: DaemonUnderTest) throws {
        try daemon.kill()
        killCount += 1
    }

    private mutating func someRequests(_ count: Int) -> [GatewayRequest] {
        (0..<count).map { _ in
            if Int.random(in: 0..<10, using: &random) < 4, let event = someEvent() { return event }
            let request = Traffic.authorize(
                cards.randomElement(using: &random) ?? cards[0],
                Int64.random(in: 1...2_500, using: &random),
                merchant: Traffic.merchants.randomElement(using: &random) ?? "",
                partial: Int.random(in: 0..<8, using: &random) == 0
            )
            fresh.append((request.requestID, request.cardToken))
            return GatewayRequest(request)
        }
    }

    /// Something that happens to a payment of any round, or to one whose authorization is on its way: it may come
    /// before it.
    private mutating func someEvent() -> GatewayRequest? {
        let kinds: [GatewayRequest.Kind] = [.increment, .reverse, .reverse, .advice, .clearing, .clearing, .refund]
        let kind = kinds.randomElement(using: &random) ?? .clearing
        let isWhole = kind == .reverse && Bool.random(using: &random)
        let amount = isWhole ? nil : Int64.random(in: 1...2_500, using: &random)
        let isFinal = kind == .clearing && Bool.random(using: &random)
        if Bool.random(using: &random), let target = fresh.randomElement(using: &random) {
            return Traffic.event(kind, target.card, amount, original: target.id, isFinal: isFinal)
        }
        guard let target = ledger.payments.randomElement(using: &random), target.request.kind == .authorize else {
            return nil
        }
        let isByNumber = Bool.random(using: &random)
        return Traffic.event(
            kind,
            target.request.card,
            amount,
            payment: isByNumber ? target.decision.lsn : .zero,
            original: isByNumber ? nil : target.request.id,
            isFinal: isFinal
        )
    }

    /// Raises limits, and freezes and thaws the last card, one after the other.
    private mutating func someCommands(_ count: Int) -> [CommandExchange.Command] {
        var isFrozen = commands.isFrozen(cards[cards.count - 1])
        return (0..<count).map { _ in
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                isFrozen.toggle()
                return .status(
                    CardSetStatus(
                        requestID: .make(),
                        cardToken: cards[cards.count - 1],
                        transmissionTime: Traffic.now,
                        status: isFrozen ? .frozen : .active
                    )
                )
            case 1:
                return .limits(
                    CardSetLimits(
                        requestID: .make(),
                        cardToken: cards[Int.random(in: 1...4, using: &random)],
                        transmissionTime: Traffic.now,
                        spendingLimit: Int64.random(in: 0...2_000_000, using: &random),
                        profile: Text16()
                    )
                )
            default: return .configuration(someConfiguration())
            }
        }
    }

    private mutating func someConfiguration() -> ConfigSet {
        let number = Int.random(in: 10...99, using: &random)
        return switch Int.random(in: 0..<3, using: &random) {
        case 0: Traffic.configure("amount-threshold.EUR", "\(number).50")
        case 1: Traffic.configure("velocity.2", "count>\(number * 10) in 60s decline")
        default: Traffic.configure("merchant-block.exact", number % 2 == 0 ? "ZUM LOWEN" : "NOBODY \(number)")
        }
    }
}

private final class Shared: Sendable {
    let exchanges = Locked<[CommandExchange]>([])
}
