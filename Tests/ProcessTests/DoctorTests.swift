import Foundation
import Glibc
import Testing

/// What `assentctl doctor` finds on the machine of a real daemon, and what it says to do.
@Suite(.timeLimit(.minutes(20))) struct DoctorTests {
    private struct Finding: Decodable, CustomStringConvertible {
        let subject: String
        let verdict: String
        let seen: String
        let advice: String

        var description: String { "\(verdict) \(subject): \(seen) | \(advice)" }
    }

    private let scratch: Scratch
    private let data: String
    private let configuration: String
    private let key: String

    init() throws {
        scratch = try Scratch()
        (data, configuration, key) = (scratch.path + "/data", scratch.path + "/a.conf", scratch.path + "/key")
        try Data("credit = 512\n".utf8).write(to: URL(fileURLWithPath: configuration))
        chmod(configuration, 0o644)
        try #require(try assentctl(["audit", "keygen", "--name", "doctor.test", "--output-file", key]).status == 0)
    }

    private func start(pendingOutput: Int = 8, _ options: [String] = []) throws -> DaemonUnderTest {
        let modest = [
            "--max-connections", "64", "--max-total-pending-output", "\(pendingOutput)", "--spare-memory", "0",
            "--max-cards", "1000",
        ]
        let files = ["--config", configuration, "--audit", "--audit-key", key]
        return try DaemonUnderTest.ready(scratch, files + modest + options)
    }

    private func findings(_ daemon: DaemonUnderTest, status: Int32) throws -> [Finding] {
        let result = try assentctl([
            "--connect", "\(daemon.administration)", "doctor", "--data-dir", data, "-o", "jsonl",
        ])
        #expect(result.status == status, "\(result.output)\(result.errors)")
        return try result.lines.map { try JSONDecoder().decode(Finding.self, from: Data($0.utf8)) }
    }

    /// Expects one thing to be found, with something to do, and nothing else to be bad.
    private func expect(
        _ subject: String,
        _ verdict: String,
        _ seen: String,
        of daemon: DaemonUnderTest,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let all = try findings(daemon, status: verdict == "bad" ? 1 : 0)
        let found = try #require(all.first { $0.subject == subject }, sourceLocation: sourceLocation)
        #expect(found.verdict == verdict && found.seen.contains(seen), "\(found)", sourceLocation: sourceLocation)
        #expect(found.advice.isEmpty == (verdict == "ok"), "\(found)", sourceLocation: sourceLocation)
        let bad = all.filter { $0.verdict == "bad" && $0.subject != subject }
        #expect(bad.isEmpty, "\(bad)", sourceLocation: sourceLocation)
    }

    private func limit(_ daemon: DaemonUnderTest, _ limit: String) throws {
        let result = try run("/usr/bin/prlimit", ["--pid", "\(daemon.process.identifier)", limit])
        try #require(result.status == 0, "\(result.errors)")
    }

    @Test func limitsOfTheProcessAreComparedWithItsSettings() throws {
        let daemon = try start()
        try expect("descriptors", "ok", "for 64 connections", of: daemon)
        try expect("memory", "ok", "MiB of", of: daemon)
        try limit(daemon, "--nofile=200:1000")
        try expect("descriptors", "bad", "200 may be open, and 64 connections need 320", of: daemon)
        try limit(daemon, "--nofile=1000:1000")
        try limit(daemon, "--fsize=1048576:")
        try expect("file size", "bad", "a file may have 1 MiB, and a journal file has 5", of: daemon)
        try limit(daemon, "--fsize=unlimited:")
        try daemon.stop()
        let greedy = try start(pendingOutput: 1_048_576)
        try expect("memory", "bad", "may take 1048", of: greedy)
        try greedy.stop()
    }

    @Test func permissionsOfEverythingThatMattersAreLookedAt() throws {
        let daemon = try start()
        try expect("permissions", "ok", "files and sockets", of: daemon)
        let segment = try #require(try scratch.segments().first)
        let (gateway, admin) = (scratch.path + "/g.sock", scratch.path + "/a.sock")
        let troubles: [(path: String, mode: mode_t, verdict: String, seen: String)] = [
            (key, 0o640, "bad", "is a key that others may read"),
            (configuration, 0o664, "bad", "may be changed by others"),
            (data, 0o755, "warning", "may be looked into by everybody"),
            (segment, 0o646, "bad", "changed by everybody"),
            (admin, 0o666, "bad", "connect as operators do"), (gateway, 0o666, "warning", "connect as gateways do"),
        ]
        for trouble in troubles {
            var before = stat()
            try #require(stat(trouble.path, &before) == 0 && chmod(trouble.path, trouble.mode) == 0)
            try expect(
                "permissions",
                trouble.verdict,
                "\(trouble.path) (\(String(trouble.mode, radix: 8)))",
                of: daemon
            )
            try expect("permissions", trouble.verdict, trouble.seen, of: daemon)
            chmod(trouble.path, before.st_mode & 0o777)
        }
        if geteuid() == 0 {
            // As when root repairs something by hand.
            chown(segment, 12_345, 0)
            try expect("permissions", "bad", "belongs to user 12345, and the daemon is user 0", of: daemon)
            chown(segment, 0, 0)
        }
        try expect("permissions", "ok", "files and sockets", of: daemon)
        try daemon.stop()
    }

    /// When a daemon does not start is when somebody asks what is wrong with its machine.
    @Test func theMachineIsLookedAtAlsoWhereTheDaemonDoesNotAnswer() throws {
        let daemon = try start()
        func found() throws -> [Finding] {
            let result = try assentctl([
                "--connect", "\(daemon.administration)", "--timeout", "1", "doctor", "--data-dir", data, "-o", "jsonl",
            ])
            #expect(result.status == 1, "\(result.output)\(result.errors)")
            return try result.lines.map { try JSONDecoder().decode(Finding.self, from: Data($0.utf8)) }
        }
        daemon.process.signal(SIGSTOP)
        let stopped = try found()
        daemon.process.signal(SIGCONT)
        #expect(stopped.first?.subject == "daemon" && stopped.first?.verdict == "bad", "\(stopped)")
        #expect(stopped.first?.seen.hasPrefix("process \(daemon.process.identifier) is there") == true, "\(stopped)")
        #expect(stopped.contains { $0.subject == "descriptors" && $0.verdict == "ok" }, "\(stopped)")
        try daemon.stop()
        chmod(data, 0o777)
        let down = try found()
        #expect(down.first?.subject == "daemon" && down.first?.seen.contains("no daemon at") == true, "\(down)")
        #expect(down.contains { $0.subject == "disk" }, "\(down)")
        #expect(down.contains { $0.subject == "permissions" && $0.advice == "chmod o-w \(data)" }, "\(down)")
        #expect(down.contains { $0.subject == "settings" }, "\(down)")
    }

    @Test func settingsAreThoseInForce() throws {
        let daemon = try start(["--snapshot-interval", "0", "--snapshot-records", "0"])
        try expect("settings", "warning", "no snapshots are made", of: daemon)
        let file = try String(contentsOfFile: data + "/settings", encoding: .utf8)
        #expect(file.contains("\ncredit 512\n") && file.contains("\nmax-connections 64\n"), "\(file)")
        #expect(file.contains("\nmax-pending-output 8\n"), "what is at its default, too: \(file)")
        try daemon.stop()
        let other = try start()
        try expect("settings", "ok", "as the daemon wrote them down", of: other)
        var times = [timeval(tv_sec: time(nil) + 3_600, tv_usec: 0), timeval(tv_sec: time(nil) + 3_600, tv_usec: 0)]
        utimes(configuration, &times)
        try expect("settings", "warning", "\(configuration) was changed after the daemon read it", of: other)
        try Data("credit = 256\ndrain-timeout = 77\n".utf8).write(to: URL(fileURLWithPath: configuration))
        other.process.signal(SIGHUP)
        _ = try other.process.line(.error) { $0.contains("the configuration was read again") ? () : nil }
        let deadline = ContinuousClock.now + .seconds(60)
        var reloaded = ""
        while !reloaded.contains("\ndrain-timeout 77\n"), ContinuousClock.now < deadline {
            reloaded = try String(contentsOfFile: data + "/settings", encoding: .utf8)
        }
        #expect(reloaded.contains("\ndrain-timeout 77\n"), "a reload changes it: \(reloaded)")
        #expect(reloaded.contains("\ncredit 512\n"), "the next start will: \(reloaded)")
        try other.stop()
    }

    /// Nothing is said of what cannot be seen but that.
    @Test func whereThereIsNoDataDirectoryItSaysSo() throws {
        let daemon = try start()
        let result = try assentctl(["--connect", "\(daemon.administration)", "doctor", "--data-dir", "/nowhere"])
        #expect(result.status == 0 && result.output.contains("the machine was not looked at"), "\(result)")
        #expect(result.output.contains("with --data-dir DIRECTORY"), "\(result.output)")
        try daemon.stop()
    }
}
