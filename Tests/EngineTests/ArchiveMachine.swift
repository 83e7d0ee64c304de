import Archive
import Authorization
import Domain
import Foundation
import Journal
import Platform
import Testing

@testable import Engine

/// An engine with snapshots and an archive, in a directory of its own.
// SAFETY: used by one thread.
final class ArchiveMachine: @unchecked Sendable {
    let directory = FileManager.default.temporaryDirectory.appending(path: "assent-\(UUID().uuidString)").path
    private(set) var engine: Engine
    private var number: UInt64 = 0
    private(set) var time = EngineHarness.now
    /// Small segments and few remembered ids, so that old segments can be removed.
    private let forgets: Bool

    init(forgets: Bool = false) throws {
        self.forgets = forgets
        try FileSystem.createDirectory(directory)
        engine = try Self.open(directory, forgets)
    }

    deinit {
        engine.journal.close()
        try? FileManager.default.removeItem(atPath: directory)
    }

    private static func open(_ directory: String, _ forgets: Bool) throws -> Engine {
        var journalOptions = JournalOptions()
        journalOptions.segmentByteCount = forgets ? 3 << 20 : 16 << 20
        journalOptions.bufferByteCount = forgets ? 1_200 << 10 : 2 << 20
        var options = EngineHarness.smallOptions
        if forgets { options.rememberedRequestCount = 4_096 }
        let engine = try Engine.open(
            options: options,
            journalOptions: journalOptions,
            storage: FileJournalStorage(directory: directory + "/journal"),
            snapshotStorage: FileJournalStorage(directory: directory + "/snapshots"),
            archiveStorage: FileArchiveStorage(directory: directory + "/archive")
        )
        try engine.start(onDurable: { _ in }, onFailure: { Issue.record("the journal failed: \($0)") })
        return engine
    }

    /// Closes, as the end of a process does, does something to the files and tries to open again.
    ///
    /// - Returns: what was said where it could not be opened; this machine is of no more use then.
    func failingRestart(_ meddle: (String) throws -> Void) throws -> EngineError? {
        engine.journal.close()
        try meddle(directory)
        do throws(any Error) {
            engine = try Self.open(directory, forgets)
            return nil
        } catch {
            return error as? EngineError
        }
    }

    /// Closes and opens again, as a restart does, with something done to the files in between.
    func restart(_ meddle: (String) throws -> Void = { _ in }) throws {
        engine.journal.close()
        try meddle(directory)
        engine = try Self.open(directory, forgets)
    }

    func makeCard(_ card: UInt64) throws {
        _ = try engine.perform(EngineHarness.creation(card, limit: 1 << 40), receivedAt: time)
    }

    /// Authorizes and clears at once, which leaves a closed payment.
    func pay(_ card: UInt64, count: Int = 1) throws -> [LogSequenceNumber] {
        try (0..<count).map { _ in
            number += 1
            time = time.advanced(byMicroseconds: 1_000)
            var request = EngineHarness.request(number, card: card, amount: 1_000, at: time)
            request.kind = .financial
            var event = AuthorizationEvent(asking: request)
            while true {
                do throws(Refusal) {
                    let made = try engine.authorize(&event, receivedAt: time)
                    #expect(event.decision.outcome != .declined)
                    return made
                } catch {
                    guard case .busy = error else { throw error }
                }
                try engine.journal.waitUntilDurable(engine.journal.lastLSN)
            }
        }
    }

    var paymentsInMemory: Int {
        (0..<engine.state.cards.count).reduce(0) { sum, shard in
            sum + engine.state.cards.withLock(shard) { $0.shard.paymentCount }
        }
    }

    /// Archives until there is nothing left to do, an hour later.
    func archive() throws {
        try engine.journal.waitUntilDurable(engine.journal.lastLSN)
        var options = ArchiverOptions()
        options.batchCountMin = 0
        let steps = try #require(engine.makeArchiver(options))
        let later = time.advanced(byMicroseconds: 3_600_000_000)
        for _ in 0..<1_000_000 {
            if try steps.step(clock: later) == .idle { return }
        }
        Issue.record("archiving does not end")
    }
}
