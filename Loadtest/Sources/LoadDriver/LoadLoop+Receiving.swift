internal import CLoadSockets
internal import Checksum
internal import LoadModel
internal import LoadReport

/// Receiving: whole frames are taken where they lie in the connection's buffer.
extension LoadLoop {
    mutating func wait(
        timeoutNanoseconds: Int64,
        then refill: (inout LoadLoop, Int, UInt64) throws(LoadFailure) -> Void
    ) throws(LoadFailure) {
        var failure: LoadFailure?
        withUnsafeTemporaryAllocation(of: cls_event.self, capacity: 64) { events in
            let count = cls_poll_wait(poll, events.baseAddress, 64, timeoutNanoseconds)
            guard count >= 0 else {
                failure = .socket(operation: "epoll_pwait2", code: -count)
                return
            }
            do throws(LoadFailure) {
                for event in events.prefix(Int(count)) { try serve(event, refill) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    private mutating func serve(
        _ event: cls_event,
        _ refill: (inout LoadLoop, Int, UInt64) throws(LoadFailure) -> Void
    ) throws(LoadFailure) {
        let index = Int(event.index)
        if event.readable != 0 {
            while true {
                let room = channels[index].inputCapacity - channels[index].inputCount
                let received = channels[index].receive(room: room)
                if received == 0 { throw .closed("with \(inFlight) requests in flight") }
                if received < 0 {
                    if cls_would_block(received) != 0 { break }
                    throw .socket(operation: "receive", code: Int32(-received))
                }
                channels[index].inputCount += Int(received)
                let now = cls_monotonic_nanoseconds()
                try takeFrames(index, now)
                transmissionTime = cls_realtime_microseconds()
                try refill(&self, index, now)
                if Int(received) < room { break }
            }
        }
        if channels[index].unsent > 0 { try flush(index) }
    }

    /// Takes all whole frames of the connection's input.
    private mutating func takeFrames(_ index: Int, _ now: UInt64) throws(LoadFailure) {
        let input = channels[index].input
        let end = channels[index].inputCount
        let before = tally.sent &- UInt64(inFlight)
        var offset = 0
        var fetched = 0
        // SAFETY: every load below is within a frame whose length was checked against `end`.
        while end - offset >= FrameLayout.headerByteCount {
            let frame = input + offset
            let length = Int(frame.loadUnaligned(as: UInt32.self).littleEndian)
            guard length >= FrameLayout.headerByteCount, length <= channels[index].inputCapacity,
                frame.loadUnaligned(fromByteOffset: FrameLayout.magicOffset, as: UInt16.self).littleEndian
                    == FrameLayout.magic
            else { throw .protocolBroken("length \(length) or magic of a frame") }
            guard end - offset >= length else { break }
            if fetched == 0 { fetched = prefetch(index, frame, end - offset) }
            fetched -= 1
            if plan.verifiesChecksums { try verifyChecksum(frame, length) }
            try take(index, frame, length, now)
            offset += length
        }
        if offset > 0 {
            let rest = end - offset
            if rest > 0 { input.copyMemory(from: input + offset, byteCount: rest) }
            channels[index].inputCount = rest
            progress.add(Int(tally.sent &- UInt64(inFlight) &- before))
        }
    }

    /// Brings closer the ledger entries of the next answers, all at once: each may wait for a walk of the page tables.
    ///
    /// - Returns: For how many frames; at least one.
    @inline(__always)
    private func prefetch(_ index: Int, _ frame: UnsafeMutableRawPointer, _ remaining: Int) -> Int {
        let count = min(32, max(1, remaining / FrameLayout.replyByteCount))
        guard remaining >= count * FrameLayout.replyByteCount else { return 1 }
        for number in 0..<count {
            let correlation = number * FrameLayout.replyByteCount + FrameLayout.correlationOffset
            let slot = Int(frame.loadUnaligned(fromByteOffset: correlation, as: UInt16.self).littleEndian)
            guard slot < channels[index].depth else { break }
            cls_prefetch(model.address(card: Int(channels[index].slots[slot].card)))
        }
        return count
    }

    private func verifyChecksum(_ frame: UnsafeMutableRawPointer, _ length: Int) throws(LoadFailure) {
        let carried = frame.loadUnaligned(fromByteOffset: FrameLayout.checksumOffset, as: UInt32.self).littleEndian
        frame.storeBytes(of: 0, toByteOffset: FrameLayout.checksumOffset, as: UInt32.self)
        let computed = CRC32C.checksum(UnsafeRawBufferPointer(start: frame, count: length))
        guard carried == computed else { throw .protocolBroken("the checksum of a reply") }
    }

    @inline(__always)
    private mutating func take(
        _ index: Int,
        _ frame: UnsafeMutableRawPointer,
        _ length: Int,
        _ now: UInt64
    ) throws(LoadFailure) {
        let template = frame.loadUnaligned(fromByteOffset: FrameLayout.templateOffset, as: UInt16.self).littleEndian
        let correlation =
            frame.loadUnaligned(fromByteOffset: FrameLayout.correlationOffset, as: UInt64.self).littleEndian
        if correlation & FrameLayout.pushBit != 0 { return try takePush(index, frame, length, template) }
        let slotIndex = Int(truncatingIfNeeded: correlation & 0xFFFF)
        guard slotIndex < channels[index].depth else { throw .protocolBroken("correlation id \(correlation)") }
        let slot = channels[index].slots[slotIndex]
        guard UInt64(slot.generation) == correlation >> 16, slot.generation & 1 == 1 else {
            throw .protocolBroken("an answer to correlation id \(correlation), which is not in flight")
        }
        if plan.isEcho {
            guard template == FrameLayout.authorize else { throw .protocolBroken("an echo with template \(template)") }
            tally.reasons[0] += 1
        } else if template == expectedReply, length >= FrameLayout.replyByteCount {
            takeDecision(slot, frame)
        } else if template == FrameLayout.reject, length >= FrameLayout.rejectByteCountMin {
            let code = frame.loadUnaligned(fromByteOffset: FrameLayout.rejectCodeOffset, as: UInt16.self).littleEndian
            tally.rejects[min(Int(code), tally.rejects.count - 1)] += 1
        } else {
            throw .protocolBroken("template \(template) with \(length) bytes in answer to Authorize")
        }
        channels[index].slots[slotIndex].generation = slot.generation &+ 1
        channels[index].free[channels[index].freeCount] = UInt16(truncatingIfNeeded: slotIndex)
        channels[index].freeCount += 1
        inFlight -= 1
        lastAnswerAt = now
        measure(startedAt: slot.startedAt, now, isRefusal: template == FrameLayout.reject)
    }

    @inline(__always)
    private mutating func measure(startedAt: UInt64, _ now: UInt64, isRefusal: Bool) {
        let arrivedInTime = now >= clock.measureStart && now < clock.end
        if arrivedInTime { measured += 1 }
        // A closed loop measures what is answered in the time; an open one what was due in it, however late the answer.
        let counts =
            switch plan.pace {
            case .closed: arrivedInTime
            case .open: startedAt >= clock.measureStart
            case .once: true
            }
        guard counts else { return }
        latencies.record(now &- startedAt)
        slices?.record(now &- startedAt, isRefusal: isRefusal, dueAt: startedAt &- clock.measureStart)
        if isRefusal { refusals.record(now &- startedAt) } else { acceptances.record(now &- startedAt) }
    }

    @inline(__always)
    private mutating func takeDecision(_ slot: Slot, _ frame: UnsafeMutableRawPointer) {
        let facts = ReplyFacts(
            lsn: frame.loadUnaligned(fromByteOffset: FrameLayout.lsnOffset, as: UInt64.self).littleEndian,
            approvedAmount: amount(frame, FrameLayout.approvedAmountOffset),
            limit: amount(frame, FrameLayout.limitOffset),
            // What is taken at once is posted and never held: the model's sums are those of the one or the other.
            posted: amount(frame, plan.isFinancial ? FrameLayout.heldOffset : FrameLayout.postedOffset),
            held: amount(frame, plan.isFinancial ? FrameLayout.postedOffset : FrameLayout.heldOffset),
            available: amount(frame, FrameLayout.availableOffset),
            outcome: frame.load(fromByteOffset: FrameLayout.outcomeOffset, as: UInt8.self),
            reason: frame.load(fromByteOffset: FrameLayout.reasonOffset, as: UInt8.self)
        )
        tally.reasons[Int(facts.reason)] += 1
        tally.outcomes[Int(facts.outcome)] += 1
        if let discrepancy = model.record(card: Int(slot.card), amount: slot.amount, facts) {
            discrepancyCount += 1
            if discrepancies.count < 10 { discrepancies.append(discrepancy) }
        }
    }

    @inline(__always)
    private var expectedReply: UInt16 {
        plan.isFinancial ? FrameLayout.financialReply : FrameLayout.authorizeReply
    }

    @inline(__always)
    private func amount(_ frame: UnsafeMutableRawPointer, _ offset: Int) -> Int64 {
        frame.loadUnaligned(fromByteOffset: offset, as: Int64.self).littleEndian
    }

    private mutating func takePush(
        _ index: Int,
        _ frame: UnsafeMutableRawPointer,
        _ length: Int,
        _ template: UInt16
    ) throws(LoadFailure) {
        switch template {
        case FrameLayout.goAway: sawGoAway = true
        case FrameLayout.ping:
            guard length <= 64 else { throw .protocolBroken("a Ping of \(length) bytes") }
            channels[index].reserve(length)
            let target = channels[index].output + channels[index].outputEnd
            target.copyMemory(from: frame, byteCount: length)
            target.storeBytes(
                of: FrameLayout.pong.littleEndian,
                toByteOffset: FrameLayout.templateOffset,
                as: UInt16.self
            )
            target.storeBytes(of: 0, toByteOffset: FrameLayout.checksumOffset, as: UInt32.self)
            let checksum = CRC32C.checksum(UnsafeRawBufferPointer(start: target, count: length))
            target.storeBytes(of: checksum.littleEndian, toByteOffset: FrameLayout.checksumOffset, as: UInt32.self)
            channels[index].outputEnd += length
        case FrameLayout.reject:
            let code =
                length >= FrameLayout.rejectByteCountMin
                ? frame.loadUnaligned(fromByteOffset: FrameLayout.rejectCodeOffset, as: UInt16.self).littleEndian : 0
            throw .refused(what: "the connection", code: Int(code), detail: "")
        default: return
        }
    }
}
