/// What the answer to a request is.
public enum Outcome: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Yes, in full or in part.
    case approved = 1
    /// No.
    case declined = 2
    /// Yes, and somebody should look at it.
    case flagged = 3

    /// What receipts call it (Protocol/AUDIT.md, receipts).
    public var receiptName: String {
        switch self {
        case .approved: "approved"
        case .declined: "declined"
        case .flagged: "flagged"
        }
    }
}

/// What a request asks for (the message type and processing code of ISO 8583, in one).
public enum RequestKind: UInt8, CaseIterable, Sendable {
    /// May the card spend this amount? Approval holds it. (0100)
    case authorization = 1
    /// Is the card good? No amount, no hold; counted as an attempt. (0100 with zero amount)
    case accountVerification = 2
    /// What is available? No hold; counted as an attempt. (0100, processing code 30)
    case balanceInquiry = 3
    /// May the card spend this amount, and take it at once: authorization and clearing in one message. (0200)
    case financial = 4
}

extension RequestKind {
    /// Whether the request asks for money.
    @inlinable
    public var hasAmount: Bool {
        switch self {
        case .authorization, .financial: true
        case .accountVerification, .balanceInquiry: false
        }
    }
}

/// Where a card is in its life. Whether it is expired follows from its expiry month and the time of the request.
public enum CardStatus: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Made, and not yet usable.
    case notActivated = 1
    /// Usable.
    case active = 2
    /// Stopped for the time being; can be active again.
    case frozen = 3
    /// Stopped for good.
    case cancelled = 4
    /// Reported lost; stopped for good.
    case lost = 5
    /// Reported stolen; stopped for good.
    case stolen = 6
}

/// Whether the card was there (from ISO 8583 field 22).
public enum Presence: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// The merchant did not say.
    case unknown = 0
    /// At the terminal.
    case present = 1
    /// Mail, telephone, internet.
    case notPresent = 2
}

/// How the card's data came to the merchant (ISO 8583 field 22, positions 1 and 2).
public enum EntryMode: UInt8, CaseIterable, Sendable {
    case unknown = 0
    case chip = 1
    case contactless = 2
    case magneticStripe = 3
    case manual = 4
    case credentialOnFile = 5
    case electronicCommerce = 6
}

/// Who started the payment.
public enum Initiator: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case cardholder = 1
    case merchant = 2
}

/// What a velocity rule does when its window is full.
public enum VelocityAction: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Approve and flag.
    case flag = 1
    /// Decline.
    case decline = 2
}

/// The checks of one decision, in their order of precedence. A raw value is its bit in the masks of a result; those of
/// checks that came later are out of order.
public enum Check: UInt8, CaseIterable, Sendable {
    /// The token names a card.
    case cardKnown = 0
    /// The card is active.
    case cardState = 1
    /// The card's last month is not over.
    case cardExpiry = 2
    /// The amount is in the card's currency.
    case currency = 3
    /// The merchant's name is not on the block list.
    case merchantBlockList = 4
    /// The merchant's category is allowed for this card.
    case merchantCategory = 5
    /// The merchant's country is allowed for this card.
    case merchantCountry = 6
    /// Card-present or card-not-present is allowed for this card.
    case presence = 7
    /// No active rule declines or flags.
    case rules = 15
    /// Velocity windows, counts and sums: rule 1 of the configuration to rule 4.
    case velocity1 = 8
    case velocity2 = 9
    case velocity3 = 10
    case velocity4 = 11
    /// The amount is within the card's limit for one payment.
    case transactionLimit = 12
    /// The amount is within the limit for any payment.
    case amountThreshold = 13
    /// The amount is within limit - posted - held.
    case spendingLimit = 14
    /// No active rule wants a person's approval first.
    case approval = 16
}

/// A set of checks: bit n stands for the check with raw value n.
@frozen
public struct CheckSet: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt32

    /// Takes any bits.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The set of one check.
    @inlinable
    public init(_ check: Check) { rawValue = 1 &<< UInt32(check.rawValue) }

    /// Whether the check is in the set.
    @inlinable
    public func contains(_ check: Check) -> Bool { rawValue &>> UInt32(check.rawValue) & 1 == 1 }

    /// The checks in order of precedence.
    public var checks: [Check] { Check.allCases.filter(contains) }
}
