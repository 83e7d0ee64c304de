import Randomness
import Testing

@testable import Rules

/// Conditions that nobody meant: they are refused with a place in the text, or they mean something, and nothing traps.
@Suite struct HostileConditionTests {
    @Test func anyBytesAreRefusedOrCompiled() {
        var random = SeededRandom(seed: 5)
        let sources = LanguageTests.values.map(\.0) + RuleErrorTests.cases.map(\.source)
        let pieces = [
            "(", ")", "[", "]", "\"", "'''", "&&", "?", ":", ".", ",", "-", "!", "0x", "1.5", "\\u", "in", "é", "\0",
        ]
        var compiled = 0
        for _ in 0..<4_000 {
            var bytes = Array(random.pick(sources).utf8)
            for _ in 0..<(1 + random.below(4)) {
                let place = random.below(bytes.count + 1)
                switch random.below(4) {
                case 0: bytes.insert(contentsOf: random.pick(pieces).utf8, at: place)
                case 1: bytes.insert(UInt8(random.below(256)), at: place)
                case 2: if place < bytes.count { bytes.remove(at: place) }
                default: bytes += random.pick(sources).utf8.prefix(random.below(20))
                }
            }
            let source = String(decoding: bytes, as: UTF8.self)
            do throws(RuleError) {
                _ = try Program(source, schema: .payments())
                compiled += 1
            } catch {
                if error.span.end > source.utf8.count { Issue.record("\(error) is not in \(source)") }
                if error.message.isEmpty { Issue.record("nothing is said of \(source)") }
            }
        }
        #expect(compiled > 100 && compiled < 3_900)
    }

    /// Each way to nest, far deeper than anybody needs: a refusal, and no end of the stack.
    @Test(arguments: [
        "(", "[", "!", "-", "a.", "1+", "true?1:", "f(", "1 in [", "[1].exists(x,", "a[", "'a'.contains(", "true&&",
        "1==",
    ])
    func nestingEndsBeforeTheStackDoes(piece: String) {
        for count in [20, 60, 200, 2_000, RulesLimits.sourceByteCountMax / piece.utf8.count] {
            let source = String(repeating: piece, count: count)
            for end in ["", "1", "1" + String(repeating: ")", count: min(count, 50))] {
                do throws(RuleError) {
                    _ = try Program(source + end, schema: AttributeSchema([]))
                    if count >= 200 { Issue.record("\(count) times \(piece) is a condition") }
                } catch {
                    #expect(error.span.end <= (source + end).utf8.count)
                }
            }
        }
    }
}
