import Testing

@Suite struct PermutationTests {
    /// What must not depend on the order.
    private struct End: Equatable {
        var held: Int64
        var posted: Int64
        var available: Int64
    }

    @Test func everyOrderOfOnePaymentsMessagesEndsInTheSameAmountsByTheModel() throws {
        for choice in Permutations.choices.enumerated() where Scale.takes(choice.offset) {
            let steps = choice.element.steps
            var first: End?
            try Permutations.forEachOrder(of: steps.count) { order in
                var model = Model()
                var seen: Set<Int> = []
                for index in order where seen.insert(steps[index].request).inserted { _ = model.take(steps[index]) }
                let end = End(held: model.held(1), posted: model.posted(1), available: model.available(1))
                if let first {
                    try #require(end == first, "\(choice.element): \(order.map { steps[$0].kind })")
                } else {
                    first = end
                }
            }
        }
    }

    @Test func everyOrderOfOnePaymentsMessagesEndsInTheSameAmountsByTheCore() throws {
        for choice in Permutations.choices.enumerated() where Scale.takes(choice.offset) {
            let steps = choice.element.steps
            var first: ModelBalance?
            try Permutations.forEachOrder(of: steps.count) { order in
                var core = CoreSubject()
                let model = Model()
                var seen: Set<Int> = []
                for index in order where seen.insert(steps[index].request).inserted {
                    _ = core.take(steps[index], model)
                }
                // Limit, posted and held; what is available follows from them.
                let end = core.balances()[1]
                if let first {
                    try #require(end == first, "\(choice.element): \(order.map { steps[$0].kind })")
                } else {
                    first = end
                }
            }
        }
    }

    @Test func aReversalThatWasRefusedAsTooLargeIsNotDoneLater() {
        let choice = Permutations.Choice(increment: 50, reversal: 120, advice: nil, clearing: nil, isFinal: false)
        let steps = choice.steps
        var core = CoreSubject()
        let model = Model()
        #expect(core.take(steps[0], model).reason == .approved)
        #expect(core.take(steps[3], model).reason == .overReversal)
        #expect(core.take(steps[2], model).payment?.hold == 150)
    }
}
