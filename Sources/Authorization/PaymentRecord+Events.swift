import Domain

/// What each event does to a payment's amounts. Every function either changes the payment or returns why it did not;
/// none of them looks at limits, which are the account's business.
extension PaymentRecord {
    /// The authorization has come: its amount joins whatever came before it. An advice's amount and the authorization's
    /// are the same money, so the larger of the two stands.
    ///
    /// - Returns: `originalReversed` where a full reversal came before it; the amounts stand all the same.
    mutating func authorize(_ amount: Int64) -> Reason {
        flags.remove(.awaitingAuthorization)
        kind = .authorization
        raiseBase(to: amount)
        guard flags.contains(.fullyReversed) else { return .approved }
        flags.insert(.reversedBeforeAuthorization)
        return .originalReversed
    }

    /// The authorization was a financial message: what it was approved for is cleared at once.
    mutating func finish(tolerance: UInt16) {
        kind = .financial
        if !isOver { clear(hold, isFinal: true, tolerance: tolerance) }
        flags.insert(.finalCleared)
    }

    /// More was asked for and may be had.
    mutating func increment(_ amount: Int64, tolerance: UInt16) {
        approved += amount
        settle()
        judgeOverClearing(tolerance: tolerance)
    }

    /// Somebody else approved this amount in our stead.
    mutating func advise(_ amount: Int64, tolerance: UInt16) {
        flags.insert(.standIn)
        raiseBase(to: amount)
        judgeOverClearing(tolerance: tolerance)
    }

    /// All of the hold is given up.
    mutating func reverse() -> Reason {
        if let reason = reasonAgainstReversal { return reason }
        reversed += hold
        base = max(0, base)
        flags.insert(.fullyReversed)
        return .approved
    }

    /// A part of what was approved is given up; before the authorization that is remembered. What was cleared already
    /// for the part is cleared over the hold from now on.
    mutating func reverse(_ amount: Int64) -> Reason {
        if let reason = reasonAgainstReversal { return reason }
        if isAwaiting, base <= 0 {
            base -= amount
            return .approved
        }
        guard amount <= approved - reversed - expired else { return .overReversal }
        reversed += amount
        settle()
        return .approved
    }

    /// The final amount is known: the hold becomes what of it is not cleared yet.
    ///
    /// - Parameter tolerance: by how many hundredths of what was approved without completions all of them together may
    ///   raise that.
    mutating func complete(_ amount: Int64, tolerance: UInt16) -> Reason {
        guard approved > 0 else { return .originalNotFound }
        guard !isOver else { return .lifecycleOver }
        let ceiling = approved - reversed - expired
        if amount <= ceiling {
            reversed += hold - max(0, amount - cleared)
            return .approved
        }
        let raise = Int64(completionRaise) + amount - ceiling
        guard completionRaise < .max, raise <= Self.share(of: asked, percent: tolerance) else { return .overTolerance }
        approved += amount - ceiling
        completionRaise = UInt32(clamping: raise)
        settle()
        return .approved
    }

    /// Money is taken: from the hold as far as it goes.
    mutating func clear(_ amount: Int64, isFinal: Bool, tolerance: UInt16) {
        overCleared += amount
        if isOver {
            flags.insert(.lateCleared)
        } else {
            settle()
        }
        if isFinal {
            reversed += hold
            flags.insert(.finalCleared)
        }
        if isOverCleared(tolerance: tolerance) { flags.insert(.overCleared) }
    }

    /// Flags a payment that was cleared for more than was approved and the tolerance, and takes the flag from one whose
    /// approval came later and covers what was cleared: the order in which the two arrive makes no difference.
    mutating func judgeOverClearing(tolerance: UInt16) {
        if isOverCleared(tolerance: tolerance) { flags.insert(.overCleared) } else { flags.remove(.overCleared) }
    }

    /// Whether more was cleared than was approved and the tolerance; without an approval nothing can be compared.
    private func isOverCleared(tolerance: UInt16) -> Bool {
        approved > 0 && cleared + overCleared - asked > Self.share(of: asked, percent: tolerance)
    }

    /// The hold has stood long enough.
    mutating func expire(at time: Instant) -> Reason {
        guard hold > 0, expiresAt <= time.microseconds else { return .lifecycleOver }
        expired += hold
        flags.insert(.expired)
        flags.remove(.awaitingAuthorization)
        return .approved
    }

    /// A clearing was a mistake: what went over the hold goes first; what came from the hold does not go back to it.
    mutating func reverseClearing(_ amount: Int64?) {
        let over = min(amount ?? overCleared, overCleared)
        overCleared -= over
        let taken = min(amount.map { $0 - over } ?? cleared, cleared)
        cleared -= taken
        reversed += taken
    }

    /// Money is given back, even more than was taken.
    mutating func refund(_ amount: Int64) {
        refunded += amount
        flags.remove(.refundPending)
        if refunded > cleared + overCleared { flags.insert(.overRefunded) }
    }

    /// The cardholder disputes; at most what he was charged.
    mutating func dispute(_ amount: Int64?) {
        let most = max(0, posted)
        disputed += min(amount ?? most, most)
    }

    /// The merchant objects; at most what is disputed.
    mutating func represent(_ amount: Int64?) { disputed -= min(amount ?? disputed, disputed) }

    // MARK: Parts

    /// What was approved without what completions raised it by.
    private var asked: Int64 { approved - Int64(completionRaise) }

    /// Whether nothing more can be held.
    private var isOver: Bool { !flags.isDisjoint(with: .over) }

    /// Why it can not be reversed, if it can not.
    private var reasonAgainstReversal: Reason? {
        flags.contains(.fullyReversed) ? .alreadyReversed : isOver ? .lifecycleOver : nil
    }

    /// Raises what was approved without increments to an amount, unless it is as much already, and takes the partial
    /// reversals that came before it. What is approved after the end holds nothing, and what was cleared late stays so.
    private mutating func raiseBase(to amount: Int64) {
        let awaited = awaitedReversal
        let before = max(0, base)
        let growth = max(0, amount - before)
        approved += growth
        base = before + growth
        guard isOver else {
            // As a reversal of more than was approved: it changes nothing.
            if awaited <= approved - reversed - expired { reversed += awaited }
            settle()
            return
        }
        if !flags.contains(.lateCleared) { settle() }
        let rest = flags.contains(.lateCleared) ? growth : hold
        if flags.contains(.expired) { expired += rest } else { reversed += rest }
    }

    /// What was cleared counts against what is approved and not given up, as far as it fits, whichever came first.
    private mutating func settle() {
        let taken = cleared + overCleared
        cleared = min(taken, approved - reversed - expired)
        overCleared = taken - cleared
    }

    /// So many hundredths of an amount, rounded down.
    static func share(of amount: Int64, percent: UInt16) -> Int64 {
        // Amounts are at most 10^17, so hundreds and the rest are multiplied apart.
        amount / 100 * Int64(percent) + amount % 100 * Int64(percent) / 100
    }
}

extension PaymentRecord {
    /// Whether every amount is in its range and the hold is not below zero: what all events keep.
    var isSound: Bool {
        let range = 0...AuthorizationLimits.totalMax
        return range.contains(approved) && range.contains(reversed) && range.contains(expired)
            && range.contains(cleared) && range.contains(overCleared) && range.contains(refunded)
            && range.contains(disputed) && hold >= 0
            && base >= -AuthorizationLimits.totalMax && base <= approved && completionRaise <= approved
    }
}
