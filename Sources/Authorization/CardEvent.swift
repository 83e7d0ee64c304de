public import Domain

/// What a command did to a card, as it is journaled.
public enum CardEvent: Sendable, Equatable {
    /// The card came to be.
    case created(Created)
    /// The card went from one status to another.
    case statusChanged(StatusChanged)
    /// Limit, transaction limit, expiry or profile are others from now on.
    case limitsChanged(LimitsChanged)
    /// Another card has taken the card's place; the account stays.
    case replaced(Replaced)

    /// A new card.
    public struct Created: Sendable, Equatable {
        /// The request that asked for it.
        public var requestID: RequestID
        /// The Unix user who asked.
        public var actor: UInt32
        /// The engine's time.
        public var time: Instant
        /// When the client sent the request, by its clock: the remembered window goes by it.
        public var transmissionTime: Instant
        /// The card's name.
        public var token: CardToken
        /// `notActivated` or `active`.
        public var status: CardStatus
        /// The currency of all its money.
        public var currency: Currency
        /// How much it may owe, in minor units.
        public var limit: Int64
        /// The most that one payment may be, in minor units; `nil`: no such limit.
        public var transactionLimit: Int64?
        /// Its last month; `nil`: none.
        public var expiry: ExpiryMonth?
        /// For people.
        public var lastFour: LastFour
        /// The name of its profile.
        public var profile: Text16
        /// The profile's place in the policy.
        public var profileIndex: UInt8
    }

    /// A new status.
    public struct StatusChanged: Sendable, Equatable {
        /// The request that asked for it.
        public var requestID: RequestID
        /// The Unix user who asked.
        public var actor: UInt32
        /// The engine's time.
        public var time: Instant
        /// When the client sent the request, by its clock.
        public var transmissionTime: Instant
        /// Which card.
        public var token: CardToken
        /// The status before.
        public var previous: CardStatus
        /// The status from now on.
        public var status: CardStatus
    }

    /// What may be set on a card, all of it as it is from now on, changed or not.
    public struct LimitsChanged: Sendable, Equatable {
        /// The request that asked for it.
        public var requestID: RequestID
        /// The Unix user who asked.
        public var actor: UInt32
        /// The engine's time.
        public var time: Instant
        /// When the client sent the request, by its clock.
        public var transmissionTime: Instant
        /// Which card.
        public var token: CardToken
        /// How much it may owe, in minor units; it may be less than it owes.
        public var limit: Int64
        /// The most that one payment may be, in minor units; `nil`: no such limit.
        public var transactionLimit: Int64?
        /// Its last month; `nil`: none.
        public var expiry: ExpiryMonth?
        /// The name of its profile.
        public var profile: Text16
        /// The profile's place in the policy.
        public var profileIndex: UInt8
    }

    /// A card that takes another's place. Limits, money, histories and payments stay with the account.
    public struct Replaced: Sendable, Equatable {
        /// The request that asked for it.
        public var requestID: RequestID
        /// The Unix user who asked.
        public var actor: UInt32
        /// The engine's time.
        public var time: Instant
        /// When the client sent the request, by its clock.
        public var transmissionTime: Instant
        /// The card that is replaced.
        public var token: CardToken
        /// The account's token: that of the first card of the line.
        public var account: CardToken
        /// The card that takes its place.
        public var newToken: CardToken
        /// Why.
        public var reason: ReplacementReason
        /// The replaced card's status before.
        public var previous: CardStatus
        /// Its status from now on.
        public var status: CardStatus
        /// The account's currency.
        public var currency: Currency
        /// The new card's last month; `nil`: none.
        public var expiry: ExpiryMonth?
        /// The new card's last digits, for people.
        public var lastFour: LastFour
    }
}

extension CardEvent {
    /// The request that asked for it.
    public var requestID: RequestID {
        switch self {
        case .created(let event): event.requestID
        case .statusChanged(let event): event.requestID
        case .limitsChanged(let event): event.requestID
        case .replaced(let event): event.requestID
        }
    }

    /// The Unix user who asked.
    public var actor: UInt32 {
        switch self {
        case .created(let event): event.actor
        case .statusChanged(let event): event.actor
        case .limitsChanged(let event): event.actor
        case .replaced(let event): event.actor
        }
    }

    /// The engine's time.
    public var time: Instant {
        switch self {
        case .created(let event): event.time
        case .statusChanged(let event): event.time
        case .limitsChanged(let event): event.time
        case .replaced(let event): event.time
        }
    }

    /// When the client sent the request, by its clock.
    public var transmissionTime: Instant {
        switch self {
        case .created(let event): event.transmissionTime
        case .statusChanged(let event): event.transmissionTime
        case .limitsChanged(let event): event.transmissionTime
        case .replaced(let event): event.transmissionTime
        }
    }

    /// Which card.
    public var token: CardToken {
        switch self {
        case .created(let event): event.token
        case .statusChanged(let event): event.token
        case .limitsChanged(let event): event.token
        case .replaced(let event): event.token
        }
    }

    /// The journal record's kind.
    public var kind: EventKind {
        switch self {
        case .created: .cardCreated
        case .statusChanged: .cardStatusChanged
        case .limitsChanged: .cardLimitsChanged
        case .replaced: .cardReplaced
        }
    }
}
