/// Where the fields lie that the load loop writes and reads in place (Protocol §Frame header, Authorize, Reject).
///
/// The codecs generated from the schema are the authority: a test and `RequestTemplate` compare these numbers with what
/// they write, so that a change of the schema stops a load instead of spoiling it.
enum FrameLayout {
    static let headerByteCount = 32
    static let magic: UInt16 = 0xEB50
    static let lengthOffset = 0
    static let magicOffset = 4
    static let correlationOffset = 8
    static let checksumOffset = 20
    static let templateOffset = 26

    /// Authorize.
    static let requestHighOffset = 32
    static let requestLowOffset = 40
    static let tokenHighOffset = 48
    static let tokenLowOffset = 56
    static let amountOffset = 64
    static let transmissionTimeOffset = 80
    static let authorizeByteCountMin = 128

    /// AuthorizeReply: the decision begins right after the header.
    static let replyByteCount = 136
    static let lsnOffset = 32
    static let approvedAmountOffset = 48
    static let limitOffset = 56
    static let postedOffset = 64
    static let heldOffset = 72
    static let availableOffset = 80
    static let outcomeOffset = 116
    static let reasonOffset = 117

    /// Reject.
    static let rejectCodeOffset = 32
    static let rejectByteCountMin = 40

    /// The bit of a correlation id that marks what the server sends on its own.
    static let pushBit: UInt64 = 1 << 63

    static let authorize: UInt16 = 0x0100
    static let authorizeReply: UInt16 = 0x0110
    /// The same block as Authorize, and as reply its decision with the payment behind it.
    static let financial: UInt16 = 0x0200
    static let financialReply: UInt16 = 0x0210
    static let ping: UInt16 = 0x0801
    static let pong: UInt16 = 0x0811
    static let goAway: UInt16 = 0x0803
    static let reject: UInt16 = 0x09FF
}
