import Domain
import Testing

@testable import Client

@Suite struct IdentifierTests {
    @Test func requestIDsAreUUIDsOfVersion7WithTheirTime() {
        // The example of RFC 9562, appendix A.6.
        var words: [UInt64] = [0xFFFF_FFFF_FFFF_FCC3, 0xD8C4_DC0C_0C07_398F]
        let halves = uuidVersion7(milliseconds: 0x017F_22E2_79B0) { words.removeFirst() }
        #expect(RequestID(high: halves.high, low: halves.low).description == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    }

    @Test func requestIDsAreDistinctAndInOrderOfTime() {
        let ids = (0..<10_000).map { _ in RequestID.make() }
        #expect(Set(ids).count == ids.count)
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0.high >> 16 <= $1.high >> 16 })
        #expect(ids.allSatisfy { $0.high >> 12 & 0xF == 7 && $0.low >> 62 == 2 })
    }

    @Test func cardTokensAreRandomUUIDsOfVersion4() {
        let tokens = (0..<10_000).map { _ in CardToken.make() }
        #expect(Set(tokens).count == tokens.count)
        #expect(tokens.allSatisfy { $0.high >> 12 & 0xF == 4 && $0.low >> 62 == 2 })
    }
}
