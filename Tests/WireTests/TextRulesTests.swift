import Randomness
import Testing

@testable import Wire

/// The rules that work on eight bytes at once, against the same rules written one byte at a time.
@Suite struct TextRulesTests {
    private static let telling: [UInt8] = [
        0x00, 0x09, 0x0A, 0x1F, 0x20, 0x41, 0x7E, 0x7F, 0x80, 0x85, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xC3, 0xE0, 0xE2,
        0xED,
        0xEF, 0xF0, 0xF3, 0xF4, 0xF5, 0xFF,
    ]

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func textIsWhatTheStandardLibraryDecodesWithoutControlCharacters(_ seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        var accepted = 0
        for round in 0..<20_000 {
            let text = round % 2 == 0 ? "Straße 12 – 💳 Köln, Café" : "Lindenhof Markt & Co, Zuerich"
            var bytes = Array(text.utf8.prefix(Int.random(in: 0...28, using: &generator)))
            for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[index] = Self.telling.randomElement(using: &generator) ?? 0
            }
            for multiline in [false, true] {
                let actual = bytes.withUnsafeBytes { TextRules.isText($0, multiline: multiline) }
                #expect(actual == isText(bytes, multiline: multiline), "seed \(seed), round \(round): \(bytes)")
                if actual { accepted += 1 }
            }
        }
        #expect((4_000...36_000).contains(accepted))
    }

    @Test func paddedASCIIIsPrintableCharactersAndThenZeroBytes() {
        var generator = SeededRandom(seed: 7)
        for length in 0...8 {
            for round in 0..<20_000 {
                var bytes = [UInt8](repeating: 0, count: 8)
                for index in 0..<length { bytes[index] = UInt8.random(in: 0x20...0x7E, using: &generator) }
                if round % 2 == 1 {
                    bytes[Int.random(in: 0..<8, using: &generator)] = Self.telling.randomElement(using: &generator) ?? 0
                }
                let word = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                let text = bytes.prefix { $0 != 0 }
                let expected =
                    text.allSatisfy { (0x20...0x7E).contains($0) } && bytes.dropFirst(text.count).allSatisfy { $0 == 0 }
                #expect(TextRules.isPaddedASCII(word) == expected, "\(bytes)")
                let isPrintable = bytes.allSatisfy { (0x20...0x7E).contains($0) }
                #expect((TextRules.unprintable(word) == 0) == isPrintable, "\(bytes)")
            }
        }
    }

    private func isText(_ bytes: [UInt8], multiline: Bool) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            return !isControl || multiline && (scalar == "\n" || scalar == "\t")
        }
    }
}
