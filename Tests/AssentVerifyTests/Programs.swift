import Foundation

/// How a program ended.
struct End {
    let status: Int32
    let output: String
    let errors: String
}

/// The programs that check each other.
enum Programs {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Where SwiftPM puts executables: beside the tests' bundle.
    private static var binaries: URL {
        let own = CommandLine.arguments[0]
        for path in [Bundle.main.bundlePath, URL(fileURLWithPath: own).deletingLastPathComponent().path] {
            let found = URL(fileURLWithPath: path)
            if FileManager.default.isExecutableFile(atPath: found.appending(path: "assent-verify").path) {
                return found
            }
        }
        return repository.appending(path: ".build/debug")
    }

    /// A page of the protocol.
    static func document(_ name: String) -> URL { repository.appending(path: "Protocol/" + name) }

    static func verify(_ arguments: String...) throws -> End { try verify(arguments) }

    static func verify(_ arguments: [String]) throws -> End {
        try run(binaries.appending(path: "assent-verify").path, arguments)
    }

    static func python(_ arguments: String..., input: String = "") throws -> End {
        let script = repository.appending(path: "Protocol/audit/tlog.py").path
        return try run("/usr/bin/env", ["python3", "-B", script] + arguments, input: input)
    }

    private static func run(_ executable: String, _ arguments: [String], input: String = "") throws -> End {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        let scratch = try Scratch()
        // Files, not pipes: nobody waits for a full pipe.
        for name in ["in", "out", "err"] { try scratch.write(name, Array((name == "in" ? input : "").utf8)) }
        process.standardInput = FileHandle(forReadingAtPath: scratch.path("in"))
        process.standardOutput = FileHandle(forWritingAtPath: scratch.path("out"))
        process.standardError = FileHandle(forWritingAtPath: scratch.path("err"))
        try process.run()
        process.waitUntilExit()
        return End(
            status: process.terminationStatus,
            output: String(decoding: try scratch.read("out"), as: UTF8.self),
            errors: String(decoding: try scratch.read("err"), as: UTF8.self)
        )
    }
}

/// A directory that goes with the test.
final class Scratch {
    let directory: String

    init() throws {
        directory = NSTemporaryDirectory() + "/assent-verify-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func path(_ name: String) -> String { directory + "/" + name }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url)
    }

    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

    func text(_ name: String) throws -> String {
        String(decoding: try read(name), as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }
}
