import Foundation
import Testing
import Wire

/// A frame beside its fields, from `Protocol/vectors/valid.json`.
struct ValidVector: Decodable, CustomTestStringConvertible, Sendable {
    let name: String
    let message: String
    let correlationId: String
    let deadlineMicroseconds: UInt32
    let version: UInt16
    let canonical: Bool
    let fields: Plain
    let frame: String

    var bytes: [UInt8] { WireTests.bytes(fromHexadecimal: frame) }
    var testDescription: String { name }

    static let all: [ValidVector] = load("valid")
}

/// A frame beside the rule that it breaks, from `Protocol/vectors/invalid.json`.
struct InvalidVector: Decodable, CustomTestStringConvertible, Sendable {
    let name: String
    let code: UInt16
    let codeName: String
    let field: String
    let rule: String
    let frameBytesMax: Int
    let from: String
    let frame: String

    var bytes: [UInt8] { WireTests.bytes(fromHexadecimal: frame) }
    var testDescription: String { name }

    static let all: [InvalidVector] = load("invalid")
}

private struct VectorFile<Vector: Decodable>: Decodable {
    let vectors: [Vector]
}

/// An unreadable file gives no vectors, which a test of their number notices.
private func load<Vector: Decodable>(_ name: String) -> [Vector] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Protocol/vectors/\(name).json")
    guard let data = try? Data(contentsOf: url) else { return [] }
    return (try? JSONDecoder().decode(VectorFile<Vector>.self, from: data).vectors) ?? []
}

/// What became of a frame.
enum Judgement: Equatable {
    case message(AnyMessage, FrameHeader)
    case refused(code: UInt16, field: String)
    case incomplete
}

/// Cuts and decodes as a receiver does.
func judge(_ bytes: [UInt8], cutter: FrameCutter) -> Judgement {
    bytes.withUnsafeBytes { buffer in
        switch cutter.cut(buffer) {
        case .needsMore: return .incomplete
        case .failure(let error): return .refused(code: error.rejectCode.rawValue, field: "")
        case .frame(let header):
            let body = UnsafeRawBufferPointer(rebasing: buffer[32..<Int(header.frameByteCount)])
            do throws(WireError) {
                return .message(try AnyMessage(decoding: body, header: header), header)
            } catch {
                return .refused(code: error.rejectCode.rawValue, field: error.field)
            }
        }
    }
}

/// A cutter that takes whatever a client of the administration socket takes.
let lenientCutter = FrameCutter(frameByteCountMax: WireLimits.frameByteCountMaxAdministration, acceptsPushes: true)

/// Puts length and checksum right after bytes were changed.
func resealed(_ frame: [UInt8]) -> [UInt8] {
    var frame = frame
    let count = UInt32(frame.count)
    for index in 0..<4 { frame[index] = UInt8(truncatingIfNeeded: count >> UInt32(8 * index)) }
    frame.withUnsafeMutableBytes { FrameSeal.seal($0) }
    return frame
}
