import Domain
import Platform
import Transport
import Wire

// What gateways and operators do.

extension Simulation {
    /// One client does something.
    func act() {
        guard let machine, !machine.isDraining else { return }
        let gatewayLinks = links.count { $0.role == .gateway && !$0.isFinished }
        if gatewayLinks < plan.gatewayLinkCount { return connect(.gateway) }
        if !links.contains(where: { $0.role == .administration && !$0.isFinished }) { return connect(.administration) }
        if resend() || isSettling { return }
        if random.oneIn(plan.burstOneIn) { return ask() }
        switch random.below(20) {
        case 0: repeatAnswered(.repetition)
        case 1: repeatAnswered(.conflict)
        case 2: query()
        case 3: look()
        default:
            guard operations.count < plan.operationCount, operations.count - firstOpenOperation < 200 else { return }
            // Several at once, so that they are read, decided and committed together.
            for _ in 0..<(random.oneIn(4) ? 1 + random.below(plan.floods ? 64 : 8) : 1) { invent() }
            _ = resend()
        }
    }

    private func connect(_ role: SocketRole) {
        guard let machine, let link = try? Link(role, handler: machine.server.accept(role), loop: machine.loop) else {
            return
        }
        links.append(link)
        let hello = Hello(
            minFrameVersion: 1,
            maxFrameVersion: 1,
            schemaVersion: FrameHeader.schemaVersion,
            wantedCredit: plan.wantedCredit,
            features: [],
            clientName: "model"
        )
        send(hello.encodedFrame(correlationID: link.nextCorrelationID()), on: link)
    }

    // MARK: Sending

    /// Whether a request waits for its answer.
    var hasOpenOperation: Bool {
        while firstOpenOperation < operations.count, operations[firstOpenOperation].isSettled {
            firstOpenOperation += 1
        }
        return firstOpenOperation < operations.count
    }

    /// Sends what is due: new requests, and those whose answer did not come.
    private func resend() -> Bool {
        var hasSent = false
        let (gateway, administration) = (pickLink(.gateway) != nil, pickLink(.administration) != nil)
        guard hasOpenOperation else { return false }
        for index in firstOpenOperation..<operations.count
        where !operations[index].isSettled && operations[index].nextSend <= clock.now
            && (operations[index].role == .administration ? administration : gateway)
        {
            guard let link = pickLink(operations[index].role) else {
                continue
            }
            operations[index].nextSend = clock.now + Int64(random.pick([5_000, 20_000, 100_000]))
            send(index, on: link)
            if random.oneIn(plan.duplicateOneIn), let second = pickLink(link.role) {
                CoverageMark.reach("network: a request came twice")
                send(index, on: second)
            }
            hasSent = true
        }
        return hasSent
    }

    private func pickLink(_ role: SocketRole) -> Link? {
        let greeted = links.filter { $0.role == role && $0.isGreeted && !$0.isFinished && $0.toServer.count < 16_384 }
        return greeted.isEmpty ? nil : random.pick(greeted)
    }

    private func send(_ index: Int, on link: Link) {
        let deadline: UInt32 = random.oneIn(plan.deadlineOneIn) && !isSettling ? 1 : 0
        put(
            operations[index].message,
            .request(index, wasAnswered: operations[index].answer != nil),
            on: link,
            deadline: deadline
        )
    }

    private func put(_ message: some WireMessage, _ purpose: Link.Purpose, on link: Link, deadline: UInt32 = 0) {
        let correlationID = link.nextCorrelationID()
        link.waiting[correlationID] = purpose
        send(message.encodedFrame(correlationID: correlationID, deadlineMicroseconds: deadline), on: link)
    }

    private func send(_ frame: [UInt8], on link: Link) {
        link.send(frame, number: sentCount)
        sentCount += 1
    }

    private enum Again { case repetition, conflict }

    private func repeatAnswered(_ again: Again) {
        guard !operations.isEmpty else { return }
        let index = random.below(operations.count)
        let operation = operations[index]
        guard operation.answer != nil,
            let link = pickLink(operation.role)
        else { return }
        if again == .repetition { return send(index, on: link) }
        if let conflict = operation.conflict { put(conflict, .conflict(index), on: link) }
    }

    private func query() {
        guard !operations.isEmpty, let link = pickLink(.gateway) else { return }
        put(query: random.below(operations.count), on: link)
    }

    private func put(query index: Int, on link: Link) {
        let operation = operations[index]
        put(
            QueryByRequestID(requestID: operation.id, transmissionTime: operation.transmissionTime),
            .query(index, wasAnswered: operation.answer != nil),
            on: link
        )
    }

    /// A gateway asks what became of very many requests, most of which it never sent, and may not read the answers.
    private func ask() {
        guard let link = pickLink(.gateway) else { return }
        note("many questions at once")
        if random.oneIn(2) { link.setWritable(false) }
        for _ in 0..<random.within(100...1_100) {
            if random.oneIn(10), !operations.isEmpty {
                put(query: random.below(operations.count), on: link)
            } else {
                let time = Instant(microseconds: clock.wall)
                put(
                    QueryByRequestID(requestID: strangeRequestID(), transmissionTime: time),
                    .strangeQuery,
                    on: link
                )
            }
        }
    }

    private func look() {
        guard let link = pickLink(.administration) else { return }
        if random.oneIn(4) {
            put(Digest(), .digest, on: link)
        } else if !cards.isEmpty {
            put(CardGet(cardToken: random.pick(cards).token), .cardGet, on: link)
        }
    }

    // MARK: Receiving

    /// Handles the whole frames that came to a client.
    func receive(_ link: Link) throws {
        let frames: [(header: FrameHeader, bytes: [UInt8])]
        do { frames = try Self.frames(&link.received) } catch {
            try SimulationFailure.require(link.isSpoilt, "a client gets what is no frame: \(error)")
            CoverageMark.reach("network: a client found spoilt bytes")
            return lose(link)
        }
        for frame in frames {
            let id = frame.header.correlationID
            if frame.header.isPush {
                if frame.header.templateID == Ping.templateID, !link.isFinished {
                    CoverageMark.reach("transport: a silent client was asked whether it is there")
                    let ping = try decode(Ping.self, frame)
                    link.toServer += Pong(payload: ping.payload).encodedFrame(correlationID: id)
                }
                continue
            }
            if frame.header.templateID == HelloReply.templateID {
                link.isGreeted = true
                continue
            }
            guard let purpose = link.waiting.removeValue(forKey: id) else {
                throw SimulationFailure("an answer came to a request that waits for none")
            }
            try receive(frame, purpose, link)
        }
    }

    private func receive(
        _ frame: (header: FrameHeader, bytes: [UInt8]),
        _ purpose: Link.Purpose,
        _ link: Link
    ) throws {
        if frame.header.templateID == Reject.templateID {
            return try refused(try decode(Reject.self, frame), purpose)
        }
        switch purpose {
        case .request(let index, _): try answered(index, frame)
        case .conflict(let index):
            throw SimulationFailure("request \(operations[index].id) was answered with other content")
        case .query(let index, true): try judge(try decode(QueryByRequestIDReply.self, frame), index)
        case .query(_, false): break
        case .strangeQuery:
            let reply = try decode(QueryByRequestIDReply.self, frame)
            try SimulationFailure.require(
                reply.found == .unknown || reply.found == .tooOld && plan.forgets,
                "a request that was never sent is found: \(reply)"
            )
        case .cardGet: break
        case .digest:
            let reply = try decode(DigestReply.self, frame)
            if let before = toldDigests.updateValue(reply.digest, forKey: reply.lsn.rawValue) {
                try SimulationFailure.require(before == reply.digest, "two digests at record \(reply.lsn)")
            }
        }
    }

    private func answered(_ index: Int, _ frame: (header: FrameHeader, bytes: [UInt8])) throws {
        let body = Array(frame.bytes[32...])
        let lsn = body.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        if let before = operations[index].answer {
            CoverageMark.reach("client: a request was answered again")
            let isSame = operations[index].repeatsBytes ? before == body : operations[index].answerLSN == lsn
            try SimulationFailure.require(isSame, "request \(operations[index].id) was answered twice, differently")
            return
        }
        operations[index].answer = body
        operations[index].answerLSN = lsn
        try learn(from: frame, index)
        operations[index].isRefused = false
        answers += 1
        try SimulationFailure.require(
            model.lsnByRequest[operations[index].id] == lsn,
            "request \(operations[index].id) was answered from record \(lsn) and is record "
                + "\(String(describing: model.lsnByRequest[operations[index].id]))"
        )
    }

    /// What the sender of a payment's messages will name it by.
    private func learn(from frame: (header: FrameHeader, bytes: [UInt8]), _ index: Int) throws {
        guard let story = operations[index].story else { return }
        let decision: DecisionBlock
        switch frame.header.templateID {
        case AuthorizeReply.templateID: decision = try decode(AuthorizeReply.self, frame).decision
        case FinancialReply.templateID: decision = try decode(FinancialReply.self, frame).decision
        case AdviceReply.templateID:
            stories[story].paymentID = try decode(AdviceReply.self, frame).payment?.paymentID
            return
        case ClearingReply.templateID:
            stories[story].paymentID = try decode(ClearingReply.self, frame).payment?.paymentID
            return
        default: return
        }
        guard decision.outcome != .declined else { return }
        stories[story].paymentID = decision.lsn
        stories[story].approvalCode = decision.approvalCode
    }

    private func refused(_ reject: Reject, _ purpose: Link.Purpose) throws {
        let code = reject.code.rawValue
        guard case .request(let index, let wasAnswered) = purpose else {
            if case .conflict = purpose, reject.code == .requestIDReused {
                CoverageMark.reach("client: other content under the same id was refused")
            }
            return
        }
        guard operations[index].answer == nil else {
            // One that was sent before the answer came may have been judged before, too. But nobody may be told that
            // what was executed was not.
            let isUntrue = [.journalBehind, .storageUnavailable, .notReady].contains(reject.code)
            let isMild = !wasAnswered || code >= 400 && !isUntrue || reject.code == .requestTooOld && plan.forgets
            try SimulationFailure.require(isMild, "a repeat is refused: \(reject)")
            return
        }
        switch reject.code {
        case .invalidField where operations[index].kind == .card:
            // The limits of a card that replaced another are the account's.
            operations[index].isRefused = true
        case .ruleInvalid where reject.detail.contains("no window of") || reject.detail.contains("there is no list"):
            // A setting has taken away the window that the rule would read, or nobody has made the list.
            operations[index].isRefused = true
        case .requestTooOld, .transmissionTimeInFuture, .cardExists, .cardUnknown, .statusTransitionNotAllowed,
            .configurationChanged, .limitReached, .settingInvalid, .ruleUnknown, .ruleTransitionNotAllowed,
            .listUnknown, .listExists, .listInUse:
            // A setting may take a window away that a rule reads.
            if reject.code == .requestTooOld {
                try SimulationFailure.require(plan.forgets, "refused as too old: \(reject)")
                CoverageMark.reach("client: a request was too old")
            }
            if reject.code == .transmissionTimeInFuture { CoverageMark.reach("client: a request came from the future") }
            operations[index].isRefused = true
        case _ where code >= 400:
            operations[index].lastRefusal = "\(reject.code) \(reject.detail)"
            operations[index].nextSend = clock.now + Int64(random.below(5_000))
        default: throw SimulationFailure("a valid request is refused: \(reject)")
        }
    }

    private func judge(_ reply: QueryByRequestIDReply, _ index: Int) throws {
        let operation = operations[index]
        guard let answer = operation.answer else { return }
        switch reply.found {
        case .decided, .administrative:
            try SimulationFailure.require(
                reply.lsn.rawValue == operation.answerLSN,
                "request \(operation.id) is found in record \(reply.lsn) and was answered from \(operation.answerLSN)"
            )
            if let decision = reply.decision {
                // All decisions have one layout, and all with a payment have another.
                let frame =
                    answer.count == AuthorizeReply.frameByteCount - 32
                    ? AuthorizeReply(decision: decision).encodedFrame(correlationID: 0)
                    : AdviceReply(decision: decision, payment: reply.payment).encodedFrame(correlationID: 0)
                try SimulationFailure.require(
                    Array(frame[32...]) == answer,
                    "request \(operation.id) is found with another answer"
                )
            }
        case .tooOld: try SimulationFailure.require(plan.forgets, "an answered request is too old")
        case .unknown: throw SimulationFailure("the answered request \(operation.id) is unknown")
        }
    }
}
