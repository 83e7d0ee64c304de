import Domain
import Foundation
import Wire

/// A value as the vectors' JSON has it: 64-bit numbers and identifiers as strings, bytes in hexadecimal.
enum Plain: Equatable, Decodable {
    case null
    case bool(Bool)
    case number(Int)
    case string(String)
    case list([Plain])
    case object([String: Plain])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([Plain].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: Plain].self))
        }
    }

    /// A message, or a part of one, by reflection: every stored property under its name in the schema.
    init(reflecting message: Any) {
        var fields: [String: Plain] = [:]
        for child in Mirror(reflecting: message).children {
            fields[schemaName(child.label ?? "")] = Plain(value: child.value)
        }
        self = .object(fields)
    }

    private init(value: Any) {
        if Mirror(reflecting: value).displayStyle == .optional {
            if let some = Mirror(reflecting: value).children.first {
                self = Plain(value: some.value)
            } else {
                self = value is ExpiryMonth? && type(of: value) == ExpiryMonth?.self ? .number(0) : .null
            }
            return
        }
        self = Plain(number: value) ?? Plain(set: value) ?? Plain(text: value) ?? Plain(whole: value)
    }

    private init?(number value: Any) {
        switch value {
        case let value as Bool: self = .bool(value)
        case let value as UInt8: self = .number(Int(value))
        case let value as UInt16: self = .number(Int(value))
        case let value as UInt32: self = .number(Int(value))
        case let value as Int64: self = .string(String(value))
        case let value as UInt64: self = .string(String(value))
        case let value as LogSequenceNumber: self = .string(String(value.rawValue))
        case let value as Instant: self = .string(String(value.microseconds))
        case let value as MerchantCategory: self = .number(Int(value.code))
        case let value as ExpiryMonth: self = .number(Int(value.monthNumber))
        default: return nil
        }
    }

    private init?(text value: Any) {
        switch value {
        case let value as String: self = .string(value)
        case let value as Text16: self = .string(value.description)
        case let value as Text64: self = .string(value.string)
        case let value as Currency: self = .string(value.description)
        case let value as Country: self = .string(value.description)
        case let value as any Identifier128: self = .string(value.description)
        // An empty array of anything can be cast to bytes.
        case let bytes as [UInt8] where type(of: value) == [UInt8].self: self = .string(hexadecimal(bytes))
        default: return nil
        }
    }

    private init?(set value: Any) {
        let (bits, names): (UInt64, [String])
        switch value {
        case let value as RequestFlags:
            (bits, names) = (UInt64(value.rawValue), ["partialApprovalAllowed", "recurring", "estimated"])
        case let value as CheckSet:
            // By bit, which is not the order of precedence.
            let byBit = Check.allCases.sorted { $0.rawValue < $1.rawValue }
            (bits, names) = (UInt64(value.rawValue), byBit.map { "\($0)" })
        case let value as Scopes: (bits, names) = (UInt64(value.rawValue), Scopes.names.map(\.name))
        case let value as PaymentFlags:
            (bits, names) = (
                UInt64(value.rawValue),
                [
                    "fullyReversed", "finalCleared", "expired", "awaitingAuthorization", "reversedBeforeAuthorization",
                    "lateCleared", "overCleared", "standIn", "overLimit", "flagged", "receiptVerified", "fraudReported",
                    "refundPending", "overRefunded", "counted",
                ]
            )
        case let value as Features: (bits, names) = (value.rawValue, ["simulatedClock", "receipts"])
        default: return nil
        }
        self = .list(
            (0..<64).filter { bits >> UInt64($0) & 1 == 1 }.map { .string($0 < names.count ? names[$0] : "bit\($0)") }
        )
    }

    private init(whole value: Any) {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .enum: self = .string(schemaName("\(value)"))
        case .collection: self = .list(mirror.children.map { Plain(value: $0.value) })
        default: self = Plain(reflecting: value)
        }
    }
}

/// `requestID` in Swift is `requestId` in the schema.
private func schemaName(_ name: String) -> String {
    name.replacingOccurrences(of: "IDs", with: "Ids").replacingOccurrences(of: "ID", with: "Id")
        .replacingOccurrences(of: "LSN", with: "Lsn")
}

/// Two digits a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

/// The bytes of a text of hexadecimal digits.
func bytes(fromHexadecimal text: String) -> [UInt8] {
    let digits = text.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
