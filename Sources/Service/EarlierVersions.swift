import Domain
import Wire

// What a session of an earlier schema version must not be told, in the terms that it knows.

extension Reason {
    /// The schema version that it came with.
    var schemaVersion: UInt16 {
        switch self {
        case .approved, .partiallyApproved, .invalidAmountOrCurrency, .cardUnknown, .cardNotActivated, .cardFrozen,
            .cardCancelled, .cardLost, .cardStolen, .cardExpired, .merchantBlocked, .merchantCategoryBlocked,
            .countryBlocked, .presenceBlocked, .velocityExceeded, .exceedsTransactionLimit, .exceedsAmountThreshold,
            .insufficientFunds:
            1
        case .originalNotFound, .originalReversed, .alreadyReversed, .lifecycleOver, .overReversal, .overTolerance,
            .suspectedFraud, .needsApproval:
            2
        }
    }

    /// The reason for a session of a schema version; response code and retry class beside it stay the true one's.
    @inline(__always)
    func told(in version: UInt16) -> Reason {
        version >= FrameHeader.schemaVersion || schemaVersion <= version ? self : .invalidAmountOrCurrency
    }
}

extension RequestKind {
    /// The kind for a session of a schema version.
    func told(in version: UInt16) -> RequestKind { version < 2 && self == .financial ? .authorization : self }
}

extension DecisionBlock {
    /// The decision for a session of a schema version.
    @inline(__always)
    func told(in version: UInt16) -> DecisionBlock {
        guard version < FrameHeader.schemaVersion else { return self }
        var block = self
        block.reason = reason.told(in: version)
        return block
    }
}

extension PaymentListReply {
    /// The page for a session of a schema version.
    func told(in version: UInt16) -> PaymentListReply {
        guard version < FrameHeader.schemaVersion else { return self }
        var page = self
        for index in page.payments.indices {
            page.payments[index].reason = payments[index].reason.told(in: version)
            page.payments[index].kind = payments[index].kind.told(in: version)
        }
        return page
    }
}

extension PaymentGetReply {
    /// The payment for a session of a schema version.
    func told(in version: UInt16) -> PaymentGetReply {
        guard version < FrameHeader.schemaVersion else { return self }
        var reply = self
        reply.decision = decision.told(in: version)
        reply.kind = kind.told(in: version)
        return reply
    }
}

extension QueryByRequestIDReply {
    /// The answer for a session of a schema version.
    func told(in version: UInt16) -> QueryByRequestIDReply {
        guard version < FrameHeader.schemaVersion else { return self }
        var reply = self
        reply.decision = decision?.told(in: version)
        reply.kind = kind?.told(in: version)
        return reply
    }
}

extension StatusReply {
    /// The figures for a session of a schema version.
    func told(in version: UInt16) -> StatusReply {
        guard version < FrameHeader.schemaVersion else { return self }
        var reply = self
        reply.reasons = reasons.filter { $0.reason.schemaVersion <= version }
        return reply
    }
}
