import Client
import Domain
import Platform
import Testing
import Wire

/// What clients know: every payment and every event of one, with the bytes of its answer. Holds the daemon to it.
final class Ledger {
    struct Payment {
        let request: GatewayRequest
        let block: [UInt8]
        let decision: DecisionBlock
        /// The payment after it; nil for an authorization, whose answer does not say.
        let payment: PaymentBlock?
    }

    /// Shown with each difference.
    var context = ""
    private(set) var payments: [Payment] = []
    /// Requests without an answer that were found to be executed, and not to be.
    private(set) var unanswered = (executed: 0, absent: 0)
    /// Answers that a client had received, and that the daemon was held to after it had been killed.
    private(set) var answeredCount = 0
    private var differenceCount = 0
    /// For each card the newest answer, which says what is held and posted.
    private var newest: [CardToken: DecisionBlock] = [:]

    /// Holds the daemon to what was answered, finds out what became of the rest, and completes it exactly once.
    ///
    /// The same request may have been sent over several connections.
    func settle(_ sent: [Exchange], _ daemon: DaemonUnderTest) throws {
        let exchanges = merge(sent)
        let found = try fates(exchanges.map(\.request), daemon)
        for (exchange, block) in zip(exchanges, found) {
            let id = exchange.request.id
            if let reply = exchange.reply {
                answeredCount += 1
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
        let repeated = try ask(exchanges.map(\.request.message), daemon.unix)
        var completed: [Int] = []
        for (index, exchange) in exchanges.enumerated() {
            let id = exchange.request.id
            let frame = repeated[index]
            guard exchange.request.isAnswered(by: frame), let answer = try? exchange.request.answer(frame) else {
                expect(false, id, "sending it again gave template \(frame.header.templateID) \(hex(frame.body))")
                continue
            }
            if let known = exchange.reply ?? found[index] {
                expectEqual(frame.body, known, id, "the reply to the same request")
            } else {
                completed.append(index)
            }
            note(
                Payment(
                    request: exchange.request,
                    block: frame.body,
                    decision: answer.decision,
                    payment: answer.payment
                )
            )
        }
        let once = completed.map { exchanges[$0].request }
        for (position, block) in try fates(once, daemon).enumerated() {
            let known = repeated[completed[position]].body
            expectEqual(block, known, once[position].id, "the stored decision of a completed request")
        }
        let again = try ask(once.map(\.message), daemon.unix)
        for (position, frame) in again.enumerated() {
            let known = repeated[completed[position]].body
            expectEqual(frame.body, known, once[position].id, "the second reply to a completed request")
        }
        try stopAfterTooMany()
    }

    /// Holds the daemon to payments of earlier: stored decision and reply to a repeat.
    func recheck(_ payments: [Payment], _ daemon: DaemonUnderTest) throws {
        let requests = payments.map(\.request)
        let found = try fates(requests, daemon)
        let repeated = try ask(requests.map(\.message), daemon.unix)
        for (index, payment) in payments.enumerated() {
            expectEqual(found[index], payment.block, payment.request.id, "the stored decision of earlier")
            expectEqual(repeated[index].body, payment.block, payment.request.id, "the reply of earlier")
        }
        try stopAfterTooMany()
    }

    private func note(_ payment: Payment) {
        payments.append(payment)
        let card = payment.request.card
        if newest[card].map({ $0.lsn < payment.decision.lsn }) ?? true { newest[card] = payment.decision }
    }

    /// Holds each card's payments to one order in which every figure follows from the ones before.
    func checkHistory() throws {
        var sums: [CardToken: (held: Int64, posted: Int64)] = [:]
        // Authorizations that came after a message about them: what these took already is not taken again, so what they
        // change is only known from their own answer.
        var awaited: Set<RequestID> = []
        var last: LogSequenceNumber?
        for entry in payments.sorted(by: { $0.decision.lsn < $1.decision.lsn }) {
            let decision = entry.decision
            let id = entry.request.id
            expect(last != decision.lsn, id, "record \(decision.lsn) is another payment's too")
            last = decision.lsn
            var sum = sums[entry.request.card, default: (0, 0)]
            let isAwaited = entry.request.kind == .authorize && awaited.contains(id)
            if isAwaited {
                sum = (decision.held ?? -1, decision.posted ?? -1)
            } else if entry.request.kind == .authorize {
                sum.held += decision.approvedAmount
            } else if let payment = entry.payment {
                sum.held += payment.heldChange
                sum.posted += payment.postedChange
                if payment.paymentID == decision.lsn, let original = entry.request.original { awaited.insert(original) }
            }
            sums[entry.request.card] = sum
            expect(
                decision.held == sum.held && decision.posted == sum.posted,
                id,
                "record \(decision.lsn) says \(decision.held ?? -1) held and \(decision.posted ?? -1) posted, and what "
                    + "came before adds up to \(sum.held) and \(sum.posted)"
            )
            expect(!isOdd(entry, isAwaited: isAwaited), id, "\(entry.request.kind) \(decision)")
        }
        try stopAfterTooMany()
    }

    /// Whether an answer contradicts itself.
    private func isOdd(_ entry: Payment, isAwaited: Bool) -> Bool {
        let decision = entry.decision
        if let payment = entry.payment {
            let held = payment.approved - payment.reversed - payment.expired - payment.cleared
            if held != payment.held || held < 0 { return true }
            if decision.outcome == .declined { return payment.heldChange != 0 || payment.postedChange != 0 }
        }
        guard entry.request.kind == .authorize else { return false }
        if decision.outcome == .declined { return decision.approvedAmount != 0 }
        if decision.approvedAmount <= 0 { return true }
        return !isAwaited && (decision.available ?? -1) < 0
    }

    /// Holds payments, as the daemon shows them, to the newest event of each that a client knows of.
    func checkStanding(_ ids: [LogSequenceNumber], _ daemon: DaemonUnderTest) throws {
        var known: [LogSequenceNumber: Payment] = [:]
        for entry in payments where entry.decision.outcome != .declined {
            guard let id = entry.payment?.paymentID else { continue }
            if known[id].map({ $0.decision.lsn < entry.decision.lsn }) ?? true { known[id] = entry }
        }
        let wanted = ids.compactMap { known[$0] }
        let questions = ids.filter { known[$0] != nil }.map {
            PaymentHistory(paymentID: $0, beforeLSN: .zero, count: 500)
        }
        for (entry, frame) in zip(wanted, try ask(questions, daemon.administration)) {
            let id = entry.request.id
            guard let reply = try? frame.decode(PaymentHistoryReply.self) else {
                expect(
                    false,
                    id,
                    "the history of its payment is template \(frame.header.templateID) \(hex(frame.body))"
                )
                continue
            }
            let event = reply.events.first { $0.lsn == entry.decision.lsn }
            expect(event?.payment == entry.payment, id, "its payment's history says \(String(describing: event))")
            expect(event?.requestID == id, id, "its payment's history has another request")
        }
        try stopAfterTooMany()
    }

    /// What the answers say is held on a card.
    func held(_ card: CardToken) -> Int64 { newest[card]?.held ?? 0 }

    /// What the answers say is posted to a card.
    func posted(_ card: CardToken) -> Int64 { newest[card]?.posted ?? 0 }

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
            let id = exchange.request.id
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
    private func fates(_ requests: [GatewayRequest], _ daemon: DaemonUnderTest) throws -> [[UInt8]?] {
        let queries = requests.map {
            QueryByRequestID(requestID: $0.id, transmissionTime: $0.transmissionTime)
        }
        return try zip(requests, ask(queries, daemon.unix)).map { request, frame -> [UInt8]? in
            let reply = try #require(try? frame.decode(QueryByRequestIDReply.self), "\(context): \(hex(frame.body))")
            switch reply.found {
            case .unknown: return nil
            case .decided:
                expect(reply.eventKind == request.eventKind, request.id, "found as \(reply.eventKind)")
                expect(reply.lsn == reply.decision?.lsn, request.id, "found at two places")
                // The decision, and where the answer has one, the payment behind it.
                return Array(frame.body[16..<(request.kind == .authorize ? 120 : 224)])
            case .tooOld, .administrative:
                expect(false, request.id, "found \(reply.found)")
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
