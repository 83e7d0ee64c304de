public import Domain

extension CardShard {
    /// Calls the body with payments that are closed at the time of the shard's last event; see
    /// `PaymentStore.forEachClosed(after:lookMax:at:quietSince:through:)`.
    public func forEachClosedPayment(
        after id: UInt64,
        lookMax: Int,
        quietSince quiet: Instant,
        through lsn: LogSequenceNumber,
        _ body: (PaymentRecord) -> Void
    ) -> UInt64? {
        payments.forEachClosed(
            after: id,
            lookMax: lookMax,
            at: latest,
            quietSince: quiet,
            through: lsn,
            body
        )
    }
}
