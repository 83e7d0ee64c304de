import Domain
import Foundation
import Journal
import Platform
import Testing

@testable import Engine

/// A journal that begins later than its owner had it is one that a file was lost of, also where a snapshot would do
/// without that file.
@Suite(.timeLimit(.minutes(20))) struct MissingSegmentTests {
    /// Some segments, and a snapshot of all records.
    private static func machine() throws -> ArchiveMachine {
        let machine = try ArchiveMachine(forgets: true)
        try machine.makeCard(1)
        _ = try machine.pay(1, count: 30_000)
        for _ in 0..<2 {
            _ = try machine.pay(1)
            _ = try #require(try machine.engine.makeSnapshot())
        }
        return machine
    }

    private static func segments(_ directory: String) throws -> [String] {
        try FileSystem.names(inDirectory: directory + "/journal").filter { $0.hasSuffix(".segment") }
            .filter { !$0.hasPrefix("removed") }
    }

    @Test func aLostFirstSegmentIsNoticed() throws {
        let machine = try Self.machine()
        let names = try Self.segments(machine.directory)
        try #require(names.count > 3)
        let error = try machine.failingRestart { directory in
            try FileManager.default.moveItem(
                atPath: directory + "/journal/" + names[0],
                toPath: directory + "/" + names[0]
            )
        }
        guard case .journal(.missingSegment(let name))? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(name == names[0])
        try machine.restart { directory in
            try FileManager.default.moveItem(
                atPath: directory + "/" + names[0],
                toPath: directory + "/journal/" + names[0]
            )
        }
        #expect(machine.engine.recoverySource.snapshotLSN != nil)
    }

    @Test func whatWasRemovedOnPurposeIsNotMissedAndTheNextOneIs() throws {
        let machine = try Self.machine()
        let before = try Self.segments(machine.directory)
        // Not as many as could go: one more stays, which is lost later.
        let removed = try machine.engine.removeOldSegments(before: LogSequenceNumber(rawValue: .max), keeping: 3)
        try #require(removed > 0)
        let names = try Self.segments(machine.directory)
        #expect(names == Array(before.dropFirst(removed)))
        let digest = machine.engine.digest().digest
        try machine.restart()
        #expect(machine.engine.digest().digest == digest)
        let error = try machine.failingRestart {
            try FileManager.default.removeItem(atPath: $0 + "/journal/" + names[0])
        }
        guard case .journal(.missingSegment(let name))? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(name == names[0])
    }
}
