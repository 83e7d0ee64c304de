public import LoadModel
public import LoadReport

/// What a load asks for: everything but the connections.
public struct LoadPlan: Sendable {
    /// How requests are paced.
    public enum Pace: Sendable {
        /// As many in flight as the connections hold; a new one for every answer.
        case closed
        /// A constant rate over all threads, come what may.
        case open(perSecond: UInt64, toleranceNanoseconds: UInt64)
        /// This many requests over all threads at once, as fast as the connections hold, and no more.
        case once(total: UInt64)
    }

    /// How requests are paced.
    public var pace: Pace
    /// Nanoseconds of load before anything is measured. It counts for the balances.
    public var warmUpNanoseconds: UInt64
    /// Requests a second of an open loop before anything is measured, where that is another rate than after.
    public var warmUpPerSecond: UInt64?
    /// Nanoseconds that are measured.
    public var measureNanoseconds: UInt64
    /// Empty slices of the measured time, if what becomes of it from one to the next is to be counted.
    public var slices: LatencySlices?
    /// Which cards exist.
    public var naming: CardNaming
    /// How many of them are asked about, by this skew.
    public var cardCount: Int
    /// How unevenly.
    public var skew: KeySkew
    /// Minor units; each request draws uniformly from here.
    public var amounts: ClosedRange<Int64>
    /// What the generators follow from.
    public var seed: UInt64
    /// The first half of every request id of this run: differs from run to run.
    public var requestIDHigh: UInt64
    /// Whether the checksum of every reply is computed and compared.
    public var verifiesChecksums: Bool
    /// Whether the peer sends requests back as they are (the transport's echo mode).
    public var isEcho: Bool
    /// Encoded Authorize frames, one for each merchant; or Financial ones, which have the same block.
    public var frames: [[UInt8]]
    /// Whether the frames are Financial: taken at once, so that payments are closed as soon as they are decided.
    public var isFinancial: Bool

    /// All of it.
    public init(
        pace: Pace,
        warmUpNanoseconds: UInt64,
        measureNanoseconds: UInt64,
        naming: CardNaming,
        cardCount: Int,
        skew: KeySkew,
        amounts: ClosedRange<Int64>,
        seed: UInt64,
        requestIDHigh: UInt64,
        verifiesChecksums: Bool,
        isEcho: Bool,
        frames: [[UInt8]],
        isFinancial: Bool = false
    ) {
        self.pace = pace
        self.warmUpNanoseconds = warmUpNanoseconds
        self.measureNanoseconds = measureNanoseconds
        self.naming = naming
        self.cardCount = cardCount
        self.skew = skew
        self.amounts = amounts
        self.seed = seed
        self.requestIDHigh = requestIDHigh
        self.verifiesChecksums = verifiesChecksums
        self.isEcho = isEcho
        self.frames = frames
        self.isFinancial = isFinancial
    }
}
