/// What is wrong with a frame. The connection cannot go on: it is told by a Reject, then closed.
public enum FrameError: Error, Equatable, Sendable {
    /// Bytes 4 and 5 are not 50 EB.
    case badMagic(UInt16)
    /// A frame version that is not spoken.
    case unsupportedVersion(UInt8)
    /// Shorter than a header or longer than the session's limit.
    case badLength(UInt32, maximum: Int)
    /// The checksum does not match.
    case badChecksum(carried: UInt32, computed: UInt32)
    /// Flags are set, or a client set the bit that marks a server's push.
    case reservedBits(flags: UInt8, correlationID: UInt64)

    /// The code of the Reject that tells the peer.
    public var rejectCode: RejectCode {
        switch self {
        case .badMagic: .badMagic
        case .unsupportedVersion: .unsupportedFrameVersion
        case .badLength: .badLength
        case .badChecksum: .badChecksum
        case .reservedBits: .headerBitsReserved
        }
    }

    /// What was wrong and what would be right, for the Reject's detail.
    public var detail: String {
        switch self {
        case .badMagic(let magic): "bytes 4 and 5 are \(hexadecimal(UInt64(magic.byteSwapped), digits: 4)), not 50eb"
        case .unsupportedVersion(let version): "frame version \(version) is not spoken; versions spoken: 1"
        case .badLength(let length, let maximum): "frame length \(length) is not from 32 to \(maximum)"
        case .badChecksum(let carried, let computed):
            "CRC-32C is \(hexadecimal(UInt64(carried), digits: 8)); over these bytes, with the field taken as zero, "
                + "it is \(hexadecimal(UInt64(computed), digits: 8))"
        case .reservedBits(let flags, let correlationID):
            flags != 0
                ? "frame flags are \(flags); all are reserved and must be zero"
                : "correlation id \(correlationID) has the top bit, which only the server sets"
        }
    }
}

/// The number's last hexadecimal digits.
func hexadecimal(_ number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
