internal import Platform
internal import Synchronization
internal import Wire

/// Counts connections against their limits. Shared by all loops.
final class ConnectionLedger: Sendable {
    private let limits: TransportLimits
    private let gateway = Atomic<Int>(0)
    private let administration = Atomic<Int>(0)
    private let lingering = Atomic<Int>(0)
    private let accepted = Atomic<UInt64>(0)
    private let refused = Locked(ConnectionRefusalCause.Counts())
    private let held = HeldCounts<ConnectionHolder>()
    private let perPrincipalMax: Atomic<Int>
    private let perAddressMax: Atomic<Int>

    init(limits: TransportLimits) {
        self.limits = limits
        perPrincipalMax = Atomic(limits.connectionsPerPrincipalMax)
        perAddressMax = Atomic(limits.connectionsPerAddressMax)
    }

    /// Changes what one holder may have from now on. Connections stay.
    func setBounds(perPrincipal: Int, perAddress: Int) {
        perPrincipalMax.store(perPrincipal, ordering: .relaxed)
        perAddressMax.store(perAddress, ordering: .relaxed)
    }

    /// Connections open now.
    var count: Int { gateway.load(ordering: .relaxed) + administration.load(ordering: .relaxed) }

    /// How many have connections, of whom something is known.
    var holderCount: Int { held.holderCount }

    /// Connections ever accepted, refused ones included.
    var acceptedCount: UInt64 { accepted.load(ordering: .relaxed) }

    /// Connections refused.
    var refusals: ConnectionRefusalCause.Counts { refused.withLock { $0 } }

    /// The number of the next connection, from 1.
    func nextNumber() -> UInt64 { accepted.add(1, ordering: .relaxed).newValue }

    /// Takes a place for a connection, of all and of its holder's.
    ///
    /// Places of the total are kept free for operators, so that gateways can never lock them out, and a quarter of
    /// those for others than the one who has most.
    ///
    /// - Parameter isEstablished: Whether it was let in before, by another process: then the holder's is counted,
    ///   however many that are.
    /// - Throws: The limit that stands against it.
    func admit(
        _ role: SocketRole,
        _ holder: ConnectionHolder?,
        isEstablished: Bool = false
    ) throws(ConnectionRefusal) -> ConnectionPlace {
        if let holder {
            let limit = bound(of: holder)
            guard held.take(for: holder, max: isEstablished ? .max : limit) else {
                throw .holdsEnough(holder, limit: limit)
            }
        }
        let limit =
            switch role {
            case .gateway: min(limits.gatewayConnectionCountMax, limits.connectionCountMax - reservedCount)
            case .administration: reservedCount
            }
        guard change(role, by: 1) > limit else { return ConnectionPlace(in: self, role, of: holder) }
        leave(role, holder)
        throw .isFull(role, limit: limit)
    }

    /// Counts a connection for another holder; changes nothing where that one has enough.
    func pass(from holder: ConnectionHolder?, to next: ConnectionHolder) throws(ConnectionRefusal) {
        let limit = bound(of: next)
        guard held.take(for: next, max: limit) else { throw .holdsEnough(next, limit: limit) }
        if let holder { held.giveBack(of: holder) }
    }

    /// Gives a place back.
    func leave(_ role: SocketRole, _ holder: ConnectionHolder?) {
        change(role, by: -1)
        if let holder { held.giveBack(of: holder) }
    }

    /// Counts a refusal.
    func note(_ cause: ConnectionRefusalCause) { refused.withLock { $0[cause] += 1 } }

    /// Whether a connection that was refused may linger until its peer has read why.
    func mayLinger() -> Bool {
        let count = lingering.add(1, ordering: .relaxed).newValue
        guard count > limits.refusedConnectionCountMax else { return true }
        lingering.subtract(1, ordering: .relaxed)
        return false
    }

    /// A lingering refused connection is gone.
    func refusedLeaves() { lingering.subtract(1, ordering: .relaxed) }

    /// Places that are kept for operators.
    private var reservedCount: Int { min(limits.administrationConnectionCountMax, limits.connectionCountMax / 2) }

    private func bound(of holder: ConnectionHolder) -> Int {
        switch holder {
        case .principal, .user: perPrincipalMax.load(ordering: .relaxed)
        case .operator: reservedCount - reservedCount / 4
        case .address: perAddressMax.load(ordering: .relaxed)
        }
    }

    @discardableResult
    private func change(_ role: SocketRole, by delta: Int) -> Int {
        switch role {
        case .gateway: gateway.add(delta, ordering: .relaxed).newValue
        case .administration: administration.add(delta, ordering: .relaxed).newValue
        }
    }
}
