internal import Synchronization
internal import Wire

/// Counts connections against their limits. Shared by all loops.
final class ConnectionLedger: Sendable {
    private let limits: TransportLimits
    private let gateway = Atomic<Int>(0)
    private let administration = Atomic<Int>(0)
    private let lingering = Atomic<Int>(0)
    private let accepted = Atomic<UInt64>(0)
    private let refused = Atomic<UInt64>(0)

    init(limits: TransportLimits) { self.limits = limits }

    /// Connections open now.
    var count: Int { gateway.load(ordering: .relaxed) + administration.load(ordering: .relaxed) }

    /// Connections ever accepted, refused ones included.
    var acceptedCount: UInt64 { accepted.load(ordering: .relaxed) }

    /// Connections refused.
    var refusedCount: UInt64 { refused.load(ordering: .relaxed) }

    /// The number of the next connection, from 1.
    func nextNumber() -> UInt64 { accepted.add(1, ordering: .relaxed).newValue }

    /// Takes a place for a connection; gives back the limit that stands against it, or `nil` where it is in.
    ///
    /// Places of the total are kept free for operators, so that gateways can never lock them out.
    func admit(_ role: SocketRole) -> Int? {
        let reserved = min(limits.administrationConnectionCountMax, limits.connectionCountMax / 2)
        let limit =
            switch role {
            case .gateway: min(limits.gatewayConnectionCountMax, limits.connectionCountMax - reserved)
            case .administration: reserved
            }
        guard change(role, by: 1) > limit else { return nil }
        change(role, by: -1)
        return limit
    }

    /// Gives the place back.
    func leave(_ role: SocketRole) { change(role, by: -1) }

    /// Counts a refusal; whether the refused connection may linger until its peer has read why.
    func refuse() -> Bool {
        refused.add(1, ordering: .relaxed)
        let count = lingering.add(1, ordering: .relaxed).newValue
        guard count > limits.refusedConnectionCountMax else { return true }
        lingering.subtract(1, ordering: .relaxed)
        return false
    }

    /// A lingering refused connection is gone.
    func refusedLeaves() { lingering.subtract(1, ordering: .relaxed) }

    @discardableResult
    private func change(_ role: SocketRole, by delta: Int) -> Int {
        switch role {
        case .gateway: gateway.add(delta, ordering: .relaxed).newValue
        case .administration: administration.add(delta, ordering: .relaxed).newValue
        }
    }
}
