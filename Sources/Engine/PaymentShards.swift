import Authorization
import Domain

/// The payments in memory, shard by shard, each behind its lock: what the archiver walks through.
protocol PaymentShards: Sendable {
    /// How many shards there are.
    var paymentShardCount: Int { get }

    /// Hands over closed payments of one shard, in the order of their ids; see `PaymentStore.forEachClosed`. Also puts
    /// some keys into the shard's index, so that no message has to wait for all of them.
    ///
    /// - Parameters:
    ///   - id: where the piece before ended; 0 to begin.
    ///   - quiet: payments with an event after this stay.
    ///   - lsn: payments with a newer record stay.
    /// - Returns: where the next piece begins; `nil` at the end of the shard.
    func walkClosedPayments(
        _ shard: Int,
        after id: UInt64,
        quietSince quiet: Instant,
        through lsn: LogSequenceNumber,
        _ body: (PaymentRecord) -> Void
    ) -> UInt64?

    /// Takes payments from a shard's memory that are elsewhere, as far as nothing has happened to them since. None
    /// while the shard is being copied for a snapshot.
    ///
    /// - Returns: how many were taken.
    func removePayments(_ shard: Int, _ payments: ArraySlice<LeavingPayment>) -> Int
}

/// A payment that is to leave memory, as it is elsewhere.
struct LeavingPayment {
    var shard: Int
    var id: LogSequenceNumber
    var lastLSN: LogSequenceNumber
}
