/// A model as it is asked: questions of four bytes, 64-byte lines that each hold the first four of a tree's levels, no
/// branch that depends on a payment, and eight trees at a time so that the processor waits for none of them.
///
/// It is never changed after it was made.
public struct TreeEnsemble: ~Copyable, @unchecked Sendable {
    // SAFETY: allocated in `init`, read only afterwards, freed in `deinit`. Questions are `paddedCount` times 2^depth,
    // and so are leaves and means; a walk of `depth` steps from 1 ends between 2^depth and 2^(depth + 1) whatever the
    // questions are, and a feature's number is masked to the vector's size.
    private let questions: UnsafeMutablePointer<UInt32>
    private let leaves: UnsafeMutablePointer<Int32>
    private let means: UnsafeMutablePointer<Int32>
    private let paddedCount: Int
    private let depth: Int
    private let base: Int64
    /// What reasons start from: the score of a payment that nothing is known of, in units of 2^-24 of log-odds.
    public let bias: Int64

    private static let lanes = 8

    /// Lays out a model's trees, and trees of zeros up to a multiple of eight.
    public init(_ model: ScoreModel) {
        paddedCount = (model.treeCount + Self.lanes - 1) / Self.lanes * Self.lanes
        depth = model.depth
        base = model.base
        questions = Self.copy(model.questions, paddedCount << depth)
        leaves = Self.copy(model.leaves, paddedCount << depth)
        means = Self.copy(model.means, paddedCount << depth)
        bias = (0..<model.treeCount).reduce(model.base) { $0 + Int64(model.means[$1 << model.depth + 1]) }
    }

    deinit {
        questions.deallocate()
        leaves.deallocate()
        means.deallocate()
    }

    private static func copy<Word: FixedWidthInteger>(_ words: [Word], _ count: Int) -> UnsafeMutablePointer<Word> {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Word>.size, alignment: 64)
            .bindMemory(to: Word.self, capacity: count)
        memory.initialize(repeating: 0, count: count)
        for (index, word) in words.enumerated() { memory[index] = word }
        return memory
    }

    @inline(__always)
    private static func step(
        _ place: Int,
        _ questions: UnsafeMutablePointer<UInt32>,
        _ values: UnsafeMutablePointer<Int32>
    ) -> Int {
        let question = questions[place]
        let value = values[Int(question & UInt32(ScoreLimits.featuresMax &- 1))]
        let isAbove = value >= Int32(bitPattern: question) &>> 7
        return place &* 2 &+ (isAbove ? 1 : 0)
    }

    /// A payment's score in units of 2^-24 of log-odds: the base and one leaf of each tree.
    ///
    /// - Complexity: trees times depth, the same for every payment.
    public borrowing func margin(_ vector: borrowing FeatureVector) -> Int64 {
        let (depth, values) = (depth, vector.values)
        let size = 1 &<< depth
        var sum = base
        var tree = 0
        while tree < paddedCount {
            let first = questions + tree &<< depth
            var (a, b, c, d, e, f, g, h) = (1, 1, 1, 1, 1, 1, 1, 1)
            for _ in 0..<depth {
                a = Self.step(a, first, values)
                b = Self.step(b, first + size, values)
                c = Self.step(c, first + 2 &* size, values)
                d = Self.step(d, first + 3 &* size, values)
                e = Self.step(e, first + 4 &* size, values)
                f = Self.step(f, first + 5 &* size, values)
                g = Self.step(g, first + 6 &* size, values)
                h = Self.step(h, first + 7 &* size, values)
            }
            // A walk ends at 2^depth and more: the leaf's number has that bit too much.
            let ends = leaves + tree &<< depth - size
            sum &+= Int64(ends[a]) &+ Int64(ends[b &+ size]) &+ Int64(ends[c &+ 2 &* size])
            sum &+= Int64(ends[d &+ 3 &* size]) &+ Int64(ends[e &+ 4 &* size]) &+ Int64(ends[f &+ 5 &* size])
            sum &+= Int64(ends[g &+ 6 &* size]) &+ Int64(ends[h &+ 7 &* size])
            tree &+= Self.lanes
        }
        return sum
    }

    /// What each feature added to a payment's score: by how much the mean of a tree's leaves changed with each answer,
    /// given to the feature that was asked about. All of them and `bias` add up to `margin`, to the unit.
    ///
    /// - Returns: by index of feature, in units of 2^-24 of log-odds.
    public borrowing func contributions(_ vector: borrowing FeatureVector) -> [Int64] {
        var sums = [Int64](repeating: 0, count: ScoreLimits.featuresMax)
        for tree in 0..<paddedCount {
            let start = tree << depth
            var place = 1
            for _ in 0..<depth {
                let feature = Int(questions[start + place] & UInt32(ScoreLimits.featuresMax - 1))
                let next = Self.step(place, questions + start, vector.values)
                let mean = next >> depth == 0 ? means[start + next] : leaves[start + next - 1 << depth]
                sums[feature] += Int64(mean) - Int64(means[start + place])
                place = next
            }
        }
        return Array(sums[..<Feature.count])
    }

    /// The features that moved a payment's score most, the strongest first.
    public borrowing func reasons(_ vector: borrowing FeatureVector, atMost count: Int) -> [ScoreReason] {
        let reasons = contributions(vector).enumerated().compactMap { index, amount in
            Feature(index: index).flatMap { amount == 0 ? nil : ScoreReason(feature: $0, contribution: amount) }
        }
        // Of two that are as strong the first by index: a sort of strengths alone may change their order.
        let order = reasons.sorted { first, second in
            let (one, other) = (first.contribution.magnitude, second.contribution.magnitude)
            return one == other ? first.feature.index < second.feature.index : one > other
        }
        return Array(order.prefix(count))
    }
}

/// Why a score is what it is, in part.
public struct ScoreReason: Sendable, Equatable {
    /// What was asked about.
    public let feature: Feature
    /// How much it added, in units of 2^-24 of log-odds; below zero it spoke against fraud.
    public let contribution: Int64
}
