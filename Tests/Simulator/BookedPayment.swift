import Authorization
import Domain

/// A payment as the books have it: its names, and what is known to have happened to it. Its amounts are worked out of
/// that by the slow model of a payment's life.
struct BookedPayment {
    /// The trace of a payment's first message.
    struct Trace: Equatable {
        var acquirerID: Text16
        var stan: UInt32
        var time: Instant
        var terminalID: Text16
    }

    /// The retrieval reference with its approval code.
    struct Retrieval: Equatable {
        var reference: Text16
        var approvalCode: Text16
    }

    let id: UInt64
    let account: CardToken
    let category: Int
    var requestID: RequestID?
    var lifecycleID: Text16?
    var trace: Trace?
    var retrieval: Retrieval?
    var lastAt: Instant
    let madeAt: Instant
    var facts: [Fact] = []
    /// Whether it was made by something that came before its authorization.
    var beganAwaiting: Bool
    /// What the facts come to.
    private(set) var amounts = ModelAmounts([], flags: [])

    init(
        id: UInt64,
        account: CardToken,
        category: MerchantCategory,
        at time: Instant,
        beganAwaiting: Bool
    ) {
        self.id = id
        self.account = account
        self.category = Int(category.code)
        lastAt = time
        madeAt = time
        self.beganAwaiting = beganAwaiting
    }

    /// A day, in microseconds.
    static let day: Int64 = 86_400_000_000

    /// Whether no hold of it can be due: none stands for less than a day.
    func isTooYoungToExpire(at time: Instant) -> Bool { time < madeAt.advanced(byMicroseconds: Self.day) }

    /// Notes what has happened.
    mutating func add(_ fact: Fact, at time: Instant) {
        facts.append(fact)
        lastAt = time
        let flags: ModelFlags = beganAwaiting ? [.awaits] : []
        amounts = ModelAmounts(facts, flags: flags)
    }

    /// Gives it the names of its authorization.
    mutating func name(as request: AuthorizationRequest, lsn: UInt64) {
        requestID = request.requestID
        lifecycleID = request.lifecycleID
        trace = Trace(
            acquirerID: request.acquirerID,
            stan: request.stan,
            time: request.transmissionTime,
            terminalID: request.terminalID
        )
        retrieval = Retrieval(
            reference: request.retrievalReference,
            approvalCode: approvalCode(of: LogSequenceNumber(rawValue: lsn))
        )
    }

    /// Gives it the names that a message gave of an original which is not there.
    mutating func name(as request: LifecycleRequest) {
        let reference = request.reference
        requestID = reference.originalRequestID ?? request.requestID
        lifecycleID = reference.lifecycleID == Text16() ? nil : reference.lifecycleID
        trace = Trace(reference)
        retrieval = Retrieval(reference)
    }

    /// Whether the waiting time for its authorization is over.
    func awaitsNoLonger(at time: Instant) -> Bool {
        time > lastAt.advanced(byMicroseconds: 45 * Self.day)
    }

    /// Whether an image of it says the same.
    func agrees(with payment: PaymentRecord) -> Bool {
        id == payment.id && account == payment.account && amounts.approved == payment.approved
            && amounts.reversed == payment.reversed && amounts.expired == payment.expired
            && amounts.cleared == payment.cleared && amounts.overCleared == payment.overCleared
            && amounts.refunded == payment.refunded && amounts.disputed == payment.disputed
            && amounts.hold == payment.hold && amounts.posted == payment.posted
            && amounts.flags == ModelFlags(payment.flags)
    }
}

extension BookedPayment.Trace {
    /// A trace needs a STAN.
    init?(_ reference: PaymentReference) {
        guard reference.stan != 0 else { return nil }
        self.init(
            acquirerID: reference.acquirerID,
            stan: reference.stan,
            time: reference.originalTransmissionTime ?? .epoch,
            terminalID: reference.terminalID
        )
    }
}

extension BookedPayment.Retrieval {
    /// It needs both of its parts.
    init?(_ reference: PaymentReference) {
        guard reference.retrievalReference != Text16(), reference.approvalCode != Text16() else { return nil }
        self.init(reference: reference.retrievalReference, approvalCode: reference.approvalCode)
    }
}

extension ModelFlags {
    /// The engine's words in the model's.
    init(_ flags: PaymentFlags) {
        let pairs: [(PaymentFlags, ModelFlags)] = [
            (.fullyReversed, .fullyReversed), (.finalCleared, .final), (.expired, .expired),
            (.awaitingAuthorization, .awaits), (.reversedBeforeAuthorization, .reversedBeforeAuthorization),
            (.lateCleared, .late), (.overCleared, .overCleared), (.standIn, .standIn), (.overLimit, .overLimit),
            (.flagged, .flagged), (.fraudReported, .fraud), (.refundPending, .refundPending),
            (.overRefunded, .overRefunded),
        ]
        self = pairs.reduce(into: []) { if flags.contains($1.0) { $0.insert($1.1) } }
    }
}
