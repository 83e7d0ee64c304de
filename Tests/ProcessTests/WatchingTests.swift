import Client
import Domain
import Foundation
import Glibc
import Platform
import Testing
import Wire

/// What a real Prometheus and its tools make of the real daemon. Debian's package prometheus has both.
@Suite(.timeLimit(.minutes(20))) struct WatchingTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private func metricsEndpoint(_ daemon: DaemonUnderTest) throws -> Endpoint {
        try daemon.process.line(.error) { line in
            guard line.contains("role=metrics") else { return nil }
            return DaemonUnderTest.field("endpoint", of: line).flatMap { Endpoint($0) }
        }
    }

    @Test func theFiguresAreThoseOfWhatHappened() throws {
        let scratch = try Scratch()
        let path = "unix:\(scratch.path)/m.sock"
        let daemon = try DaemonUnderTest.ready(scratch, ["--metrics", path, "--audit"])
        let metrics = try #require(Endpoint(path))
        #expect(try Watcher.get(metrics, "/livez") == ("HTTP/1.1 200 OK", "ok\n"))
        let ready = try Watcher.get(metrics, "/readyz?verbose")
        #expect(
            ready.status == "HTTP/1.1 200 OK" && ready.body.contains("[+] journal: record 0")
                && ready.body.hasSuffix("ready\n")
        )
        #expect(try Watcher.get(metrics, "/other").status == "HTTP/1.1 404 Not Found")
        let card = CardToken.make()
        _ = try daemon.ask(Traffic.create(card, limit: 1_000), CardCreateReply.self)
        var connection = try Connection(to: daemon.unix, options: DaemonUnderTest.patience)
        for _ in 0..<5 { _ = try connection.call(Traffic.authorize(card, 300), returning: AuthorizeReply.self) }
        // A gateway has no business with cards: Reject 201.
        #expect(throws: ClientError.self) {
            try connection.call(CardGet(cardToken: card), returning: CardGetReply.self)
        }
        let page = try Watcher.get(metrics, "/metrics").body
        #expect(Watcher.value("assent_decisions_total{outcome=\"approved\"}", in: page) == 3)
        #expect(Watcher.value("assent_decisions_total{outcome=\"declined\"}", in: page) == 2)
        #expect(
            Watcher.value(
                "assent_decision_reasons_total{reason=\"insufficientFunds\",response_code=\"51\"}",
                in: page
            ) == 2
        )
        // The card's creation waits for the journal like any decision.
        #expect(Watcher.value("assent_request_duration_seconds_count", in: page) == 6)
        #expect(Watcher.value("assent_request_duration_seconds_bucket{le=\"+Inf\"}", in: page) == 6)
        #expect(Watcher.value("assent_journal_group_records_sum", in: page) == 6)
        #expect(Watcher.value("assent_rejects_total{code=\"201\",name=\"notPermittedOnSocket\"}", in: page) == 1)
        #expect(Watcher.value("assent_cards", in: page) == 1)
        #expect(Watcher.value("assent_open_holds", in: page) == 3)
        #expect(!page.contains("\(card)"))
        try Data(page.utf8).write(to: URL(fileURLWithPath: scratch.path + "/page"))
        // Alerts, dashboard and page fit each other and are well formed.
        let check = Process()
        check.executableURL = URL(fileURLWithPath: Self.repository + "/monitoring/check")
        check.arguments = [scratch.path + "/page"]
        let output = Pipe()
        check.standardOutput = output
        check.standardError = output
        try check.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        check.waitUntilExit()
        #expect(check.terminationStatus == 0, "\(said)")
        try daemon.stop()
    }

    /// Whatever a request is refused as busy for, it is counted, and by cause.
    @Test(arguments: [("credit", ["--credit", "4"]), ("overload", ["--max-in-flight", "8"])])
    func refusalsAsBusyAreToldByCause(cause: String, options: [String]) throws {
        let scratch = try Scratch()
        let path = "unix:\(scratch.path)/m.sock"
        let daemon = try DaemonUnderTest.ready(scratch, ["--metrics", path, "--event-loops", "1"] + options)
        let card = CardToken.make()
        _ = try daemon.ask(Traffic.create(card, limit: 1_000_000), CardCreateReply.self)
        var connection = try Connection(to: daemon.unix, options: DaemonUnderTest.patience)
        var refusedCount = 0.0
        while refusedCount == 0 {
            // All of them are there before the first can be durable.
            for _ in 0..<64 { _ = try connection.send(Traffic.authorize(card, 1)) }
            while connection.inFlight > 0 {
                if try connection.receive().holds(Reject.self) { refusedCount += 1 }
            }
        }
        let page = try Watcher.get(try #require(Endpoint(path)), "/metrics").body
        for name in ["credit", "principal_credit", "overload", "memory"] {
            let expected = name == cause ? refusedCount : 0
            #expect(Watcher.value("assent_busy_refusals_total{cause=\"\(name)\"}", in: page) == expected)
        }
        #expect(Watcher.value("assent_rejects_total{code=\"401\",name=\"busy\"}", in: page) == refusedCount)
        try daemon.stop()
    }

    /// Where the time of slow requests went is in the log, sampled, and nothing of what was asked.
    @Test func slowRequestsAreLoggedWithTheTimeOfEachStage() throws {
        let scratch = try Scratch()
        let path = "unix:\(scratch.path)/m.sock"
        let daemon = try DaemonUnderTest.ready(
            scratch,
            ["--metrics", path, "--slow-request", "1", "--slow-request-lines", "2"]
        )
        let card = CardToken.make()
        _ = try daemon.ask(Traffic.create(card, limit: 1_000_000), CardCreateReply.self)
        var connection = try Connection(to: daemon.unix, options: DaemonUnderTest.patience)
        // Deciding so many takes longer than a millisecond anywhere.
        for _ in 0..<400 { _ = try connection.send(Traffic.authorize(card, 1)) }
        while connection.inFlight > 0 { _ = try connection.receive() }
        let line = try daemon.process.line(.error) { $0.contains("\"slow request\"") ? $0 : nil }
        func field(_ name: String) throws -> Int {
            try #require(DaemonUnderTest.field(name, of: line).flatMap { Int($0) })
        }
        let stages = try ["decide", "journal_wait", "write", "sync", "reply"].map { try field($0) }
        #expect(stages.allSatisfy { $0 >= 0 })
        #expect(try stages.reduce(0, +) == field("microseconds"), "\(line)")
        #expect(try field("microseconds") >= 1_000 && field("requests") >= 1 && field("record") >= 1)
        #expect(!line.contains("\(card)"))
        let page = try Watcher.get(try #require(Endpoint(path)), "/metrics").body
        #expect(try #require(Watcher.value("assent_slow_requests_total", in: page)) >= 1)
        let told = ["decide", "journal_wait", "write", "sync", "reply"].compactMap {
            Watcher.value("assent_slow_request_stage_seconds_total{stage=\"\($0)\"}", in: page)
        }
        #expect(told.count == 5 && told.reduce(0, +) >= 0.001, "\(page)")
        #expect(Watcher.value("assent_projection_lag_records", in: page) != nil)
        try daemon.stop()
    }

    /// Prometheus scrapes the daemon, and answers a query with what it found.
    @Test func aRealPrometheusScrapesIt() throws {
        let scratch = try Scratch()
        let daemon = try DaemonUnderTest.ready(scratch, ["--metrics", "tcp:127.0.0.1:0"])
        guard case .tcp(let host, let port) = try metricsEndpoint(daemon) else {
            Issue.record("no TCP endpoint for metrics")
            return
        }
        let configuration = """
            global: {scrape_interval: 100ms, scrape_timeout: 100ms, evaluation_interval: 100ms}
            rule_files: [\(Self.repository)/monitoring/alerts.yml]
            scrape_configs:
              - job_name: assent
                static_configs: [{targets: ["\(host):\(port)"]}]
            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: scratch.path + "/prometheus.yml"))
        let prometheus = try ChildProcess(
            "/usr/bin/prometheus",
            [
                "--config.file", scratch.path + "/prometheus.yml", "--storage.tsdb.path", scratch.path + "/tsdb",
                "--web.listen-address", "127.0.0.1:0", "--log.level", "info",
            ]
        )
        let address = try prometheus.line(.error) { line -> Endpoint? in
            guard line.contains("Listening on") || line.contains("msg=\"Start listening"),
                let at = line.range(of: "127.0.0.1:")
            else { return nil }
            let digits = line[at.upperBound...].prefix { $0.isNumber }
            return UInt16(digits).flatMap { $0 == 0 ? nil : .tcp(host: "127.0.0.1", port: $0) }
        }
        let query = "/api/v1/query?query=up%7Bjob%3D%22assent%22%7D%20%2B%20on(instance)%20assent_ready"
        let deadline = Clock.monotonicNanoseconds() + 60_000_000_000
        var answer = ""
        while !answer.contains("\"2\"]"), Clock.monotonicNanoseconds() < deadline {
            answer = (try? Watcher.get(address, query).body) ?? ""
        }
        #expect(answer.contains("\"2\"]"), "\(answer)")
        prometheus.signal(SIGKILL)
        try daemon.stop()
    }
}
