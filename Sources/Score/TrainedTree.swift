/// A tree as a training library gives it.
public indirect enum TrainedTree: Sendable, Equatable {
    /// An end.
    ///
    /// - value: In log-odds.
    /// - cover: How much of the training data ended here.
    case leaf(value: Double, cover: Double)
    /// A question: below the threshold it goes to the first tree, else to the second.
    case split(feature: Int, threshold: Double, below: TrainedTree, above: TrainedTree)

    /// The most questions before an end.
    public var depth: Int {
        switch self {
        case .leaf: 0
        case .split(_, _, let below, let above): 1 + max(below.depth, above.depth)
        }
    }

    /// The ends' mean value, weighted by what ended there, and the sum of that.
    var mean: (value: Double, cover: Double) {
        switch self {
        case .leaf(let value, let cover): return (value, cover)
        case .split(_, _, let below, let above):
            let (first, second) = (below.mean, above.mean)
            let cover = first.cover + second.cover
            guard cover > 0 else { return ((first.value + second.value) / 2, 0) }
            return ((first.value * first.cover + second.value * second.cover) / cover, cover)
        }
    }
}
