internal import CLoadSockets
internal import Client
internal import Foundation
internal import Glibc
public import LoadDriver
public import Platform

/// A daemon that the harness starts itself, on a directory of its own, and stops or kills.
public final class DaemonProcess {
    /// Where its data is.
    public let directory: String
    /// Where gateways connect.
    public let gateway: Endpoint
    /// Where operators connect.
    public let administration: Endpoint

    private let executable: String
    private let arguments: [String]
    private let sockets: String
    private var process: Process?

    /// Prepares a daemon; `start` starts it.
    ///
    /// - Parameters:
    ///   - executable: The path of `assentd`.
    ///   - directory: Where its data will be.
    ///   - isTCP: Whether the gateway is a TCP socket on the loopback address; else a Unix socket.
    ///   - options: Further arguments.
    public init(executable: String, directory: String, isTCP: Bool, options: [String] = []) throws(LoadFailure) {
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw .usage(
                "\(executable) is no executable: build the daemon with `swift build -c release`, or --daemon PATH"
            )
        }
        self.executable = executable
        self.directory = directory
        // A Unix socket's path has at most 107 bytes, so the sockets lie in a short place of their own.
        sockets = NSTemporaryDirectory() + "assent-\(UInt32.random(in: 0 ... .max))"
        administration = .unix(path: sockets + "/admin.sock")
        if isTCP {
            let port = cls_free_port()
            guard port > 0 else { throw .socket(operation: "bind", code: -port) }
            gateway = .tcp(host: "127.0.0.1", port: UInt16(port))
        } else {
            gateway = .unix(path: sockets + "/gateway.sock")
        }
        arguments =
            ["--data-dir", directory, "--listen", "\(gateway)", "--admin", "\(administration)"] + options
    }

    /// A new directory under `parent` (made where it is missing).
    public static func freshDirectory(under parent: String) throws -> String {
        let path =
            (parent.hasSuffix("/") ? parent : parent + "/")
            + "assent-load-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// The daemon's log, where it can be looked at after a failure.
    public var logPath: String { directory + ".log" }

    /// Starts the daemon and waits until it answers.
    ///
    /// - Throws: `LoadFailure`, when it ends before or does not answer within 60 seconds.
    public func start() throws {
        try FileManager.default.createDirectory(atPath: sockets, withIntermediateDirectories: true)
        if !FileManager.default.fileExists(atPath: logPath) {
            _ = FileManager.default.createFile(atPath: logPath, contents: nil)
        }
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: logPath))
        try log.seekToEnd()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardOutput = log
        process.standardError = log
        process.standardInput = FileHandle.nullDevice
        try process.run()
        self.process = process
        let deadline = Clock.monotonicNanoseconds() + 60_000_000_000
        while Clock.monotonicNanoseconds() < deadline {
            if let connection = try? Connection(to: administration, options: ConnectionOptions()) {
                _ = consume connection
                if let gatewayConnection = try? Connection(to: gateway, options: ConnectionOptions()) {
                    _ = consume gatewayConnection
                    return
                }
            }
            guard process.isRunning else {
                throw LoadFailure.usage("the daemon ended with status \(process.terminationStatus):\n\(logTail)")
            }
            cls_pause(2_000_000)
        }
        throw LoadFailure.usage("the daemon did not answer within 60 seconds:\n\(logTail)")
    }

    /// Ends it as a power cut would: SIGKILL.
    public func kill() {
        guard let process else { return }
        _ = Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Asks it to end and waits.
    ///
    /// - Returns: Its exit status; 0 when it drained as it should.
    @discardableResult
    public func stop() -> Int32 {
        guard let process else { return 0 }
        process.terminate()
        process.waitUntilExit()
        self.process = nil
        return process.terminationStatus
    }

    /// Removes data, sockets and log.
    public func remove() {
        removeTraces()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Removes sockets and log, and leaves the data.
    public func removeTraces() {
        for path in [sockets, logPath] { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Gives all its threads, and those that they start, only what processor time nobody else wants.
    func useLeftovers() {
        guard let process else { return }
        let threads = "/proc/\(process.processIdentifier)/task"
        for thread in (try? FileManager.default.contentsOfDirectory(atPath: threads)) ?? [] {
            guard let thread = pid_t(thread) else { continue }
            _ = cls_use_leftovers(thread)
        }
    }

    /// Has it do nothing until `proceed`, so that it takes no processor from what is measured meanwhile.
    public func suspend() { signal(SIGSTOP) }

    /// Lets it go on.
    public func proceed() { signal(SIGCONT) }

    /// Processor time of all its threads since it was started, in nanoseconds.
    func processorNanoseconds() throws(LoadFailure) -> UInt64 {
        var clock: clockid_t = 0
        var time = timespec()
        guard let process, clock_getcpuclockid(process.processIdentifier, &clock) == 0,
            clock_gettime(clock, &time) == 0
        else { throw .usage("the daemon is gone:\n\(logTail)") }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private func signal(_ number: Int32) {
        guard let process, process.isRunning else { return }
        _ = Glibc.kill(process.processIdentifier, number)
    }

    /// The lines of its log.
    var lines: [String] {
        guard let text = try? String(contentsOfFile: logPath, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").map(String.init)
    }

    /// What the lines of its log with a message say, oldest first: names and values.
    public func logged(_ message: String) -> [[String: String]] {
        lines.compactMap { line -> [String: String]? in
            var values: [String: String] = [:]
            for pair in line.split(separator: " ") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
            }
            return values["message"] == message ? values : nil
        }
    }

    /// The last lines of its log.
    public var logTail: String {
        lines.suffix(10).joined(separator: "\n")
    }

    deinit {
        if let process, process.isRunning { _ = Glibc.kill(process.processIdentifier, SIGKILL) }
    }
}
