import Foundation

/// Writes captures of TCP conversations in the classic pcap format, link type 101 (raw IP).
struct Capture {
    private(set) var data = Data()
    private var packetCount: UInt32 = 0

    init() {
        append(littleEndian: 0xA1B2_C3D4 as UInt32)
        append(littleEndian: 2 as UInt16)
        append(littleEndian: 4 as UInt16)
        for word: UInt32 in [0, 0, 262_144, 101] { append(littleEndian: word) }
    }

    /// One side of a conversation.
    struct Side {
        var address: UInt32
        var port: UInt16
        var sequence: UInt32
    }

    /// Adds a packet from one side to the other, and moves the sender's sequence number on.
    mutating func addPacket(from sender: inout Side, to receiver: Side, flags: UInt8 = 0x18, payload: [UInt8] = []) {
        var packet: [UInt8] = [0x45, 0]
        packet += bigEndian(UInt16(40 + payload.count)) + [0, 1, 0, 0, 64, 6, 0, 0]
        packet += bigEndian(sender.address) + bigEndian(receiver.address)
        packet += bigEndian(sender.port) + bigEndian(receiver.port)
        packet += bigEndian(sender.sequence) + bigEndian(receiver.sequence)
        packet += [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0] + payload
        append(littleEndian: 1_795_253_400 as UInt32)
        append(littleEndian: packetCount * 100)
        append(littleEndian: UInt32(packet.count))
        append(littleEndian: UInt32(packet.count))
        data.append(contentsOf: packet)
        packetCount += 1
        sender.sequence &+= UInt32(payload.count) + (flags & 2 == 0 ? 0 : 1)
    }

    /// Adds a conversation: the handshake, then what each side says, cut into segments of the given sizes in turn.
    mutating func addConversation(_ turns: [(fromServer: Bool, bytes: [UInt8])], segmentSizes: [Int]) {
        var client = Side(address: 0x7F00_0001, port: 40_000, sequence: 1_000)
        var server = Side(address: 0x7F00_0002, port: Tshark.port, sequence: 5_000)
        addPacket(from: &client, to: server, flags: 0x02)
        addPacket(from: &server, to: client, flags: 0x12)
        addPacket(from: &client, to: server, flags: 0x10)
        var round = 0
        for turn in turns {
            var rest = turn.bytes[...]
            while !rest.isEmpty {
                let segment = Array(rest.prefix(segmentSizes[round % segmentSizes.count]))
                rest = rest.dropFirst(segment.count)
                round += 1
                if turn.fromServer {
                    addPacket(from: &server, to: client, payload: segment)
                } else {
                    addPacket(from: &client, to: server, payload: segment)
                }
            }
        }
    }

    private mutating func append<Integer: FixedWidthInteger>(littleEndian value: Integer) {
        withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }

    private func bigEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
