import Domain

/// What a decision needs of a card, in one cache line of 64 bytes.
struct CardRecord: BitwiseCopyable {
    var tokenHigh: UInt64
    var tokenLow: UInt64
    var limit: Int64
    var posted: Int64
    var held: Int64
    /// -1: none.
    var transactionLimit: Int64
    var currency: UInt32
    /// The first of the card's velocity histories; 0: none.
    var velocity: UInt32
    /// 0: none.
    var expiry: UInt16
    var status: CardStatus
    var profileIndex: UInt8
    /// The highest bit: the card replaced another, and `limit` and `posted` are the account's token. The others: how
    /// many payments in memory wait for their authorization.
    var lifecycle: UInt32

    var token: CardToken { CardToken(high: tokenHigh, low: tokenLow) }
    var balances: Balances { Balances(limit: limit, posted: posted, held: held) }

    static let byteCount = 64
    static let aliasBit: UInt32 = 1 << 31

    @inline(__always)
    var isAlias: Bool { lifecycle & Self.aliasBit != 0 }

    /// The account of a card that replaced another.
    var aliasOf: CardToken {
        CardToken(high: UInt64(bitPattern: limit), low: UInt64(bitPattern: posted))
    }

    /// How many payments in memory wait for their authorization.
    @inline(__always)
    var awaitingCount: UInt32 {
        get { lifecycle & ~Self.aliasBit }
        set { lifecycle = lifecycle & Self.aliasBit | newValue }
    }
}

/// What only people ask of a card, in 32 bytes.
struct CardDetail: BitwiseCopyable {
    var createdLSN: UInt64
    var createdAt: Int64
    var lastFour: UInt32
    var reserved: UInt32
    var reservedToo: UInt64

    static let byteCount = 32
}
