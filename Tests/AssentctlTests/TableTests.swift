import Testing

@testable import assentctl

@Suite struct TableTests {
    private func sample() -> Table {
        var table = Table(columns: [
            Column("TOKEN"), Column("MERCHANT", minimumWidth: 6, importance: nil), Column("AMOUNT", .right),
            Column("NOTE", importance: 1),
        ])
        table.add(["abc", "東京タワー", "1,250.00 EUR", "first"])
        table.add(["abcdef", "Café", "7.00 EUR", ""])
        return table
    }

    @Test func columnsAlignByDisplayWidth() {
        #expect(
            sample().rendered(width: nil, colors: false) == """
                TOKEN   MERCHANT          AMOUNT  NOTE
                abc     東京タワー  1,250.00 EUR  first
                abcdef  Café            7.00 EUR

                """
        )
    }

    @Test func aNarrowTerminalCutsWhatMayBeCut() {
        #expect(
            sample().rendered(width: 36, colors: false) == """
                TOKEN   MERCHA…        AMOUNT  NOTE
                abc     東京タ…  1,250.00 EUR  first
                abcdef  Café         7.00 EUR

                """
        )
    }

    @Test func aNarrowerTerminalLeavesOutTheLeastImportantAndSaysSo() {
        #expect(
            sample().rendered(width: 28, colors: false) == """
                TOKEN   MERCH…        AMOUNT
                abc     東京…   1,250.00 EUR
                abcdef  Café        7.00 EUR
                (too narrow for: note)

                """
        )
    }

    @Test func noLineIsWiderThanTheTerminalWhereThatIsPossible() {
        for width in 28...60 {
            for line in sample().rendered(width: width, colors: false).split(separator: "\n") where !line.hasPrefix("(")
            {
                #expect(String(line).displayWidth <= width, "width \(width): \(line)")
            }
        }
    }

    @Test func coloursSurroundTheWordNotThePadding() {
        var table = Table(columns: [Column("STATUS"), Column("N", .right)])
        table.add([Cell("active", .good), Cell("1", .plain)])
        #expect(
            table.rendered(width: nil, colors: true)
                == "\u{1B}[1mSTATUS\u{1B}[0m  \u{1B}[1mN\u{1B}[0m\n\u{1B}[32mactive\u{1B}[0m  1\n"
        )
    }

    @Test func aHostileMerchantNameCannotSteerTheTerminal() {
        var table = Table(columns: [Column("MERCHANT")])
        table.add([Cell("\u{1B}]0;owned\u{7}")])
        #expect(table.rendered(width: nil, colors: false) == "MERCHANT\n\\x1b]0;owned\\x07\n")
    }
}
