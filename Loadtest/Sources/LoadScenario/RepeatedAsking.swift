internal import Domain
internal import LoadDriver
internal import Platform

/// Asks a daemon again and again, on a thread and a connection of its own, while something else is measured.
final class RepeatedAsking: Sendable {
    private struct State {
        var isStopping = false
        var failure: String?
    }

    private let state = Monitor(State())

    private init() {}

    /// Runs the body, and asks meanwhile.
    ///
    /// - Parameters:
    ///   - pauseNanoseconds: Between an answer and the next question.
    ///   - complaint: What is said before the reason when asking failed.
    static func during<Result>(
        _ body: () throws -> Result,
        of endpoint: Endpoint,
        thread name: String,
        pauseNanoseconds: Int64 = 0,
        complaint: String,
        ask: @escaping @Sendable (GatewayLink) throws -> Void
    ) throws -> Result {
        let asking = RepeatedAsking()
        let thread = try WorkerThread(name: name) { asking.run(endpoint, pauseNanoseconds, ask) }
        let result = Swift.Result { try body() }
        asking.state.update { $0.isStopping = true }
        thread.join()
        if let failure = asking.state.read({ $0.failure }) { throw LoadFailure.usage("\(complaint): \(failure)") }
        return try result.get()
    }

    private func run(_ endpoint: Endpoint, _ pause: Int64, _ ask: (GatewayLink) throws -> Void) {
        do {
            // What is asked for may take its time, such as a snapshot of ten million payments under load.
            let link = try GatewayLink(to: endpoint, timeoutMilliseconds: 300_000)
            var isStopping = false
            while !isStopping {
                try ask(link)
                let until = Clock.monotonicNanoseconds() + pause
                isStopping = state.wait(untilNanoseconds: until) { $0.isStopping ? true : nil } ?? false
            }
        } catch {
            state.update { $0.failure = "\(error)" }
        }
    }
}
