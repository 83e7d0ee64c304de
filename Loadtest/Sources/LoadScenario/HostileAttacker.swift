internal import CLoadSockets
internal import Cryptography
internal import Domain
internal import Platform
internal import Synchronization
internal import Wire

/// One who carries an attack out, on a thread that gets only what processor time nobody else wants: attackers have
/// machines of their own, so that it is the daemon's time they are to take and nobody else's.
final class HostileAttacker {
    /// What all attackers have come to.
    final class Score: Sendable {
        private let attempted = Atomic<Int>(0)
        private let succeeded = Atomic<Int>(0)
        private let isOver = Atomic<Bool>(false)

        /// How often they tried.
        var attempts: Int { attempted.load(ordering: .relaxed) }

        /// How often they got what nobody may get.
        var successes: Int { succeeded.load(ordering: .relaxed) }

        /// They are to stop.
        func end() { isOver.store(true, ordering: .relaxed) }

        fileprivate var goesOn: Bool { !isOver.load(ordering: .relaxed) }

        fileprivate func attempt() { attempted.add(1, ordering: .relaxed) }

        fileprivate func succeed() { succeeded.add(1, ordering: .relaxed) }
    }

    /// One connection, and how far it is.
    private final class Line {
        let socket: StreamSocket
        var sentCount = 0

        init(_ socket: consuming StreamSocket) { self.socket = socket }

        func send(_ bytes: ArraySlice<UInt8>) throws(PlatformError) {
            let sent: Result<Void, PlatformError> = bytes.withUnsafeBytes { bytes in
                Result { () throws(PlatformError) in try socket.sendAll(bytes) }
            }
            try sent.get()
            sentCount += bytes.count
        }
    }

    private let attack: HostileAttack
    private let field: HostileField
    private let score: Score
    private var lines: [Line?]
    private var next = 0
    private var random = SystemRandomNumberGenerator()

    private init(_ attack: HostileAttack, _ field: HostileField, _ score: Score) {
        self.attack = attack
        self.field = field
        self.score = score
        lines = Array(repeating: nil, count: attack.heldCount(connectionCountMax: field.connectionCountMax))
    }

    /// Attacks until the score ends it.
    static func start(
        _ attack: HostileAttack,
        _ field: HostileField,
        _ score: Score
    ) throws(PlatformError) -> WorkerThread {
        try WorkerThread(name: "attacker") {
            _ = cls_use_leftovers(0)
            let attacker = HostileAttacker(attack, field, score)
            while score.goesOn { attacker.step() }
        }
    }

    /// One attempt. What the daemon or the kernel refuses is what an attacker reckons with: the connection is given up.
    private func step() {
        next = (next + 1) % lines.count
        score.attempt()
        do {
            switch attack {
            case .connects: _ = try open()
            case .crowd: if lines[next] == nil { lines[next] = try open() } else { cls_pause(100_000) }
            case .slowHello: try sendNextByte()
            case .hellos: _ = try HostileField.frame(from: try greeted().socket)
            case .halfFrames:
                try hold {
                    try self.greeted()
                } sending: {
                    self.field.request.prefix(50)
                }
            case .lengths:
                try hold {
                    try self.open()
                } sending: {
                    self.announcement()
                }
            case .largeFrames:
                try hold {
                    try self.greeted()
                } sending: {
                    Self.nearlyLargest
                }
            case .unread: try askOn()
            case .noise, .sealedNoise: try makeNoise()
            case .signatures: try sign()
            case .halfHandshakes:
                try hold {
                    try self.open()
                } sending: {
                    self.field.flights[0].prefix(100)
                }
            case .handshakes: _ = try handshake()
            case .replays: try replay()
            case .splices: try splice()
            case .records:
                try hold {
                    try self.open()
                } sending: {
                    Self.largeRecord
                }
            }
        } catch {
            lines[next] = nil
        }
    }

    // MARK: Moves

    private func open() throws(PlatformError) -> Line {
        let endpoint = attack.isSealed ? field.sealed : field.plain
        return Line(try StreamSocket.connect(to: endpoint, timeoutMilliseconds: 2_000))
    }

    private func greeted() throws(PlatformError) -> Line {
        let line = try open()
        try line.send(field.hello[...])
        return line
    }

    /// Fills the places with connections that have sent something and stay.
    private func hold(_ connect: () throws -> Line, sending bytes: () -> ArraySlice<UInt8>) throws {
        if let line = lines[next] {
            // Whether it is there still shows when something more is sent.
            cls_pause(20_000)
            try line.send([0])
            return
        }
        let line = try connect()
        try line.send(bytes())
        lines[next] = line
    }

    private func sendNextByte() throws {
        let line = try lines[next] ?? open()
        lines[next] = line
        try line.send(field.hello[line.sentCount...].prefix(1))
        cls_pause(20_000)
    }

    /// A frame's beginning with a length that nobody before Hello may send, and as much as one might keep for it.
    private func announcement() -> ArraySlice<UInt8> {
        var bytes = field.hello + [UInt8](repeating: 0, count: 4_000)
        let length: UInt32 = [.max, 1 << 20, 65_536, 4_097, 4_096, 0, 31].randomElement(using: &random) ?? 0
        withUnsafeBytes(of: length.littleEndian) { bytes.replaceSubrange(0..<4, with: $0) }
        return bytes[..<4_000]
    }

    /// The largest frame that a gateway may send, without its last bytes.
    private static let nearlyLargest: ArraySlice<UInt8> = {
        var bytes = [UInt8](repeating: 0, count: WireLimits.frameByteCountMaxGateway - 100)
        bytes.withUnsafeMutableBytes { frame in
            frame.storeBytes(of: UInt32(WireLimits.frameByteCountMaxGateway).littleEndian, as: UInt32.self)
            frame.storeBytes(of: FrameHeader.magic.littleEndian, toByteOffset: 4, as: UInt16.self)
            frame[6] = FrameHeader.frameVersion
        }
        return bytes[...]
    }()

    /// The header of a handshake record with all the bytes that two bytes can say (RFC 8446 allows 16,384).
    private static let largeRecord = ([22, 3, 1, 0xff, 0xff] + [UInt8](repeating: 1, count: 16_000))[...]

    /// Pings, as many as are read at once.
    private static let questions: [UInt8] = {
        let ping = Ping(payload: 1).encodedFrame(correlationID: 3)
        return [UInt8](repeatElement(ping, count: 65_536 / ping.count).joined())
    }()

    private static let ownBufferByteCount: Int32 = 65_536

    /// Asks and does not read, until the daemon reads no more.
    private func askOn() throws {
        let line: Line
        if let known = lines[next] {
            line = known
        } else {
            line = try greeted()
            // Its own kernel's buffers: they are of this machine, and not to be counted as the daemon's.
            _ = cls_make_nonblocking(line.socket.descriptor.rawValue, Self.ownBufferByteCount)
            lines[next] = line
        }
        let sent = Self.questions.withUnsafeBytes {
            cls_send(line.socket.descriptor.rawValue, $0.baseAddress, $0.count)
        }
        if sent < 0, cls_would_block(sent) == 0 { lines[next] = nil }
        if sent < 0 { cls_pause(20_000) }
    }

    private func makeNoise() throws {
        let line = try open()
        try line.send((0..<Int.random(in: 1...200, using: &random)).map { _ in UInt8.random(in: 0...255) }[...])
        _ = try? HostileField.frame(from: line.socket)
    }

    private func sign() throws {
        let line = try greeted()
        _ = try HostileField.frame(from: line.socket)
        try line.send(field.stolen[...])
        let answer = try HostileField.frame(from: line.socket)
        if answer.withUnsafeBytes({ FrameHeader(parsing: $0).templateID }) != Reject.templateID { score.succeed() }
    }

    private func handshake() throws -> (line: Line, session: TLSSession) {
        let line = try open()
        let session = try field.stranger.makeSession(host: "127.0.0.1")
        while session.handshake() == .needsInput {
            try line.send(HostileField.taken(from: session)[...])
            guard try HostileField.receive(from: line.socket, session) else { break }
        }
        return (line, session)
    }

    private func replay() throws {
        let line = try open()
        for flight in field.flights {
            try line.send(flight[...])
            try drain(line, toEnd: flight == field.flights.last)
        }
    }

    private func splice() throws {
        let line = try open()
        let session = try field.stranger.makeSession(host: "127.0.0.1")
        _ = session.handshake()
        try line.send(HostileField.taken(from: session)[...])
        try drain(line, toEnd: false)
        for flight in field.flights.dropFirst() { try line.send(flight[...]) }
        try drain(line, toEnd: true)
    }

    /// Takes what comes: once, or until the daemon closes.
    private func drain(_ line: Line, toEnd: Bool) throws {
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while try chunk.withUnsafeMutableBytes({ try line.socket.receive(into: $0) }) > 0, toEnd {}
    }
}
