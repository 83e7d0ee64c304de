import Audit
import Domain
import Engine
import Journal
import Platform
import Projection
import Service
import Transport

/// What whoever watches the daemon is told: `/metrics` for Prometheus, `/livez` and `/readyz` for whoever decides
/// whether it lives and whether it is to be asked (`?verbose` says why).
final class Watch: Sendable {
    /// What is served.
    struct Serving: Sendable {
        let server: Server
        let service: DecisionService?
        let engine: Engine?
        let projection: Projection?
        let audit: AuditLog?
        let liveness: Liveness
    }

    private enum Phase: Sendable {
        case starting(StartProgress)
        case serving(Serving)
        case stopping(Serving)
    }

    /// One line of `?verbose`.
    private struct Check {
        let name: String
        let isGood: Bool
        let detail: String

        var line: String { "[\(isGood ? "+" : "-")] \(name): \(detail)\n" }
    }

    private let phase: Locked<Phase>
    private let responder = Locked<HTTPResponder?>(nil)
    private let dataDirectory: String
    private let startedAt: Int64

    init(_ progress: StartProgress, dataDirectory: String) {
        phase = Locked(.starting(progress))
        self.dataDirectory = dataDirectory
        startedAt = Clock.now()
    }

    /// The daemon serves from now on.
    func serves(_ serving: Serving) { phase.withLock { $0 = .serving(serving) } }

    /// The daemon stops.
    func stops() {
        phase.withLock { phase in
            if case .serving(let serving) = phase { phase = .stopping(serving) }
        }
    }

    /// It is asked through this, from now on.
    func isAnswered(by responder: HTTPResponder) { self.responder.withLock { $0 = responder } }

    /// The process ends: nobody is answered any more.
    func close() { responder.withLock { $0 }?.stop() }

    /// Answers one request.
    func respond(_ request: HTTPRequest) -> HTTPResponse {
        let isVerbose = request.query == "verbose"
        return switch request.path {
        case "/metrics": HTTPResponse(status: 200, contentType: MetricsText.contentType, body: metrics())
        case "/livez": verdict([liveness()], isVerbose: isVerbose)
        case "/readyz": verdict(readiness(), isVerbose: isVerbose)
        case "/":
            HTTPResponse(status: 200, text: "assentd \(productVersion)\n/metrics\n/livez\n/readyz\n/readyz?verbose\n")
        default: HTTPResponse(status: 404, text: "there are /metrics, /livez and /readyz\n")
        }
    }

    // MARK: Health

    private func verdict(_ checks: [Check], isVerbose: Bool) -> HTTPResponse {
        let isGood = checks.allSatisfy(\.isGood)
        let first = checks.first { !$0.isGood }.map { "\($0.name): \($0.detail)\n" } ?? "ok\n"
        return HTTPResponse(
            status: isGood ? 200 : 503,
            text: isVerbose ? checks.map(\.line).joined() + (isGood ? "ready\n" : "not ready\n") : first
        )
    }

    private func liveness() -> Check {
        let silent: [String] =
            switch phase.withLock({ $0 }) {
            case .starting: []
            case .serving(let serving), .stopping(let serving): serving.liveness.silentParts
            }
        return Check(
            name: "threads",
            isGood: silent.isEmpty,
            detail: silent.isEmpty ? "all answer" : "silent: \(silent.joined(separator: ", "))"
        )
    }

    private func readiness() -> [Check] {
        switch phase.withLock({ $0 }) {
        case .starting(let progress):
            return [Check(name: "start", isGood: false, detail: StartWatch.line(progress)), liveness()]
        case .stopping: return [Check(name: "start", isGood: false, detail: "the daemon stops"), liveness()]
        case .serving(let serving):
            var checks = [Check(name: "start", isGood: true, detail: "the journal is replayed"), liveness()]
            guard let engine = serving.engine else { return checks }
            let isFull = engine.isOutOfSpace
            checks.append(
                Check(
                    name: "disk",
                    isGood: !isFull,
                    detail: isFull ? "no room: new requests are refused until there is" : "requests are taken in"
                )
            )
            let journal = engine.journal
            checks.append(
                Check(
                    name: "journal",
                    isGood: true,
                    detail: "record \(journal.lastLSN), durable to \(journal.durableLSN)"
                )
            )
            if let archive = engine.archive {
                checks.append(
                    Check(
                        name: "archive",
                        isGood: true,
                        detail: archive.isUsable ? "all payments are served" : "being rebuilt: payments in memory alone"
                    )
                )
            }
            return checks
        }
    }

    // MARK: Metrics

    private func metrics() -> [UInt8] {
        var page = MetricsText()
        page.values(
            "assent_build_info",
            .gauge,
            "1, with the version.",
            [([("version", productVersion)], 1)]
        )
        switch phase.withLock({ $0 }) {
        case .starting(let progress):
            page.value("assent_ready", .gauge, "1 while requests are decided.", 0)
            page.value("assent_start_steps_total", .counter, "Records and blocks taken over.", progress.stepCount)
        case .serving(let serving): add(serving, isReady: !(serving.engine?.isOutOfSpace ?? false), to: &page)
        case .stopping(let serving): add(serving, isReady: false, to: &page)
        }
        addProcess(to: &page)
        return page.bytes
    }

    private func add(_ serving: Serving, isReady: Bool, to page: inout MetricsText) {
        page.value("assent_ready", .gauge, "1 while requests are decided.", isReady ? 1 : 0)
        page.value(
            "assent_silent_threads",
            .gauge,
            "Event loops, and the journal's thread, that give no sign of life.",
            UInt64(serving.liveness.silentParts.count)
        )
        serving.service?.addMetrics(to: &page, transport: serving.server.measures)
        addFollowers(of: serving, to: &page)
    }

    /// Adds what follows the journal, and how far behind it is.
    private func addFollowers(of serving: Serving, to page: inout MetricsText) {
        if let figures = serving.projection?.figures {
            page.value("assent_projection_lsn", .gauge, "Newest record in the projection.", figures.lsn)
            addLag("projection", "projection", figures.lagRecordCount, figures.lagMicroseconds, to: &page)
        }
        if let figures = serving.audit?.figures {
            page.value("assent_audit_records", .gauge, "Records in the audit log.", figures.size)
            addLag("audit", "audit log", figures.lagRecordCount, figures.lagMicroseconds, to: &page)
            page.values(
                "assent_audit_anchor_timestamp_seconds",
                .gauge,
                "When an anchor of a checkpoint was kept the last time; 0 for never.",
                Anchors.Kind.allCases.map { kind in
                    let second = Anchors.keptSecond(kind, in: dataDirectory + "/audit") ?? 0
                    return (labels: [(name: "kind", value: kind.rawValue)], value: UInt64(max(0, second)))
                }
            )
        }
    }

    private func addLag(
        _ follower: String,
        _ name: String,
        _ recordCount: UInt64,
        _ microseconds: Int64,
        to page: inout MetricsText
    ) {
        page.value(
            "assent_\(follower)_lag_records",
            .gauge,
            "Durable records that the \(name) does not have.",
            recordCount
        )
        page.seconds(
            "assent_\(follower)_lag_seconds",
            .gauge,
            "For how long the \(name) has not had all durable records.",
            microseconds: UInt64(max(0, microseconds))
        )
    }

    private func addProcess(to page: inout MetricsText) {
        if let space = try? FileSystem.space(at: dataDirectory) {
            page.value("assent_disk_size_bytes", .gauge, "Size of the data directory's file system.", space.total)
            page.value("assent_disk_free_bytes", .gauge, "Room left in it.", space.free)
        }
        let figures = ProcessFigures()
        page.seconds(
            "process_cpu_seconds_total",
            .counter,
            "Processor time of the daemon.",
            microseconds: figures.processorMicroseconds
        )
        page.value("process_resident_memory_bytes", .gauge, "Memory of the daemon.", figures.residentByteCount)
        if let count = figures.descriptorCount { page.value("process_open_fds", .gauge, "Open descriptors.", count) }
        page.value("process_max_fds", .gauge, "Descriptors that may be open.", figures.descriptorCountMax)
        page.seconds(
            "process_start_time_seconds",
            .gauge,
            "When the daemon was started.",
            microseconds: UInt64(max(0, startedAt))
        )
    }
}
