import Authorization
import Domain
import Engine
import Foundation
import Journal
import Platform
import Testing

/// An engine on a directory of its own, with small tables.
// SAFETY: restarted only while no other thread uses it.
final class EngineHarness: @unchecked Sendable {
    let directory: String
    private(set) var engine: Engine
    private let options: EngineOptions
    private let ownsDirectory: Bool

    static let now = Instant(microseconds: 1_800_000_000_000_000)

    init(
        _ options: EngineOptions = EngineHarness.smallOptions,
        directory: String? = nil
    ) throws {
        self.options = options
        ownsDirectory = directory == nil
        self.directory =
            directory ?? FileManager.default.temporaryDirectory.appending(path: "assent-\(UUID().uuidString)").path
        engine = try Self.open(self.directory, options)
    }

    deinit {
        engine.journal.close()
        if ownsDirectory { try? FileManager.default.removeItem(atPath: directory) }
    }

    static var smallOptions: EngineOptions {
        var options = EngineOptions()
        options.cardShardCount = 8
        options.requestShardCount = 8
        options.rememberedRequestCount = 65_536
        return options
    }

    /// Closes and opens again, as a restart does.
    func restart(_ options: EngineOptions? = nil) throws {
        engine.journal.close()
        engine = try Self.open(directory, options ?? self.options)
    }

    private static func open(_ directory: String, _ options: EngineOptions) throws -> Engine {
        var journalOptions = JournalOptions()
        journalOptions.segmentByteCount = 16 << 20
        journalOptions.bufferByteCount = 2 << 20
        let engine = try Engine.open(
            options: options,
            journalOptions: journalOptions,
            storage: FileJournalStorage(directory: directory)
        )
        try engine.start(onDurable: { _ in }, onFailure: { Issue.record("the journal failed: \($0)") })
        return engine
    }

    // MARK: Asking

    /// Makes an active card.
    @discardableResult
    func makeCard(_ number: UInt64, limit: Int64, id: UInt64? = nil) throws -> CardView {
        try engine.perform(Self.creation(number, limit: limit, id: id), receivedAt: Self.now).value
    }

    static func creation(_ number: UInt64, limit: Int64, id: UInt64? = nil) -> CardCommand {
        CardCommand(
            requestID: RequestID(high: 1, low: id ?? number),
            actor: 0,
            transmissionTime: now,
            token: token(number),
            action: .create(
                CardCommand.Creation(
                    status: .active,
                    currency: euro,
                    limit: limit,
                    transactionLimit: nil,
                    expiry: nil,
                    lastFour: .unknown,
                    profile: Text16()
                )
            )
        )
    }

    static func token(_ number: UInt64) -> CardToken { CardToken(high: 7, low: number) }
    static let euro = known(Currency("EUR"))

    /// A constant that is right, unwrapped.
    private static func known<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("a constant of the tests is wrong") }
        return value
    }

    static func request(
        _ id: UInt64,
        card: UInt64,
        amount: Int64,
        at time: Instant = now,
        kind: RequestKind = .authorization
    ) -> AuthorizationRequest {
        AuthorizationRequest(
            requestID: RequestID(high: 2, low: id),
            cardToken: token(card),
            kind: kind,
            amount: kind == .authorization ? amount : 0,
            merchantAmount: amount,
            transmissionTime: time,
            currency: kind == .balanceInquiry ? nil : euro,
            merchantCurrency: nil,
            merchantCountry: known(Country("DE")),
            merchantCategory: known(MerchantCategory(code: 5411)),
            merchantID: Text16("M1") ?? Text16(),
            terminalID: Text16("T1") ?? Text16(),
            presence: .present,
            entryMode: .chip,
            initiator: .cardholder,
            flags: [],
            merchantName: Text64("Corner shop") ?? Text64(),
            merchantCity: Text64("Berlin") ?? Text64()
        )
    }

    /// What became of a request.
    enum Answer: Equatable {
        case decided(Decision, LogSequenceNumber)
        case refused(String)

        var decision: Decision? {
            if case .decided(let decision, _) = self { return decision }
            return nil
        }
    }

    func ask(_ request: AuthorizationRequest, at time: Instant = now) -> Answer {
        Self.ask(engine, request, at: time)
    }

    static func ask(_ engine: Engine, _ request: AuthorizationRequest, at time: Instant = now) -> Answer {
        var event = AuthorizationEvent(asking: request)
        do throws(Refusal) {
            let lsn = try engine.authorize(&event, receivedAt: time)
            return .decided(event.decision, lsn)
        } catch {
            return .refused(name(of: error))
        }
    }

    /// A refusal's name without what it carries.
    static func name(of refusal: Refusal) -> String {
        switch refusal {
        case .repeated: "repeated"
        case .tooOld: "tooOld"
        case .fromTheFuture: "fromTheFuture"
        case .busy: "busy"
        case .storageUnavailable: "storageUnavailable"
        case .archiveUnavailable: "archiveUnavailable"
        case .card(let error): "card: \(error)"
        case .configuration: "configuration"
        case .rule, .principal: "rule"
        case .list: "list"
        case .versionChanged: "versionChanged"
        case .cardLimitReached: "cardLimitReached"
        }
    }

    /// Sets a configuration key.
    @discardableResult
    func configure(_ key: String, _ value: String, id: UInt64, expected: LogSequenceNumber? = nil) throws
        -> LogSequenceNumber
    {
        try engine.configure(
            ConfigurationChanged(
                requestID: RequestID(high: 3, low: id),
                actor: 0,
                time: Self.now,
                transmissionTime: Self.now,
                key: key,
                value: value
            ),
            expectedVersion: expected,
            receivedAt: Self.now
        )
    }
}
