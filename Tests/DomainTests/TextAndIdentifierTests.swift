import Domain
import Testing

@Suite("Texts and identifiers")
struct TextAndIdentifierTests {
    @Test func identifiersAreUUIDs() throws {
        let text = "00112233-4455-6677-8899-aabbccddeeff"
        let id = try #require(RequestID(text))
        #expect(id.high == 0x0011_2233_4455_6677 && id.low == 0x8899_AABB_CCDD_EEFF)
        #expect(id.description == text)
        #expect(RequestID("00112233445566778899AABBCCDDEEFF") == id)
        #expect(!id.isZero && RequestID(high: 0, low: 0).isZero)
        #expect(RequestID(high: 1, low: 0) > RequestID(high: 0, low: .max))
    }

    @Test(arguments: [
        "", "0011", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeefg",
        "001122334-455-6677-8899-aabbccddeeff", "0011223344556677-8899aabbccddeeff---",
        "00112233_4455_6677_8899_aabbccddeeff",
    ])
    func whatIsNoIdentifierIsRefused(_ text: String) { #expect(CardToken(text) == nil) }

    @Test(arguments: ["", "a", "exactly16letters", "8letters", "9 letters"])
    func shortTextsRoundTrip(_ text: String) throws {
        #expect(try #require(Text16(text)).description == text)
    }

    @Test(arguments: ["seventeen letters", "é", "tab\t", "\u{7F}"])
    func whatIsNoShortTextIsRefused(_ text: String) { #expect(Text16(text) == nil) }

    @Test func theFirstBytesOfABufferAreTheTextThatACopyIs() throws {
        let bytes = (0..<80).map { UInt8($0 + 1) }
        let other = try #require(Text64(String(repeating: "x", count: 64)))
        bytes.withUnsafeBytes { bytes in
            for start in [0, 1, 7, 16] {
                let buffer = UnsafeRawBufferPointer(rebasing: bytes[start...])
                for count in 0...64 {
                    let copy = Text64(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                    // Whatever it was before.
                    var text = other
                    let isTaken = text.take(count, of: buffer)
                    #expect(isTaken && text == copy && text.count == count, "\(start) \(count)")
                }
                var text = other
                let isTaken = [text.take(65, of: buffer), text.take(-1, of: buffer)]
                #expect(isTaken == [false, false] && text == other)
            }
            var text = other
            let isTaken = text.take(1, of: UnsafeRawBufferPointer(rebasing: bytes[..<63]))
            #expect(!isTaken && text == other)
        }
    }

    @Test func longTextsAreBytesInPlace() throws {
        let full = String(repeating: "x", count: 64)
        #expect(try #require(Text64(full)).string == full)
        #expect(Text64(full + "x") == nil)
        let text = try #require(Text64("Zoë"))
        #expect(text.count == 4 && text.string == "Zoë")
        #expect(text.withBytes { Array($0) } == Array("Zoë".utf8))
        #expect(Text64("") == Text64())
        // Equal texts are equal whatever was in the memory before.
        let again = try #require(Text64("Zoë"))
        #expect(text == again && text.hashValue == again.hashValue)
    }

    @Test func responseCodesAreTheSameInBothForms() {
        for raw in UInt8.min...UInt8.max {
            guard let reason = Reason(rawValue: raw) else { continue }
            let bytes = Array(reason.responseCode.utf8)
            #expect(bytes.count == 2)
            #expect(UInt16(bytes[0]) | UInt16(bytes[1]) << 8 == reason.responseCodeBytes, "\(reason)")
            #expect(reason.isApproval == (reason.retryClass == .notNeeded))
            #expect(!reason.text.isEmpty)
        }
    }

    @Test func checksHaveABitEachAndComeInOrderOfPrecedence() {
        #expect(Set(Check.allCases.map { Int($0.rawValue) }) == Set(0..<Check.allCases.count))
        for check in Check.allCases { #expect(CheckSet(check).rawValue == 1 << UInt32(check.rawValue)) }
        // What came later has a later bit, and its own place.
        let first = Check.allCases.filter { $0.rawValue <= Check.spendingLimit.rawValue }
        #expect(first.map(\.rawValue) == first.map(\.rawValue).sorted())
        let all = CheckSet(rawValue: .max).checks
        #expect(all == Check.allCases)
        #expect(all.firstIndex(of: .rules) == (all.firstIndex(of: .velocity1) ?? 0) - 1 && all.last == .approval)
        let set: CheckSet = [CheckSet(.spendingLimit), CheckSet(.cardState)]
        #expect(set.checks == [.cardState, .spendingLimit])
        #expect(set.contains(.cardState) && !set.contains(.cardKnown))
    }

    @Test func digestsOfPartsAddUpInAnyOrder() {
        func part(_ first: UInt64, _ second: UInt64) -> Digest128 {
            var digest = Digest128()
            digest.combine(first, second)
            return digest
        }
        var left = Digest128()
        var right = Digest128()
        for number in UInt64(0)..<100 { left.add(part(number, 7)) }
        for number in (UInt64(0)..<100).reversed() { right.add(part(number, 7)) }
        #expect(left == right)
        #expect(part(1, 2) != part(2, 1))
        left.subtract(part(3, 7))
        #expect(left != right)
        left.add(part(3, 7))
        #expect(left == right)
        #expect(left.description.count == 32)
    }
}
