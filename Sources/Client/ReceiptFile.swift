internal import Cryptography
public import Domain
public import Platform
public import Wire

/// Receipts for decisions in a file, one behind the other (Protocol/AUDIT.md, receipts). For one process at a time.
///
///     var receipts = try ReceiptFile("receipts")
///     let question = ReceiptGet(requestID: id, transmissionTime: time, previousLSN: receipts.lastLSN)
///     let reply = try client.call(question, returning: ReceiptGetReply.self)
///     if reply.state == .given { try receipts.keep(reply, of: id, answered: decision) }    // else ask again later
public struct ReceiptFile: ~Copyable {
    /// Why a receipt is not kept.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// The file cannot be read or written.
        case storage(PlatformError)
        /// It is not of the decision that was answered. Keep both: they are evidence.
        case mismatch(expected: String, receipt: String)

        /// What is wrong.
        public var description: String {
            switch self {
            case .storage(let error): "\(error)"
            case .mismatch(let expected, let receipt): "not a receipt for \(expected):\n\(receipt)"
            }
        }
    }

    private static let byteCountMax = 256 << 20
    private static let dash = "\u{2014} "

    /// The record of the receipt that was kept last; zero for none. The next one is asked for behind it.
    public private(set) var lastLSN: LogSequenceNumber
    private let file: FileDescriptor
    private var byteCount: UInt64

    /// Opens a file, or makes it. What a crash has left of a receipt that was being written is overwritten.
    ///
    /// - Throws: `.storage`.
    public init(_ path: String) throws(Failure) {
        let (end, last) = try Self.whole(path)
        file = try Self.open(path, byteCount: UInt64(end))
        byteCount = UInt64(end)
        lastLSN = last
    }

    /// How many bytes of a file whole receipts have, and the record of the last one.
    private static func whole(_ path: String) throws(Failure) -> (end: Int, lsn: LogSequenceNumber) {
        guard FileSystem.exists(path) else { return (0, .zero) }
        let bytes: [UInt8]
        do throws(PlatformError) {
            bytes = try FileSystem.contents(of: path, byteCountMax: byteCountMax)
        } catch {
            throw .storage(error)
        }
        var (end, line) = (0, 0)
        var (place, last) = (UInt64(0), UInt64(0))
        for next in bytes.indices where bytes[next] == 10 {
            let text = bytes[line..<next]
            if text.starts(with: "record ".utf8) {
                place = UInt64(String(decoding: text.dropFirst(7), as: UTF8.self)) ?? 0
            }
            if text.starts(with: dash.utf8) { (end, last) = (next + 1, place) }
            line = next + 1
        }
        return (end, LogSequenceNumber(rawValue: last))
    }

    private static func open(_ path: String, byteCount: UInt64) throws(Failure) -> FileDescriptor {
        do throws(PlatformError) {
            let file = try FileDescriptor.open(path, .openOrCreate)
            try file.truncate(toByteCount: byteCount)
            return file
        } catch {
            throw .storage(error)
        }
    }

    /// Appends a receipt, durably, when it is of this decision.
    ///
    /// - Parameters:
    ///   - reply: The answer to `ReceiptGet` behind `lastLSN`; given.
    ///   - requestID: The request.
    ///   - decision: What was answered to it.
    /// - Throws: `.mismatch`, `.storage`.
    public mutating func keep(
        _ reply: ReceiptGetReply,
        of requestID: RequestID,
        answered decision: DecisionBlock
    ) throws(Failure) {
        let expected = [
            "record \(decision.lsn.rawValue)",
            "request \(Hexadecimal.text(requestID.bytes))",
            "decision \(decision.outcome.receiptName) \(decision.responseCode) \(decision.approvedAmount)",
            "previous \(lastLSN.rawValue)",
        ]
        let lines = reply.receipt.split(separator: "\n", omittingEmptySubsequences: false)
        guard reply.state == .given, lines.count >= 11, lines[0] == "assent/receipt/v1",
            ([lines[3]] + lines[5...7]).map({ String($0) }) == expected, lines[8].isEmpty,
            lines.count(where: \.isEmpty) == 2, lines[9].hasPrefix(Self.dash)
        else { throw .mismatch(expected: expected.joined(separator: ", "), receipt: reply.receipt) }
        let bytes = Array(reply.receipt.utf8)
        do throws(PlatformError) {
            try file.write(bytes, at: byteCount)
            try file.synchronize()
        } catch {
            throw .storage(error)
        }
        byteCount += UInt64(bytes.count)
        lastLSN = decision.lsn
    }
}
