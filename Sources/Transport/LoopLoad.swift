/// How much an event loop has in flight besides one connection, and how much it may.
///
/// Beyond the bound new requests are refused at once: what was taken on is then answered in a time that the bound
/// and the rate of answers give, however much more is asked. Every connection may have half of an even share all the
/// same, so that one which asks without end cannot keep the others out.
struct LoopLoad {
    /// Requests in flight on the loop's other connections.
    private var others = 0
    /// What the loop may have in flight.
    private var bound = Int.max
    /// What a connection may have in flight in any case.
    private var share = Int.max

    /// Nothing is bounded.
    init() {}

    /// - Parameters:
    ///   - others: Requests in flight on the loop's other connections.
    ///   - bound: What the loop may have in flight.
    ///   - connectionCount: Connections of the loop.
    init(others: Int, bound: Int, connectionCount: Int) {
        self.others = others
        self.bound = bound
        share = max(1, bound / max(1, connectionCount) / 2)
    }

    /// Whether one more is too many, with so many in flight on the connection itself.
    @inline(__always)
    func isFull(with own: Int) -> Bool { own >= share && others + own >= bound }
}
