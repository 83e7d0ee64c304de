import Foundation
import Platform
import Simulator
import Testing

/// A short run of the simulation; `make simulate SEEDS=n` makes long ones.
@Suite(.serialized) struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seedCount = environment["ASSENT_SEEDS"].flatMap { UInt64($0) } ?? 20
    private static let first = environment["ASSENT_SEED"].flatMap { UInt64($0) } ?? 1

    @Test func everySeedHoldsAndDoesTheSameTwice() {
        let report = Campaign(seeds: Self.first..<Self.first + Self.seedCount, jobCount: 2, twiceOneIn: 10).run { _ in }
        print(report.text)
        #expect(report.failures == [])
        #expect(report.unsteady == [])
        #expect(report.restarts > 0 && report.snapshots > 0 && report.archived > 0)
    }

    /// Another process hashes otherwise, and lies elsewhere in memory.
    @Test func anotherProcessDoesTheSameToTheByte() throws {
        for seed in Self.first..<Self.first + 3 {
            let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            let outcome = SeedOutcome(seed: seed)
            #expect(outcome.failure == nil)
            #expect(try output(of: folder.appending(path: "simulate"), ["--seed", "\(seed)"]) == outcome.text + "\n")
        }
    }

    /// What `make watching-cost` leaves out is still there to be left out.
    @Test func theOmissionsFitTheSources() throws {
        let said = try output(
            of: URL(filePath: "/usr/bin/env"),
            ["python3", "Tests/Planting/watching-cost", "--check"]
        )
        #expect(said.hasSuffix("omissions fit the sources\n"), "\(said)")
    }

    /// What `make canaries` breaks is still there to be broken.
    @Test func theCanariesFitTheSources() throws {
        let said = try output(of: URL(filePath: "/usr/bin/env"), ["python3", "Tests/Planting/canaries", "--check"])
        #expect(said.hasSuffix("canaries fit the sources\n"), "\(said)")
    }

    /// Runs a program in the package's folder.
    private func output(of program: URL, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = Self.root
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Each must be noticed soon, or the simulation proves nothing.
    @Test(arguments: Simulation.Canary.allCases) func whatIsBrokenOnPurposeIsFound(canary: Simulation.Canary) throws {
        let found = try #require(
            (1...200).lazy.map { SeedOutcome(seed: $0, canary: canary) }.first { $0.failure != nil },
            "\(canary) is not found by 200 seeds"
        )
        print("\(canary): seed \(found.seed): \(found.failure ?? "")")
    }

    @Test func everyFaultHasAMarkThatMustBeReached() {
        #expect(ExpectedMarks.faults.filter { !ExpectedMarks.all.contains($0.mark) }.map(\.fault) == [])
    }

    @Test func theListOfMarksIsThatOfTheSources() throws {
        var marks: Set<String> = []
        for folder in ["Sources", "Tests/Simulator"] {
            let base = Self.root.appending(path: folder)
            let walk = try #require(FileManager.default.enumerator(atPath: base.path))
            for case let path as String in walk where path.hasSuffix(".swift") {
                let text = try String(contentsOf: base.appending(path: path), encoding: .utf8)
                for call in text.components(separatedBy: "CoverageMark.reach(\"").dropFirst() {
                    marks.insert(try #require(call.components(separatedBy: "\")").first))
                }
            }
        }
        #expect(marks.sorted() == (ExpectedMarks.all + ExpectedMarks.outOfReach).sorted())
    }
}
