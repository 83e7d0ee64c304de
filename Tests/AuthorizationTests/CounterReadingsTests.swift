import Domain
import Randomness
import Testing

@testable import Authorization

/// What counters held, as it is recorded with decisions.
@Suite struct CounterReadingsTests {
    private func encoded(_ readings: CounterReadings) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: CounterReadings.encodedByteCountMax)
        let count = bytes.withUnsafeMutableBytes { buffer in
            var writer = EventWriter(buffer, byteCountMax: CounterReadings.encodedByteCountMax)
            readings.encode(&writer)
            return writer.count
        }
        return Array(bytes[..<count])
    }

    private func decoded(_ bytes: [UInt8]) throws -> CounterReadings {
        try bytes.withUnsafeBytes { buffer in
            var reader = EventReader(buffer)
            var readings = CounterReadings()
            try readings.decode(&reader)
            try reader.finish()
            return readings
        }
    }

    @Test(arguments: Seeds.all) func readingsRoundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<2_000 {
            var readings = CounterReadings()
            for counter in 0..<AuthorizationLimits.counterCount where random.percent(40) {
                if random.percent(20) {
                    readings.setUnknown(counter, isCounted: random.percent(50))
                } else {
                    let sum = Int64(bitPattern: random.next()) >> Int64(random.below(64))
                    readings.set(counter, count: random.next() >> UInt64(random.below(64)), sum: sum)
                }
            }
            guard !readings.isEmpty else { continue }
            #expect(try decoded(encoded(readings)) == readings, "seed \(seed)")
        }
        var largest = CounterReadings()
        for counter in 0..<AuthorizationLimits.counterCount { largest.set(counter, count: .max, sum: .min) }
        #expect(encoded(largest).count == CounterReadings.encodedByteCountMax)
        #expect(try decoded(encoded(largest)) == largest)
    }

    @Test(
        arguments: [
            // Nothing at all; a value of a counter that is unknown; one that is not counted and yet known.
            [0, 0, 0, 0, 0, 0], [1, 0, 1, 0, 0, 0, 5, 0], [1, 0, 0, 0, 1, 0, 5, 0],
            // A counter with nothing in it; a number in more bytes than it needs; one of more than 64 bits; one cut
            // short.
            [1, 0, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0x81, 0, 0],
            [1, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2, 0], [1, 0, 0, 0, 0, 0, 0x85],
        ] as [[UInt8]]
    )
    func anotherFormIsRefused(_ bytes: [UInt8]) {
        #expect(throws: EventError.self) { try decoded(bytes) }
    }

    @Test(arguments: [
        ("counter.17", "merchant in 1h", "unknown key"), ("counter.0", "merchant in 1h", "unknown key"),
        ("counter.1", "merchant", "it is not KEYS in WINDOW"), ("counter.1", "in 1h", "it is not KEYS in WINDOW"),
        ("counter.1", "shop in 1h", "'shop' is no key; keys are card, merchant"),
        ("counter.1", "card,card in 1h", "the key 'card' stands twice"),
        ("counter.1", "card in 9s", "the window '9s' is not from 10s to 31d"),
        ("counter.1", "card in 32d", "the window '32d' is not from 10s to 31d"),
        ("counter.1", "card in 99999999d", "is not from 10s to 31d"),
        ("counter.2", "terminal,merchant in 60m", "counter.5 is the same already"),
        ("counter.1", "average by card in 1h", "at character 1: 'average' is no aggregate; they are distinct KEY, min"),
        ("counter.1", " min by card,shop in 1h", "at character 14: 'shop' is no key"),
        ("counter.1", "distinct device by merchant in 1h", "at character 10: 'device' is no key"),
        ("counter.1", "distinct card,country by merchant in 1h", "at character 10: values of one key"),
        ("counter.1", "distinct card by card,country in 1h", "at character 18: each 'card,country' has one card alone"),
        ("counter.1", "distinct by merchant in 1h", "at character 1: 'distinct' is no aggregate"),
        ("counter.1", "distinct merchant in 1h", "it is not KEYS in WINDOW"),
        ("counter.1", "by merchant in 1h", "at character 1: nothing stands before 'by'"),
        ("counter.1", "min by in 1h", "it is not AGGREGATE by KEYS in WINDOW"),
        ("counter.1", "min by merchant in 1h", "at character 8: 'merchant' would compare money of several currencies"),
        ("counter.1", "max by card in 5s", "at character 16: the window '5s' is not from 10s to 31d"),
        ("counter.1", "max by card in 1h up to 5", "at character 19: 'up' is too much"),
        ("counter.1", "merchant in 1h up to 5", "at character 16: 'up' is too much"),
        ("counter.1", "distinct card by merchant in 1h up to 0", "at character 33: behind the window"),
        ("counter.1", "distinct card by merchant in 1h up to 1001", "'up to' and 1 to 1000"),
        ("counter.1", "distinct card by merchant in 1h to 10", "'up to' and 1 to 1000"),
        ("counter.1", "card in day", "at character 9: a time zone stands behind 'day'"),
        ("counter.1", "card in day Eu.rope", "at character 13: 'Eu.rope' is no name of a time zone"),
        (
            "counter.1", "card in day Europe/Berlin",
            "at character 13: behind the time zone stands the rule of its clocks"
        ),
        ("counter.1", "card in week Europe/Berlin CET-1,x", "at character 28: behind the time zone"),
        ("counter.1", "card in month UTC UTC0 up", "at character 24: 'up' is too much"),
        ("counter.1", "card in year UTC", "at character 9: the window 'year' is not from 10s to 31d"),
        ("counter.2", "distinct card by merchant in 60m up to 5", "counter.6 is the same already"),
        ("counter.keys", "255", "from 256 to 16777216"), ("counter.keys", "many", "from 256 to 16777216"),
    ]) func whatIsNoCounterIsRefused(_ key: String, _ value: String, _ problem: String) throws {
        var settings = PolicySettings()
        try settings.set(key: "counter.5", value: "merchant,terminal in 1h")
        try settings.set(key: "counter.6", value: "distinct card by merchant in 1h up to 7")
        let before = settings
        let error = try #require(throws: PolicyError.self) { try settings.set(key: key, value: value) }
        #expect("\(error)".contains(problem), "\(error)")
        #expect(settings == before)
    }
}
