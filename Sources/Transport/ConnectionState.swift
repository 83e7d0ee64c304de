public import Wire

/// What another process has to know of a connection to go on with it, apart from its socket.
///
/// A connection is handed over between two frames of the server's: everything that was asked and taken on is answered
/// and in the socket. What the client has sent beyond that lies in `input`, or in the socket.
public struct ConnectionState: Sendable, Equatable {
    /// What the listener that accepted it is for.
    public var role: SocketRole
    /// Whether Hello was answered.
    public var isGreeted: Bool
    /// The schema version that Hello agreed on.
    public var schemaVersion: UInt16
    /// Requests that it may have in flight, as Hello agreed.
    public var credit: UInt32
    /// The correlation id of the request accepted last; zero for none.
    public var lastAcceptedCorrelationID: UInt64
    /// The number of the principal that was authenticated on it; zero for none.
    public var principalID: UInt64
    /// Bytes that were read and not looked at: whole frames, or a part of one.
    public var input: [UInt8]

    /// Describes a connection.
    public init(
        role: SocketRole,
        isGreeted: Bool,
        schemaVersion: UInt16,
        credit: UInt32,
        lastAcceptedCorrelationID: UInt64,
        principalID: UInt64 = 0,
        input: [UInt8]
    ) {
        self.role = role
        self.isGreeted = isGreeted
        self.schemaVersion = schemaVersion
        self.credit = credit
        self.lastAcceptedCorrelationID = lastAcceptedCorrelationID
        self.principalID = principalID
        self.input = input
    }
}

// MARK: - Bytes

extension ConnectionState {
    /// Why bytes are no list of connections.
    public enum Malformed: Error, Equatable, CustomStringConvertible {
        /// They were written by another version of the program.
        case form(UInt32)
        /// They end early, or hold what cannot be.
        case content

        /// The error in a sentence.
        public var description: String {
            switch self {
            case .form(let form): "connections were handed over in form \(form); this version knows form \(Self.known)"
            case .content: "what was handed over with the connections makes no sense"
            }
        }

        static let known: UInt32 = 1
    }

    /// The most that the input of one may have: a whole buffer of frames behind the largest frame.
    public static let inputByteCountMax = 4 << 20

    /// Connections in order, as bytes: the form and the number (u32 each), then for each one role, flags (u8), schema
    /// version (u16), credit (u32), last id (u64), where the flags say so its principal (u64), length (u32) and the
    /// input; little-endian.
    public static func encode(_ connections: [ConnectionState]) -> [UInt8] {
        var bytes: [UInt8] = []
        append(Malformed.known, to: &bytes)
        append(UInt32(connections.count), to: &bytes)
        for connection in connections {
            append(connection.role.rawValue, to: &bytes)
            append((connection.isGreeted ? 1 : 0) | (connection.principalID == 0 ? 0 : hasPrincipal), to: &bytes)
            append(connection.schemaVersion, to: &bytes)
            append(connection.credit, to: &bytes)
            append(connection.lastAcceptedCorrelationID, to: &bytes)
            if connection.principalID != 0 { append(connection.principalID, to: &bytes) }
            append(UInt32(connection.input.count), to: &bytes)
            bytes += connection.input
        }
        return bytes
    }

    /// The same, read.
    public static func decode(_ bytes: [UInt8]) throws(Malformed) -> [ConnectionState] {
        var reader = Reader(rest: bytes[...])
        let form: UInt32 = try reader.next()
        guard form == Malformed.known else { throw .form(form) }
        let count: UInt32 = try reader.next()
        var connections: [ConnectionState] = []
        for _ in 0..<count {
            guard let role = SocketRole(rawValue: try reader.next()) else { throw .content }
            let flags: UInt8 = try reader.next()
            guard flags <= 1 | hasPrincipal else { throw .content }
            let state = ConnectionState(
                role: role,
                isGreeted: flags & 1 != 0,
                schemaVersion: try reader.next(),
                credit: try reader.next(),
                lastAcceptedCorrelationID: try reader.next(),
                principalID: flags & hasPrincipal != 0 ? try reader.next() : 0,
                input: try reader.bytes(count: try reader.next())
            )
            guard state.isGreeted ? state.credit > 0 : state.credit == 0 else { throw .content }
            connections.append(state)
        }
        guard reader.rest.isEmpty else { throw .content }
        return connections
    }

    /// Behind the last id comes a principal's number.
    private static let hasPrincipal: UInt8 = 2

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func next<Number: FixedWidthInteger>() throws(Malformed) -> Number {
            let count = Number.bitWidth / 8
            guard rest.count >= count else { throw .content }
            var number: Number = 0
            for (index, byte) in rest.prefix(count).enumerated() {
                number |= Number(truncatingIfNeeded: byte) << (8 * index)
            }
            rest = rest.dropFirst(count)
            return number
        }

        mutating func bytes(count: UInt32) throws(Malformed) -> [UInt8] {
            guard count <= inputByteCountMax, rest.count >= count else { throw .content }
            defer { rest = rest.dropFirst(Int(count)) }
            return Array(rest.prefix(Int(count)))
        }
    }
}
