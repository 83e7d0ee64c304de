public import Wire

/// What is done with bytes that pretend to come from a connection.
///
/// The first byte of an input says how much of the rest is set right, because no fuzzer guesses a checksum: bit 0 the
/// frame header's magic, version, length, flags and checksum; bit 1 the schema's id and version, which is that of
/// version 1 unless bit 3 asks for the newest; bit 2 that pushes are taken.
public enum FrameBody {
    /// Cuts and decodes frames until the bytes refuse to go on.
    ///
    /// Traps when a message does not come back as it was sent.
    ///
    /// - Returns: Whether `isSought` was true of a message.
    public static func run(_ input: UnsafeRawBufferPointer, isSought: (AnyMessage) -> Bool = { _ in false }) -> Bool {
        guard let mode = input.first else { return false }
        var bytes = Array(input.dropFirst())
        if mode & 1 != 0 {
            let version = mode & 8 == 0 ? 1 : FrameHeader.schemaVersion
            seal(&bytes, schemaVersion: mode & 2 == 0 ? nil : version)
        }
        let cutter = FrameCutter(
            frameByteCountMax: WireLimits.frameByteCountMaxAdministration,
            acceptsPushes: mode & 4 != 0
        )
        return bytes.withUnsafeBytes { whole in
            var isFound = false
            var rest = whole
            while case .frame(let header) = cutter.cut(rest) {
                let count = Int(header.frameByteCount)
                precondition(count >= WireLimits.frameHeaderByteCount && count <= rest.count, "a frame is in its bytes")
                let body = UnsafeRawBufferPointer(rebasing: rest[WireLimits.frameHeaderByteCount..<count])
                if let message = try? AnyMessage(decoding: body, header: header) {
                    checkRoundTrip(message, header)
                    isFound = isFound || isSought(message)
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return isFound
        }
    }

    /// Whether a message is decoded that came with the newest schema version.
    public static func reachesNewestVersion(_ input: UnsafeRawBufferPointer) -> Bool {
        run(input) { message in if case .increment = message { true } else { false } }
    }

    /// What was decoded must encode, and decode to the same again.
    private static func checkRoundTrip(_ message: AnyMessage, _ header: FrameHeader) {
        let sizesAreRight: Void? = try? message.message.checkSizes()
        precondition(sizesAreRight != nil, "what was decoded is within the limits")
        let frame = message.message.encodedFrame(correlationID: header.correlationID)
        frame.withUnsafeBytes { bytes in
            let cutter = FrameCutter(frameByteCountMax: bytes.count, acceptsPushes: true)
            guard case .frame(let again) = cutter.cut(bytes) else { preconditionFailure("our own frame is good") }
            let body = UnsafeRawBufferPointer(rebasing: bytes[WireLimits.frameHeaderByteCount...])
            let decoded = try? AnyMessage(decoding: body, header: again)
            precondition(decoded == message, "a message comes back as it was sent")
        }
    }

    private static func seal(_ bytes: inout [UInt8], schemaVersion: UInt16?) {
        let count = bytes.count
        guard count >= WireLimits.frameHeaderByteCount else { return }
        bytes.withUnsafeMutableBytes { frame in
            frame.storeBytes(of: UInt32(count).littleEndian, as: UInt32.self)
            frame.storeBytes(of: FrameHeader.magic.littleEndian, toByteOffset: 4, as: UInt16.self)
            frame[6] = FrameHeader.frameVersion
            frame[7] = 0
            if let schemaVersion {
                frame.storeBytes(of: UInt16(16_723).littleEndian, toByteOffset: 28, as: UInt16.self)
                frame.storeBytes(of: schemaVersion.littleEndian, toByteOffset: 30, as: UInt16.self)
            }
            let checksum = FrameCutter.checksum(ofFrame: UnsafeRawBufferPointer(frame))
            frame.storeBytes(of: checksum.littleEndian, toByteOffset: 20, as: UInt32.self)
        }
    }
}
