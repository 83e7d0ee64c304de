import Foundation
import Testing

@testable import Score

@Suite struct DocumentTests {
    private let page: String

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        page = try String(contentsOf: root.appending(path: "Protocol/SCORE.md"), encoding: .utf8)
    }

    @Test func theTableHasEveryFeatureInItsOrder() {
        let rows = page.components(separatedBy: "| feature | what it is |\n").last?.components(separatedBy: "\n")
            .dropFirst().prefix { $0.hasPrefix("|") }
        let named = (rows ?? []).flatMap { row in
            row.split(separator: "|").first?.matches(of: /`([a-z]+\.\w+)`/).map { String($0.1) } ?? []
        }
        // The merchant's are said to be the same as the terminal's.
        #expect(named == Feature.names.filter { !$0.hasPrefix("merchant.") })
        #expect(page.contains("| u16 | how many features there are | \(Feature.count) |"))
    }

    @Test func theFormatsLimitsAreThoseOfThePage() {
        #expect(page.contains("| u32 | trees | 1, 1,024 |") && ScoreLimits.treesMax == 1_024)
        #expect(page.contains("| u8 | depth | 1, \(ScoreLimits.depthMax) |"))
        #expect(page.contains("| u32 | bytes of the note | 0, 1,024 |") && ScoreLimits.noteByteCountMax == 1_024)
        #expect(page.contains("| u16 | version of the format | \(ModelFile.version) |"))
        #expect(page.contains("| u16 | version of the features | \(Feature.version) |"))
        let bytes = [CardHistory.wordCount, PlaceHistory.wordCount, PairHistory.wordCount].map { words in
            EntityTable.byteCountMax(wordCount: words, setCount: 1 << 20) / (EntityTable.wayCount << 20)
        }
        #expect(page.contains("\(bytes[0]) bytes a card, \(bytes[1]) a merchant and a terminal, \(bytes[2]) a pair"))
        let bounds = FeatureBounds(cards: 1 << 20, merchants: 1 << 18, terminals: 1 << 19, pairs: 1 << 21)
        #expect(FeatureBounds.standard == bounds && bounds.byteCountMax < 840 << 20)
    }
}
