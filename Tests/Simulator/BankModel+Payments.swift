import Authorization
import Domain

// What happens to payments, by a model that searches lists and adds up facts. Whether money or velocity allow something
// is taken from the record, and checked elsewhere.

extension BankModel {
    /// Books an authorization of a known card.
    mutating func book(_ event: AuthorizationEvent) throws(SimulationFailure) {
        let request = event.request
        let account = event.account
        if request.kind.hasAmount {
            placeByRequest[request.requestID] = awaitingPayment(request, account, at: event.time)
        }
        guard request.kind.hasAmount, request.currency == currencies[account] else {
            return try agree(event.payment(lsn: LogSequenceNumber(rawValue: lastLSN)), nil)
        }
        let isApproved = event.decision.outcome != .declined
        var place: Int?
        if let waiting = awaitingPayment(request, account, at: event.time) {
            let tolerance = Self.tolerance(category: payments[waiting].category)
            let isTooLate = payments[waiting].amounts.flags.contains(.fullyReversed)
            if isTooLate {
                try SimulationFailure.require(
                    event.decision.reason == .originalReversed,
                    "record \(lastLSN) authorizes what was reversed: \(event.decision)"
                )
                payments[waiting].add(.authorizedTooLate(request.amount, tolerance: tolerance), at: event.time)
            } else if isApproved {
                payments[waiting].add(
                    request.kind == .financial
                        ? .paid(request.amount, tolerance: tolerance)
                        : .authorized(request.amount, tolerance: tolerance),
                    at: event.time
                )
            }
            if isTooLate || isApproved { place = waiting }
        } else if isApproved {
            let amount = event.decision.approvedAmount
            var payment = BookedPayment(
                id: lastLSN,
                account: account,
                category: request.merchantCategory,
                at: event.time,
                beganAwaiting: false
            )
            let tolerance = Self.tolerance(category: payment.category)
            payment.add(
                request.kind == .financial
                    ? .paid(amount, tolerance: tolerance) : .authorized(amount, tolerance: tolerance),
                at: event.time
            )
            payments.append(payment)
            place = payments.count - 1
        }
        if let place {
            if event.decision.outcome == .flagged { payments[place].add(.flagged, at: event.time) }
            payments[place].name(as: request, lsn: lastLSN)
            placeByRequest[request.requestID] = place
        }
        try agree(event.payment(lsn: LogSequenceNumber(rawValue: lastLSN)), place)
    }

    /// Books another message of a payment's life, for a known card.
    mutating func book(_ event: LifecycleEvent) throws(SimulationFailure) {
        let request = event.request
        let account = event.account
        var (candidates, match) = find(request, account)
        if forgets, event.match != match { (candidates, match) = find(request, account, remembers: false) }
        // Where one name fits several, those in memory come before the archived ones.
        let found = candidates.first { payments[$0].id == event.before?.id } ?? candidates.first
        try SimulationFailure.require(
            event.match == match && event.before?.id == found.map { payments[$0].id },
            "record \(lastLSN) finds payment \(event.before?.id ?? 0) by \(event.match); the books have "
                + "\(found.map { payments[$0].id } ?? 0) by \(match)"
        )
        if let found, let before = event.before {
            try SimulationFailure.require(
                payments[found].agrees(with: before),
                "record \(lastLSN) finds \(before), and the books have \(payments[found].amounts)"
            )
        }
        if request.kind != .expiry { placeByRequest[request.requestID] = found }
        let image = event.payment(lsn: LogSequenceNumber(rawValue: lastLSN))
        let isOther = request.currency != nil && request.currency != currencies[account]
        guard !isOther, let fact = try happening(event, found) else { return try agree(image, nil) }
        if request.kind == .increment, event.outcome == .declined { return try agree(image, nil) }
        try SimulationFailure.require(
            event.outcome != .declined,
            "record \(lastLSN) declines \(request.kind) because of \(event.reason)"
        )
        let place = found ?? open(request, account, at: event.time)
        if request.kind != .expiry { placeByRequest[request.requestID] = place }
        let held = payments[place].amounts
        payments[place].add(fact, at: event.time)
        if request.kind == .increment, event.outcome == .flagged { payments[place].add(.flagged, at: event.time) }
        let after = payments[place].amounts
        let raises = request.kind == .completion && after.approved > held.approved
        if request.kind == .advice || raises, let card = card(account) {
            if card.available - (after.hold + after.posted - held.hold - held.posted) < 0 {
                payments[place].add(.overLimit, at: event.time)
            }
        }
        try agree(image, place)
    }

    /// What a message does to its payment; nil where it does nothing, for a reason that the record must have.
    private func happening(_ event: LifecycleEvent, _ place: Int?) throws(SimulationFailure) -> Fact? {
        let request = event.request
        let amount = request.amount
        let amounts = place.map { payments[$0].amounts } ?? ModelAmounts([], flags: [])
        let category = place.map { payments[$0].category } ?? Int(request.merchantCategory.code)
        let tolerance = Self.tolerance(category: category)
        let exists = place != nil
        var why = Reason.originalNotFound
        switch request.kind {
        case .increment:
            if !amounts.isClosed { return .increment(amount ?? 0, tolerance: tolerance) }
            why = .lifecycleOver
        case .advice: return .advice(amount ?? 0, tolerance: tolerance)
        case .clearing:
            let isLast = request.sequenceCount > 0 && request.sequenceNumber >= request.sequenceCount
            return .clearing(amount ?? 0, isFinal: request.isFinal || isLast, tolerance: tolerance)
        case .reversal, .reversalAdvice:
            if exists || Self.mayBeJoined(request) {
                if amounts.flags.contains(.fullyReversed) {
                    why = .alreadyReversed
                } else if amounts.isClosed {
                    why = .lifecycleOver
                } else if let amount {
                    let isEarly = !exists || (amounts.flags.contains(.awaits) && amounts.base == 0)
                    if isEarly || amount <= amounts.net { return .reversal(amount) }
                    why = .overReversal
                } else {
                    return .fullReversal
                }
            }
        case .completion:
            if exists, amounts.approved > 0 {
                if amounts.isClosed {
                    why = .lifecycleOver
                } else if (amount ?? 0) - amounts.net > amounts.raiseLeft(tolerance: tolerance) {
                    why = .overTolerance
                } else {
                    return .completion(amount ?? 0)
                }
            }
        case .expiry:
            // The engine's own: it asks for nothing that is not due.
            if let place, payments[place].amounts.hold > 0 {
                try SimulationFailure.require(
                    !payments[place].isTooYoungToExpire(at: event.time),
                    "record \(lastLSN) ends a hold of \(payments[place].madeAt) at \(event.time)"
                )
                return .expiry
            }
            why = .lifecycleOver
        case .refundAuthorization: return .refundAnnounced
        case .refundClearing: return .refund(amount ?? 0)
        case .clearingReversal: if exists { return .clearingReversal(amount) }
        case .chargeback: if exists { return .chargeback(amount) }
        case .representment: if exists { return .representment(amount) }
        case .fraudReport: if exists { return .fraud }
        }
        try SimulationFailure.require(
            event.outcome == .declined && event.reason == why || event.outcome == .flagged,
            "record \(lastLSN) comes to \(event.outcome), \(event.reason), and by the books \(why)"
        )
        return nil
    }

    /// A record's payment is what the books have; nil: nothing may have changed.
    private func agree(_ image: PaymentRecord?, _ place: Int?) throws(SimulationFailure) {
        if image == nil, place == nil { return }
        if let image, let place, payments[place].agrees(with: image), image.lastLSN == lastLSN { return }
        throw SimulationFailure(
            "record \(lastLSN) leaves \(String(describing: image)); the books have "
                + "\(place.map { "payment \(payments[$0].id): \(payments[$0].amounts)" } ?? "no payment")"
        )
    }

    // MARK: Finding

    /// The newest payment that waits for an authorization: by its id, its lifecycle id or its trace.
    private func awaitingPayment(_ request: AuthorizationRequest, _ account: CardToken, at time: Instant) -> Int? {
        let waiting = payments.indices.reversed().filter {
            payments[$0].account == account && payments[$0].amounts.flags.contains(.awaits)
                && !payments[$0].awaitsNoLonger(at: time)
        }
        let trace = BookedPayment.Trace(
            acquirerID: request.acquirerID,
            stan: request.stan,
            time: request.transmissionTime,
            terminalID: request.terminalID
        )
        return waiting.first { payments[$0].requestID == request.requestID }
            ?? waiting.first { payments[$0].lifecycleID == request.lifecycleID }
            ?? waiting.first { payments[$0].trace == trace }
    }

    /// The payments that a message names by the strongest of its names that fits any, newest first; those that wait for
    /// their authorization come last.
    ///
    /// - Parameter remembers: Whether the id of another request about the payment is a name of it.
    private func find(
        _ request: LifecycleRequest,
        _ account: CardToken,
        remembers: Bool = true
    ) -> ([Int], MatchRule) {
        let reference = request.reference
        let own = payments.indices.reversed().filter { payments[$0].account == account }
        let trace = BookedPayment.Trace(reference)
        let retrieval = BookedPayment.Retrieval(reference)
        let isNamed = own.filter { payments[$0].id == reference.paymentID?.rawValue }
        if !isNamed.isEmpty { return (isNamed, .identifier) }
        for awaits in [false, true] {
            let some = own.filter { payments[$0].amounts.flags.contains(.awaits) == awaits }
            let byRequest = some.filter {
                reference.originalRequestID != nil && payments[$0].requestID == reference.originalRequestID
            }
            if !byRequest.isEmpty, !awaits { return (byRequest, .identifier) }
            if !awaits, remembers, let other = reference.originalRequestID.flatMap({ placeByRequest[$0] }),
                payments[other].account == account
            {
                return ([other], .identifier)
            }
            if !byRequest.isEmpty { return (byRequest, .awaiting) }
            let byLifecycle = some.filter {
                reference.lifecycleID != Text16() && payments[$0].lifecycleID == reference.lifecycleID
            }
            if !byLifecycle.isEmpty { return (byLifecycle, awaits ? .awaiting : .lifecycle) }
            let byTrace = some.filter { trace != nil && payments[$0].trace == trace }
            if !byTrace.isEmpty { return (byTrace, awaits ? .awaiting : .trace) }
            let byRetrieval = some.filter {
                retrieval != nil && payments[$0].retrieval == retrieval
                    && (request.amount == nil || request.amount == payments[$0].amounts.approved)
            }
            if !awaits, !byRetrieval.isEmpty { return (byRetrieval, .retrieval) }
        }
        return ([], .none)
    }

    private mutating func open(_ request: LifecycleRequest, _ account: CardToken, at time: Instant) -> Int {
        let opensWaiting: Bool
        switch request.kind {
        case .increment, .advice, .clearing, .reversal, .reversalAdvice: opensWaiting = Self.mayBeJoined(request)
        default: opensWaiting = false
        }
        var payment = BookedPayment(
            id: lastLSN,
            account: account,
            category: request.merchantCategory,
            at: time,
            beganAwaiting: opensWaiting
        )
        payment.name(as: request)
        payments.append(payment)
        return payments.count - 1
    }

    /// Whether a message carries a name that its authorization will have, too.
    private static func mayBeJoined(_ request: LifecycleRequest) -> Bool {
        let reference = request.reference
        return reference.originalRequestID != nil || reference.lifecycleID != Text16() || reference.stan != 0
    }

    /// By how many hundredths a category's payments may be above what was approved: the start values.
    private static func tolerance(category: Int) -> Int64 {
        switch category {
        case 5_812, 5_813, 5_814, 7_230: 15
        case 5_541, 5_542, 7_011, 7_512, 3_351...3_999: 20
        default: 0
        }
    }
}
