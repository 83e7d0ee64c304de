import Foundation
import Testing

/// The daemon of the package above, which its own tests build.
enum TestDaemon {
    /// Small files, so that making them takes no time.
    static let options = ["--segment-size", "16", "--fill-buffer", "2", "--remembered-ids", "8192"]

    static func path() throws -> String {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let path =
            ProcessInfo.processInfo.environment["ASSENTD"]
            ?? here.appending(path: "../../../.build/debug/assentd").standardized.path
        try #require(
            FileManager.default.isExecutableFile(atPath: path),
            "build the daemon first: swift build --product assentd"
        )
        return path
    }

    /// A directory of its own for the daemons of one test.
    static func withData<Result>(_ body: (String) throws -> Result) throws -> Result {
        let path = NSTemporaryDirectory() + "assent-load-tests-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }
}
