import Foundation
import Glibc
import Platform

/// One run of the real daemon, from its start to its end, with everything it wrote to standard error.
final class AssentdRun: Sendable {
    private struct Output {
        var lines: [String] = []
        var isEnded = false
    }

    /// The daemon ended, or said nothing for a minute; what it had said.
    struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }

    private let process: Process
    private let output = Monitor(Output())

    /// Where `swift build` put the executables: beside the bundle of the tests.
    static let executable = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/assentd"

    /// Starts it.
    ///
    /// - Parameter shell: Commands of a shell that then becomes the daemon, such as `ulimit`.
    init(_ arguments: [String], in directory: String, shell: String? = nil) throws {
        process = Process()
        if let shell {
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            process.arguments = ["-c", shell + "; exec \"$0\" \"$@\"", Self.executable] + arguments
        } else {
            process.executableURL = URL(fileURLWithPath: Self.executable)
            process.arguments = arguments
        }
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardError = pipe
        try process.run()
        let handle = pipe.fileHandleForReading
        Thread.detachNewThread { [self] in
            var rest = ""
            while case let chunk = handle.availableData, !chunk.isEmpty {
                rest += String(decoding: chunk, as: UTF8.self)
                let parts = rest.split(separator: "\n", omittingEmptySubsequences: false)
                rest = String(parts.last ?? "")
                let whole = parts.dropLast().map(String.init)
                output.update { $0.lines += whole }
            }
            output.update { $0.isEnded = true }
        }
    }

    /// A small daemon on `data` below a directory, with a gateway and an admin socket there.
    convenience init(small directory: String, _ options: [String] = [], shell: String? = nil) throws {
        try self.init(
            [
                "--data-dir", directory + "/data", "--listen", "unix:\(directory)/g.sock",
                "--admin", "unix:\(directory)/a.sock", "--segment-size", "5", "--fill-buffer", "2",
                "--remembered-ids", "8192", "--max-cards", "10000",
            ] + options,
            in: directory,
            shell: shell
        )
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    var identifier: Int32 { process.processIdentifier }

    var log: String { output.read { $0.lines }.joined(separator: "\n") }

    /// Waits for a line with a text.
    @discardableResult
    func line(containing text: String) throws -> String {
        let deadline = Clock.monotonicNanoseconds() + 60_000_000_000
        let found: String?? = output.wait(untilNanoseconds: deadline) { output in
            if let line = output.lines.first(where: { $0.contains(text) }) { return .some(line) }
            return output.isEnded ? .some(nil) : nil
        }
        guard let found, let line = found else { throw Unexpected(description: "no \"\(text)\" in: \(log)") }
        return line
    }

    func ready() throws -> AssentdRun {
        try line(containing: "message=ready")
        return self
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Sends a signal twenty times a second until the process has ended.
    func signalUntilItEnds(_ number: Int32) {
        repeat {
            signal(number)
        } while output.wait(untilNanoseconds: Clock.monotonicNanoseconds() + 50_000_000) { $0.isEnded ? true : nil }
            == nil
    }

    /// Waits for its end; the status, or the signal with a minus.
    func end() -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    func stop() -> Int32 {
        signal(SIGTERM)
        return end()
    }
}

/// A directory for one test.
final class TestDirectory {
    let path = "/tmp/assent-process-\(UUID().uuidString.prefix(8))"

    init() throws { try FileSystem.createDirectory(path) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
