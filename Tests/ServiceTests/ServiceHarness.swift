import Domain
import Engine
import Foundation
import Journal
import NIOCore
import Platform
import Wire

@testable import Service
@testable import Transport

/// A service without sockets and threads: a request goes in, what it was answered comes out.
// SAFETY: used by one thread.
final class ServiceHarness: @unchecked Sendable {
    let engine: Engine
    let service: DecisionService
    private let directory: String
    private let delivered = Delivered()
    private var correlationID: UInt64 = 0

    /// What became of a request when its handler returned.
    enum Answer: Equatable {
        /// It may leave at once.
        case now([UInt8])
        /// It leaves when the journal is durable.
        case whenDurable([UInt8])
        /// A worker answers.
        case later
    }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "assent-\(UUID().uuidString)").path
        try FileSystem.createDirectory(directory)
        var options = EngineOptions()
        options.cardShardCount = 4
        options.requestShardCount = 4
        options.rememberedRequestCount = 4_096
        options.readyMemoryByteCount = 0
        var journalOptions = JournalOptions()
        journalOptions.bufferByteCount = 2 << 20
        journalOptions.segmentByteCount = 5 << 20
        engine = try Engine.open(
            options: options,
            journalOptions: journalOptions,
            storage: FileJournalStorage(directory: directory + "/journal"),
            snapshotStorage: FileJournalStorage(directory: directory + "/snapshots")
        )
        try engine.start(onDurable: { _ in }, onFailure: { _ in })
        service = try DecisionService(stepping: engine, startedAt: Instant(microseconds: Clock.now()))
    }

    deinit {
        engine.journal.close()
        try? FileManager.default.removeItem(atPath: directory)
    }

    static var now: Instant { Instant(microseconds: Clock.now()) }

    /// Gives a request to the service, as the transport does.
    func ask(_ message: some WireMessage, role: SocketRole = .gateway, schemaVersion: UInt16 = 2) -> Answer {
        correlationID += 1
        let delivered = delivered
        var sink = ReplySink { _, _ in
            ReplyHandle { bytes, _ in delivered.frames.withLock { $0.append(bytes) } }
        }
        sink.expectAnswer(correlationID: correlationID, templateID: type(of: message).templateID)
        var session = SessionInfo(role: role, peerUserID: 0, connectionNumber: 1)
        session.schemaVersion = schemaVersion
        let frame = message.encodedFrame(correlationID: correlationID)
        frame.withUnsafeBytes { bytes in
            let request = RequestFrame(
                header: FrameHeader(parsing: bytes),
                body: UnsafeRawBufferPointer(rebasing: bytes[WireLimits.frameHeaderByteCount...]),
                receivedAt: Self.now
            )
            service.handle(request, on: session, replies: &sink)
        }
        sink.checkAnswered()
        if sink.laterCount > 0 { return .later }
        if sink.ready.readableBytes > 0 { return .now(Array(sink.ready.readableBytesView)) }
        return .whenDurable(Array(sink.waiting.readableBytesView))
    }

    /// Does what the workers have to do, and gives what they answered.
    func work() -> [[UInt8]] {
        while service.runOneJob() {}
        return delivered.frames.withLock { frames in
            defer { frames = [] }
            return frames.compactMap { $0 }
        }
    }

    private final class Delivered: Sendable {
        let frames = Locked<[[UInt8]?]>([])
    }
}

extension Array<UInt8> {
    /// The frame as a message.
    func decode<Message: WireMessage>(_ type: Message.Type) throws -> Message {
        try withUnsafeBytes { bytes in
            try Message(
                decoding: UnsafeRawBufferPointer(rebasing: bytes[WireLimits.frameHeaderByteCount...]),
                header: FrameHeader(parsing: bytes)
            )
        }
    }

    /// Which template the frame is of.
    var templateID: UInt16 { withUnsafeBytes { FrameHeader(parsing: $0).templateID } }
}
