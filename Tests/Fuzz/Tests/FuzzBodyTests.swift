import Foundation
import FuzzBodies
import FuzzedSessions
import Testing

/// Replays what the fuzzers start from and what they once found: none of it may trap.
struct FuzzBodyTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    /// The inputs of one target, from one of the two folders.
    private static func inputs(_ folder: String, _ target: String) -> [[UInt8]] {
        let path = Self.folder.appending(path: folder).appending(path: target).path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.sorted().filter { !$0.hasPrefix(".") }.compactMap { name in
            FileManager.default.contents(atPath: "\(path)/\(name)").map { Array($0) }
        }
    }

    @Test(arguments: ["Corpus", "FailCases"])
    func framesAreDecodedOrRefused(folder: String) {
        let inputs = Self.inputs(folder, "frames")
        #expect(folder != "Corpus" || inputs.count > 20)
        for input in inputs { _ = input.withUnsafeBytes { FrameBody.run($0) } }
    }

    @Test(arguments: ["Corpus", "FailCases"])
    func journalsAreOpenedOrRefused(folder: String) {
        let inputs = Self.inputs(folder, "journal")
        #expect(folder != "Corpus" || inputs.count >= 5)
        for input in inputs { input.withUnsafeBytes { JournalBody.run($0) } }
    }

    @Test(arguments: ["Corpus", "FailCases"])
    func conditionsAreCompiledOrRefused(folder: String) {
        let verdicts = Self.inputs(folder, "rules").map { input in input.withUnsafeBytes { RuleBody.run($0) } }
        #expect(folder != "Corpus" || (verdicts.count { $0 } >= 5 && verdicts.count { !$0 } >= 2))
    }

    @Test(arguments: ["Corpus", "FailCases"])
    func sessionsEndAsTheyMust(folder: String) {
        let inputs = Self.inputs(folder, "sessions")
        #expect(folder != "Corpus" || inputs.count > 50)
        var sent: [UInt16: Int] = [:]
        var recordCount: UInt64 = 0
        for input in inputs {
            guard let outcome = input.withUnsafeBytes({ SessionBody.run($0) }) else { continue }
            sent.merge(outcome.sent) { $0 + $1 }
            recordCount += outcome.recordCount
        }
        // A corpus that leads nowhere would be worth nothing: most requests get the answer that is theirs.
        #expect(folder != "Corpus" || (sent.count > 30 && recordCount > 150), "\(sent.count), \(recordCount)")
    }

    /// A corpus whose every input is refused would lead nowhere.
    @Test func theCorporaReachTheDecoders() {
        var messages = 0
        for input in Self.inputs("Corpus", "frames") {
            if input.withUnsafeBytes({ FrameBody.run($0) { _ in true } }) { messages += 1 }
        }
        #expect(messages > 20)
        // And those that came with the newest schema version.
        let increments = Self.inputs("Corpus", "frames").count { input in
            input.withUnsafeBytes { FrameBody.reachesNewestVersion($0) }
        }
        #expect(increments > 0)
        let records = Self.inputs("Corpus", "journal").map { input in
            input.withUnsafeBytes { JournalBody.recordCount($0) }
        }
        #expect(records.contains { ($0 ?? 0) >= 3 })
        #expect(records.contains { $0 == nil }, "one that is refused")
    }
}
