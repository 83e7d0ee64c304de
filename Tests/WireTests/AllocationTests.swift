import CAllocationCounter
import Domain
import Testing
import Wire

/// The way of one request through this module asks the allocator for nothing.
@Suite struct AllocationTests {
    @Test(arguments: ["Authorize", "VerifyAccount", "BalanceInquiry"])
    func cuttingAndViewingARequestAllocatesNothing(_ message: String) throws {
        let vector = try #require(ValidVector.all.first { $0.message == message })
        let frame = vector.bytes
        let counts = frame.withUnsafeBytes { bytes in
            // The first round pays for what the runtime makes once.
            (view(message, bytes), allocations { view(message, bytes) })
        }
        #expect(counts.0 != 0)
        #expect(counts.1 == 0)
    }

    @Test func encodingAReplyAllocatesNothing() throws {
        let vector = try #require(ValidVector.all.first { $0.message == "AuthorizeReply" })
        guard case .message(.authorizeReply(let reply), _) = judge(vector.bytes, cutter: lenientCutter) else {
            Issue.record("not decoded")
            return
        }
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: AuthorizeReply.frameByteCount, alignment: 1)
        defer { target.deallocate() }
        reply.encodeFrame(into: target, correlationID: 1)
        let count = allocations { UInt64(reply.encodeFrame(into: target, correlationID: 1)) }
        #expect(count == 0)
        #expect(Array(target) == vector.bytes)
        // What does allocate is counted, so that the zeros above mean something.
        let arrays = allocations { UInt64(reply.encodedFrame(correlationID: 1).count) }
        #expect(arrays >= 100 || !assent_allocations_are_counted())
    }

    @Test func refusingARequestAllocatesNothing() throws {
        let vector = try #require(InvalidVector.all.first { $0.name == "one bit of the body flipped" })
        let frame = vector.bytes
        let counts = frame.withUnsafeBytes { bytes in
            (view("Authorize", bytes), allocations { view("Authorize", bytes) })
        }
        #expect(counts.0 == 0)
        #expect(counts.1 == 0)
    }

    /// How often 100 rounds of the body allocate; 0 where the build cannot count.
    private func allocations(_ body: () -> UInt64) -> UInt64 {
        guard assent_allocations_are_counted() else { return 0 }
        let before = assent_allocation_count()
        var sum = UInt64(0)
        for _ in 0..<100 { sum &+= body() }
        let after = assent_allocation_count()
        return sum == .max ? .max : after - before
    }

    /// Reads every field, so that nothing is optimised away; 0 when refused.
    private func view(_ message: String, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
        guard case .frame(let header) = lenientCutter.cut(bytes) else { return 0 }
        let body = UnsafeRawBufferPointer(rebasing: bytes[32..<Int(header.frameByteCount)])
        do throws(WireError) {
            switch header.templateID {
            case Authorize.templateID:
                let view = try Authorize.View(body, header: header)
                return view.requestID.high &+ view.cardToken.low &+ UInt64(view.amount) &+ view.merchantID.low
                    &+ view.terminalID.low &+ UInt64(view.currency.packed) &+ UInt64(view.merchantCategory.code)
                    &+ UInt64(view.merchantName.count) &+ UInt64(view.presence.rawValue)
            case VerifyAccount.templateID:
                let view = try VerifyAccount.View(body, header: header)
                return view.requestID.high &+ UInt64(view.currency.packed) &+ UInt64(view.merchantCity.count)
            default:
                let view = try BalanceInquiry.View(body, header: header)
                return view.requestID.high &+ UInt64(view.merchantCountry.packed) &+ UInt64(view.merchantCity.count)
            }
        } catch {
            return 0
        }
    }
}
