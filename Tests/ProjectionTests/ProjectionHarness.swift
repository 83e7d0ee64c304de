import Authorization
import Domain
import Engine
import Foundation
import Journal
import Platform
import Testing

@testable import Projection

/// An engine with its journal in a directory of its own, and the projection that follows it.
// SAFETY: used by the one thread of a test; the projection's own thread touches only what is Sendable.
final class ProjectionHarness: @unchecked Sendable {
    let directory: String
    private(set) var engine: Engine
    private(set) var projection: Projection
    private let segmentByteCount: UInt64
    private var requestCount: UInt64 = 0

    static let now = Instant(microseconds: 1_800_000_000_000_000)
    static let waitMilliseconds: Int64 = 60_000

    init(segmentByteCount: UInt64 = 16 << 20, _ change: (inout ProjectionOptions) -> Void = { _ in }) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "assent-\(UUID().uuidString)").path
        self.segmentByteCount = segmentByteCount
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        engine = try Self.open(directory, segmentByteCount)
        projection = try Self.follow(engine, directory, change)
    }

    deinit {
        projection.stop()
        engine.journal.close()
        try? FileManager.default.removeItem(atPath: directory)
    }

    var path: String { directory + "/projection.sqlite" }

    private static func open(_ directory: String, _ segmentByteCount: UInt64) throws -> Engine {
        var options = EngineOptions()
        options.cardShardCount = 8
        options.requestShardCount = 8
        options.rememberedRequestCount = 65_536
        var journalOptions = JournalOptions()
        journalOptions.segmentByteCount = segmentByteCount
        journalOptions.bufferByteCount = 2 << 20
        let storage = try FileJournalStorage(directory: directory + "/journal")
        let engine = try Engine.open(options: options, journalOptions: journalOptions, storage: storage)
        try engine.start(onDurable: { _ in }, onFailure: { Issue.record("the journal failed: \($0)") })
        return engine
    }

    private static func follow(
        _ engine: Engine,
        _ directory: String,
        _ change: (inout ProjectionOptions) -> Void
    ) throws -> Projection {
        var options = ProjectionOptions(path: directory + "/projection.sqlite")
        options.pollMilliseconds = 5
        options.retryMilliseconds = 5
        options.reserveByteCount = 0
        options.isIdle = false
        change(&options)
        let journal = engine.journal
        let projection = Projection(
            options,
            storage: try FileJournalStorage(directory: directory + "/journal"),
            identity: journal.identity,
            durableLSN: { journal.durableLSN }
        )
        try projection.start()
        return projection
    }

    /// Stops the projection, has something done to its file, and starts another.
    func restartProjection(
        after body: () throws -> Void = {},
        options change: (inout ProjectionOptions) -> Void = { _ in }
    ) throws {
        projection.stop()
        try body()
        projection = try Self.follow(engine, directory, change)
    }

    // MARK: Asking the engine

    static func token(_ number: UInt64) -> CardToken { CardToken(high: 7, low: number) }
    static func currency(_ code: String) throws -> Currency { try #require(Currency(code)) }

    var nextRequestNumber: UInt64 { requestCount + 1 }

    func nextID() -> RequestID {
        requestCount += 1
        return RequestID(high: 2, low: requestCount)
    }

    func makeCard(_ number: UInt64, currency: String = "EUR", limit: Int64 = 1_000_000_000) throws {
        let command = CardCommand(
            requestID: nextID(),
            actor: 0,
            transmissionTime: Self.now,
            token: Self.token(number),
            action: .create(
                CardCommand.Creation(
                    status: .active,
                    currency: try Self.currency(currency),
                    limit: limit,
                    transactionLimit: nil,
                    expiry: nil,
                    lastFour: .unknown,
                    profile: Text16()
                )
            )
        )
        _ = try engine.perform(command, receivedAt: Self.now)
    }

    @discardableResult
    func authorize(
        card: UInt64,
        amount: Int64,
        currency: String = "EUR",
        at time: Instant = now,
        sent: Instant? = nil,
        merchant: String = "Corner shop",
        city: String = "Berlin"
    ) throws -> LogSequenceNumber {
        let request = AuthorizationRequest(
            requestID: nextID(),
            cardToken: Self.token(card),
            kind: .authorization,
            amount: amount,
            merchantAmount: amount,
            transmissionTime: sent ?? time,
            currency: try Self.currency(currency),
            merchantCurrency: nil,
            merchantCountry: try #require(Country("DE")),
            merchantCategory: try #require(MerchantCategory(code: 5_411)),
            merchantID: try #require(Text16("M1")),
            terminalID: try #require(Text16("T1")),
            presence: .present,
            entryMode: .chip,
            initiator: .cardholder,
            flags: [],
            merchantName: try #require(Text64(merchant)),
            merchantCity: try #require(Text64(city))
        )
        var event = AuthorizationEvent(asking: request)
        while true {
            do throws(Refusal) {
                return try engine.authorize(&event, receivedAt: time)
            } catch {
                guard case .busy = error else { throw error }
            }
            try engine.journal.waitUntilDurable(engine.journal.lastLSN)
        }
    }

    /// Waits until the projection has all that the engine has done.
    func settle(sourceLocation: SourceLocation = #_sourceLocation) throws {
        try engine.journal.waitUntilDurable(engine.journal.lastLSN)
        let isThere = projection.waitUntilApplied(engine.journal.lastLSN, milliseconds: Self.waitMilliseconds)
        #expect(isThere, "\(projection.figures)", sourceLocation: sourceLocation)
    }

    /// Waits until the file was made anew so often, and is there.
    func waitForRebuilds(_ count: UInt64) -> Bool {
        projection.wait(milliseconds: Self.waitMilliseconds) {
            projection.figures.rebuildCount >= count && projection.figures.lsn > 0
        }
    }

    /// Waits until the projection waits, with a problem.
    func waitUntilWaiting() -> Bool {
        projection.wait(milliseconds: Self.waitMilliseconds) {
            projection.figures.state == .waiting && !projection.figures.problem.isEmpty
        }
    }

    /// What the `sqlite3` tool prints.
    func tool(_ sql: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["sqlite3", "-readonly", "-batch", path, sql]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
