import Authorization
import Domain
import Randomness
import Testing

@Suite("Merchant names")
struct MerchantNameTests {
    @Test(arguments: [
        ("", ""), ("  ", ""), ("a", "A"), ("Café  Zoë*", "CAFE ZOE"), ("STRAßE 5", "STRASSE 5"), ("ẞ", "SS"),
        ("Ærø Øl", "AERO OL"), ("Œuvre", "OEUVRE"), ("Łódź", "LODZ"), ("İstanbul ığüşöç", "ISTANBUL IGUSOC"),
        ("Đà Nẵng", "DA NANG"), ("Þór & Sons, Ltd.", "THOR SONS LTD"), ("e\u{301}tude", "ETUDE"),
        ("AMZN*Mktp-US", "AMZN MKTP US"), ("\t a \u{A0} b\u{3000}c ", "A B C"), ("soft\u{AD}hyphen", "SOFTHYPHEN"),
        ("zero\u{200B}width", "ZEROWIDTH"), ("\u{FEFF}bom", "BOM"), ("ＥＶＩＬ　ｃｏｒｐ！", "EVIL CORP"),
        ("2×4", "2 4"), ("№ 1ª 2º", "№ 1A 2O"), ("Москва кафе", "Москва кафе"), ("東京　駅", "東京 駅"),
        ("µ-Shop", "µ SHOP"), ("“quoted” — dash…", "QUOTED DASH"), ("😀 smile", "😀 SMILE"), ("Ĳsland ǆ", "IJSLAND DZ"),
        ("...", ""), ("a'b", "A B"), ("Ǝ", "Ǝ"), ("cas\u{FE0F}ino", "CASINO"), ("cas\u{61C}ino", "CASINO"),
        ("ca\u{E0073}si\u{E0100}no", "CASINO"), ("a\u{180B}\u{E0001}\u{E01EF} b", "A B"), ("𠀀 x", "𠀀 X"),
    ])
    func namesHaveOneForm(_ name: String, _ normal: String) {
        #expect(MerchantName.normalise(name) == normal)
        #expect(MerchantName.normalise(normal) == normal)
        #expect(
            MerchantName.normalise(name.lowercased()) == MerchantName.normalise(name)
                || name.unicodeScalars.contains { $0.value > 0x17F }
        )
    }

    @Test(arguments: Seeds.all)
    func theFormIsStableAndNeverLonger(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            var name = ""
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let top: UInt32 = [0x80, 0x250, 0x2100, 0x10_000, 0x11_0000].randomElement(using: &random) ?? 0x80
                if let scalar = UnicodeScalar(UInt32.random(in: 0..<top, using: &random)) {
                    name.unicodeScalars.append(scalar)
                }
            }
            let normal = MerchantName.normalise(name)
            guard normal.utf8.count <= name.utf8.count, MerchantName.normalise(normal) == normal,
                !normal.hasPrefix(" "), !normal.hasSuffix(" "), !normal.contains("  ")
            else {
                Issue.record("seed \(seed): '\(name)' became '\(normal)'")
                return
            }
        }
    }

    /// ASCII is written eight bytes at a time where that is possible; this says the same a word at a time.
    @Test(arguments: Seeds.all)
    func asciiBecomesItsWordsInCapitals(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for round in 0..<20_000 {
            let alphabet = Array(["AZaz09 ", "abcdefgh", "x -", "\u{0}/09:@AZ[`az{\u{7F}"][round % 4])
            let name = String(
                (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    alphabet.randomElement(using: &random) ?? "x"
                }
            )
            let words = name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
            #expect(
                MerchantName.normalise(name) == words.joined(separator: " ").uppercased(),
                "seed \(seed): '\(name)'"
            )
        }
    }

    @Test func accentsAndCaseDoNotGetPastTheList() throws {
        let world = try makeWorld([
            ("merchant-block.exact", "Évil Corp, Böse-Bude"), ("merchant-block.contains", "casino\nlucky 7"),
        ])
        for (name, blocked) in [
            ("EVIL CORP", true), ("evil   corp.", true), ("Evil Corp 2", false), ("Evil", false), ("Bose Bude", true),
            ("CASINO", true), ("Le Casinó", true), ("casin", false), ("Lucky #7 Bar", true), ("Lucky 8", false),
            ("", false),
            ("xxcasinoxx", true), ("cas ino", false), ("ca\u{AD}sino", true),
        ] {
            let request = try makeRequest { $0.merchantName = try #require(Text64(name)) }
            #expect((world.tryOut(request).decision.reason == .merchantBlocked) == blocked, "\(name)")
        }
    }

    @Test(arguments: Seeds.all)
    func theListsAgreeWithASearchOneByOne(_ seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        func word(_ most: Int) -> String {
            String(
                (0..<Int.random(in: 1...most, using: &random)).map { _ in "ABAÉ 7Ж".randomElement(using: &random) ?? "A"
                }
            )
        }
        for _ in 0..<30 {
            let exact = (0..<Int.random(in: 0...40, using: &random)).map { _ in word(6) }
            let parts = (0..<Int.random(in: 0...20, using: &random)).map { _ in word(5) }
            func normal(_ list: [String]) -> [String] { list.map { MerchantName.normalise($0) }.filter { !$0.isEmpty } }
            func value(_ list: [String]) -> String {
                list.filter { !MerchantName.normalise($0).isEmpty }.joined(separator: ",")
            }
            let world = try makeWorld([
                ("merchant-block.exact", value(exact)), ("merchant-block.contains", value(parts)),
            ])
            for _ in 0..<200 {
                let name = word(12)
                let searched = Array(MerchantName.normalise(name).utf8)
                let expected =
                    normal(exact).contains { Array($0.utf8) == searched }
                    || normal(parts).contains { part in contains(searched, Array(part.utf8)) }
                let request = try makeRequest { $0.merchantName = try #require(Text64(name)) }
                let entry = world.settings.blockListEntry(for: request.merchantName)
                guard (world.tryOut(request).decision.reason == .merchantBlocked) == expected,
                    (entry != nil) == expected
                else {
                    Issue.record("seed \(seed): '\(name)' with \(exact) and \(parts)")
                    return
                }
            }
        }
    }

    private func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard text.count >= part.count else { return false }
        return (0...(text.count - part.count)).contains { Array(text[$0..<($0 + part.count)]) == part }
    }

    @Test func theListsTakeTheirMaximumAndNoMore() throws {
        var settings = PolicySettings()
        let most = (0..<AuthorizationLimits.exactNamesMax).map { "NAME \($0)" }
        try settings.set(key: "merchant-block.exact", value: most.joined(separator: "\n"))
        let longest = (0..<AuthorizationLimits.containedNamesMax).map { number in
            let digits = "\(number)"
            return digits + String(repeating: "Z", count: AuthorizationLimits.nameBytesMax - digits.count)
        }
        try settings.set(key: "merchant-block.contains", value: longest.joined(separator: ","))
        let world = World(settings)
        for (name, blocked) in [("Name 9999", true), ("Name 10000", false), (longest[999], true), ("999Z", false)] {
            let request = try makeRequest { $0.merchantName = try #require(Text64(name)) }
            #expect(world.tryOut(request).decision.checksFailed.contains(.merchantBlockList) == blocked, "\(name)")
        }
        #expect(throws: PolicyError.self) {
            try settings.set(key: "merchant-block.exact", value: (most + ["ONE MORE"]).joined(separator: "\n"))
        }
        #expect(throws: PolicyError.self) {
            try settings.set(key: "merchant-block.contains", value: (longest + ["ONE MORE"]).joined(separator: "\n"))
        }
    }
}
