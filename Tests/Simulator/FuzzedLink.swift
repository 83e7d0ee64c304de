import Cryptography
import Transport
import Wire

/// A stranger's side of a connection: what was sent on it, and what may come back.
final class FuzzedLink {
    let channel: Link
    let isSealed: Bool
    /// What was sent, frame by frame.
    private(set) var history: [[UInt8]] = []
    /// What a signature is over, once both halves of it were sent.
    private(set) var transcript: SHA256Digest?
    /// Whether a signature was sent that is right.
    var hasSigned = false
    private var isKnown = false
    private var hello: [UInt8]?
    /// How many frames with a number were sent, less the answers.
    private var asked: [UInt64: Int] = [:]
    /// Whether bytes were sent that nobody looked at here.
    private var isOpaque = false

    private static let historyCountMax = 32

    init(_ channel: Link, isSealed: Bool) {
        self.channel = channel
        self.isSealed = isSealed
    }

    /// Sends a whole frame.
    func send(_ frame: [UInt8]) {
        channel.toServer += frame
        if history.count < Self.historyCountMax { history.append(frame) }
        let header = frame.withUnsafeBytes { FrameHeader(parsing: $0) }
        asked[header.correlationID, default: 0] += 1
        if header.templateID == Hello.templateID, hello == nil { hello = frame }
    }

    /// Sends bytes that nobody looks at here.
    func sendOpaque(_ bytes: [UInt8]) {
        channel.toServer += bytes
        isOpaque = true
    }

    /// Sets the parts of a header right that nobody guesses.
    ///
    /// - Parameters:
    ///   - schemaVersion: The schema's version; nil leaves what there is.
    ///   - number: The correlation id; nil leaves what there is.
    static func seal(_ frame: UnsafeMutableRawBufferPointer, schemaVersion: UInt16?, _ number: UInt64?) {
        frame.storeBytes(of: UInt32(frame.count).littleEndian, as: UInt32.self)
        frame.storeBytes(of: FrameHeader.magic.littleEndian, toByteOffset: 4, as: UInt16.self)
        frame[6] = FrameHeader.frameVersion
        frame[7] = 0
        if let number { frame.storeBytes(of: number.littleEndian, toByteOffset: 8, as: UInt64.self) }
        if let schemaVersion {
            frame.storeBytes(of: FrameHeader.schemaID.littleEndian, toByteOffset: 28, as: UInt16.self)
            frame.storeBytes(of: schemaVersion.littleEndian, toByteOffset: 30, as: UInt16.self)
        }
        let checksum = FrameCutter.checksum(ofFrame: UnsafeRawBufferPointer(frame))
        frame.storeBytes(of: checksum.littleEndian, toByteOffset: 20, as: UInt32.self)
    }

    /// Looks whether a frame may come at all.
    func check(_ header: FrameHeader) {
        if header.correlationID & FrameHeader.pushBit == 0, !isOpaque {
            let open = asked[header.correlationID] ?? 0
            precondition(open > 0, "number \(header.correlationID) is answered, and nobody asked, or asked once")
            asked[header.correlationID] = open - 1
        }
        switch header.templateID {
        case HelloReply.templateID, Pong.templateID, Ping.templateID, Reject.templateID, GoAway.templateID: return
        case AuthenticateReply.templateID:
            precondition(hasSigned, "somebody is taken for a principal who has not signed")
            isKnown = true
        default:
            precondition(!isSealed || isKnown, "somebody is served who has not said who he is")
            precondition(
                channel.role == .administration || header.templateID < Self.administrationTemplateMin,
                "a gateway gets what is an operator's: template \(header.templateID)"
            )
        }
    }

    /// Templates of replies to operators begin here.
    private static let administrationTemplateMin: UInt16 = 0x1000

    /// Keeps what later moves need.
    func note(_ header: FrameHeader, _ frame: [UInt8]) throws {
        guard header.templateID == HelloReply.templateID, let hello else { return }
        transcript = try SHA256().digest(hello + frame)
    }
}
