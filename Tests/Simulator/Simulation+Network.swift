import Domain
import Platform
import Transport
import Wire

// Bytes between the model gateways and the server.

extension Simulation {
    /// Delivers some of what is under way to the server on one connection.
    func carryToServer() {
        let now = clock.now
        let ready = { (link: Link) in
            link.isReadWanted && link.stillUntil <= now && (!link.toServer.isEmpty || link.isFinished)
        }
        guard let link = somebody(where: ready) else { return }
        if link.toServer.isEmpty {
            if !link.isInputEndTold {
                CoverageMark.reach("network: a client closed its side")
                link.deliverEnd()
            }
            return
        }
        if links.contains(where: { $0 !== link && !$0.toServer.isEmpty && $0.firstSent < link.firstSent }) {
            CoverageMark.reach("network: what was sent later arrived first")
        }
        let most = min(link.toServer.count, TransportLimits().readByteCount)
        let count = random.oneIn(3) ? 1 + random.below(most) : most
        let bytes = link.toServer.prefix(count)
        link.toServer.removeFirst(count)
        link.deliver(bytes)
    }

    /// Delivers some of what is under way to a client.
    func carryToClient() throws {
        let now = clock.now
        let ready = { (link: Link) in
            link.stillUntil <= now && (!link.toClient.isEmpty || !link.isWritable || !link.isOpen && !link.isFinished)
        }
        guard let link = somebody(where: ready) else { return }
        if link.toClient.isEmpty {
            if !link.isOpen { return lose(link) }
            // It reads on, some time.
            if random.oneIn(8) { link.setWritable(true) }
            return
        }
        let count = random.oneIn(3) ? 1 + random.below(link.toClient.count) : link.toClient.count
        link.received += link.toClient.prefix(count)
        link.toClient.removeFirst(count)
        if link.toClient.isEmpty { link.setWritable(true) }
        try receive(link)
    }

    private func somebody(where condition: (Link) -> Bool) -> Link? {
        let candidates = links.filter(condition)
        return candidates.isEmpty ? nil : random.pick(candidates)
    }

    /// The client gives a connection up: what it waits for there will be asked again.
    func lose(_ link: Link) {
        link.isFinished = true
        link.isCut = true
        link.close()
        link.toServer = []
        link.toClient = []
        for purpose in link.waiting.values {
            if case .request(let index, _) = purpose { operations[index].nextSend = 0 }
        }
        link.waiting = [:]
    }

    /// Takes the whole frames off the front of bytes.
    static func frames(_ bytes: inout [UInt8]) throws(FrameError) -> [(header: FrameHeader, bytes: [UInt8])] {
        var frames: [(header: FrameHeader, bytes: [UInt8])] = []
        var offset = 0
        defer { bytes.removeFirst(offset) }
        let cutter = FrameCutter(frameByteCountMax: 1 << 21, acceptsPushes: true)
        while offset < bytes.count {
            let cut = bytes.withUnsafeBytes { cutter.cut(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
            switch cut {
            case .needsMore: return frames
            case .failure(let error): throw error
            case .frame(let header):
                let end = offset + Int(header.frameByteCount)
                frames.append((header, Array(bytes[offset..<end])))
                offset = end
            }
        }
        return frames
    }

    /// A frame's body as a message.
    func decode<Message: WireMessage>(
        _ type: Message.Type,
        _ frame: (header: FrameHeader, bytes: [UInt8])
    ) throws -> Message {
        try frame.bytes.withUnsafeBytes {
            try Message(decoding: UnsafeRawBufferPointer(rebasing: $0[32...]), header: frame.header)
        }
    }

    // MARK: What leaves the server

    /// No reply leaves before what it tells of is on the platter.
    func check(_ bytes: [UInt8], of link: Link) throws {
        link.unchecked += bytes
        let frames: [(header: FrameHeader, bytes: [UInt8])]
        do { frames = try Self.frames(&link.unchecked) } catch {
            throw SimulationFailure("the server sends what is no frame: \(error)")
        }
        for frame in frames {
            guard let lsn = try lsn(of: frame) else { continue }
            try SimulationFailure.require(
                lsn <= auditor.durableLSN,
                "a reply with template \(String(frame.header.templateID, radix: 16)) tells of record \(lsn), and "
                    + "\(auditor.durableLSN) are on the platter"
            )
        }
    }

    private func lsn(of frame: (header: FrameHeader, bytes: [UInt8])) throws -> UInt64? {
        switch frame.header.templateID {
        case let template where Self.beginsWithRecord(template): return Self.record(of: frame.bytes)
        case QueryByRequestIDReply.templateID: return try decode(QueryByRequestIDReply.self, frame).lsn.rawValue
        case DigestReply.templateID: return try decode(DigestReply.self, frame).lsn.rawValue
        case CardGetReply.templateID:
            try checkCard(try decode(CardGetReply.self, frame).card)
            return nil
        default: return nil
        }
    }

    /// Whether the body of a reply begins with the record that it tells of.
    static func beginsWithRecord(_ templateID: UInt16) -> Bool {
        switch templateID {
        case AuthorizeReply.templateID, VerifyAccountReply.templateID, BalanceInquiryReply.templateID,
            FinancialReply.templateID, IncrementReply.templateID, RefundAuthorizeReply.templateID,
            AdviceReply.templateID, CompletionReply.templateID, ClearingReply.templateID,
            RefundClearingReply.templateID, ClearingReversalReply.templateID, ReverseReply.templateID,
            ReversalAdviceReply.templateID, ChargebackReply.templateID, RepresentmentReply.templateID,
            FraudReportReply.templateID, CardCreateReply.templateID, CardSetStatusReply.templateID,
            CardSetLimitsReply.templateID, CardReplaceReply.templateID, ConfigSetReply.templateID,
            RuleAddReply.templateID, RuleMoveReply.templateID, ListCreateReply.templateID, ListDeleteReply.templateID,
            ListAddReply.templateID, ListRemoveReply.templateID:
            true
        default: false
        }
    }

    /// The record that such a reply tells of.
    static func record(of frame: [UInt8]) -> UInt64 {
        frame.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 32, as: UInt64.self)) }
    }

    /// A card is shown as it was after a durable record.
    private func checkCard(_ block: CardBlock) throws(SimulationFailure) {
        let shown = BankModel.Card(
            limit: block.spendingLimit,
            posted: block.posted,
            held: block.held,
            status: block.status
        )
        // A card that replaced another is shown with the account's money.
        let account = model.account(block.cardToken)
        let isOwn = account == block.cardToken
        let was = model.cards[account]?.contains {
            $0.card.balances == shown.balances && (!isOwn || $0.card.status == shown.status)
        }
        let wasItself = model.cards[block.cardToken]?.contains { $0.card.status == shown.status }
        try SimulationFailure.require(
            block.available == shown.available && was ?? false && wasItself ?? false,
            "card \(block.cardToken) is shown as \(shown), which it never was by durable records"
        )
    }
}
