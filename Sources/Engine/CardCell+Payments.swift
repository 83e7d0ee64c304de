import Authorization
import Domain

extension CardCell {
    /// Hands over some closed payments, in the order of their ids, and puts some keys of payments into the index.
    ///
    /// - Returns: where the next piece begins; `nil` at the end.
    mutating func walkClosedPayments(
        after id: UInt64,
        quietSince quiet: Instant,
        through lsn: LogSequenceNumber,
        _ body: (PaymentRecord) -> Void
    ) -> UInt64? {
        indexPayments(budget: PaymentArchiver.Limits.keysPerStep)
        return shard.forEachClosedPayment(
            after: id,
            lookMax: PaymentArchiver.Limits.looksPerStep,
            quietSince: quiet,
            through: lsn,
            body
        )
    }
}
