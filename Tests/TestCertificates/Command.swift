internal import Foundation

/// A command that is run to its end.
public enum Command {
    /// What it wrote, to either output, and how it ended.
    public struct Outcome: Sendable {
        /// Its exit status.
        public let status: Int32
        /// Both outputs, as they came.
        public let output: String
    }

    /// Runs it.
    ///
    /// - Parameter input: What it reads; a file, so that it ends.
    public static func run(
        _ path: String,
        _ arguments: [String],
        in directory: String? = nil,
        input: String = ""
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        let inputPath = NSTemporaryDirectory() + "/assent-input-\(UUID().uuidString)"
        try Data(input.utf8).write(to: URL(fileURLWithPath: inputPath))
        defer { try? FileManager.default.removeItem(atPath: inputPath) }
        process.standardInput = FileHandle(forReadingAtPath: inputPath)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
    }
}
