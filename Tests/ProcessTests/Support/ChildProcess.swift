import Glibc
import Platform

/// A process that a test started: its output as lines, its end, and nobody else's process id.
final class ChildProcess: Sendable {
    /// How it ended.
    enum End: Equatable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    enum Stream: Int, Sendable {
        case output = 0
        case error = 1
    }

    /// What went wrong with a process, and what it has said.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let name: String
    let identifier: pid_t
    private let transcript = Transcript()
    private let input: Int32

    /// Starts a program, found by its path or in PATH, with an empty signal mask and default signal actions.
    init(_ program: String, _ arguments: [String]) throws {
        TerminationSignals.ignoreBrokenPipes()
        let ends = try [Self.pipe(), Self.pipe(), Self.pipe()]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0].read, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1].write, 1)
        posix_spawn_file_actions_adddup2(&actions, ends[2].write, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let words = ([program] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, program, &actions, &attributes, words + [nil], environ)
        close(ends[0].read)
        close(ends[1].write)
        close(ends[2].write)
        name = program.split(separator: "/").last.map(String.init) ?? program
        identifier = pid
        input = ends[0].write
        try transcript.follow(ends[1].read, .output)
        try transcript.follow(ends[2].read, .error)
        guard code == 0 else {
            throw Failure(description: "cannot start \(program): \(String(cString: strerror(code)))")
        }
    }

    deinit {
        if identifier > 0 {
            signal(SIGKILL)
            _ = try? waitForEnd()
        }
        close(input)
    }

    /// Sends a signal, unless it has ended and been collected.
    func signal(_ number: Int32) {
        transcript.state.update { if $0.end == nil { _ = kill(identifier, number) } }
    }

    /// Writes a line to its standard input.
    func say(_ line: String) throws {
        let text = line + "\n"
        let written = text.withCString { write(input, $0, strlen($0)) }
        guard written == text.utf8.count else { throw Failure(description: "\(name) does not listen; \(report)") }
    }

    /// Waits until it has ended and everything that it said was read.
    func waitForEnd(withinSeconds seconds: Int64 = 60) throws -> End {
        let deadline = Clock.monotonicNanoseconds() + seconds * 1_000_000_000
        let hasEnded = transcript.state.wait(untilNanoseconds: deadline) { $0.openStreamCount == 0 ? true : nil }
        guard hasEnded != nil else { throw Failure(description: "\(name) has not ended after \(seconds) s; \(report)") }
        return transcript.state.update { state in
            if let end = state.end { return end }
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            let end = status & 0x7F == 0 ? End.exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
            state.end = end
            return end
        }
    }

    /// The lines of one stream so far.
    func lines(_ stream: Stream = .error) -> [String] { transcript.state.read { $0.lines[stream.rawValue] } }

    /// Whether a line of standard error contains a text.
    func said(_ text: String) -> Bool { lines().contains { $0.contains(text) } }

    /// Waits for a line for which `match` gives a value.
    ///
    /// - Throws: When the streams end first, or the time.
    func line<Value>(
        _ stream: Stream,
        withinMilliseconds milliseconds: Int64 = 60_000,
        _ match: (String) -> Value?
    ) throws -> Value {
        let deadline = Clock.monotonicNanoseconds() + milliseconds * 1_000_000
        var seen = 0
        let found = transcript.state.wait(untilNanoseconds: deadline) { state -> Value?? in
            let lines = state.lines[stream.rawValue]
            while seen < lines.count {
                seen += 1
                if let value = match(lines[seen - 1]) { return .some(value) }
            }
            return state.openStreamCount == 0 ? .some(nil) : nil
        }
        guard let found, let value = found else {
            throw Failure(description: "\(name) did not say what was awaited; \(report)")
        }
        return value
    }

    /// Waits until standard error contains a text or the process ends, for no longer than a time.
    func waitForError(containing text: String, nanoseconds: Int64) {
        let deadline = Clock.monotonicNanoseconds() + nanoseconds
        _ = transcript.state.wait(untilNanoseconds: deadline) { state in
            state.openStreamCount == 0 || state.lines[1].contains { $0.contains(text) } ? true : nil
        }
    }

    /// What it has said lately, for messages.
    var report: String {
        let all = transcript.state.read { $0.lines }
        return "\(name) said:\n" + (all[0].suffix(15) + all[1].suffix(15)).joined(separator: "\n")
    }

    /// Two ends that no other child inherits. Sockets, because Swift does not see pipe2(2).
    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Failure(description: "no pipe: \(errno)") }
        return (ends[0], ends[1])
    }
}

/// What a process says, read by a thread for each stream until it ends.
private final class Transcript: Sendable {
    struct State {
        var lines: [[String]] = [[], []]
        var openStreamCount = 0
        var end: ChildProcess.End?
    }

    let state = Monitor(State())

    func follow(_ descriptor: Int32, _ stream: ChildProcess.Stream) throws {
        state.update { $0.openStreamCount += 1 }
        _ = try WorkerThread(name: "transcript") { [self] in
            var text: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                text += chunk[..<count]
                let parts = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                let lines = parts.dropLast().map { String(decoding: $0, as: UTF8.self) }
                text = Array(parts.last ?? [])
                if !lines.isEmpty { state.update { $0.lines[stream.rawValue] += lines } }
            }
            close(descriptor)
            state.update { state in
                if !text.isEmpty { state.lines[stream.rawValue].append(String(decoding: text, as: UTF8.self)) }
                state.openStreamCount -= 1
            }
        }
    }
}
