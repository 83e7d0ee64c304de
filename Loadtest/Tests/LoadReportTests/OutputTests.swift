import LoadReport
import Testing

struct OutputTests {
    @Test func jsonKeepsOrderAndEscapes() {
        let value = JSONValue.object([
            ("b", .integer(-3)), ("a", .array([.number(1.5), .number(2), .boolean(true)])),
            ("t", .string("say \"hi\"\n\u{1}\\")),
        ])
        #expect(
            value.text == """
                {
                  "b": -3,
                  "a": [
                    1.5,
                    2,
                    true
                  ],
                  "t": "say \\"hi\\"\\n\\u0001\\\\"
                }

                """
        )
    }

    @Test(arguments: [
        (UInt64(87), "87 ns"), (12_340, "12.3 µs"), (553_000, "553 µs"), (1_250_000, "1.25 ms"),
        (2_100_000_000, "2.10 s"),
    ])
    func durationsChooseTheirUnit(nanoseconds: UInt64, text: String) {
        #expect(Format.duration(nanoseconds: nanoseconds) == text)
    }

    @Test func numbersAreGroupedAndColumnsAligned() {
        #expect(Format.grouped(1_234_567) == "1,234,567")
        #expect(Format.grouped(-999) == "-999")
        #expect(Format.decimal(1_234.005, 2) == "1,234.01" || Format.decimal(1_234.005, 2) == "1,234.00")
        #expect(Format.decimal(-0.25, 1) == "-0.3")
        #expect(Format.table([["a", "10"], ["long", "5"]]) == ["  a     10", "  long   5"])
    }

    @Test func theCurveIsOneSelfContainedDrawingWithEscapedText() {
        let points: [(share: Double, nanoseconds: UInt64)] = [
            (0, 90_000), (0.5, 500_000), (0.999, 4_000_000), (1, 9_000_000),
        ]
        let svg = PercentileCurve(
            title: "16 x 64 <uniform>",
            subtitle: "a & b",
            series: [.init(name: "decisions", points: points)]
        ).svg
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
        #expect(svg.hasSuffix("</svg>\n"))
        #expect(svg.contains("16 x 64 &lt;uniform&gt;"))
        #expect(svg.contains("a &amp; b"))
        #expect(svg.contains(">99.9 %<"))
        #expect(svg.contains("prefers-color-scheme: dark"))
        #expect(!svg.contains("href"))
        #expect(svg.contains(">10 ms<"))
    }

    @Test func colourIsLeftOutWhereItIsOff() {
        #expect(Console(coloured: false).paint("x", .red) == "x")
        #expect(Console(coloured: true).paint("x", .red) == "\u{1B}[31mx\u{1B}[0m")
    }
}
