import Authorization
import Domain
import Foundation
import Testing

/// The seeds of random tests: a few fixed ones, or the one in the environment variable `ASSENT_SEED`.
enum Seeds {
    static var all: [UInt64] {
        if let text = ProcessInfo.processInfo.environment["ASSENT_SEED"], let seed = UInt64(text) { return [seed] }
        return [1, 2, 3, 20_261_121]
    }
}

/// 2026-11-21T12:00:00Z, when most tests take place.
let noon = Instant(microseconds: 1_795_262_400_000_000)

func token(_ number: UInt64) -> CardToken { CardToken(high: 0xC0FFEE, low: number) }

func currency(_ code: String) throws -> Currency { try #require(Currency(code)) }

/// A request that an ordinary card approves; tests change what they are about.
func makeRequest(_ change: (inout AuthorizationRequest) throws -> Void = { _ in }) throws -> AuthorizationRequest {
    var request = AuthorizationRequest(
        requestID: RequestID(high: 1, low: 2),
        cardToken: token(1),
        kind: .authorization,
        amount: 1_000,
        merchantAmount: 1_000,
        transmissionTime: noon,
        currency: try currency("EUR"),
        merchantCurrency: nil,
        merchantCountry: try #require(Country("DE")),
        merchantCategory: try #require(MerchantCategory(code: 5_411)),
        merchantID: try #require(Text16("MERCHANT0000001")),
        terminalID: try #require(Text16("TERM0001")),
        presence: .present,
        entryMode: .chip,
        initiator: .cardholder,
        flags: [],
        merchantName: try #require(Text64("Bäckerei Müller")),
        merchantCity: try #require(Text64("Berlin"))
    )
    try change(&request)
    return request
}

/// A card that exists and is active: 1,000.00 EUR, no transaction limit, good to the end of 2030.
func makeCreation(_ change: (inout CardCommand.Creation) -> Void = { _ in }) throws -> CardCommand.Creation {
    var creation = CardCommand.Creation(
        status: .active,
        currency: try currency("EUR"),
        limit: 100_000,
        transactionLimit: nil,
        expiry: ExpiryMonth(year: 2_030, month: 12),
        lastFour: try #require(LastFour("4242")),
        profile: Text16()
    )
    change(&creation)
    return creation
}

/// One shard and one policy, and every event that went in, in order.
struct World: ~Copyable {
    enum Event {
        case authorization(AuthorizationEvent)
        case lifecycle(LifecycleEvent)
        case card(CardEvent)
        case settings(PolicySettings)
    }

    var shard: CardShard
    var policy: Policy
    var settings: PolicySettings
    var log: [Event] = []

    init(_ settings: PolicySettings = PolicySettings()) {
        self.settings = settings
        policy = Policy(settings, version: .zero)
        shard = CardShard(expectedCards: 4)
        shard.policyChanged(policy)
        log.append(.settings(settings))
    }

    var nextLSN: LogSequenceNumber { LogSequenceNumber(rawValue: UInt64(log.count) + 1) }

    mutating func change(_ settings: PolicySettings) {
        self.settings = settings
        policy = Policy(settings, version: nextLSN)
        shard.policyChanged(policy)
        log.append(.settings(settings))
    }

    mutating func set(_ key: String, _ value: String) throws {
        var changed = settings
        try changed.set(key: key, value: value)
        change(changed)
    }

    @discardableResult
    mutating func command(_ token: CardToken, _ action: CardCommand.Action, at time: Instant) throws -> CardEvent {
        let command = CardCommand(
            requestID: RequestID(high: 7, low: UInt64(log.count)),
            actor: 1_000,
            transmissionTime: time,
            token: token,
            action: action
        )
        var replacement: CardView?
        if case .replace(let asked) = action { replacement = shard.card(asked.newToken) }
        let event = try validate(
            command,
            seen: shard.card(token),
            replacement: replacement,
            at: time,
            policy: policy
        )
        shard.apply(event, lsn: nextLSN)
        if case .replaced(let replaced) = event { shard.applyAlias(replaced, lsn: nextLSN) }
        log.append(.card(event))
        return event
    }

    /// What would be decided; nothing changes.
    func tryOut(_ request: AuthorizationRequest, at time: Instant = noon) -> AuthorizationEvent {
        let seen = shard.observe(request, as: shard.alias(request.cardToken), at: time, policy: policy)
        let decision = decide(request, at: time, seen: seen, policy: policy)
        return AuthorizationEvent(request: request, time: time, observation: seen, decision: decision)
    }

    @discardableResult
    mutating func authorize(_ request: AuthorizationRequest, at time: Instant = noon) -> AuthorizationEvent {
        let event = tryOut(request, at: time)
        shard.apply(event, lsn: nextLSN, policy: policy)
        log.append(.authorization(event))
        return event
    }

    /// A message of a payment's life, decided and applied.
    @discardableResult
    mutating func settle(
        _ request: LifecycleRequest,
        archived: (payment: PaymentRecord, match: MatchRule)? = nil,
        at time: Instant = noon
    ) -> LifecycleEvent {
        let alias = shard.alias(request.cardToken)
        let seen = shard.observe(request, as: alias, archived: archived, at: time, policy: policy)
        let decision = decideLifecycle(request, at: time, seen: seen, policy: policy)
        let event = LifecycleEvent(request: request, time: time, observation: seen.card, decision: decision)
        shard.apply(event, lsn: nextLSN, policy: policy)
        log.append(.lifecycle(event))
        return event
    }

    /// The newest payment.
    var newest: PaymentRecord? {
        var newest: PaymentRecord?
        _ = shard.forEachPayment(from: .zero, limit: .max) { newest = $0 }
        return newest
    }

    /// The shard that the same events make in memory of its own.
    func replayed(expectedCards: Int = 1_000) -> CardShard {
        var shard = CardShard(expectedCards: expectedCards)
        var policy = Policy(PolicySettings(), version: .zero)
        for (place, event) in log.enumerated() {
            let lsn = LogSequenceNumber(rawValue: UInt64(place) + 1)
            switch event {
            case .settings(let settings):
                policy = Policy(settings, version: lsn)
                shard.policyChanged(policy)
            case .card(let event):
                shard.apply(event, lsn: lsn)
                if case .replaced(let replaced) = event { shard.applyAlias(replaced, lsn: lsn) }
            case .authorization(let event): shard.apply(event, lsn: lsn, policy: policy)
            case .lifecycle(let event): shard.apply(event, lsn: lsn, policy: policy)
            }
        }
        return shard
    }
}

/// A world with one card, `token(1)`.
func makeWorld(
    _ values: [(String, String)] = [],
    card change: (inout CardCommand.Creation) -> Void = { _ in }
) throws -> World {
    var settings = PolicySettings()
    for (key, value) in values { try settings.set(key: key, value: value) }
    var world = World(settings)
    try world.command(token(1), .create(try makeCreation(change)), at: noon)
    return world
}

extension Instant {
    func plus(milliseconds: Int64) -> Instant { advanced(byMicroseconds: milliseconds * 1_000) }
}

extension CardShard {
    /// A record's number behind all that the shard has payments of.
    var nextPaymentLSN: LogSequenceNumber { LogSequenceNumber(rawValue: UInt64(paymentCount) + 1_000_000) }
}

/// What is there; for values of what can not be copied, which `#require` does not take.
func unwrap<Value>(_ value: Value?) throws -> Value { try #require(value) }
