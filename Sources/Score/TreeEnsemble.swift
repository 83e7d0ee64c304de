/// A model as it is asked: questions of four bytes, no branch that depends on a payment, and eight trees at a time so
/// that the processor waits for none of them.
///
/// The eight trees of a group lie in each other: question 1 of each, then question 2 of each and so on, so that one
/// address and a constant reach all of them. It is never changed after it was made.
public struct TreeEnsemble: ~Copyable, @unchecked Sendable {
    // SAFETY: allocated in `init`, read only afterwards, freed in `deinit`. Questions are eight times 2^depth for each
    // group, and so are leaves and means; a walk of `depth` steps from 1 ends between 2^depth and 2^(depth + 1)
    // whatever the questions are, and a feature's number is masked to the vector's size.
    private let questions: UnsafeMutablePointer<UInt32>
    private let leaves: UnsafeMutablePointer<Int32>
    private let means: UnsafeMutablePointer<Int32>
    private let groupCount: Int
    private let depth: Int
    private let base: Int64
    /// What reasons start from: the score of a payment that nothing is known of, in units of 2^-24 of log-odds.
    public let bias: Int64

    private static let lanes = 8

    /// Lays out a model's trees, and trees of zeros up to a multiple of eight.
    public init(_ model: ScoreModel) {
        groupCount = (model.treeCount + Self.lanes - 1) / Self.lanes
        depth = model.depth
        base = model.base
        questions = Self.interleaved(model.questions, groupCount, model.depth)
        leaves = Self.interleaved(model.leaves, groupCount, model.depth)
        means = Self.interleaved(model.means, groupCount, model.depth)
        bias = (0..<model.treeCount).reduce(model.base) { $0 + Int64(model.means[$1 << model.depth + 1]) }
    }

    deinit {
        questions.deallocate()
        leaves.deallocate()
        means.deallocate()
    }

    /// Words by tree and place, as words by group, place and tree of the group.
    private static func interleaved<Word: FixedWidthInteger>(
        _ words: [Word],
        _ groupCount: Int,
        _ depth: Int
    ) -> UnsafeMutablePointer<Word> {
        let count = (groupCount << depth) * lanes
        let memory = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Word>.size, alignment: 64)
            .bindMemory(to: Word.self, capacity: count)
        memory.initialize(repeating: 0, count: count)
        for (index, word) in words.enumerated() {
            let (tree, place) = (index >> depth, index & (1 << depth - 1))
            memory[((tree / lanes) << depth + place) * lanes + tree % lanes] = word
        }
        return memory
    }

    /// The place of the next question, eight for each: a place is a question's number times eight.
    @inline(__always)
    private static func step(
        _ place: Int,
        _ questions: UnsafeMutablePointer<UInt32>,
        _ values: UnsafeMutablePointer<Int32>
    ) -> Int {
        let question = questions[place]
        let value = values[Int(question & UInt32(ScoreLimits.featuresMax &- 1))]
        let isAbove = value >= Int32(bitPattern: question) &>> 7
        return place &* 2 &+ (isAbove ? 1 : 0) &* lanes
    }

    /// A payment's score in units of 2^-24 of log-odds: the base and one leaf of each tree.
    ///
    /// - Complexity: trees times depth, the same for every payment.
    public borrowing func margin(_ vector: borrowing FeatureVector) -> Int64 {
        let (depth, values) = (depth, vector.values)
        let size = Self.lanes &<< depth
        var sum = base
        for group in 0..<groupCount {
            let first = questions + group &* size
            var (a, b, c, d, e, f, g, h) = (8, 8, 8, 8, 8, 8, 8, 8)
            for _ in 0..<depth {
                a = Self.step(a, first, values)
                b = Self.step(b, first + 1, values)
                c = Self.step(c, first + 2, values)
                d = Self.step(d, first + 3, values)
                e = Self.step(e, first + 4, values)
                f = Self.step(f, first + 5, values)
                g = Self.step(g, first + 6, values)
                h = Self.step(h, first + 7, values)
            }
            // A walk ends at 2^depth and more: the leaf's number has that bit too much.
            let ends = leaves + group &* size - size
            sum &+= Int64(ends[a]) &+ Int64(ends[b &+ 1]) &+ Int64(ends[c &+ 2]) &+ Int64(ends[d &+ 3])
            sum &+= Int64(ends[e &+ 4]) &+ Int64(ends[f &+ 5]) &+ Int64(ends[g &+ 6]) &+ Int64(ends[h &+ 7])
        }
        return sum
    }

    /// What each feature added to a payment's score: by how much the mean of a tree's leaves changed with each answer,
    /// given to the feature that was asked about. All of them and `bias` add up to `margin`, to the unit.
    ///
    /// - Returns: by index of feature, in units of 2^-24 of log-odds.
    public borrowing func contributions(_ vector: borrowing FeatureVector) -> [Int64] {
        var sums = [Int64](repeating: 0, count: ScoreLimits.featuresMax)
        let size = Self.lanes << depth
        for tree in 0..<groupCount * Self.lanes {
            let start = tree / Self.lanes * size + tree % Self.lanes
            var place = Self.lanes
            for _ in 0..<depth {
                let feature = Int(questions[start + place] & UInt32(ScoreLimits.featuresMax - 1))
                let next = Self.step(place, questions + start, vector.values)
                let mean = next < size ? means[start + next] : leaves[start + next - size]
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
