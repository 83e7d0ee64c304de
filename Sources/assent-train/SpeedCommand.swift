import ArgumentParser
import Domain
import Platform
import Score

/// `assent-train speed`
struct SpeedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "speed",
        abstract: "Measure how long a score takes, and features before and after it.",
        discussion: """
            One call at a time, each for another payment, the time between two clock readings less that of two \
            readings with nothing between. The trees are random: every question is asked, whatever the model.
            """
    )

    @Option(help: "How many calls of each are timed.")
    var calls = 200_000

    mutating func validate() throws {
        guard (1_000...10_000_000).contains(calls) else { throw ValidationError("--calls is 1000 to 10000000") }
    }

    mutating func run() throws {
        let idle = Self.timed(calls) { _ in 0 }
        var lines = ["                             p50         p99"]
        for (trees, depth) in [(100, 3), (300, 4), (200, 6)] {
            let times = try score(trees: trees, depth: depth)
            lines.append(Self.line("\(trees) trees of depth \(depth)", times, less: idle))
        }
        lines += features(idle)
        try Output.write(lines)
    }

    private static func line(_ name: String, _ times: (p50: Int64, p99: Int64), less idle: (p50: Int64, p99: Int64))
        -> String
    {
        let texts = [times.p50, times.p99].map { Output.thousandths(Double(max(0, $0 - idle.p50)) / 1_000) + " µs" }
        return name + String(repeating: " ", count: max(1, 27 - name.count)) + texts.joined(separator: "    ")
    }

    /// The middle and the 99th hundredth of as many calls, in nanoseconds; what comes before a call is not timed.
    private static func timed(
        _ calls: Int,
        before prepare: (Int) -> Void = { _ in },
        call: (Int) -> Int64
    ) -> (p50: Int64, p99: Int64) {
        var sum: Int64 = 0
        var times: [Int64] = []
        times.reserveCapacity(calls)
        for number in 0..<calls {
            prepare(number)
            let start = Clock.monotonicNanoseconds()
            sum &+= call(number)
            times.append(Clock.monotonicNanoseconds() - start)
        }
        times.sort()
        // The sum is looked at, so that no call is left out.
        return (times[calls / 2], times[calls * 99 / 100] + (sum == .min ? 1 : 0))
    }

    // MARK: Scores

    private func score(trees: Int, depth: Int) throws(Failure) -> (p50: Int64, p99: Int64) {
        var random = Draw(state: 1)
        let made = (0..<trees).map { _ in Self.tree(depth, &random) }
        let origin = ScoreModel.Origin(from: .epoch, until: .epoch, payments: 0, frauds: 0, note: "")
        let model: ScoreModel
        do throws(ModelMakingError) {
            model = try ScoreModel(made, base: 0, origin: origin)
        } catch {
            throw Failure(.failed, "\(error)")
        }
        let ensemble = TreeEnsemble(model)
        // As many payments as make the processor forget which way each question went.
        let rows = (0..<4_096 * Feature.count).map { _ in Int32(truncatingIfNeeded: random.next() & 0xF_FFFF) }
        var vector = FeatureVector()
        var times: (p50: Int64, p99: Int64) = (0, 0)
        // The first round warms the caches.
        for _ in 0..<2 {
            times = Self.timed(calls) { number in
                for index in 0..<Feature.count { vector[index] = rows[number % 4_096 * Feature.count + index] }
            } call: { _ in
                ensemble.margin(vector)
            }
        }
        return times
    }

    private static func tree(_ depth: Int, _ random: inout Draw) -> TrainedTree {
        if depth == 0 { return .leaf(value: Double(random.next() & 0xFFFF) / 65_536, cover: 1) }
        return .split(
            feature: Int(random.next() % UInt64(Feature.count)),
            threshold: Double(random.next() & 0xF_FFFF),
            below: tree(depth - 1, &random),
            above: tree(depth - 1, &random)
        )
    }

    // MARK: Features

    private func features(_ idle: (p50: Int64, p99: Int64)) -> [String] {
        var random = Draw(state: 2)
        var store = FeatureStore(bounds: .standard)
        let vector = FeatureVector()
        var time: Int64 = 1_700_000_000_000_000
        func facts(_ number: Int) -> PaymentFacts {
            time += Int64(random.next() & 0xFFFFF)
            return PaymentFacts(
                card: CardToken(high: 0, low: random.next() % 100_000),
                merchant: Text16(low: random.next() % 10_000 + 1),
                terminal: Text16(low: random.next() % 3 + 1),
                country: Country("DE"),
                amount: Int64(random.next() & 0xFFFF),
                time: Instant(microseconds: time)
            )
        }
        // Histories first: a card's tenth payment is not like its first.
        for number in 0..<1_000_000 {
            store.add(facts(number), record: LogSequenceNumber(rawValue: UInt64(number + 1)))
        }
        let payments = (0..<calls).map(facts)
        let reading = Self.timed(calls) { number in
            store.read(payments[number], into: vector)
            return Int64(vector[0])
        }
        let adding = Self.timed(calls) { number in
            store.add(payments[number], record: LogSequenceNumber(rawValue: UInt64(1_000_001 + number)))
            return 1
        }
        return [
            Self.line("reading \(Feature.count) features", reading, less: idle),
            Self.line("adding a payment", adding, less: idle),
        ]
    }

    /// Numbers that are the same in every run.
    private struct Draw {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 0x9E37_79B9_7F4A_7C15 &+ 0xD134_2543_DE82_EF95
            var word = state
            word ^= word >> 32
            word = word &* 0xD6E8_FEB8_6659_FD93
            return word ^ word >> 32
        }
    }
}
