/// What is known to have happened to one payment. A payment is the list of these, and everything else follows.
enum Fact: Equatable, Sendable {
    /// The authorization came and was approved for an amount.
    case authorized(Int64, tolerance: Int64)
    /// The authorization came after a full reversal.
    case authorizedTooLate(Int64, tolerance: Int64)
    /// Authorization and clearing in one.
    case paid(Int64, tolerance: Int64)
    case increment(Int64, tolerance: Int64)
    case advice(Int64, tolerance: Int64)
    case reversal(Int64)
    case fullReversal
    case completion(Int64)
    case clearing(Int64, isFinal: Bool, tolerance: Int64)
    case clearingReversal(Int64?)
    case refundAnnounced
    case refund(Int64)
    case chargeback(Int64?)
    case representment(Int64?)
    case fraud
    case expiry
    /// The account was above its limit after an advice.
    case overLimit
    /// Velocity flagged what was approved.
    case flagged
}

/// The model's flags. Two of them, `awaits` and `final`, are state as well.
struct ModelFlags: OptionSet, Hashable, Sendable {
    let rawValue: UInt32
    static let fullyReversed = Self(rawValue: 1)
    static let final = Self(rawValue: 2)
    static let expired = Self(rawValue: 4)
    static let awaits = Self(rawValue: 8)
    static let reversedBeforeAuthorization = Self(rawValue: 16)
    static let late = Self(rawValue: 32)
    static let overCleared = Self(rawValue: 64)
    static let standIn = Self(rawValue: 128)
    static let overLimit = Self(rawValue: 256)
    static let flagged = Self(rawValue: 512)
    static let fraud = Self(rawValue: 1_024)
    static let refundPending = Self(rawValue: 2_048)
    static let overRefunded = Self(rawValue: 4_096)
    static let closed: Self = [.fullyReversed, .final, .expired]
    static let names = [
        "fullyReversed", "final", "expired", "awaits", "reversedBeforeAuthorization", "late", "overCleared",
        "standIn", "overLimit", "flagged", "fraud", "refundPending", "overRefunded",
    ]
}

extension ModelFlags: CustomStringConvertible {
    var description: String {
        "["
            + Self.names.indices.filter { rawValue >> UInt32($0) & 1 == 1 }.map { Self.names[$0] }
            .joined(separator: " ") + "]"
    }
}

/// The amounts of a payment, worked out of its facts.
///
/// The model adds up what was taken and what is left of the approval, and says at the end which part of what was taken
/// came out of the hold: all that fits. It never moves money from one place to another as things arrive, and so cannot
/// depend on the order by mistake.
struct ModelAmounts: Equatable, Sendable {
    var approved: Int64 = 0
    var reversed: Int64 = 0
    var expired: Int64 = 0
    var refunded: Int64 = 0
    var disputed: Int64 = 0
    /// Taken while the payment was open, and after it was over.
    var taken: Int64 = 0
    var takenLate: Int64 = 0
    /// Approved without increments, by authorization or advice.
    var base: Int64 = 0
    /// Partial reversals that came before any of these.
    var awaited: Int64 = 0
    /// What completions raised the approved amount by; up to `raiseMax` is remembered.
    var raised: Int64 = 0
    private static let raiseMax: Int64 = 4_294_967_295
    var flags: ModelFlags = []

    /// By how much completions may still raise it.
    func raiseLeft(tolerance: Int64) -> Int64 {
        raised == Self.raiseMax ? 0 : max(0, (approved - raised) * tolerance / 100 - raised)
    }

    /// What may be taken in all.
    var net: Int64 { approved - reversed - expired }
    var cleared: Int64 { min(taken, net) }
    var overCleared: Int64 { taken + takenLate - cleared }
    var hold: Int64 { net - cleared }
    var posted: Int64 { taken + takenLate - refunded - disputed }
    var isClosed: Bool { !flags.isDisjoint(with: .closed) }

    /// Adds up facts, beginning with the flags that the payment was made with.
    init(_ facts: [Fact], flags: ModelFlags) {
        self.flags = flags
        for fact in facts { add(fact) }
    }

    private mutating func add(_ fact: Fact) {
        switch fact {
        case .authorized(let amount, let tolerance):
            raise(to: amount)
            flags.remove(.awaits)
            judgeOverClearing(tolerance: tolerance)
        case .authorizedTooLate(let amount, let tolerance):
            raise(to: amount)
            flags.remove(.awaits)
            flags.insert(.reversedBeforeAuthorization)
            judgeOverClearing(tolerance: tolerance)
        case .paid(let amount, let tolerance):
            raise(to: amount)
            flags.remove(.awaits)
            judgeOverClearing(tolerance: tolerance)
            if !isClosed { clear(hold, isFinal: true, tolerance: tolerance) }
            flags.insert(.final)
        case .increment(let amount, let tolerance):
            approved += amount
            judgeOverClearing(tolerance: tolerance)
        case .advice(let amount, let tolerance):
            raise(to: amount)
            flags.insert(.standIn)
            judgeOverClearing(tolerance: tolerance)
        case .reversal(let amount):
            if flags.contains(.awaits) && base == 0 { awaited += amount } else { reversed += amount }
        case .fullReversal:
            reversed += hold
            awaited = 0
            flags.insert(.fullyReversed)
        case .completion(let amount):
            if amount > net {
                raised = min(Self.raiseMax, raised + amount - net)
                approved += amount - net
            } else {
                reversed += hold - max(0, amount - cleared)
            }
        case .clearing(let amount, let isFinal, let tolerance): clear(amount, isFinal: isFinal, tolerance: tolerance)
        case .clearingReversal(let amount): takeBack(min(amount ?? .max, taken + takenLate))
        case .refundAnnounced: flags.insert(.refundPending)
        case .refund(let amount):
            refunded += amount
            flags.remove(.refundPending)
            if refunded > taken + takenLate { flags.insert(.overRefunded) }
        case .chargeback(let amount): disputed += min(amount ?? .max, max(0, posted))
        case .representment(let amount): disputed -= min(amount ?? .max, disputed)
        case .fraud: flags.insert(.fraud)
        case .expiry:
            expired += hold
            flags.insert(.expired)
            flags.remove(.awaits)
        case .overLimit: flags.insert(.overLimit)
        case .flagged: flags.insert(.flagged)
        }
    }

    /// Authorization and advice name the same money: the larger counts. What comes after the end holds nothing.
    private mutating func raise(to amount: Int64) {
        let growth = max(0, amount - base)
        approved += growth
        base = max(base, amount)
        let rest = flags.contains(.late) ? growth : hold
        if flags.contains(.expired) {
            expired += rest
        } else if isClosed {
            reversed += rest
        } else if awaited <= approved - reversed {
            reversed += awaited
        }
        awaited = 0
    }

    private mutating func clear(_ amount: Int64, isFinal: Bool, tolerance: Int64) {
        if isClosed {
            takenLate += amount
            flags.insert(.late)
        } else {
            taken += amount
        }
        if isFinal {
            reversed += hold
            flags.insert(.final)
        }
        if isTakenTooMuch(tolerance: tolerance) { flags.insert(.overCleared) }
    }

    /// What is approved later may cover what was taken: nobody is to be told of too much then.
    private mutating func judgeOverClearing(tolerance: Int64) {
        flags.remove(.overCleared)
        if isTakenTooMuch(tolerance: tolerance) { flags.insert(.overCleared) }
    }

    private func isTakenTooMuch(tolerance: Int64) -> Bool {
        let asked = approved - raised
        return approved > 0 && taken + takenLate > asked + asked * tolerance / 100
    }

    /// What was taken over the hold goes back first; the rest goes back and is not held again.
    private mutating func takeBack(_ amount: Int64) {
        let fromHold = max(0, amount - overCleared)
        let late = min(takenLate, amount - fromHold)
        takenLate -= late
        taken -= amount - late
        reversed += fromHold
    }
}

/// Where a payment stands, by the model.
enum ModelStatus: CaseIterable, Equatable, Sendable {
    case declined, verified, pending, partiallyCleared, cleared, reversed, expired, forcePosted, refunded
    case partiallyRefunded, disputed, awaitingAuthorization, refundPending

    init(_ amounts: ModelAmounts) {
        let taken = amounts.taken + amounts.takenLate
        if amounts.disputed > 0 {
            self = .disputed
        } else if amounts.refunded > 0 {
            self = amounts.refunded < taken ? .partiallyRefunded : .refunded
        } else if amounts.approved > 0 {
            switch (amounts.hold > 0, taken > 0) {
            case (true, true): self = .partiallyCleared
            case (true, false): self = .pending
            case (false, true): self = .cleared
            case (false, false): self = amounts.expired > 0 ? .expired : .reversed
            }
        } else if taken > 0 {
            self = .forcePosted
        } else if amounts.flags.contains(.fullyReversed) {
            self = .reversed
        } else if amounts.flags.contains(.awaits) {
            self = .awaitingAuthorization
        } else {
            self = amounts.flags.contains(.refundPending) ? .refundPending : .declined
        }
    }
}
