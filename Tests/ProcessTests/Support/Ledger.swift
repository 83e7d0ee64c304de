import Client
import Domain
import Platform
import Testing
import Wire

/// What clients know: every payment with the bytes of its decision. Holds the daemon to it.
final class Ledger {
    struct Payment {
        let request: Authorize
        let block: [UInt8]
        let decision: DecisionBlock
    }

    /// Shown with each difference.
    var context = ""
    private(set) var payments: [Payment] = []
    /// Requests without an answer that were found to be executed, and not to be.
    private(set) var unanswered = (executed: 0, absent: 0)
    private var differenceCount = 0

    /// Holds the daemon to what was answered, finds out what became of the rest, and completes it exactly once.
    ///
    /// The same request may have been sent over several connections.
    func settle(_ sent: [Exchange], _ daemon: DaemonUnderTest) throws {
        let exchanges = merge(sent)
        let found = try fates(exchanges.map(\.request), daemon)
        for (exchange, block) in zip(exchanges, found) {
            let id = exchange.request.requestID
            if let reply = exchange.reply {
                expectEqual(block, reply, id, "the stored decision of an answered request")
            } else if block == nil {
                unanswered.absent += 1
            } else {
                unanswered.executed += 1
            }
            if let refusal = exchange.refusal {
                expect(block == nil, id, "refused with \(refusal), which says it was not executed, but it was")
            }
        }
        let repeated = try ask(exchanges.map(\.request), daemon.unix)
        var completed: [Int] = []
        for (index, exchange) in exchanges.enumerated() {
            let id = exchange.request.requestID
            let frame = repeated[index]
            guard frame.holds(AuthorizeReply.self), let reply = try? frame.decode(AuthorizeReply.self) else {
                expect(false, id, "sending it again gave template \(frame.header.templateID) \(hex(frame.body))")
                continue
            }
            if let known = exchange.reply ?? found[index] {
                expectEqual(frame.body, known, id, "the reply to the same request")
            } else {
                completed.append(index)
            }
            payments.append(Payment(request: exchange.request, block: frame.body, decision: reply.decision))
        }
        let once = completed.map { exchanges[$0].request }
        for (position, block) in try fates(once, daemon).enumerated() {
            let known = repeated[completed[position]].body
            expectEqual(block, known, once[position].requestID, "the stored decision of a completed request")
        }
        let again = try ask(once, daemon.unix)
        for (position, frame) in again.enumerated() {
            let known = repeated[completed[position]].body
            expectEqual(frame.body, known, once[position].requestID, "the second reply to a completed request")
        }
        try stopAfterTooMany()
    }

    /// Holds the daemon to payments of earlier: stored decision and reply to a repeat.
    func recheck(_ payments: [Payment], _ daemon: DaemonUnderTest) throws {
        let requests = payments.map(\.request)
        let found = try fates(requests, daemon)
        let repeated = try ask(requests, daemon.unix)
        for (index, payment) in payments.enumerated() {
            expectEqual(found[index], payment.block, payment.request.requestID, "the stored decision of earlier")
            expectEqual(repeated[index].body, payment.block, payment.request.requestID, "the reply of earlier")
        }
        try stopAfterTooMany()
    }

    /// Holds each card's payments to one order in which every figure follows from the ones before.
    func checkHistory() throws {
        var held: [CardToken: Int64] = [:]
        var last: Payment?
        for payment in payments.sorted(by: { $0.decision.lsn < $1.decision.lsn }) {
            let decision = payment.decision
            let id = payment.request.requestID
            expect(last?.decision.lsn != decision.lsn, id, "record \(decision.lsn) is another payment's too")
            let sum = held[payment.request.cardToken, default: 0] + decision.approvedAmount
            held[payment.request.cardToken] = sum
            expect(
                decision.held == sum,
                id,
                "record \(decision.lsn) says \(decision.held ?? -1) held, and the payments before add up to \(sum)"
            )
            if decision.outcome == .declined {
                expect(decision.approvedAmount == 0, id, "declined, and \(decision.approvedAmount) approved")
            } else {
                expect((decision.available ?? -1) >= 0, id, "overspent: \(decision.available ?? -1) available")
                expect(decision.approvedAmount > 0, id, "approved for \(decision.approvedAmount)")
            }
            last = payment
        }
        try stopAfterTooMany()
    }

    /// What the approved payments of a card add up to.
    func held(_ card: CardToken) -> Int64 {
        payments.reduce(0) { $0 + ($1.request.cardToken == card ? $1.decision.approvedAmount : 0) }
    }

    func expect(_ isRight: Bool, _ id: RequestID?, _ difference: @autoclosure () -> String) {
        guard !isRight else { return }
        differenceCount += 1
        guard differenceCount <= 10 else { return }
        Issue.record("\(context): request \(id.map { "\($0)" } ?? "none"): \(difference())")
    }

    /// Ends a test that would otherwise print the same thousands of times.
    func stopAfterTooMany() throws {
        try #require(differenceCount < 10, "\(context): too many differences")
    }

    /// One exchange for each request id, with what any of its senders was answered.
    private func merge(_ sent: [Exchange]) -> [Exchange] {
        var places: [RequestID: Int] = [:]
        var merged: [Exchange] = []
        for exchange in sent {
            let id = exchange.request.requestID
            guard let place = places[id] else {
                places[id] = merged.count
                merged.append(exchange)
                continue
            }
            if let reply = exchange.reply {
                if let other = merged[place].reply { expectEqual(reply, other, id, "the other sender's reply") }
                merged[place].reply = reply
            }
            // Refused there and perhaps executed here: what became of it has to be found out.
            if merged[place].refusal != exchange.refusal { merged[place].refusal = nil }
        }
        return merged
    }

    /// The stored decision block of each request; nil for one that was never executed.
    private func fates(_ requests: [Authorize], _ daemon: DaemonUnderTest) throws -> [[UInt8]?] {
        let queries = requests.map {
            QueryByRequestID(requestID: $0.requestID, transmissionTime: $0.transmissionTime)
        }
        return try zip(requests, ask(queries, daemon.unix)).map { request, frame -> [UInt8]? in
            let reply = try #require(try? frame.decode(QueryByRequestIDReply.self), "\(context): \(hex(frame.body))")
            switch reply.found {
            case .unknown: return nil
            case .decided:
                expect(
                    reply.kind == .authorization,
                    request.requestID,
                    "found as \(reply.kind.map { "\($0)" } ?? "nothing")"
                )
                expect(reply.lsn == reply.decision?.lsn, request.requestID, "found at two places")
                return Array(frame.body[16..<120])
            case .tooOld, .administrative:
                expect(false, request.requestID, "found \(reply.found)")
                return nil
            }
        }
    }

    private func expectEqual(_ found: [UInt8]?, _ expected: [UInt8], _ id: RequestID, _ what: String) {
        expect(found == expected, id, "\(what): expected \(hex(expected)), found \(found.map(hex) ?? "nothing")")
    }
}

/// Bytes for a message.
func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
