import Testing

@testable import LoadScenario

struct DerivedIdentifierTests {
    @Test func aNameAlwaysGivesTheSameIdentifierOfVersionEight() {
        let first = DerivedIdentifier.halves(namespace: 1, name: "1264-8")
        let again = DerivedIdentifier.halves(namespace: 1, name: "1264-8")
        #expect(first == again)
        #expect(first.high >> 12 & 0xF == 8)
        #expect(first.low >> 62 == 2)
    }

    @Test func namesAndNamespacesThatDifferGiveOthers() {
        var seen: Set<[UInt64]> = []
        for namespace in [UInt64(1), 2] {
            for batch in 0..<300 {
                for number in 0..<100 {
                    let halves = DerivedIdentifier.halves(namespace: namespace, name: "\(batch)-\(number)")
                    seen.insert([halves.high, halves.low])
                }
            }
        }
        #expect(seen.count == 60_000)
    }
}
