import Domain
import Glibc
import Platform
import Wire

/// A gateway in the test's own process: decides like the daemon, without durability, and lies where it is told to.
final class FakeGateway: @unchecked Sendable {
    // SAFETY: `state` is locked; everything else is set before the threads start.
    enum Lie: Sendable {
        case none
        /// Approves one cent less than it says from the card's available amount.
        case wrongCentInHeld(atDecision: UInt64)
        /// Answers this decision twice with the same LSN.
        case repeatedLSN(atDecision: UInt64)
        /// Approves though there is not enough.
        case overspends
        /// Spoils a byte of the reply.
        case brokenChecksum(atDecision: UInt64)
        /// Never answers this one.
        case closesInstead(atDecision: UInt64)
        /// Refuses this one with Busy.
        case busy(atDecision: UInt64)
    }

    struct State {
        var held: [CardToken: Int64] = [:]
        var lsn: UInt64 = 0
        var decisions: UInt64 = 0
    }

    let endpoint: Endpoint
    let limit: Int64
    private let lie: Lie
    private let credit: UInt32
    private let listener: Int32
    private let state: Locked<State>
    private let path: String

    init(limit: Int64 = 1_000_000_000, lie: Lie = .none, credit: UInt32 = 1_024) throws {
        path = "/tmp/assent-fake-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
        endpoint = .unix(path: path)
        self.limit = limit
        self.lie = lie
        self.credit = credit
        state = Locked(State())
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard listener >= 0, bound == 0, listen(listener, 128) == 0 else {
            throw PlatformError.system(code: errno, operation: "listen", subject: path)
        }
        _ = try WorkerThread(name: "fake") { [self] in accept() }
    }

    /// What every card holds.
    var balances: [CardToken: Int64] { state.withLock { $0.held } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        unlink(path)
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            _ = try? WorkerThread(name: "fake") { [self] in
                serve(descriptor)
                close(descriptor)
            }
        }
    }

    private func serve(_ descriptor: Int32) {
        var buffer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let cutter = FrameCutter(frameByteCountMax: WireLimits.frameByteCountMaxGateway)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return }
            buffer += chunk[..<count]
            var output: [UInt8] = []
            var used = 0
            while case .frame(let header) = buffer[used...].withUnsafeBytes(cutter.cut) {
                let end = used + Int(header.frameByteCount)
                guard let reply = answer(header, Array(buffer[(used + 32)..<end])) else { return }
                output += reply
                used = end
            }
            buffer.removeFirst(used)
            var sent = 0
            while sent < output.count {
                let step = output[sent...].withUnsafeBytes {
                    send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard step > 0 else { return }
                sent += step
            }
        }
    }

    private func answer(_ header: FrameHeader, _ body: [UInt8]) -> [UInt8]? {
        body.withUnsafeBytes { bytes -> [UInt8]? in
            if header.templateID == Hello.templateID {
                let reply = HelloReply(
                    frameVersion: 1,
                    role: .gateway,
                    schemaVersion: 1,
                    frameBytesMax: 65_536,
                    credit: credit,
                    features: [],
                    nonce: [UInt8](repeating: 7, count: 32),
                    clusterID: InstanceID(high: 1, low: 1),
                    instanceID: InstanceID(high: 1, low: 2),
                    serverTime: .epoch,
                    serverName: "fake"
                )
                return reply.encodedFrame(correlationID: header.correlationID)
            }
            guard let request = try? Authorize(decoding: bytes, header: header) else { return nil }
            return state.withLock { decide(request, header.correlationID, &$0) }
        }
    }

    private func decide(_ request: Authorize, _ correlation: UInt64, _ state: inout State) -> [UInt8]? {
        state.decisions += 1
        state.lsn += 1
        var held = state.held[request.cardToken] ?? 0
        var fits = held + request.amount <= limit
        if case .overspends = lie { fits = true }
        if case .busy(state.decisions) = lie {
            let reject = Reject(code: .busy, templateID: 0x0100, retryAfterMicroseconds: 10, detail: "")
            return reject.encodedFrame(correlationID: correlation)
        }
        if case .closesInstead(state.decisions) = lie { return nil }
        if fits { held += request.amount }
        state.held[request.cardToken] = held
        if case .repeatedLSN(state.decisions) = lie { state.lsn -= 1 }
        var said = held
        if case .wrongCentInHeld(state.decisions) = lie { said -= 1 }
        let reply = AuthorizeReply(
            decision: DecisionBlock(
                lsn: LogSequenceNumber(rawValue: state.lsn),
                decidedAt: .epoch,
                approvedAmount: fits ? request.amount : 0,
                spendingLimit: limit,
                posted: 0,
                held: said,
                available: limit - said,
                retryAt: .epoch,
                policyVersion: .zero,
                checksRun: [],
                checksFailed: [],
                checksFlagged: [],
                outcome: fits ? .approved : .declined,
                reason: fits ? .approved : .insufficientFunds,
                retryClass: .notNeeded,
                responseCode: Text16(),
                currency: request.currency,
                approvalCode: Text16()
            )
        )
        var frame = reply.encodedFrame(correlationID: correlation)
        if case .brokenChecksum(state.decisions) = lie { frame[60] ^= 1 }
        return frame
    }
}
