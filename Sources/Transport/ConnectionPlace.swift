internal import Wire

/// A connection's place among all that there may be, and among those of its holder. Whoever lets go of it gives both
/// back.
struct ConnectionPlace: ~Copyable {
    private let ledger: ConnectionLedger
    private let role: SocketRole
    private var holder: ConnectionHolder?

    /// A place that the ledger has counted.
    init(in ledger: ConnectionLedger, _ role: SocketRole, of holder: ConnectionHolder?) {
        self.ledger = ledger
        self.role = role
        self.holder = holder
    }

    /// It is known whose the connection is: it is counted for the principal, and no more for whom it was before.
    ///
    /// - Throws: where the principal has as many as it may; nothing has changed then.
    mutating func pass(to principal: PrincipalState) throws(ConnectionRefusal) {
        let next = ConnectionHolder.principal(principal.name)
        guard role == .gateway, holder != next else { return }
        try ledger.pass(from: holder, to: next)
        holder = next
    }

    deinit { ledger.leave(role, holder) }
}
