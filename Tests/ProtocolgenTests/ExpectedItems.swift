import Foundation

@testable import protocolgen

/// What the dissector must show for a vector: worked out from the schema and the vector's fields, not from the bytes.
struct ExpectedItems {
    private(set) var items: [String] = []

    /// - Parameter version: The schema version of the frame, which lacks what came later.
    init(_ message: Schema.Message, fields: [String: Any], version: Int) {
        let prefix = "assent.\(message.name)"
        add(message.block, prefix: prefix, fields: fields, version: version)
        for group in message.groups {
            for case let entry as [String: Any] in fields[group.name] as? [Any] ?? [] {
                add(group.block, prefix: "\(prefix).\(group.name)", fields: entry)
                for data in group.data { add("\(prefix).\(group.name).\(data.name)", text: entry[data.name]) }
            }
        }
        for data in message.data { add("\(prefix).\(data.name)", text: fields[data.name]) }
    }

    private mutating func add(_ name: String, text: Any?) { items.append("\(name)=\(text as? String ?? "?")") }

    private mutating func add(_ block: Schema.Block, prefix: String, fields: [String: Any], version: Int = .max) {
        for field in block.fields where !field.isReserved && field.since <= version {
            let name = "\(prefix).\(field.name)"
            let value = fields[field.name]
            if value is NSNull {
                items.append("\(name)=null")
                continue
            }
            if case .composite(let type) = field.type, !type.isIdentifier {
                items.append("\(name)=")
                add(type.block, prefix: "assent.\(type.name)", fields: value as? [String: Any] ?? [:])
                continue
            }
            items.append("\(name)=\(Self.show(field.type, value))")
        }
    }

    private static func show(_ type: TypeDefinition, _ value: Any?) -> String {
        switch type {
        case .enumeration(let type):
            let name = (value as? NSNumber).map { $0.boolValue ? "yes" : "no" } ?? value as? String
            return type.values.first { $0.name == name }.map { "\($0.value)" } ?? "?"
        case .set(let type):
            let bits = (value as? [String] ?? []).map { name in
                type.choices.first { $0.name == name }?.value ?? Int(name.dropFirst(3)) ?? 0
            }
            let number = bits.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
            let digits = String(number, radix: 16)
            return "0x" + String(repeating: "0", count: 2 * type.encoding.byteCount - digits.count) + digits
        case .primitive(let primitive) where primitive.name == "timestamp" || primitive.name == "optionalTimestamp":
            return date(Int64(value as? String ?? "") ?? -1)
        case .primitive(let primitive) where primitive.name.hasPrefix("bytes"):
            let digits = Array(value as? String ?? "")
            return stride(from: 0, to: digits.count, by: 2).map { String(digits[$0...($0 + 1)]) }.joined(separator: ":")
        case .primitive, .composite:
            return (value as? NSNumber)?.stringValue ?? value as? String ?? "?"
        }
    }

    /// As tshark shows an instant: `Nov 21, 2026 09:30:00.000000000 UTC`.
    private static func date(_ microseconds: Int64) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? calendar.timeZone
        let date = Date(timeIntervalSince1970: Double(microseconds / 1_000_000))
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let clock = [parts.hour, parts.minute, parts.second].map { String(format: "%02d", $0 ?? 0) }
        let day = String(format: "%2d, %d", parts.day ?? 0, parts.year ?? 0)
        let fraction = String(format: "%09d", microseconds % 1_000_000 * 1_000)
        return "\(months[(parts.month ?? 1) - 1]) \(day) \(clock.joined(separator: ":")).\(fraction) UTC"
    }
}
