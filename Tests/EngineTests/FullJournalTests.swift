import Authorization
import Domain
import Engine
import Foundation
import Journal
import Testing

/// What somebody is told who asks again when nothing new can be taken in.
@Suite struct FullJournalTests {
    private static let now = EngineHarness.now

    /// "Not executed, send it again" would be untrue, for all that anybody knows. Found by the simulation.
    @Test func whatIsOlderThanTheMemoryIsNotCalledUnexecutedWhileTheJournalIsFull() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "assent-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var options = EngineHarness.smallOptions
        options.requestShardCount = 1
        options.rememberedRequestCountMin = 1
        options.rememberedRequestCount = 4
        var journalOptions = JournalOptions()
        journalOptions.segmentByteCount = 16 << 20
        journalOptions.bufferByteCount = 2 << 20
        // It is not started: nobody takes what fills the buffer.
        let engine = try Engine.open(
            options: options,
            journalOptions: journalOptions,
            storage: FileJournalStorage(directory: directory)
        )
        defer { engine.journal.close() }
        _ = try engine.perform(EngineHarness.creation(1, limit: 1_000_000_000), receivedAt: Self.now)
        let message = try SettleTests.message(.clearing, 1, card: 1, of: 7, amount: 100)
        #expect(engine.settle(message, receivedAt: Self.now) { _, _ in } == nil)
        var number: UInt64 = 0
        var answer = EngineHarness.Answer.refused("nothing")
        while answer != .refused("busy"), number < 100_000 {
            number += 1
            let time = Self.now.advanced(byMicroseconds: Int64(number))
            answer = EngineHarness.ask(engine, EngineHarness.request(number, card: 1, amount: 1, at: time), at: time)
        }
        #expect(answer == .refused("busy"))
        #expect(engine.settle(message, receivedAt: Self.now) { _, _ in }.map(EngineHarness.name(of:)) == "tooOld")
        guard case .refused(.tooOld) = engine.settleFromMemory(message, receivedAt: Self.now, respond: { _, _ in })
        else {
            Issue.record("a message beyond the memory was not called too old")
            return
        }
        let refusal = #expect(throws: Refusal.self) {
            try engine.perform(EngineHarness.creation(1, limit: 1_000_000_000), receivedAt: Self.now)
        }
        #expect(refusal.map(EngineHarness.name(of:)) == "tooOld")
    }

    /// The last card that there may be was made, and whoever asks again is told so.
    @Test func aRepeatOfTheLastCardsCreationIsARepeat() throws {
        var options = EngineHarness.smallOptions
        options.cardCountMax = 1
        let harness = try EngineHarness(options)
        try harness.makeCard(1, limit: 100)
        let repeated = #expect(throws: Refusal.self) { try harness.makeCard(1, limit: 100) }
        #expect(repeated.map(EngineHarness.name(of:)) == "repeated")
        let another = #expect(throws: Refusal.self) { try harness.makeCard(2, limit: 100) }
        #expect(another.map(EngineHarness.name(of:)) == "cardLimitReached")
    }
}
