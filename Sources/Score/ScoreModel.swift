public import Domain

/// A model: trees of questions about features, with whole numbers alone.
///
/// Every tree is a full one of the model's depth. Questions lie in the order of a heap, from 1 on: question n is
/// followed by question 2n where the feature is below the threshold, else by 2n + 1. What is shallower in training is
/// filled up with questions whose answer changes nothing.
public struct ScoreModel: Sendable, Equatable {
    /// How many questions each tree asks, 1 to `ScoreLimits.depthMax`.
    public let depth: Int
    /// How many trees there are, 1 to `ScoreLimits.treesMax`.
    public let treeCount: Int
    /// What is added to the leaves, in units of 2^-24 of log-odds.
    public let base: Int64
    /// What it was made of.
    public let origin: Origin

    /// 2^`depth` for each tree, the first of them unused: feature in the low 7 bits, threshold above them, with its
    /// sign.
    let questions: [UInt32]
    /// By question, the mean of the leaves behind it as training saw them, in units of 2^-24: reasons are made of
    /// these.
    let means: [Int32]
    /// 2^`depth` for each tree, in units of 2^-24 of log-odds.
    let leaves: [Int32]

    /// What a model was made of: it decides nothing, and is for people.
    public struct Origin: Sendable, Equatable {
        /// When the first and the last payment were that it was trained on.
        public var from: Instant
        /// As above.
        public var until: Instant
        /// How many payments it was trained on.
        public var payments: UInt64
        /// How many of them were fraud.
        public var frauds: UInt64
        /// Whatever its maker wants to say, at most `ScoreLimits.noteByteCountMax` bytes of UTF-8.
        public var note: String

        /// Joins the five.
        public init(from: Instant, until: Instant, payments: UInt64, frauds: UInt64, note: String) {
            self.from = from
            self.until = until
            self.payments = payments
            self.frauds = frauds
            self.note = note
        }
    }

    /// The bits of a question that name its feature.
    static let featureBits: UInt32 = 7
    /// Leaves and means are in units of 2^-this.
    public static let leafBits = 24

    @inline(__always)
    static func question(feature: Int, below threshold: Int32) -> UInt32 {
        UInt32(bitPattern: threshold) &<< featureBits | UInt32(truncatingIfNeeded: feature)
    }

    /// For those who have checked what it is made of.
    init(
        depth: Int,
        treeCount: Int,
        base: Int64,
        origin: Origin,
        questions: [UInt32],
        means: [Int32],
        leaves: [Int32]
    ) {
        self.depth = depth
        self.treeCount = treeCount
        self.base = base
        self.origin = origin
        self.questions = questions
        self.means = means
        self.leaves = leaves
    }
}
