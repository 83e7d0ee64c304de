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
    /// Free for what later issues keep beside.
    var reserved: UInt32

    var token: CardToken { CardToken(high: tokenHigh, low: tokenLow) }
    var balances: Balances { Balances(limit: limit, posted: posted, held: held) }

    static let byteCount = 64
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
