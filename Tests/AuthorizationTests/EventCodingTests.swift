import Authorization
import Domain
import Randomness
import Testing

@Suite("Event coding")
struct EventCodingTests {
    @Test(arguments: Seeds.all)
    func everyEventOfRandomTrafficRoundTrips(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var traffic = try RandomTraffic(seed: seed)
        for _ in 0..<2_000 { try traffic.step(&random) }
        for entry in traffic.world.log {
            switch entry {
            case .authorization(let event):
                let bytes = encoded(event)
                #expect(bytes.count <= AuthorizationEvent.encodedByteCountMax)
                let decoded = try bytes.withUnsafeBytes { try AuthorizationEvent(decoding: $0) }
                guard decoded == event else {
                    Issue.record("seed \(seed): \(decoded) is not \(event)")
                    return
                }
            case .card(let event):
                let bytes = encoded(event)
                let decoded = try bytes.withUnsafeBytes { try CardEvent(decoding: $0, kind: event.kind) }
                #expect(decoded == event, "seed \(seed)")
            case .lifecycle(let event):
                let bytes = encoded(event)
                #expect(bytes.count <= LifecycleEvent.encodedByteCountMax)
                let decoded = try bytes.withUnsafeBytes { try LifecycleEvent(decoding: $0) }
                guard decoded == event else {
                    Issue.record("seed \(seed): \(decoded) is not \(event)")
                    return
                }
            case .settings: break
            }
        }
    }

    @Test func theLargestEventIsAsLargeAsTheConstantSays() throws {
        let event = try fullEvent()
        // The rest: a payment that waited and one that joined, the added fields, the account, the hold's end, the
        // rules that matched, and three masks with two numbers of up to ten bytes for each of 16 counters.
        let rest =
            2 * PaymentRecord.byteCount + (3 * 16 + 4 + 9 + 3) + 16 + 8 + (2 + 2 + 1 + 4 * 8) + (6 + 16 * 20)
        #expect(encoded(event).count + rest == AuthorizationEvent.encodedByteCountMax)
        #expect(AuthorizationEvent.encodedByteCountMax <= 1_162)
        let card = try #require(try Self.cardEvents().first)
        #expect(encoded(card).count <= CardEvent.encodedByteCountMax)
    }

    @Test func theBytesAreWhatTheyWereWhenTheFormatWasFixed() throws {
        // A changed byte here is a changed format: it needs a new layout version, and reading the old one.
        let bytes = encoded(try fullEvent())
        #expect(Array(bytes[0..<2]) == [2, 0])
        #expect(Array(bytes[2..<10]) == [1, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(bytes[34..<43]) == [1, 0xE8, 0x03, 0, 0, 0, 0, 0, 0])
        var digest = Digest128()
        bytes.withUnsafeBytes { digest.combine($0) }
        #expect("\(digest)" == "b36e9f18ac2189793c0ca03aebee4175")
    }

    @Test func everyTruncationAndExtensionIsATypedError() throws {
        let event = try fullEvent()
        let bytes = encoded(event)
        for count in 0..<bytes.count {
            #expect(throws: EventError.truncated, "\(count) bytes") {
                try Array(bytes[..<count]).withUnsafeBytes { try AuthorizationEvent(decoding: $0) }
            }
        }
        #expect(throws: EventError.trailingBytes(count: 1)) {
            try (bytes + [0]).withUnsafeBytes { try AuthorizationEvent(decoding: $0) }
        }
        for event in try Self.cardEvents() {
            let bytes = encoded(event)
            for count in 0..<bytes.count {
                #expect(throws: EventError.truncated, "\(count) bytes") {
                    try Array(bytes[..<count]).withUnsafeBytes { try CardEvent(decoding: $0, kind: event.kind) }
                }
            }
            #expect(throws: EventError.self) {
                try bytes.withUnsafeBytes { try CardEvent(decoding: $0, kind: .authorization) }
            }
        }
        let changed = encoded(configuration)
        for count in 0..<changed.count {
            #expect(throws: EventError.truncated) {
                try Array(changed[..<count]).withUnsafeBytes { try ConfigurationChanged(decoding: $0) }
            }
        }
        #expect(throws: EventError.unknownVersion(2)) {
            _ = try [UInt8(2), 0].withUnsafeBytes { try ConfigurationChanged(decoding: $0) }
        }
    }

    /// Damaged bytes either make a typed error or an event that takes as many bytes as it came from: never a trap.
    @Test(arguments: Seeds.all)
    func damagedBytesNeverTrap(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let bytes = encoded(try fullEvent())
        var refused = 0
        for _ in 0..<20_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                damaged[.random(in: 0..<damaged.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            do {
                let event = try damaged.withUnsafeBytes { try AuthorizationEvent(decoding: $0) }
                let again = encoded(event)
                guard again.count == damaged.count else {
                    Issue.record("seed \(seed): \(damaged)")
                    return
                }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 1_000)
    }

    @Test func configurationChangesRoundTrip() throws {
        let bytes = encoded(configuration)
        #expect(bytes.count == configuration.encodedByteCount)
        #expect(try bytes.withUnsafeBytes { try ConfigurationChanged(decoding: $0) } == configuration)
        var broken = bytes
        broken[broken.count - 1] = 0xFF
        #expect(throws: EventError.invalidField("value")) {
            try broken.withUnsafeBytes { try ConfigurationChanged(decoding: $0) }
        }
    }

    private var configuration: ConfigurationChanged {
        ConfigurationChanged(
            requestID: RequestID(high: 1, low: 2),
            actor: 1_000,
            time: noon,
            transmissionTime: noon,
            key: "merchant-block.exact",
            value: "Zoë\nEVIL"
        )
    }

    private func fullEvent() throws -> AuthorizationEvent {
        var world = try makeWorld([
            ("velocity.1", "count>1 in 60s decline"), ("velocity.2", "count>1 in 60s flag"),
            ("velocity.3", "count>1 in 60s flag"), ("velocity.4", "count>1 in 1h flag"),
        ])
        let request = try makeRequest {
            $0.merchantName = try #require(Text64(String(repeating: "n", count: 64)))
            $0.merchantCity = try #require(Text64(String(repeating: "c", count: 32)))
            $0.merchantCurrency = try currency("USD")
            $0.flags = [.recurring, .estimated]
        }
        world.authorize(request)
        return world.authorize(request)
    }

    static func cardEvents() throws -> [CardEvent] {
        var world = try makeWorld()
        return [
            try world.command(token(2), .create(try makeCreation()), at: noon),
            try world.command(token(2), .setStatus(.frozen), at: noon),
            try world.command(token(2), .setLimits(.init(limit: 5, transactionLimit: .remove)), at: noon),
        ]
    }
}

func encoded(_ event: AuthorizationEvent) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: AuthorizationEvent.encodedByteCountMax) { buffer, count in
        count = event.encode(into: UnsafeMutableRawBufferPointer(buffer))
    }
}

func encoded(_ event: CardEvent) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: CardEvent.encodedByteCountMax) { buffer, count in
        count = event.encode(into: UnsafeMutableRawBufferPointer(buffer))
    }
}

func encoded(_ event: ConfigurationChanged) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: event.encodedByteCount) { buffer, count in
        count = event.encode(into: UnsafeMutableRawBufferPointer(buffer))
    }
}

func encoded(_ event: LifecycleEvent) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: LifecycleEvent.encodedByteCountMax) { buffer, count in
        count = event.encode(into: UnsafeMutableRawBufferPointer(buffer))
    }
}
