internal import Domain
internal import Synchronization

/// What the connections of one principal share: what it may, and how much of that is used. Read and changed on every
/// loop.
final class PrincipalState: Sendable {
    /// Its number for good.
    let id: UInt64
    /// Its name.
    let name: String
    private let scopeBits: Atomic<UInt32>
    private let creditMax: Atomic<Int>
    private let revoked = Atomic(false)
    private let inFlight = Atomic<Int>(0)
    /// Nanoseconds from one request to the next; 0 for no limit.
    private let interval: Atomic<Int64>
    /// Nanoseconds by which requests may come early.
    private let tolerance: Atomic<Int64>
    /// When the next request is due if they come evenly, in nanoseconds of the monotonic clock (the generic cell rate
    /// algorithm, ITU-T I.371).
    private let dueAt = Atomic<Int64>(0)
    private let refusedScope = Atomic<UInt64>(0)
    private let refusedRate = Atomic<UInt64>(0)
    private let refusedCredit = Atomic<UInt64>(0)
    private let refusedConnections = Atomic<UInt64>(0)

    init(_ principal: KnownPrincipal) {
        id = principal.id
        name = principal.name
        scopeBits = Atomic(0)
        creditMax = Atomic(0)
        interval = Atomic(0)
        tolerance = Atomic(0)
        update(principal)
    }

    /// Takes over what was changed.
    func update(_ principal: KnownPrincipal) {
        scopeBits.store(principal.scopes.rawValue, ordering: .relaxed)
        creditMax.store(Int(principal.creditMax), ordering: .relaxed)
        let nanoseconds = principal.ratePerSecond == 0 ? 0 : max(1, 1_000_000_000 / Int64(principal.ratePerSecond))
        interval.store(nanoseconds, ordering: .relaxed)
        tolerance.store(nanoseconds * Int64(max(1, principal.burst) - 1), ordering: .relaxed)
    }

    /// Takes everything from it, for good.
    func revoke() { revoked.store(true, ordering: .relaxed) }

    /// Whether it was revoked.
    var isRevoked: Bool { revoked.load(ordering: .relaxed) }

    /// What it may ask.
    var scopes: Scopes { isRevoked ? [] : Scopes(rawValue: scopeBits.load(ordering: .relaxed)) }

    /// Requests that it may have in flight; 0 for no limit.
    var creditLimit: Int { creditMax.load(ordering: .relaxed) }

    /// Requests that it has in flight, as of each connection's last read or answer.
    var inFlightCount: Int { inFlight.load(ordering: .relaxed) }

    /// A connection's share has changed.
    func change(inFlight delta: Int) { inFlight.add(delta, ordering: .relaxed) }

    /// Counts a request, or a connection, that was refused.
    func note(_ refusal: PrincipalRefusal) {
        switch refusal {
        case .scope: refusedScope.add(1, ordering: .relaxed)
        case .rate: refusedRate.add(1, ordering: .relaxed)
        case .credit: refusedCredit.add(1, ordering: .relaxed)
        case .connections: refusedConnections.add(1, ordering: .relaxed)
        }
    }

    /// What it was refused.
    var measure: PrincipalMeasure {
        PrincipalMeasure(
            name: name,
            refusals: PrincipalRefusal.allCases.map { refusal in
                switch refusal {
                case .scope: refusedScope.load(ordering: .relaxed)
                case .rate: refusedRate.load(ordering: .relaxed)
                case .credit: refusedCredit.load(ordering: .relaxed)
                case .connections: refusedConnections.load(ordering: .relaxed)
                }
            }
        )
    }

    /// Counts one request against the rate.
    ///
    /// - Returns: how many microseconds it comes too early; 0 where it is in time, and counted.
    func enter(now: MonotonicInstant) -> Int64 {
        let interval = interval.load(ordering: .relaxed)
        guard interval > 0 else { return 0 }
        let nanoseconds = now.microseconds * 1_000
        let tolerance = tolerance.load(ordering: .relaxed)
        var expected = dueAt.load(ordering: .relaxed)
        while true {
            let due = max(expected, nanoseconds)
            let early = due - nanoseconds - tolerance
            guard early <= 0 else { return (early + 999) / 1_000 }
            let (exchanged, original) = dueAt.weakCompareExchange(
                expected: expected,
                desired: due + interval,
                ordering: .relaxed
            )
            if exchanged { return 0 }
            expected = original
        }
    }
}
