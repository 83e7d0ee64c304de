import Platform
import Testing

@Suite struct BoundedTextTests {
    @Test func whatPeopleWriteStaysAsItIs() {
        let path = "/" + String(repeating: "a", count: 200) + "/b"
        for text in ["", "credit cannot be \"x\"", "a  b\n\tc ", path, String(repeating: "word ", count: 800)] {
            #expect(text.bounded == text)
        }
    }

    @Test func ofALongWordTheEndsAreLeft() {
        let word = "<" + String(repeating: "x", count: 100_000) + ">"
        let text = "the value '\(word)' is none".bounded
        #expect(text.hasPrefix("the value '<xxx") && text.hasSuffix("xxx>' is none"))
        #expect(text.contains("…(99784 characters)…"))
        #expect(text.unicodeScalars.count < 320)
    }

    /// Many words, and letters that only ever add to the one before them.
    @Test func theWholeIsBounded() {
        for text in [String(repeating: "word ", count: 100_000), "e" + String(repeating: "\u{301}", count: 1_000_000)] {
            #expect(text.bounded.unicodeScalars.count < 4_200)
            #expect(text.bounded.contains("characters"))
        }
    }
}
