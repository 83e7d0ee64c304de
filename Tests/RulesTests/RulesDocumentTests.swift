import Foundation
import Testing

@testable import Rules

/// RULES.md says what the module does.
@Suite struct RulesDocumentTests {
    private static let text: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? String(contentsOf: root.appending(path: "Protocol/RULES.md"), encoding: .utf8)) ?? ""
    }()

    /// The conditions in the document, one a line.
    static let examples = text.components(separatedBy: "```cel\n").dropFirst()
        .flatMap { $0.components(separatedBy: "```")[0].split(separator: "\n").map(String.init) }

    @Test func everyExampleIsACondition() throws {
        #expect(Self.examples.count >= 12)
        for example in Self.examples {
            do throws(RuleError) {
                let program = try Program(example, schema: .payments())
                #expect(program.type == .bool)
            } catch {
                Issue.record("\(error.render(source: example))")
            }
        }
    }

    @Test func theTableHasEveryAttribute() {
        let rows = Self.text.components(separatedBy: "| attribute | type | what it is |\n|---|---|---|\n").last?
            .components(separatedBy: "\n").prefix { $0.hasPrefix("|") }
        #expect(rows.map(Array.init) == PaymentAttribute.allCases.map { Self.row($0.attribute) })
    }

    static func row(_ attribute: Attribute) -> String {
        let words = attribute.vocabulary.map { "`\"\($0)\"`" }.joined(separator: ", ")
        let text = attribute.summary + (words.isEmpty ? "" : ": \(words)")
        return "| `\(attribute.name)` | \(attribute.type.name)\(attribute.isOptional ? ", optional" : "") | \(text) |"
    }

    @Test func theLimitsAreThoseOfTheCode() {
        let limits = [
            "bytes of a condition": RulesLimits.sourceByteCountMax,
            "nesting of parentheses, calls, lists, conditionals": RulesLimits.nestingMax,
            "operations in a chain (`a + b + …`)": RulesLimits.treeDepthMax,
            "operations after macros are unrolled": RulesLimits.nodeCountMax,
            "cost of a condition": RulesLimits.costMax,
            "cost of all active rules together; of all shadow rules": RulesLimits.setCostMax,
            "active rules in a set; shadow rules": RulesLimits.rulesMax,
        ]
        for (name, value) in limits { #expect(Self.text.contains("| \(name) | \(value) |"), "\(name)") }
        #expect(Self.text.contains("up to \(RulesLimits.indexedValuesMax) literals"))
    }

    @Test func theShownErrorIsTheOneThatIsGiven() throws {
        let source = "merchant.catgory == 5411"
        let error = #expect(throws: RuleError.self) { _ = try Program(source, schema: .payments()) }
        let shown = try #require(error).render(source: source).split(separator: "\n").map { "    \($0)" }
        #expect(Self.text.contains(shown.joined(separator: "\n")))
    }
}
