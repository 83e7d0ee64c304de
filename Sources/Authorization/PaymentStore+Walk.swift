public import Domain

extension PaymentStore {
    /// Calls the body with payments that are closed at a time and have had no event after a record nor since a time,
    /// in the order of ids: a walk through the shard in pieces, which may change between them.
    ///
    /// - Parameters:
    ///   - id: where the piece before ended; 0 to begin.
    ///   - lookMax: how many payments are looked at, rounded up to a segment.
    /// - Returns: where the next piece begins; `nil` at the end.
    /// - Complexity: linear in `lookMax`, and logarithmic in the payments in memory.
    public func forEachClosed(
        after id: UInt64,
        lookMax: Int,
        at time: Instant,
        quietSince quiet: Instant,
        through lsn: LogSequenceNumber,
        _ body: (PaymentRecord) -> Void
    ) -> UInt64? {
        var number = firstSegment(above: id)
        var looks = 0
        var last = id
        while number < imageSegmentCount, looks < lookMax {
            // SAFETY: the bytes of a segment are whole records, and stay while the store is borrowed.
            let records = bytes(ofSegment: number).assumingMemoryBound(to: PaymentRecord.self)
            for payment in records where payment.id > id {
                looks += 1
                last = payment.id
                guard payment.lastLSN <= lsn.rawValue, payment.lastAt <= quiet.microseconds,
                    payment.isClosed(at: time)
                else { continue }
                body(payment)
            }
            number += 1
        }
        return number < imageSegmentCount ? last : nil
    }

    /// The first segment with an id above this one.
    private func firstSegment(above id: UInt64) -> Int {
        var low = 0
        var high = imageSegmentCount
        while low < high {
            let middle = (low + high) / 2
            let records = bytes(ofSegment: middle).assumingMemoryBound(to: PaymentRecord.self)
            if let last = records.last, last.id > id { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
