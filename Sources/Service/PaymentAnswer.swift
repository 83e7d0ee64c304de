import Authorization
import Domain
import Wire

/// What an event of a payment's life is answered: the decision, and the payment after it.
struct PaymentAnswer {
    let decision: DecisionBlock
    let payment: PaymentBlock?

    /// All replies of a payment's life have one layout, and so one length.
    static var frameByteCount: Int { IncrementReply.frameByteCount }

    init(_ event: borrowing LifecycleEvent, lsn: LogSequenceNumber, version: UInt16) {
        decision = DecisionBlock(event, lsn: lsn).told(in: version)
        payment = PaymentBlock(event, lsn: lsn)
    }

    /// The answer to Financial.
    init(_ event: borrowing AuthorizationEvent, lsn: LogSequenceNumber, version: UInt16) {
        decision = DecisionBlock(event, lsn: lsn).told(in: version)
        payment = PaymentBlock(event, lsn: lsn)
    }

    /// Writes the reply to Financial.
    func encodeFinancialReply(into target: UnsafeMutableRawBufferPointer, correlationID: UInt64) {
        FinancialReply(decision: decision, payment: payment).encodeFrame(into: target, correlationID: correlationID)
    }

    /// Writes the reply to a message of a payment's life.
    func encodeReply(to kind: LifecycleKind, into target: UnsafeMutableRawBufferPointer, correlationID: UInt64) {
        kind.encodeReply(decision, payment, into: target, correlationID: correlationID)
    }

    /// The same in bytes of its own.
    func encodedReply(to kind: LifecycleKind, _ correlationID: UInt64) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.frameByteCount) { buffer, count in
            encodeReply(to: kind, into: UnsafeMutableRawBufferPointer(buffer), correlationID: correlationID)
            count = Self.frameByteCount
        }
    }
}
