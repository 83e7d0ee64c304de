import Client
import Domain
import Foundation
import Glibc
import Platform
import Testing
import Wire

/// The real daemon's start, its refusals to start, and its ends.
@Suite(.timeLimit(.minutes(20))) struct DaemonLifeTests {
    /// An authorization for a card that does not exist: it is decided (declined) and journaled like any other.
    private func authorize() throws -> Authorize {
        Authorize(
            requestID: .make(),
            cardToken: CardToken(high: 1, low: 2),
            amount: 100,
            transmissionTime: Instant(microseconds: Clock.now()),
            merchantID: try #require(Text16("MERCHANT-1")),
            terminalID: try #require(Text16("TERM-1")),
            currency: try #require(Currency("EUR")),
            merchantCountry: try #require(Country("DE")),
            merchantCategory: try #require(MerchantCategory(code: 5_411)),
            presence: .present,
            entryMode: .chip,
            initiator: .cardholder,
            flags: [],
            merchantName: "Shop",
            merchantCity: "Town"
        )
    }

    private func decide(_ directory: TestDirectory, count: Int = 1) throws {
        var connection = try Connection(to: .unix(path: directory.path + "/g.sock"))
        for _ in 0..<count { _ = try connection.call(try authorize(), returning: AuthorizeReply.self) }
    }

    @Test func itStartsOnAnEmptyDirectoryAndASecondOneIsRefused() throws {
        let directory = try TestDirectory()
        let first = try AssentdRun(small: directory.path).ready()
        #expect(try first.line(containing: "message=recovered").contains("new=true"))
        let second = try AssentdRun(small: directory.path)
        #expect(second.end() == 75)
        let lastWord = try second.line(containing: "level=critical")
        #expect(lastWord.contains("process id \(first.identifier)"))
        try FileSystem.remove(directory.path + "/data/lock")
        #expect(try AssentdRun(small: directory.path).end() == 75)
        try decide(directory)
        #expect(first.stop() == 0)
        for name in ["g.sock", "a.sock"] { #expect(!FileSystem.exists(directory.path + "/" + name)) }
        let third = try AssentdRun(small: directory.path).ready()
        let recovered = try third.line(containing: "message=recovered")
        #expect(recovered.contains("records=1 ") && recovered.contains("closed_in_order=true"))
        #expect(third.stop() == 0)
    }

    @Test func withoutAnyOptionItServesTheDefaults() throws {
        let directory = try TestDirectory()
        // The default port may be taken on this machine, so that alone is said.
        let run = try AssentdRun(["--listen", "tcp:127.0.0.1:0", "--log-format", "json"], in: directory.path)
        try run.line(containing: "\"message\":\"ready\"")
        var connection = try Connection(to: .unix(path: directory.path + "/assent-data/admin.sock"))
        #expect(try connection.call(Status(), returning: StatusReply.self).daemonVersion == "0.1.0")
        #expect(run.stop() == 0)
    }

    @Test(arguments: [
        ("credt = 3", Int32(78), "config:1: there is no setting \"credt\"; the nearest is \"credit\""),
        ("credit = 0", 78, "config:1: credit cannot be \"0\": it must be 1 to 65536 requests"),
        ("listen = \"tcp:0.0.0.0:0\"", 78, "--allow-plaintext-remote"),
        ("listen = \"unix:/nowhere/at/all.sock\"", 71, "/nowhere/at/all.sock"),
        ("data-dir = \"/nowhere/at/all\"", 74, "cannot create directory /nowhere/at/all"),
    ])
    func aConfigurationThatCannotBeUsedEndsIt(text: String, status: Int32, message: String) throws {
        let directory = try TestDirectory()
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory.path + "/config"))
        let run = try AssentdRun(
            ["--config", "config", "--segment-size", "5", "--fill-buffer", "2"],
            in: directory.path
        )
        #expect(run.end() == status)
        try run.line(containing: message)
    }

    @Test func anOptionThatCannotBeUsedEndsIt() throws {
        let directory = try TestDirectory()
        for arguments in [["--credi", "3"], ["--credit", "x"], ["--admin", "tcp:127.0.0.1:0"], ["stray"]] {
            #expect(try AssentdRun(arguments, in: directory.path).end() == 64)
        }
        #expect(try AssentdRun(["--config", "missing"], in: directory.path).end() == 78)
        #expect(try AssentdRun(["--check-config", "--credit", "9"], in: directory.path).end() == 0)
        #expect(!FileSystem.exists(directory.path + "/assent-data"))
    }

    /// What a start would refuse, a check does too.
    @Test func aCheckRefusesAddressesThatOtherMachinesReach() throws {
        let directory = try TestDirectory()
        for (arguments, message) in [
            (["--listen", "tcp:0.0.0.0:18080"], "use --listen-tls"),
            (["--metrics", "tcp:0.0.0.0:18080"], "can be reached from other machines"),
        ] {
            let run = try AssentdRun(["--check-config"] + arguments, in: directory.path)
            #expect(run.end() == 78, "\(arguments)")
            try run.line(containing: message)
        }
        for arguments in [
            ["--listen", "tcp:0.0.0.0:18080", "--allow-plaintext-remote"], ["--metrics", "tcp:127.0.0.1:18080"],
        ] {
            #expect(try AssentdRun(["--check-config"] + arguments, in: directory.path).end() == 0, "\(arguments)")
        }
    }

    @Test func stoppingAnswersEverythingThatWasSent() throws {
        let directory = try TestDirectory()
        let run = try AssentdRun(small: directory.path).ready()
        let socket = try StreamSocket.connect(
            to: .unix(path: directory.path + "/g.sock"),
            timeoutMilliseconds: 30_000
        )
        let hello = Hello(
            minFrameVersion: 1,
            maxFrameVersion: 1,
            schemaVersion: 1,
            wantedCredit: 0,
            features: [],
            clientName: "test"
        ).encodedFrame(correlationID: 1)
        var bytes = hello
        for id in UInt64(2)..<802 { bytes += try authorize().encodedFrame(correlationID: id) }
        try bytes.withUnsafeBytes { try socket.sendAll($0) }
        run.signal(SIGTERM)
        var answers: [UInt64: UInt16] = [:]
        var goAway: GoAway?
        var buffer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = try chunk.withUnsafeMutableBytes({ try socket.receive(into: $0) }), count > 0 {
            buffer += chunk[..<count]
            while case .frame(let header) = buffer.withUnsafeBytes({
                FrameCutter(frameByteCountMax: 65_536, acceptsPushes: true).cut($0)
            }) {
                let frame = Array(buffer[..<Int(header.frameByteCount)])
                buffer.removeFirst(frame.count)
                if header.templateID == GoAway.templateID {
                    goAway = try frame.withUnsafeBytes {
                        try GoAway(decoding: UnsafeRawBufferPointer(rebasing: $0[32...]), header: header)
                    }
                } else {
                    #expect(answers.updateValue(header.templateID, forKey: header.correlationID) == nil)
                }
            }
        }
        #expect(run.end() == 0)
        // Each is answered once: decided up to the one that GoAway names, refused behind it.
        let last = try #require(goAway).lastCorrelationID
        for id in UInt64(2)..<802 {
            #expect(answers[id] == (id <= last ? AuthorizeReply.templateID : Reject.templateID), "request \(id)")
        }
        let again = try AssentdRun(small: directory.path).ready()
        #expect(try again.line(containing: "message=recovered").contains("records=\(max(last, 1) - 1) "))
        #expect(again.stop() == 0)
    }

    @Test func aSecondSignalEndsItAtOnce() throws {
        let directory = try TestDirectory()
        let run = try AssentdRun(small: directory.path).ready()
        let socket = try StreamSocket.connect(
            to: .unix(path: directory.path + "/g.sock"),
            timeoutMilliseconds: 30_000
        )
        let hello = Hello(
            minFrameVersion: 1,
            maxFrameVersion: 1,
            schemaVersion: 1,
            wantedCredit: 0,
            features: [],
            clientName: "test"
        ).encodedFrame(correlationID: 1)
        try hello.withUnsafeBytes { try socket.sendAll($0) }
        var chunk = [UInt8](repeating: 0, count: 4_096)
        _ = try chunk.withUnsafeMutableBytes { try socket.receive(into: $0) }
        // Answers that nobody reads, more than the socket holds, keep the connection from being drained.
        let pings = (0..<8_000).flatMap { Ping(payload: $0).encodedFrame(correlationID: $0 + 2) }
        try pings.withUnsafeBytes { try socket.sendAll($0) }
        run.signal(SIGINT)
        try run.line(containing: "signal=SIGINT")
        // Those of the first second do nothing: they may be repetitions of the first.
        run.signalUntilItEnds(SIGTERM)
        #expect(run.end() == 1)
        try run.line(containing: "stopped at once by a second signal")
    }

    @Test func otherSignalsDoNotEndItAndARepeatedOneIsOne() throws {
        let directory = try TestDirectory()
        let run = try AssentdRun(small: directory.path).ready()
        run.signal(SIGUSR2)
        run.signal(SIGUSR1)
        try run.line(containing: "SIGUSR1 is ignored")
        run.signal(SIGHUP)
        try run.line(containing: "the configuration was read again")
        try decide(directory)
        // As timeout(1) does.
        run.signal(SIGTERM)
        run.signal(SIGTERM)
        #expect(run.end() == 0)
    }

    @Test(arguments: [
        (#"audit-key = "missing.key""#, "missing.key"), (#"listen-tls = "127.0.0.1:0""#, "tls-certificate"),
        (#"metrics = "tcp:0.0.0.0:18080""#, "can be reached from other machines"),
    ])
    func aReloadTakesNothingThatTheNextStartWouldEndWith(line: String, words: String) throws {
        let directory = try TestDirectory()
        let configuration = directory.path + "/config"
        let before = "listen = \"unix:\(directory.path)/g.sock\"\n"
        try before.write(toFile: configuration, atomically: true, encoding: .utf8)
        let run = try AssentdRun(
            [
                "--data-dir", directory.path + "/data", "--config", configuration, "--audit", "--segment-size", "5",
                "--fill-buffer", "2", "--admin", "unix:\(directory.path)/a.sock",
            ],
            in: directory.path
        ).ready()
        try "\(before)log-level = \"debug\"\n\(line)\n".write(toFile: configuration, atomically: true, encoding: .utf8)
        run.signal(SIGHUP)
        let refused = try run.line(containing: "the new configuration cannot be used")
        #expect(refused.contains(words), "\(refused)")
        #expect(!run.log.contains("level=debug"))
        #expect(run.stop() == 0)
    }

    @Test func afterAKillItTakesItsSocketsOver() throws {
        let directory = try TestDirectory()
        let first = try AssentdRun(small: directory.path).ready()
        try decide(directory, count: 3)
        first.signal(SIGKILL)
        #expect(first.end() == -SIGKILL)
        let second = try AssentdRun(small: directory.path).ready()
        #expect(try second.line(containing: "message=recovered").contains("records=3 "))
        try decide(directory)
        #expect(second.stop() == 0)
    }

    @Test func aDamagedJournalIsRefusedWithThePlace() throws {
        let directory = try TestDirectory()
        let first = try AssentdRun(small: directory.path).ready()
        try decide(directory, count: 5)
        #expect(first.stop() == 0)
        let path = directory.path + "/data/journal/0000000000000000.segment"
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        // In the first record: behind the segment's header and the block's.
        try file.seek(toOffset: 4_096 + 200)
        let byte = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: 4_096 + 200)
        try file.write(contentsOf: Data([byte ^ 0x10]))
        try file.close()
        let second = try AssentdRun(small: directory.path)
        #expect(second.end() == 76)
        #expect(try second.line(containing: "level=critical").contains("0000000000000000.segment"))
    }

    @Test func realAndSimulatedTimeDoNotMix() throws {
        let directory = try TestDirectory()
        #expect(try AssentdRun(small: directory.path).ready().stop() == 0)
        #expect(try AssentdRun(small: directory.path, ["--simulated-clock"]).end() == 78)
        let other = try TestDirectory()
        #expect(try AssentdRun(small: other.path, ["--simulated-clock"]).ready().stop() == 0)
        #expect(try AssentdRun(small: other.path).end() == 78)
    }

    /// The kernel refuses every write from now on (RLIMIT_FSIZE): nobody is answered, and the last word says why.
    @Test func aJournalThatCannotBeWrittenEndsItWithoutAnAnswer() throws {
        let directory = try TestDirectory()
        let run = try AssentdRun(small: directory.path).ready()
        try decide(directory, count: 2)
        let limiter = Process()
        limiter.executableURL = URL(fileURLWithPath: "/usr/bin/prlimit")
        limiter.arguments = ["--pid", "\(run.identifier)", "--fsize=4096"]
        try limiter.run()
        limiter.waitUntilExit()
        #expect(limiter.terminationStatus == 0)
        #expect(throws: ClientError.self) { try decide(directory) }
        #expect(run.end() == 74)
        let lastWord = try run.line(containing: "level=critical")
        #expect(lastWord.contains("errno \(EFBIG)") && lastWord.contains(".segment"))
        #expect(lastWord.contains("the state is what the journal holds"))
        let again = try AssentdRun(small: directory.path).ready()
        #expect(try again.line(containing: "message=recovered").contains("records=2 "))
        #expect(again.stop() == 0)
    }

    /// The process may have 64 files open; more clients than that connect, then go.
    @Test func itGoesOnWhenItCannotAccept() throws {
        let directory = try TestDirectory()
        let run = try AssentdRun(small: directory.path, shell: "ulimit -n 64").ready()
        do {
            let crowd = try (0..<100).map { _ in
                try SilentClient(path: directory.path + "/g.sock")
            }
            try run.line(containing: "message=\"accept failed\"")
            withExtendedLifetime(crowd) {}
        }
        try decide(directory)
        #expect(run.stop() == 0)
    }
}

/// A connection that says nothing; closed when it goes.
private final class SilentClient {
    private let socket: StreamSocket

    init(path: String) throws {
        socket = try StreamSocket.connect(to: .unix(path: path), timeoutMilliseconds: 30_000)
    }
}
