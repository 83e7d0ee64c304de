/// Why a message in an undamaged frame is refused: where, what is wrong and what would be right.
///
/// The connection goes on; the peer gets a Reject with `rejectCode` and `detail`.
public struct WireError: Error, Equatable, Sendable {
    /// The template of the message that was refused.
    public let templateID: UInt16
    /// The field's name as in the schema; empty when no single field is at fault.
    public let field: String
    /// What is wrong.
    public let problem: Problem

    /// An error at a field.
    public init(templateID: UInt16, field: String = "", problem: Problem) {
        self.templateID = templateID
        self.field = field
        self.problem = problem
    }

    /// What is wrong with a message or a field.
    public enum Problem: Equatable, Sendable {
        /// No such template in this schema version.
        case unknownTemplate
        /// A message of another template than the one asked for.
        case unexpectedTemplate(expected: UInt16)
        /// Not this schema, or version 0.
        case unknownSchema(id: UInt16, version: UInt16)
        /// The root or group block is shorter than that of the frame's version.
        case blockTooShort(byteCount: Int, minimum: Int)
        /// The body ends before what it announces.
        case truncated(byteCount: Int, needed: Int)
        /// Bytes are left after the last field that this version has.
        case trailingBytes(Int)
        /// More group entries than the limit.
        case tooManyEntries(Int, maximum: Int)
        /// A reserved field or bit is set.
        case reservedNotZero
        /// A number outside of its range.
        case outOfRange(Int64, minimum: Int64, maximum: Int64)
        /// An enumeration has no such value.
        case unknownValue(UInt64)
        /// An identifier of zero.
        case zeroIdentifier
        /// A public key for which anybody can sign, or that is not in its canonical form.
        case unsoundKey
        /// Characters that the field does not take.
        case malformedCharacters(expected: CharacterRule)
        /// Not UTF-8, or control characters.
        case malformedText
        /// More bytes than the limit.
        case textTooLong(byteCount: Int, maximum: Int)
    }

    /// What a fixed-width character field takes.
    public enum CharacterRule: String, Equatable, Sendable {
        /// ISO 4217.
        case currency = "three upper-case letters"
        /// ISO 3166-1.
        case country = "two upper-case letters"
        /// Digits or nothing.
        case digits = "decimal digits in every place, or all zero bytes"
        /// Characters, then padding.
        case printable = "printable ASCII, then zero bytes to the end"
        /// Characters of a name, then padding.
        case paddedUTF8 = "UTF-8 without control characters, then zero bytes to the end"
    }

    /// The code of the Reject that tells the peer.
    public var rejectCode: RejectCode {
        switch problem {
        case .unknownTemplate, .unexpectedTemplate: .unknownTemplate
        case .unknownSchema: .unknownSchema
        case .blockTooShort, .truncated, .trailingBytes, .tooManyEntries: .malformedBody
        case .reservedNotZero: .reservedNotZero
        case .outOfRange, .unknownValue, .unsoundKey: .invalidField
        case .zeroIdentifier: field == "requestId" ? .zeroRequestID : .invalidField
        case .malformedCharacters, .malformedText, .textTooLong: .malformedText
        }
    }

    /// What was wrong and what would be right, for the Reject's detail.
    public var detail: String { field.isEmpty ? explanation : "\(field): \(explanation)" }

    private var explanation: String {
        switch problem {
        case .unknownTemplate: "no message has template \(templateID)"
        case .unexpectedTemplate(let expected): "template \(templateID) where \(expected) was expected"
        case .unknownSchema(let id, let version):
            "schema \(id) version \(version) is not known; this is schema \(FrameHeader.schemaID), versions from 1"
        case .blockTooShort(let count, let minimum): "the block has \(count) bytes; it needs at least \(minimum)"
        case .truncated(let count, let needed): "the body has \(count) bytes; its parts need at least \(needed)"
        case .trailingBytes(let count): "\(count) bytes are left after the last part of the body"
        case .tooManyEntries(let count, let maximum): "\(count) entries; at most \(maximum) are allowed"
        case .reservedNotZero: "reserved bits are set; they must be zero"
        case .outOfRange(let value, let minimum, let maximum): "\(value) is not from \(minimum) to \(maximum)"
        case .unknownValue(let value): "\(value) is not a value of this enumeration"
        case .unsoundKey:
            "is a key for which anybody can sign, or not in canonical form (RFC 8032, section 5.1.3); draw a new one"
        case .zeroIdentifier:
            switch field {
            case "requestId": "is zero; draw 128 random bits and store them before sending"
            case "cardToken": "is zero, which names no card; a token is the 128 bits that the card was made with"
            default: "is zero, which names nothing"
            }
        case .malformedCharacters(let expected): "must be \(expected.rawValue)"
        case .malformedText: "must be UTF-8 without control characters"
        case .textTooLong(let count, let maximum): "\(count) bytes; at most \(maximum) are allowed"
        }
    }
}
