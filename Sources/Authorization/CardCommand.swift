public import Domain

/// What an operator asks to be done to a card.
public struct CardCommand: Sendable, Equatable {
    /// The client's name for this request.
    public var requestID: RequestID
    /// The Unix user who asks.
    public var actor: UInt32
    /// When the client sent it, by its clock.
    public var transmissionTime: Instant
    /// Which card.
    public var token: CardToken
    /// What should be done.
    public var action: Action

    /// Joins the fields.
    public init(requestID: RequestID, actor: UInt32, transmissionTime: Instant, token: CardToken, action: Action) {
        self.requestID = requestID
        self.actor = actor
        self.transmissionTime = transmissionTime
        self.token = token
        self.action = action
    }

    /// One of the things that can be done.
    public enum Action: Sendable, Equatable {
        /// Make the card.
        case create(Creation)
        /// Move it to another status.
        case setStatus(CardStatus)
        /// Set what is not `nil` in it.
        case setLimits(LimitChanges)
        /// Let another card take its place.
        case replace(Replacement)
    }

    /// The card that takes another's place.
    public struct Replacement: Sendable, Equatable {
        /// Its token; no card may have it.
        public var newToken: CardToken
        /// Why the other is replaced: it becomes lost, stolen or cancelled, unless it is stopped for good already.
        public var reason: ReplacementReason
        /// The new card's last month; `nil`: none.
        public var expiry: ExpiryMonth?
        /// The new card's last digits, for people.
        public var lastFour: LastFour

        /// Joins the fields.
        public init(newToken: CardToken, reason: ReplacementReason, expiry: ExpiryMonth?, lastFour: LastFour) {
            self.newToken = newToken
            self.reason = reason
            self.expiry = expiry
            self.lastFour = lastFour
        }
    }

    /// What a new card is like.
    public struct Creation: Sendable, Equatable {
        /// `notActivated` or `active`.
        public var status: CardStatus
        /// The currency of all its money.
        public var currency: Currency
        /// How much it may owe, in minor units, 0 to `AuthorizationLimits.amountMax`.
        public var limit: Int64
        /// The most that one payment may be, in minor units; `nil`: no such limit.
        public var transactionLimit: Int64?
        /// Its last month; `nil`: none.
        public var expiry: ExpiryMonth?
        /// For people.
        public var lastFour: LastFour
        /// The name of its profile; no text: `default`.
        public var profile: Text16

        /// Joins the fields.
        public init(
            status: CardStatus,
            currency: Currency,
            limit: Int64,
            transactionLimit: Int64?,
            expiry: ExpiryMonth?,
            lastFour: LastFour,
            profile: Text16
        ) {
            self.status = status
            self.currency = currency
            self.limit = limit
            self.transactionLimit = transactionLimit
            self.expiry = expiry
            self.lastFour = lastFour
            self.profile = profile
        }
    }

    /// What to change; `nil` keeps what there is.
    public struct LimitChanges: Sendable, Equatable {
        /// How much it may owe; may be set below what it owes.
        public var limit: Int64?
        /// The most that one payment may be.
        public var transactionLimit: TransactionLimitChange?
        /// Its last month.
        public var expiry: ExpiryMonth?
        /// The name of its profile.
        public var profile: Text16?

        /// Joins the fields.
        public init(
            limit: Int64? = nil,
            transactionLimit: TransactionLimitChange? = nil,
            expiry: ExpiryMonth? = nil,
            profile: Text16? = nil
        ) {
            self.limit = limit
            self.transactionLimit = transactionLimit
            self.expiry = expiry
            self.profile = profile
        }
    }

    /// What becomes of the limit for one payment.
    public enum TransactionLimitChange: Sendable, Equatable {
        /// It is this many minor units.
        case set(Int64)
        /// There is none.
        case remove
    }
}

/// Why a command is refused; nothing changed.
public enum CardCommandError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is a card with this token.
    case cardExists
    /// There is none.
    case cardUnknown
    /// A card does not go from the one status to the other.
    case transitionNotAllowed(from: CardStatus, to: CardStatus)
    /// Another card took its place; this one stands for the account now.
    case replacedAlready(by: CardToken)
    /// A field has a value that it can not have; the text says what would be right.
    case invalidField(name: String, problem: String)

    /// One sentence for the person who asked.
    public var description: String {
        switch self {
        case .cardExists: "a card with this token exists"
        case .cardUnknown: "no card has this token"
        case .transitionNotAllowed(let from, let to):
            from.isFinal
                ? "the card is \(from) for good and can not become \(to)"
                : "a card that is \(from) can not become \(to)"
        case .replacedAlready(let present):
            "the card was replaced; the card of its account is \(present) now: what is meant for the account names that"
        case .invalidField(let name, let problem): "\(name): \(problem)"
        }
    }
}

extension CardStatus {
    /// Whether no other status follows: cancelled, lost and stolen.
    public var isFinal: Bool {
        switch self {
        case .notActivated, .active, .frozen: false
        case .cancelled, .lost, .stolen: true
        }
    }

    /// Whether an operator may move a card from this status to another: a card that is not activated to active, an
    /// active one to frozen and back, and any that is not final to cancelled, lost or stolen.
    public func mayBecome(_ next: CardStatus) -> Bool {
        switch (self, next) {
        case (.notActivated, .active), (.active, .frozen), (.frozen, .active): true
        case (.notActivated, .cancelled), (.notActivated, .lost), (.notActivated, .stolen): true
        case (.active, .cancelled), (.active, .lost), (.active, .stolen): true
        case (.frozen, .cancelled), (.frozen, .lost), (.frozen, .stolen): true
        case (.notActivated, _), (.active, _), (.frozen, _), (.cancelled, _), (.lost, _), (.stolen, _): false
        }
    }
}
