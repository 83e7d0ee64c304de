import Client
import Domain
import Foundation
import Glibc
import Platform
import Testing
import Wire

/// Nobody reads the daemon's log, and the pipe is full.
@Suite(.timeLimit(.minutes(20))) struct UnreadLogTests {
    /// Both ends of the pipe that the daemon logs into.
    private final class LogPipe {
        let reading: Int32
        let writing: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            reading = ends[0]
            writing = ends[1]
        }

        deinit {
            close(reading)
            close(writing)
        }

        /// Takes in what the daemon writes, up to a line with a text.
        func read(until text: String) throws -> String {
            var all = ""
            var chunk = [UInt8](repeating: 0, count: 4_096)
            while !all.contains(text) {
                let count = Glibc.read(reading, &chunk, chunk.count)
                try #require(count > 0, "no \"\(text)\" in: \(all)")
                all += String(decoding: chunk[..<count], as: UTF8.self)
            }
            return all
        }

        /// Writes until not one byte more goes in.
        func fill() {
            let flags = fcntl(writing, F_GETFL)
            _ = fcntl(writing, F_SETFL, flags | O_NONBLOCK)
            let bytes = [UInt8](repeating: UInt8(ascii: "\n"), count: 4_096)
            for count in [4_096, 1] { while write(writing, bytes, count) > 0 {} }
            // The daemon has the same open file: its own writes must be able to block, or the test proves nothing.
            _ = fcntl(writing, F_SETFL, flags)
        }

        /// Takes out everything that is in the pipe.
        func empty() {
            let flags = fcntl(reading, F_GETFL)
            _ = fcntl(reading, F_SETFL, flags | O_NONBLOCK)
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while Glibc.read(reading, &chunk, chunk.count) > 0 {}
            _ = fcntl(reading, F_SETFL, flags)
        }
    }

    /// Sends what is no frame, which the daemon notes in its log, and waits for it to close.
    private func annoy(_ path: String) throws {
        let socket = try StreamSocket.connect(to: .unix(path: path), timeoutMilliseconds: 30_000)
        let nonsense = [UInt8](repeating: 0xAA, count: 64)
        try nonsense.withUnsafeBytes { try socket.sendAll($0) }
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while case let count = try chunk.withUnsafeMutableBytes({ try socket.receive(into: $0) }), count > 0 {}
    }

    @Test func aLogThatNobodyReadsStopsNothing() throws {
        let directory = try TestDirectory()
        let log = try LogPipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: AssentdRun.executable)
        process.arguments = [
            "--data-dir", directory.path + "/data", "--listen", "unix:\(directory.path)/g.sock",
            "--admin", "unix:\(directory.path)/a.sock", "--segment-size", "5", "--fill-buffer", "2",
            "--remembered-ids", "8192", "--max-cards", "10000", "--event-loops", "1",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(fileDescriptor: log.writing, closeOnDealloc: false)
        try process.run()
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        _ = try log.read(until: "message=ready")
        log.fill()
        for _ in 0..<3 { try annoy(directory.path + "/g.sock") }
        // The only event loop goes on.
        var admin = try Connection(to: .unix(path: directory.path + "/a.sock"))
        #expect(try admin.call(Status(), returning: StatusReply.self).daemonVersion == "0.1.0")
        log.empty()
        try annoy(directory.path + "/g.sock")
        let text = try log.read(until: "connection closed")
        let report = try #require(
            text.range(of: "level=warning message=\"log lines were dropped\" lines=3\n"),
            "\(text)"
        )
        let next = try #require(text.range(of: "connection closed"))
        #expect(report.upperBound < next.lowerBound)
        log.fill()
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    }
}
