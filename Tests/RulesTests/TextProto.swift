import Foundation

/// Reads the text form of protocol buffers, as far as the conformance cases of the Common Expression Language use it.
struct TextProto {
    indirect enum Value: Equatable {
        case text([UInt8])
        case word(String)
        case message([Field])
    }

    struct Field: Equatable {
        let name: String
        let value: Value
    }

    private let bytes: [UInt8]
    private var place = 0

    static func parse(_ text: String) -> [Field]? {
        var parser = TextProto(bytes: Array(text.utf8))
        let fields = parser.fields(until: nil)
        return parser.place == parser.bytes.count ? fields : nil
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var current: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skip() {
        while let byte = current {
            if byte == UInt8(ascii: "#") {
                while let byte = current, byte != 10 { place += 1 }
            } else if byte <= 32 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") {
                place += 1
            } else {
                return
            }
        }
    }

    private mutating func fields(until end: UInt8?) -> [Field]? {
        var fields: [Field] = []
        while true {
            skip()
            guard let byte = current else { return end == nil ? fields : nil }
            if byte == end {
                place += 1
                return fields
            }
            let name = byte == UInt8(ascii: "[") ? bracketed() : word()
            guard !name.isEmpty else { return nil }
            skip()
            if current == UInt8(ascii: ":") { place += 1 }
            skip()
            if current == UInt8(ascii: "[") {
                place += 1
                while true {
                    skip()
                    guard current != nil else { return nil }
                    if current == UInt8(ascii: "]") { break }
                    guard let value = value() else { return nil }
                    fields.append(Field(name: name, value: value))
                }
                place += 1
                continue
            }
            guard let value = value() else { return nil }
            fields.append(Field(name: name, value: value))
        }
    }

    private mutating func value() -> Value? {
        switch current {
        case UInt8(ascii: "{"):
            place += 1
            return fields(until: UInt8(ascii: "}")).map { .message($0) }
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            var text: [UInt8] = []
            while let quote = current, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                guard let part = quoted(quote) else { return nil }
                text += part
                skip()
            }
            return .text(text)
        default:
            let word = word()
            return word.isEmpty ? nil : .word(word)
        }
    }

    private mutating func word() -> String {
        let start = place
        while let byte = current, byte > 32, !Array(":{}[],;#\"'".utf8).contains(byte) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func bracketed() -> String {
        let start = place
        while let byte = current, byte != UInt8(ascii: "]") { place += 1 }
        if current != nil { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func quoted(_ quote: UInt8) -> [UInt8]? {
        place += 1
        var text: [UInt8] = []
        while let byte = current {
            place += 1
            if byte == quote { return text }
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            guard let escaped = current else { return nil }
            place += 1
            let plain: [Character: UInt8] = ["a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11]
            let letter = Character(Unicode.Scalar(escaped))
            if let byte = plain[letter] {
                text.append(byte)
            } else if letter == "x" || letter == "X" {
                text.append(UInt8(truncatingIfNeeded: digits(2, radix: 16)))
            } else if letter == "u" || letter == "U" {
                let scalar = Unicode.Scalar(UInt32(digits(letter == "u" ? 4 : 8, radix: 16)))
                text += Array(String(Character(scalar ?? "?")).utf8)
            } else if letter.isWholeNumber {
                place -= 1
                text.append(UInt8(truncatingIfNeeded: digits(3, radix: 8)))
            } else {
                text.append(escaped)
            }
        }
        return nil
    }

    private mutating func digits(_ most: Int, radix: Int) -> Int {
        var value = 0
        for _ in 0..<most {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, digit < radix else {
                break
            }
            value = value * radix + digit
            place += 1
        }
        return value
    }
}

extension [TextProto.Field] {
    func first(_ name: String) -> TextProto.Value? { first { $0.name == name }?.value }

    func messages(_ name: String) -> [[TextProto.Field]] {
        compactMap { field in
            guard field.name == name, case .message(let fields) = field.value else { return nil }
            return fields
        }
    }

    func text(_ name: String) -> String? {
        guard case .text(let bytes) = first(name) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
