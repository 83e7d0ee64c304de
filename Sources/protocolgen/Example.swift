import Foundation

/// A test vector, shown byte by byte in the specification.
struct Example {
    let name: String
    let message: String
    let frame: [UInt8]

    /// Reads those of `Protocol/vectors/valid.json`.
    static func load(_ file: URL) throws -> [Example] {
        struct File: Decodable {
            struct Vector: Decodable {
                let name: String
                let message: String
                let frame: String
            }
            let vectors: [Vector]
        }
        return try JSONDecoder().decode(File.self, from: try Data(contentsOf: file)).vectors.map { vector in
            let digits = vector.frame.compactMap(\.hexDigitValue)
            let frame = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
            return Example(name: vector.name, message: vector.message, frame: frame)
        }
    }
}

extension MarkdownGenerator {
    /// Every field of the header, of the block and of the data on a line of its own.
    func example(_ example: Example) -> String {
        guard let message = schema.messages.first(where: { $0.name == example.message }) else { return "" }
        var dump = Dump(bytes: example.frame)
        let header: [(String, Int, String)] = [
            ("length", 4, "\(example.frame.count)"), ("magic", 2, "0xEB50"), ("frame version", 1, "1"),
            ("flags", 1, "none"), ("correlation id", 8, dump.number(at: 8, count: 8)),
            ("deadline", 4, dump.number(at: 16, count: 4)),
            ("CRC-32C", 4, "0x" + dump.reversedHexadecimal(at: 20, count: 4)),
            ("block length", 2, "\(message.block.byteCount)"), ("template", 2, message.name),
            ("schema", 2, "\(schema.id)"), ("schema version", 2, "\(schema.version)"),
        ]
        for (name, count, meaning) in header { dump.add(count, name, meaning) }
        add(message.block, to: &dump)
        for data in message.data {
            let width = data.type.lengthPrimitive.byteCount
            let count = Int(dump.number(at: dump.position, count: width)) ?? 0
            dump.add(width, "length of \(data.name)", "\(count)")
            if count > 0 { dump.add(count, data.name, "\"" + dump.text(at: dump.position, count: count) + "\"") }
        }
        return "```\n" + dump.text + "```\n"
    }

    private func add(_ block: Schema.Block, prefix: String = "", to dump: inout Dump) {
        for field in block.fields {
            if case .composite(let type) = field.type, !type.isIdentifier {
                add(type.block, prefix: "\(field.name).", to: &dump)
                continue
            }
            let count = field.type.byteCount
            dump.add(count, prefix + field.name, dump.meaning(of: field, at: dump.position))
        }
    }
}

/// Lines of offset, bytes, name and meaning.
private struct Dump {
    let bytes: [UInt8]
    private(set) var position = 0
    private(set) var text = ""

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func add(_ count: Int, _ name: String, _ meaning: String) {
        let all = bytes[position..<position + count].map { protocolgen.hexadecimal(Int($0), digits: 2).lowercased() }
        for start in stride(from: 0, to: count, by: 16) {
            let row = all[start..<min(start + 16, count)].joined(separator: " ")
            let offset = String(repeating: " ", count: 3 - "\(position + start)".count) + "\(position + start)"
            let padding = String(repeating: " ", count: 48 - row.count)
            text +=
                start == 0
                ? "\(offset)  \(row)\(padding)\(name)\(meaning.isEmpty ? "" : " = \(meaning)")\n"
                : "\(offset)  \(row)\n"
        }
        position += count
    }

    func number(at offset: Int, count: Int) -> String {
        String(bytes[offset..<offset + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    func reversedHexadecimal(at offset: Int, count: Int) -> String {
        bytes[offset..<offset + count].reversed().map { protocolgen.hexadecimal(Int($0), digits: 2) }.joined()
    }

    func text(at offset: Int, count: Int) -> String {
        String(decoding: bytes[offset..<offset + count].prefix { $0 != 0 }, as: UTF8.self)
    }

    func meaning(of field: Schema.Field, at offset: Int) -> String {
        let count = field.type.byteCount
        switch field.type {
        case .enumeration(let type):
            let value = number(at: offset, count: count)
            return type.values.first { "\($0.value)" == value }?.name ?? "null"
        case .set(let type):
            let value = UInt64(number(at: offset, count: count)) ?? 0
            let names = (0..<64).filter { value >> UInt64($0) & 1 == 1 }.map { bit in
                type.choices.first { $0.value == bit }?.name ?? "bit \(bit)"
            }
            return names.count > 4 ? "\(names.count) bits" : names.joined(separator: ", ")
        case .composite:
            let digits = reversedHexadecimal(at: offset, count: 8) + reversedHexadecimal(at: offset + 8, count: 8)
            return uuid(digits.lowercased())
        case .primitive(let type):
            if field.isReserved { return "" }
            if type.primitive == .char { return "\"" + text(at: offset, count: count) + "\"" }
            if type.length > 1 { return "" }
            let value = number(at: offset, count: count)
            guard type.primitive == .int64 else { return value }
            let signed = Int64(bitPattern: UInt64(value) ?? 0)
            return signed == .min ? "null" : String(signed)
        }
    }

    private func uuid(_ digits: String) -> String {
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}
