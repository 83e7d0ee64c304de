internal import Client
internal import Domain
internal import LoadDriver
internal import Platform
internal import Wire

/// One session of a scenario: sends batches pipelined, gives the answers back in the order of the requests.
final class GatewayLink {
    private var connection: Connection
    private let window: Int

    /// - Parameter timeoutMilliseconds: How long an answer may take.
    init(to endpoint: Endpoint, timeoutMilliseconds: Int32 = 30_000) throws {
        connection = try Connection(
            to: endpoint,
            options: ConnectionOptions(
                clientName: "assent-load",
                timeoutMilliseconds: timeoutMilliseconds,
                wantedCredit: 512
            )
        )
        window = Int(max(1, min(connection.session.credit, 512)))
    }

    /// Sends all, within the credit, and waits for all answers.
    func exchange(_ requests: [any WireMessage]) throws -> [LinkAnswer] {
        var answers = [LinkAnswer?](repeating: nil, count: requests.count)
        var places: [UInt64: (index: Int, sentAt: Int64)] = [:]
        var next = 0
        while next < requests.count || connection.inFlight > 0 {
            let now = Clock.monotonicNanoseconds()
            // Refilled by half windows: every refill is one system call.
            let mayRefill = connection.inFlight <= window / 2
            while mayRefill, next < requests.count, connection.inFlight < window {
                let request = requests[next]
                let correlation = try gather(request)
                places[correlation] = (next, now)
                next += 1
            }
            let frame = try connection.receive()
            guard let place = places.removeValue(forKey: frame.correlationID) else {
                throw LoadFailure.protocolBroken("an answer to correlation id \(frame.correlationID)")
            }
            let waited = Clock.monotonicNanoseconds() - place.sentAt
            answers[place.index] = LinkAnswer(frame: frame, nanoseconds: UInt64(max(0, waited)))
        }
        return answers.compactMap { $0 }
    }

    /// Sends without waiting.
    func send(_ request: any WireMessage) throws {
        _ = try gather(request)
        try connection.flush()
    }

    private func gather(_ request: some WireMessage) throws -> UInt64 { try connection.send(request) }

    /// Waits for one answer.
    func receive() throws -> Frame { try connection.receive() }

    /// Sends one request and reads its answer.
    func call<Reply: WireMessage>(_ request: some WireMessage, _ reply: Reply.Type) throws -> Reply {
        try connection.call(request, returning: reply)
    }
}

/// An answer and how long it took.
struct LinkAnswer {
    let frame: Frame
    let nanoseconds: UInt64

    /// The decision; `nil` for a Reject.
    func decision() throws -> DecisionBlock? { try frame.decision() }

    /// The Reject's code; `nil` for a decision.
    var rejectCode: Int? {
        guard frame.holds(Reject.self) else { return nil }
        return (try? frame.decode(Reject.self)).map { Int($0.code.rawValue) } ?? 0
    }
}

extension Frame {
    /// The decision that answers a payment; `nil` for a Reject.
    func decision() throws -> DecisionBlock? {
        if holds(AuthorizeReply.self) { return try decode(AuthorizeReply.self).decision }
        if holds(VerifyAccountReply.self) { return try decode(VerifyAccountReply.self).decision }
        if holds(BalanceInquiryReply.self) { return try decode(BalanceInquiryReply.self).decision }
        if holds(Reject.self) { return nil }
        throw LoadFailure.protocolBroken("template \(header.templateID) in answer to a payment")
    }
}
