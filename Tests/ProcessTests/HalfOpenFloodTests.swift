import Client
import Domain
import Foundation
import Glibc
import Platform
import Testing
import Wire

/// Proves that connections which never become a conversation cost nobody anything, however many there are.
@Suite struct HalfOpenFloodTests {
    /// Strangers connect, send less than a frame, and hang on until others take their place.
    ///
    /// `ASSENT_HALF_OPEN` says how many; a million takes some minutes.
    @Test(.timeLimit(.minutes(20)))
    func halfOpenConnectionsWithinTheLimitHoldNoMemoryAndDisturbNobody() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let options = [
                "--max-connections", "1024", "--max-connections-per-principal", "1024", "--spare-memory", "0",
            ]
            let daemon = try DaemonUnderTest.ready(scratch, options)
            let card = CardToken.make()
            _ = try daemon.ask(Traffic.create(card, limit: 1_000_000), CardCreateReply.self)
            let count = ProcessInfo.processInfo.environment["ASSENT_HALF_OPEN"].flatMap { Int($0) } ?? 20_000
            let endpoint = daemon.unix
            var honest = try Connection(to: endpoint, options: DaemonUnderTest.patience)
            let frame = Hello.beginning
            let before = try daemon.ask(Digest(), DigestReply.self)
            var strangers = Strangers(openCountMax: 500)
            var resident: UInt64 = 0
            for number in 1...count {
                while true {
                    do throws(PlatformError) {
                        strangers.admit(try StreamSocket.connect(to: endpoint, timeoutMilliseconds: 30_000))
                        break
                    } catch {
                        // The backlog is full (EAGAIN): give the daemon a turn.
                        _ = try honest.ping()
                    }
                }
                try frame.prefix(number % frame.count).withUnsafeBytes { try strangers.newestSends($0) }
                guard number % (count / 10) == 0 else { continue }
                let reply = try honest.call(Traffic.authorize(card, 1), returning: AuthorizeReply.self)
                #expect(reply.decision.reason == .approved, "after \(number) half-open connections")
                let status = try daemon.ask(Status(), StatusReply.self)
                #expect(status.connections <= 1_024)
                if resident == 0 { resident = status.residentBytes }
                #expect(
                    status.residentBytes < resident + 64 << 20,
                    "after \(number): \(status.residentBytes) bytes, and \(resident) after the first tenth"
                )
            }
            strangers.leave()
            let after = try daemon.ask(Digest(), DigestReply.self)
            #expect(after.lsn.rawValue == before.lsn.rawValue + 10, "only the honest client's payments are recorded")
            try daemon.stop()
        }
    }
}

/// Connections held open in a ring: a new one takes the place of the oldest.
private struct Strangers: ~Copyable {
    private var sockets: [StreamSocketBox] = []
    private var next = 0
    private let openCountMax: Int

    init(openCountMax: Int) { self.openCountMax = openCountMax }

    mutating func admit(_ socket: consuming StreamSocket) {
        let box = StreamSocketBox(socket)
        if sockets.count < openCountMax {
            sockets.append(box)
            next = sockets.count - 1
        } else {
            next = (next + 1) % openCountMax
            sockets[next] = box
        }
    }

    func newestSends(_ bytes: UnsafeRawBufferPointer) throws {
        if !bytes.isEmpty { try sockets[next].socket.sendAll(bytes) }
    }

    mutating func leave() { sockets = [] }
}

/// A socket that an array can hold.
private final class StreamSocketBox {
    let socket: StreamSocket

    init(_ socket: consuming StreamSocket) { self.socket = socket }
}

extension Hello {
    /// A Hello without its last byte.
    fileprivate static var beginning: [UInt8] {
        let hello = Hello(
            minFrameVersion: 1,
            maxFrameVersion: 1,
            schemaVersion: 1,
            wantedCredit: 1,
            features: [],
            clientName: "stranger"
        )
        return hello.encodedFrame(correlationID: 1).dropLast()
    }
}
