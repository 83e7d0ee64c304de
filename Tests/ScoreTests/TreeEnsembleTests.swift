import CAllocationCounter
import Domain
import Randomness
import Testing

@testable import Score

@Suite struct TreeEnsembleTests {
    static let origin = ScoreModel.Origin(from: .epoch, until: .epoch, payments: 0, frauds: 0, note: "")

    /// A tree of random questions; ends come early now and then.
    static func tree(depth: Int, _ random: inout SeededRandom) -> TrainedTree {
        if depth == 0 || random.percent(10) {
            return .leaf(value: Double(random.below(2_000_001) - 1_000_000) / 1e6, cover: Double(random.below(1_000)))
        }
        return .split(
            feature: random.below(Feature.count),
            threshold: Double(random.below(2_000_001) - 1_000_000) / 7,
            below: tree(depth: depth - 1, &random),
            above: tree(depth: depth - 1, &random)
        )
    }

    /// The answer as anybody would write it.
    static func value(_ tree: TrainedTree, _ vector: borrowing FeatureVector) -> Double {
        switch tree {
        case .leaf(let value, _): value
        case .split(let feature, let threshold, let below, let above):
            value(Double(vector[feature]) < threshold ? below : above, vector)
        }
    }

    static func fill(_ vector: inout FeatureVector, _ random: inout SeededRandom) {
        for index in 0..<Feature.count { vector[index] = Int32(random.below(300_001) - 150_000) }
    }

    @Test(arguments: [(1, 1), (1, 8), (7, 3), (8, 1), (9, 6), (100, 3), (200, 6), (40, 8)])
    func scoresAreThoseOfWalkingEveryTree(count: Int, depth: Int) throws {
        var random = SeededRandom.announced(for: "\(#function) \(count) \(depth)")
        let trees = (0..<count).map { _ in Self.tree(depth: depth, &random) }
        let model = try ScoreModel(trees, base: -3.25, origin: Self.origin)
        let ensemble = TreeEnsemble(model)
        var vector = FeatureVector()
        for _ in 0..<500 {
            Self.fill(&vector, &random)
            let exact = trees.reduce(-3.25) { $0 + Self.value($1, vector) }
            // Half a unit for each tree.
            let margin = ensemble.margin(vector)
            let bound = Double(count + 1) / 2
            #expect(abs(Double(margin) - exact * 16_777_216) <= bound)
            let sums = ensemble.contributions(vector)
            #expect(sums.reduce(ensemble.bias, +) == margin, "reasons add up to the score")
        }
    }

    @Test func thresholdsBetweenNumbersAndOnThemAreExact() throws {
        var vector = FeatureVector()
        for threshold in [-2.0, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2] {
            let tree = TrainedTree.split(
                feature: 5,
                threshold: threshold,
                below: .leaf(value: 1, cover: 1),
                above: .leaf(value: 2, cover: 1)
            )
            let ensemble = TreeEnsemble(try ScoreModel([tree], base: 0, origin: Self.origin))
            for value in -3...3 as ClosedRange<Int32> {
                vector[5] = value
                #expect(ensemble.margin(vector) == (Double(value) < threshold ? 1 : 2) << 24, "\(value), \(threshold)")
            }
        }
    }

    @Test func thresholdsBeyondEveryFeatureGoOneWay() throws {
        var vector = FeatureVector()
        let most = Double(ScoreLimits.featureValueMax)
        for (threshold, value, end) in [(1e30, 0, 1), (-1e30, 0, 2), (most, most - 1, 1), (most, most, 2)] {
            let tree = TrainedTree.split(
                feature: 0,
                threshold: threshold,
                below: .leaf(value: 1, cover: 1),
                above: .leaf(value: 2, cover: 1)
            )
            vector[0] = Int32(value)
            #expect(TreeEnsemble(try ScoreModel([tree], base: 0, origin: Self.origin)).margin(vector) == end << 24)
        }
    }

    @Test func theStrongestReasonsComeFirst() throws {
        func tree(_ feature: Int, _ value: Double) -> TrainedTree {
            .split(
                feature: feature,
                threshold: 0.5,
                below: .leaf(value: -value, cover: 1),
                above: .leaf(value: value, cover: 1)
            )
        }
        let ensemble = TreeEnsemble(
            try ScoreModel([tree(3, 0.25), tree(9, -2), tree(7, 1)], base: 0.5, origin: Self.origin)
        )
        var vector = FeatureVector()
        for feature in [3, 7, 9] { vector[feature] = 1 }
        let reasons = ensemble.reasons(vector, atMost: 2)
        #expect(reasons.map(\.feature.index) == [9, 7])
        #expect(reasons.map(\.contribution) == [-2 << 24, 1 << 24])
        #expect(ensemble.bias == 1 << 23, "what is said of nothing is the base here")
    }

    @Test func aScoreAllocatesNothing() throws {
        guard assent_allocations_are_counted() else { return }
        var random = SeededRandom(seed: 1)
        let ensemble = TreeEnsemble(
            try ScoreModel((0..<20).map { _ in Self.tree(depth: 4, &random) }, base: 0, origin: Self.origin)
        )
        let vector = FeatureVector()
        let before = assent_allocation_count()
        var sum: Int64 = 0
        for _ in 0..<100 { sum &+= ensemble.margin(vector) }
        #expect(assent_allocation_count() == before)
        #expect(sum == ensemble.margin(vector) * 100)
    }

    @Test func treesThatMakeNoModelAreTypedErrors() {
        let leaf = TrainedTree.leaf(value: 0, cover: 1)
        func fails(_ trees: [TrainedTree], base: Double = 0, note: String = "") -> ModelMakingError? {
            var origin = Self.origin
            origin.note = note
            do throws(ModelMakingError) {
                _ = try ScoreModel(trees, base: base, origin: origin)
                return nil
            } catch {
                return error
            }
        }
        func split(_ feature: Int, _ threshold: Double) -> TrainedTree {
            .split(feature: feature, threshold: threshold, below: leaf, above: leaf)
        }
        var deep = leaf
        for _ in 0..<9 { deep = .split(feature: 0, threshold: 0, below: deep, above: leaf) }
        #expect(fails([]) == .trees(count: 0))
        #expect(fails(Array(repeating: leaf, count: 1_025)) == .trees(count: 1_025))
        #expect(fails([leaf, deep]) == .depth(tree: 1, depth: 9))
        #expect(fails([split(Feature.count, 0)]) == .feature(tree: 0, index: Feature.count))
        #expect(fails([split(-1, 0)]) == .feature(tree: 0, index: -1))
        #expect(fails([leaf, split(0, .nan)]) == .threshold(tree: 1))
        #expect(fails([leaf, .leaf(value: 65, cover: 1)]) == .value(tree: 1))
        #expect(fails([.leaf(value: .nan, cover: 1)]) == .value(tree: 0))
        #expect(fails([leaf], base: .infinity) == .value(tree: 0))
        #expect(fails([leaf], note: "a\nb") == .note)
        #expect(fails([leaf], note: String(repeating: "a", count: 1_025)) == .note)
        #expect(fails([leaf], base: 64, note: String(repeating: "a", count: 1_024)) == nil)
    }
}
