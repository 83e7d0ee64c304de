import Foundation
import Synchronization
import Testing

/// Where `swift build` put the executables: beside the bundle of the tests.
private let binaries = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path

/// What a command printed and how it ended.
struct CLIResult {
    let status: Int32
    let output: String
    let errors: String

    /// The lines of the output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// The output as one JSON object.
    func object() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }
}

/// Runs a command to its end.
func run(
    _ executable: String,
    _ arguments: [String],
    directory: String? = nil,
    environment: [String: String] = [:],
    input: String = ""
) throws -> CLIResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    var inherited = ProcessInfo.processInfo.environment
    for name in ["NO_COLOR", "XDG_RUNTIME_DIR"] { inherited[name] = nil }
    process.environment = inherited.merging(environment) { _, new in new }
    let (outputPipe, errorPipe) = (Pipe(), Pipe())
    // A file, not a pipe: a command that does not read its input to the end must not take the tests down by SIGPIPE.
    let inputPath = NSTemporaryDirectory() + "/assent-input-\(UUID().uuidString)"
    try Data(input.utf8).write(to: URL(fileURLWithPath: inputPath))
    defer { try? FileManager.default.removeItem(atPath: inputPath) }
    process.standardInput = FileHandle(forReadingAtPath: inputPath)
    process.standardOutput = outputPipe
    process.standardError = errorPipe
    try process.run()
    let errors = CollectedBytes(errorPipe.fileHandleForReading)
    let output = outputPipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return CLIResult(
        status: process.terminationStatus,
        output: String(decoding: output, as: UTF8.self),
        errors: String(decoding: errors.wait(), as: UTF8.self)
    )
}

/// Reads a pipe to its end on a thread of its own, so that nobody waits for a full pipe.
private final class CollectedBytes: @unchecked Sendable {
    // SAFETY: `data` is written before the semaphore is raised and read after it.
    private var data = Data()
    private let done = DispatchSemaphore(value: 0)

    init(_ handle: FileHandle) {
        Thread.detachNewThread { [self] in
            data = handle.readDataToEndOfFile()
            done.signal()
        }
    }

    func wait() -> Data {
        done.wait()
        done.signal()
        return data
    }
}

/// Waits until a daemon's projection has a record and all others that are durable. Its thread runs only when nobody
/// else wants the processor: on a busy machine this can take long.
func waitUntilProjected(_ lsn: Int, _ admin: String) throws {
    let deadline = ContinuousClock.now + .seconds(240)
    while true {
        let status = try assentctl(["--connect", admin, "projection", "status", "-o", "json"]).object()
        if status["state"] as? String == "following", let have = status["projectedLsn"] as? Int, have >= lsn { return }
        try #require(ContinuousClock.now < deadline, "the projection is still \(status)")
    }
}

/// A real daemon on a directory of its own, for commands to talk to.
final class CLIDaemon {
    let directory: String
    private let options: [String]
    private var process: Process

    /// The administration socket.
    var admin: String { "unix:\(directory)/assent-data/admin.sock" }
    /// The gateway socket.
    var gateway: String { "unix:\(directory)/gateway.sock" }

    /// Starts it and waits until it says that it is ready.
    ///
    /// - Parameter options: More of its options.
    init(_ options: [String] = []) throws {
        self.options = options
        directory = "/tmp/assent-cli-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        process = try CLIDaemon.start(directory, options)
    }

    private static func start(_ directory: String, _ options: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: binaries + "/assentd")
        process.arguments =
            [
                "--data-dir", directory + "/assent-data", "--listen", "unix:\(directory)/gateway.sock",
                "--admin", "unix:\(directory)/assent-data/admin.sock", "--max-cards", "100000", "--remembered-ids",
                "8192",
                "--segment-size", "16", "--fill-buffer", "2",
            ] + options
        let log = Pipe()
        process.standardOutput = log
        process.standardError = log
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let handle = log.fileHandleForReading
        var seen = ""
        while !seen.contains("message=ready") {
            let chunk = handle.availableData
            guard !chunk.isEmpty else {
                Issue.record("the daemon did not start: \(seen)")
                throw CocoaError(.fileReadUnknown)
            }
            seen += String(decoding: chunk, as: UTF8.self)
        }
        // What it says later is read away, so that it never waits for us.
        Thread.detachNewThread { while !handle.availableData.isEmpty {} }
        return process
    }

    /// Runs assentctl on the administration socket.
    func ctl(_ arguments: String..., input: String = "") throws -> CLIResult {
        try ctl(arguments, input: input)
    }

    func ctl(_ arguments: [String], input: String = "") throws -> CLIResult {
        try assentctl(["--connect", admin] + arguments, input: input)
    }

    /// Waits until its projection has a record and all others that are durable.
    func waitUntilProjected(_ lsn: Int) throws {
        try ProcessTests.waitUntilProjected(lsn, admin)
    }

    /// Makes an active card and returns its token.
    func makeCard(_ options: String..., limit: String = "1000.00 EUR") throws -> String {
        let result = try assentctl(
            ["--connect", admin, "card", "create", "--limit", limit, "--activate", "-q"] + options
        )
        try #require(result.status == 0, "\(result.errors)")
        return try #require(result.lines.first)
    }

    /// Asks it to stop, and starts another one on the same directory.
    func restart() throws {
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        process = try CLIDaemon.start(directory, options)
    }

    /// Kills it as `kill -9` does, and starts another one on the same directory.
    func killAndRestart() throws {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        process = try CLIDaemon.start(directory, options)
    }

    /// Stops its threads without ending it: it accepts and never answers.
    func freeze() { kill(process.processIdentifier, SIGSTOP) }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: directory)
    }
}

/// Runs assentctl.
func assentctl(
    _ arguments: [String],
    directory: String? = nil,
    environment: [String: String] = [:],
    input: String = ""
) throws -> CLIResult {
    try run(
        binaries + "/assentctl",
        arguments,
        directory: directory ?? NSTemporaryDirectory(),
        environment: environment,
        input: input
    )
}

/// Runs a shell command in which `$CTL` is assentctl.
func shell(_ command: String, environment: [String: String] = [:]) throws -> CLIResult {
    try run(
        "/bin/bash",
        ["-c", command],
        directory: NSTemporaryDirectory(),
        environment: environment.merging(["CTL": binaries + "/assentctl"]) { old, _ in old }
    )
}
