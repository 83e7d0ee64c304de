import Testing

@testable import assentctl

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("•••• 4242", 9), ("東京", 4), ("ｱ", 1), ("Ｆ", 2), ("e\u{301}", 1), ("Cafe\u{301}", 4),
        ("🧾", 2),
        ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("✓", 1), ("⚑", 1), ("❤️", 2), ("한글", 4),
    ])
    func widthIsCountedInTerminalCells(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("東京都", 5, "東京…"), ("東京都", 4, "東…"), ("abc", 1, "…"),
        ("abc", 0, ""),
    ])
    func truncationNeverExceedsTheWidth(text: String, width: Int, expected: String) {
        #expect(text.truncated(to: width) == expected)
        #expect(text.truncated(to: width).displayWidth <= width)
    }

    @Test func controlCharactersAreShownNotSent() {
        #expect("a\u{1B}[2Jb\n\u{9B}\u{202E}".printable == "a\\x1b[2Jb\\n\\x9b\\u202e")
        #expect("plain é 東".printable == "plain é 東")
        // What shows nothing, so that two names look the same, and what turns the line around.
        #expect("Ba\u{200B}k\u{AD}ery".printable == "Ba\\u200bk\\xadery")
        let hidden = "\u{202E}\u{2066}\u{200F}\u{61C}\u{FEFF}\u{3164}"
        #expect(hidden.printable == "\\u202e\\u2066\\u200f\\u061c\\ufeff\\u3164")
        #expect("\u{E0041}".printable == "\\ue0041" && "❤️".printable == "❤️")
    }
}
