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
    /// - Parameter input: What it reads, at most a few hundred bytes; with any, its input does not end before it does.
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
        let typed = Pipe()
        try typed.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        process.standardInput = input.isEmpty ? FileHandle.nullDevice : typed
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try typed.fileHandleForWriting.close()
        return Outcome(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
    }
}
