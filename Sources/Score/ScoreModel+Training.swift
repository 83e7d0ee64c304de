/// Why trees make no model.
public enum ModelMakingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No tree, or more than `ScoreLimits.treesMax`.
    case trees(count: Int)
    /// A tree asks more than `ScoreLimits.depthMax` questions.
    case depth(tree: Int, depth: Int)
    /// A tree asks about a feature that there is none of.
    case feature(tree: Int, index: Int)
    /// A threshold that is no number.
    case threshold(tree: Int)
    /// A leaf or the base is no number, or larger than `ScoreLimits.leafMax` says.
    case value(tree: Int)
    /// The note is longer than `ScoreLimits.noteByteCountMax` or has control characters.
    case note

    /// In words.
    public var description: String {
        switch self {
        case .trees(let count): "a model has 1 to \(ScoreLimits.treesMax) trees, not \(count)"
        case .depth(let tree, let depth):
            "tree \(tree) is \(depth) questions deep; \(ScoreLimits.depthMax) is the most"
        case .feature(let tree, let index): "tree \(tree) asks about feature \(index); there are \(Feature.count)"
        case .threshold(let tree): "tree \(tree) has a threshold that is no number"
        case .value(let tree): "tree \(tree) has a value that is no number or is beyond 64 log-odds"
        case .note: "a note has at most \(ScoreLimits.noteByteCountMax) bytes and no control characters"
        }
    }
}

extension ScoreModel {
    /// Makes a model of trained trees: thresholds become the least whole number that is not below them, which changes
    /// no answer because features are whole; values become the nearest unit of 2^-24.
    ///
    /// - Parameter base: What is added to the leaves, in log-odds.
    public init(_ trees: [TrainedTree], base: Double, origin: Origin) throws(ModelMakingError) {
        guard (1...ScoreLimits.treesMax).contains(trees.count) else { throw .trees(count: trees.count) }
        guard ModelFile.isUsable(note: origin.note) else { throw .note }
        let depth = max(1, trees.map(\.depth).max() ?? 1)
        for (number, tree) in trees.enumerated() where tree.depth > ScoreLimits.depthMax {
            throw .depth(tree: number, depth: tree.depth)
        }
        var questions = [UInt32](repeating: 0, count: trees.count << depth)
        var means = [Int32](repeating: 0, count: trees.count << depth)
        var leaves = [Int32](repeating: 0, count: trees.count << depth)
        for (number, tree) in trees.enumerated() {
            var filling = Filling(number: number, depth: depth, start: number << depth)
            try filling.fill(1, tree, level: 0, &questions, &means, &leaves)
        }
        self.init(
            depth: depth,
            treeCount: trees.count,
            base: Int64(try Self.quantised(base, tree: 0)),
            origin: origin,
            questions: questions,
            means: means,
            leaves: leaves
        )
    }

    fileprivate static func quantised(_ value: Double, tree: Int) throws(ModelMakingError) -> Int32 {
        let scaled = (value * Double(1 << leafBits)).rounded()
        guard scaled.isFinite, abs(scaled) <= Double(ScoreLimits.leafMax) else { throw .value(tree: tree) }
        return Int32(scaled)
    }
}

/// Puts one tree where it belongs.
private struct Filling {
    let number: Int
    let depth: Int
    let start: Int

    /// - Parameter place: The question's number in the order of a heap.
    mutating func fill(
        _ place: Int,
        _ tree: TrainedTree,
        level: Int,
        _ questions: inout [UInt32],
        _ means: inout [Int32],
        _ leaves: inout [Int32]
    ) throws(ModelMakingError) {
        if level == depth {
            leaves[start + place - 1 << depth] = try ScoreModel.quantised(tree.mean.value, tree: number)
            return
        }
        means[start + place] = try ScoreModel.quantised(tree.mean.value, tree: number)
        guard case .split(let feature, let threshold, let below, let above) = tree else {
            // A question about the first feature that leads to the same end either way.
            questions[start + place] = ScoreModel.question(feature: 0, below: 0)
            try fill(place * 2, tree, level: level + 1, &questions, &means, &leaves)
            try fill(place * 2 + 1, tree, level: level + 1, &questions, &means, &leaves)
            return
        }
        guard (0..<Feature.count).contains(feature) else { throw .feature(tree: number, index: feature) }
        guard threshold.isFinite else { throw .threshold(tree: number) }
        let max = Double(ScoreLimits.featureValueMax)
        questions[start + place] = ScoreModel.question(
            feature: feature,
            below: Int32(Swift.min(max, Swift.max(-max, threshold.rounded(.up))))
        )
        try fill(place * 2, below, level: level + 1, &questions, &means, &leaves)
        try fill(place * 2 + 1, above, level: level + 1, &questions, &means, &leaves)
    }
}
