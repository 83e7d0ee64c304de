import Cryptography
import Domain
import Engine
import Journal
import NIOCore
import NIOEmbedded
import Platform
import Service
import Transport
import Wire

/// What is done with bytes that say what strangers do: connections to the whole daemon but its sockets (transport,
/// service, engine and journal as `assentd` joins them), pipelined, cut, replayed and spliced.
///
/// The first byte chooses the daemon's settings (see `Setup`), the rest are moves: a byte whose low half is the move
/// and whose high half is its argument, and what the move takes (see `step`). Frames come with their length, version
/// and checksum set right where the move says so, because no fuzzer guesses a checksum.
///
/// Traps when the daemon does what it never may: sends what is no frame, answers what was not asked or twice, tells of
/// a record before it is durable, serves somebody who has not said who he is, keeps memory or places of those who went,
/// or comes to another state from its journal than it was in.
package struct FuzzedSession {
    /// What a run came to, for tests of the corpus.
    package struct Outcome: Equatable, Sendable {
        /// Frames that left the daemon, by template.
        package var sent: [UInt16: Int] = [:]
        /// Records of the journal.
        package var recordCount: UInt64 = 0
    }

    /// Bits of the first byte.
    private struct Setup: OptionSet {
        let rawValue: UInt8
        /// Nobody may ask on plain sockets who has not said who he is.
        static let isClosed = Setup(rawValue: 1)
        /// Answers left unread take little before it is too much.
        static let isTight = Setup(rawValue: 2)
        /// Connections may have few requests in flight.
        static let hasLittleCredit = Setup(rawValue: 4)
    }

    private static let linkCountMax = 6
    private static let principalName = "gateway"
    /// Seconds that a move may let pass, in milliseconds.
    private static let pauses: [Int64] = [0, 1, 10, 100, 250, 1_000, 5_000, 10_000, 15_000, 30_000, 60_000, 3_600_000]

    private var input: UnsafeRawBufferPointer
    private let disk: SimulatedDisk
    private let clock = SimulatedClock()
    private let plan: Plan
    private let machine: Machine
    private let key: Ed25519.PrivateKey
    private var links: [FuzzedLink] = []
    private var current = 0
    private var outcome = Outcome()
    private let durable = DurableLSN()

    /// The newest record that the journal has said is durable.
    private final class DurableLSN {
        var value: UInt64 = 0
    }

    /// Takes the server into a closure that might run anywhere.
    // SAFETY: a session runs on one thread.
    private final class Stepped: @unchecked Sendable {
        let value: SteppedServer

        init(_ value: SteppedServer) { self.value = value }
    }

    /// Carries a session out.
    ///
    /// - Returns: nothing where the input is too short to be one.
    @discardableResult
    package static func run(_ input: UnsafeRawBufferPointer) -> Outcome? {
        guard let first = input.first else { return nil }
        do {
            var session = try FuzzedSession(
                Setup(rawValue: first),
                UnsafeRawBufferPointer(rebasing: input.dropFirst())
            )
            while try session.step() {}
            return try session.end()
        } catch {
            preconditionFailure("a session ends well: \(error)")
        }
    }

    private init(_ setup: Setup, _ input: UnsafeRawBufferPointer) throws {
        self.input = input
        disk = SimulatedDisk(seed: 1)
        var random = SeededRandom(seed: 1)
        var plan = Plan(&random, nil)
        plan.archives = false
        plan.rememberedCount = 64
        plan.segmentByteCount = 4_096 * 17
        plan.pendingByteCountMax = setup.contains(.isTight) ? 65_536 : 1 << 20
        plan.creditMax = setup.contains(.hasLittleCredit) ? 2 : 32
        self.plan = plan
        machine = try Machine(disk: disk, clock: clock, plan: plan, seed: 1)
        key = try Ed25519.PrivateKey(seed: try SHA256().digest(Array("a gateway's key".utf8)))
        let durable = durable
        durable.value = machine.engine.journal.durableLSN
        machine.onDurable = { durable.value = $0 }
        let server = Stepped(machine.server)
        var gateway = KnownPrincipal(id: 1 << 40, name: Self.principalName, scopes: [.authorize, .lifecycle])
        gateway.publicKeys = [.init(key.publicKey)]
        let known = gateway
        machine.service.reportPrincipals { server.value.setPrincipals([known] + $0, closing: $1) }
        if setup.contains(.isClosed) { server.value.setAnonymousScopes([]) }
    }

    // MARK: Input

    private mutating func byte() -> UInt8? {
        guard let byte = input.first else { return nil }
        input = UnsafeRawBufferPointer(rebasing: input.dropFirst())
        return byte
    }

    private mutating func bytes() -> [UInt8] {
        guard let low = byte(), let high = byte() else { return [] }
        let taken = Array(input.prefix(Int(low) | Int(high) << 8))
        input = UnsafeRawBufferPointer(rebasing: input.dropFirst(taken.count))
        return taken
    }

    // MARK: Moves

    /// Carries one move out; false when there is none.
    private mutating func step() throws -> Bool {
        guard let move = byte() else { return false }
        let argument = Int(move >> 4)
        switch move & 15 {
        case 0: try connect(argument)
        case 1: current = links.isEmpty ? 0 : argument % links.count
        case 2: send(bytes())
        case 3: sendFrame(bytes(), argument)
        case 4: sendHello(argument)
        case 5: try authenticate(argument)
        case 6: replay(byte() ?? 0, from: argument)
        case 7: deliver(argument == 0 ? nil : argument * Int(byte() ?? 1))
        case 8: for _ in 0...argument { machine.commitStep() }
        case 9: pass(Self.pauses[argument % Self.pauses.count])
        case 10: endInput(abruptly: argument & 1 != 0)
        case 11: link?.channel.setWritable(argument & 1 == 0)
        case 12: for _ in 0...argument { _ = machine.service.runOneJob() }
        case 13: drain()
        case 14: for _ in 0...argument { turn() }
        default: machine.server.setAnonymousScopes(argument & 1 == 0 ? [] : .gateway)
        }
        try collect()
        return true
    }

    private var link: FuzzedLink? { current < links.count ? links[current] : nil }

    private mutating func connect(_ argument: Int) throws {
        guard links.count < Self.linkCountMax, !machine.isDraining else { return }
        let role = argument & 1 == 0 ? SocketRole.gateway : .administration
        let isSealed = role == .gateway && argument & 2 != 0
        let handler = machine.server.accept(role, isSealed: isSealed)
        current = links.count
        links.append(FuzzedLink(try Link(role, handler: handler, loop: machine.loop), isSealed: isSealed))
    }

    private func send(_ bytes: [UInt8]) { link?.sendOpaque(bytes) }

    /// Sends a frame whose header is set right, as far as the argument says.
    private func sendFrame(_ frame: [UInt8], _ argument: Int) {
        guard let link, frame.count >= WireLimits.frameHeaderByteCount else { return }
        var frame = frame
        let number = argument & 1 == 0 ? nil : link.channel.nextCorrelationID()
        frame.withUnsafeMutableBytes { bytes in
            FuzzedLink.seal(bytes, schemaVersion: argument & 2 == 0 ? nil : FrameHeader.schemaVersion, number)
        }
        link.send(frame)
    }

    private func sendHello(_ argument: Int) {
        guard let link else { return }
        let hello = Hello(
            minFrameVersion: 1,
            maxFrameVersion: 1,
            schemaVersion: argument & 8 == 0 ? FrameHeader.schemaVersion : 1,
            wantedCredit: UInt32(argument & 7),
            features: [],
            clientName: "fuzz"
        )
        link.send(hello.encodedFrame(correlationID: link.channel.nextCorrelationID()))
    }

    /// Says who it is: rightly, or by what is right on another connection, or as somebody else.
    private func authenticate(_ argument: Int) throws {
        guard let link else { return }
        let other = argument & 2 == 0 ? link : links[(current + 1) % links.count]
        let name = argument & 1 == 0 ? Self.principalName : "nobody"
        guard let transcript = other.transcript else { return }
        let signed = try key.sign(SessionTranscript.signed(transcript, principal: name))
        if other === link, name == Self.principalName { link.hasSigned = true }
        link.send(
            Authenticate(signature: signed, principal: name)
                .encodedFrame(correlationID: link.channel.nextCorrelationID())
        )
    }

    /// Sends a frame again that was sent before, on this connection or another.
    private func replay(_ number: UInt8, from argument: Int) {
        guard let link, !links.isEmpty else { return }
        let source = links[argument % links.count]
        guard !source.history.isEmpty else { return }
        link.send(source.history[Int(number) % source.history.count])
    }

    private func deliver(_ count: Int?) {
        guard let link, link.channel.isReadWanted else { return }
        let bytes = link.channel.toServer.prefix(count ?? TransportLimits().readByteCount)
        guard !bytes.isEmpty else { return }
        link.channel.toServer.removeFirst(bytes.count)
        link.channel.deliver(bytes)
    }

    private func pass(_ milliseconds: Int64) {
        clock.advance(milliseconds * 1_000)
        machine.tick()
        machine.expire()
        machine.loop.run()
    }

    private func endInput(abruptly: Bool) {
        guard let link, link.channel.isOpen else { return }
        if abruptly {
            link.channel.close()
        } else if !link.channel.isInputEndTold {
            link.channel.deliverEnd()
        }
        machine.loop.run()
    }

    private func drain() {
        guard !machine.isDraining else { return }
        machine.server.drain(graceMilliseconds: 1_000)
        machine.isDraining = true
    }

    /// Everything goes on a little.
    private mutating func turn() {
        let chosen = current
        for index in links.indices {
            current = index
            deliver(nil)
        }
        current = chosen
        while machine.service.runOneJob() {}
        while case let step = machine.commitStep(), step != .nothing {}
        machine.prepareSegment(retries: true)
        machine.loop.run()
    }

    // MARK: What may not happen

    /// Looks at what has left the daemon.
    private mutating func collect() throws {
        machine.loop.run()
        for link in links {
            link.channel.unchecked += try link.channel.takeOutput()
            for frame in try Simulation.frames(&link.channel.unchecked) {
                outcome.sent[frame.header.templateID, default: 0] += 1
                link.check(frame.header)
                if Simulation.beginsWithRecord(frame.header.templateID) {
                    let lsn = Simulation.record(of: frame.bytes)
                    precondition(lsn <= durable.value, "a reply tells of record \(lsn) before it is durable")
                }
                try link.note(frame.header, frame.bytes)
            }
        }
        precondition(machine.failure == nil, "the journal goes on: \(String(describing: machine.failure))")
    }

    /// Everybody goes, and the daemon is started again on what it has written.
    private mutating func end() throws -> Outcome {
        for link in links { link.channel.setWritable(true) }
        for _ in 0..<4 {
            turn()
            try collect()
        }
        for link in links { link.channel.close() }
        for _ in 0..<2 { turn() }
        let counters = machine.server.counters
        precondition(counters.pendingBytes == 0, "\(counters.pendingBytes) bytes are held for nobody")
        precondition(counters.inFlight == 0, "\(counters.inFlight) requests are in flight for nobody")
        let digest = machine.engine.digest()
        machine.close()
        machine.abandon([])
        // It holds the server, which holds the service.
        machine.service.reportPrincipals { _, _ in }
        disk.processEnded()
        let next = try Machine(disk: disk, clock: clock, plan: plan, seed: 1)
        let again = next.engine.digest()
        precondition(
            again.digest == digest.digest,
            "the journal leads to another state: \(again.lsn) and \(digest.lsn)"
        )
        next.close()
        next.abandon([])
        outcome.recordCount = digest.lsn.rawValue
        return outcome
    }
}
