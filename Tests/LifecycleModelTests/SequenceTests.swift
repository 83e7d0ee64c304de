import Testing

@Suite struct SequenceTests {
    @Test func theCoreAgreesWithTheModelAfterEveryStepOfRandomSequences() {
        var failures = 0
        for number in 0..<Scale.sequences {
            let seed = Scale.seed &+ UInt64(number)
            guard let report = Comparison.run(seed: seed) else { continue }
            Issue.record("\(report)")
            failures += 1
            if failures == 5 { break }
        }
        print("\(Scale.sequences) sequences from seed \(Scale.seed)")
    }

    @Test func theSequencesComeAcrossEveryKindReasonMatchStatusAndFlag() {
        var coverage = Coverage()
        for seed in 1...3_000 {
            var generator = Generator(seed: UInt64(seed))
            var model = Model()
            var seen: Set<Int> = []
            for step in generator.sequence() where seen.insert(step.request).inserted {
                coverage.note(step, model.take(step))
            }
        }
        #expect(Coverage.wanted.subtracting(coverage.seen).sorted() == [])
    }

    @Test func aDifferenceIsShrunkToTheStepsThatMakeIt() {
        var generator = Generator(seed: 5)
        let steps = (0..<20).flatMap { _ in generator.sequence() }
        let fails: ([Step]) -> Bool = { steps in
            steps.contains { $0.kind == .clearing && $0.isFinal } && steps.contains { $0.kind == .advice }
        }
        let shortest = Shrinker(fails: fails).shrink(steps)
        #expect(shortest.count == 2)
        #expect(fails(shortest))
    }
}
