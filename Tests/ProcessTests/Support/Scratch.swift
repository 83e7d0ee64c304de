import Foundation

/// A directory of a test's own, removed with everything in it. Its path is short enough for Unix sockets.
final class Scratch: Sendable {
    let path: String

    init() throws {
        let name = "assent-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The journal's segments, oldest first.
    func segments(in data: String = "data") throws -> [String] {
        let directory = path + "/" + data + "/journal"
        return try FileManager.default.contentsOfDirectory(atPath: directory)
            .filter { $0.hasSuffix(".segment") }.sorted().map { directory + "/" + $0 }
    }
}

/// Files of the repository and of the build.
enum Place {
    /// The repository.
    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// A program that was built with the tests, or the one of that name in the directory that ASSENT_PROGRAMS says: so
    /// the release build can be held to the same.
    static func program(_ name: String) throws -> String {
        if let directory = ProcessInfo.processInfo.environment["ASSENT_PROGRAMS"] { return directory + "/" + name }
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent(name).path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw ChildProcess.Failure(description: "\(path) was not built")
        }
        return path
    }
}
