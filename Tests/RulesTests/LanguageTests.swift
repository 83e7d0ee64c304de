import Testing

@testable import Rules

/// What conditions mean, case by case.
@Suite struct LanguageTests {
    static let values: [(String, Program.Value)] = [
        // Literals and arithmetic of 64-bit integers.
        ("42", .int(42)), ("-9223372036854775808", .int(.min)), ("0x2A", .int(42)), ("-0x10", .int(-16)),
        ("7u", .uint(7)), ("18446744073709551615u", .uint(.max)), ("1 + 2 * 3", .int(7)), ("(1 + 2) * 3", .int(9)),
        ("7 / 2", .int(3)), ("-7 / 2", .int(-3)), ("-7 % 3", .int(-1)), ("7 % -3", .int(1)), ("2 - 3 - 4", .int(-5)),
        ("9223372036854775807 + 1", .error(.overflow)), ("-9223372036854775808 - 1", .error(.overflow)),
        ("-(-9223372036854775808)", .error(.overflow)), ("(-9223372036854775808) / -1", .error(.overflow)),
        ("(-9223372036854775808) % -1", .int(0)), ("5000000000 * 5000000000", .error(.overflow)),
        ("1 / 0", .error(.divisionByZero)), ("1 % 0", .error(.divisionByZero)), ("1u - 2u", .error(.overflow)),
        ("3u * 4u / 5u % 2u", .uint(0)), ("--5", .int(5)), ("!!true", .bool(true)), ("- -5", .int(5)),
        // Comparison.
        ("1 < 2", .bool(true)), ("2 <= 1", .bool(false)), ("-1 < 1u", .bool(true)), ("1u > -1", .bool(true)),
        ("'a' < 'b'", .bool(true)), ("'a' < 'aa'", .bool(true)), ("'Z' < 'a'", .bool(true)), ("'é' > 'z'", .bool(true)),
        ("b'a' == b'\\x61'", .bool(true)), ("false < true", .bool(true)), ("[1, 2] == [1, 2]", .bool(true)),
        ("[1, 2] != [2, 1]", .bool(true)), ("[1] == []", .bool(false)), ("[1/0] == [1]", .error(.divisionByZero)),
        // Logic: what decides alone absorbs an error, on either side.
        ("false && 1/0 == 1", .bool(false)), ("1/0 == 1 && false", .bool(false)),
        ("true && 1/0 == 1", .error(.divisionByZero)), ("1/0 == 1 && true", .error(.divisionByZero)),
        ("true || 1/0 == 1", .bool(true)), ("1/0 == 1 || true", .bool(true)),
        ("1/0 == 1 || false", .error(.divisionByZero)),
        ("1/0 == 1 || 9223372036854775807 + 1 == 0 || true", .bool(true)),
        ("1/0 == 1 || -(-9223372036854775808) == 0", .error(.divisionByZero)),
        ("!(1/0 == 1)", .error(.divisionByZero)), ("true ? 1 : 1/0", .int(1)), ("false ? 1/0 : 2", .int(2)),
        ("1/0 == 1 ? 1 : 2", .error(.divisionByZero)), ("true || false && false", .bool(true)),
        ("true ? (false ? 1 : 2) : 3", .int(2)), ("false ? 1 : false ? 2 : 3", .int(3)),
        // Lists.
        ("2 in [1, 2, 3]", .bool(true)), ("4 in [1, 2, 3]", .bool(false)), ("1 in []", .bool(false)),
        ("'b' in ['a', 'b']", .bool(true)), ("1/0 in [1]", .error(.divisionByZero)),
        ("1 in [1, 1/0]", .error(.divisionByZero)), ("[7, 8, 9][1]", .int(8)), ("[7][1]", .error(.indexOutOfRange)),
        ("[7][-1]", .error(.indexOutOfRange)), ("([1] + [2, 3])[2]", .int(3)), ("size([1, 2])", .int(2)),
        ("[1, 2, 3].exists(x, x > 2)", .bool(true)), ("[1, 2, 3].all(x, x > 2)", .bool(false)),
        ("[1, 2, 3].exists(x, 6 / (2 - x) == 6)", .bool(true)), ("[1, 2, 3].all(x, 6 / (2 - x) == 6)", .bool(false)),
        ("[1, 2, 3].exists(x, x / 0 == 1)", .error(.divisionByZero)), ("[].all(x, x > 0)", .bool(true)),
        ("[1, 2, 3].exists_one(x, x > 2)", .bool(true)), ("[1, 2, 3].exists_one(x, x > 1)", .bool(false)),
        ("[1, 2, 3].exists_one(x, 6 / (2 - x) == 6)", .error(.divisionByZero)),
        ("[1, 2].exists(x, [2, 3].exists(y, x == y))", .bool(true)), ("[1, 2].map(x, x * 2) == [2, 4]", .bool(true)),
        // Texts.
        ("'foobar'.contains('oba')", .bool(true)), ("'foobar'.startsWith('foo')", .bool(true)),
        ("'foobar'.endsWith('bar')", .bool(true)), ("'foobar'.contains('')", .bool(true)),
        ("''.endsWith('a')", .bool(false)),
        ("size('πέντε')", .int(5)), ("'four'.size()", .int(4)), ("size(b'\\xff\\x00')", .int(2)),
        ("'a' + 'b' == 'ab'", .bool(true)), ("r'\\n' == '\\\\n'", .bool(true)), ("'\\u00e9' == 'é'", .bool(true)),
        ("'''a'b''' == \"a'b\"", .bool(true)), ("'\\101\\x42' == 'AB'", .bool(true)),
        // Conversions.
        ("int(7u)", .int(7)), ("uint(7)", .uint(7)), ("uint(-1)", .error(.notConvertible)),
        ("int(18446744073709551615u)", .error(.notConvertible)), ("int('-12')", .int(-12)),
        ("int('12x')", .error(.notConvertible)), ("uint('12')", .uint(12)), ("string(b'ab') == 'ab'", .bool(true)),
        ("string(b'\\xff')", .error(.notConvertible)), ("bytes('ÿ') == b'\\303\\277'", .bool(true)),
    ]

    @Test(arguments: values.map(\.0))
    func aConditionHasItsValue(source: String) throws {
        let expected = try #require(Self.values.first { $0.0 == source }).1
        #expect(try evaluate(source) == expected)
    }

    @Test func amountsAreMinorUnitsOfTheRequestsCurrency() throws {
        let amount: [String: MapSource.Value] = ["amount": .int(1_250)]
        #expect(try evaluate("amount == 12.50", amount, exponent: 2) == .bool(true))
        #expect(try evaluate("amount == 1250.0", amount, exponent: 0) == .bool(true))
        #expect(try evaluate("amount == 1.25", amount, exponent: 3) == .bool(true))
        #expect(try evaluate("amount == minor_units(1250) && int(amount) == 1250", amount) == .bool(true))
        #expect(try evaluate("amount + 0.50 == 13.0", amount) == .bool(true))
        #expect(try evaluate("amount * 2 == 25.00 && 2 * amount == 25.00", amount) == .bool(true))
        #expect(try evaluate("amount / 3", amount) == .money(416))
        #expect(try evaluate("amount / 5.00", amount) == .int(2))
        #expect(try evaluate("-amount < 0.0", amount) == .bool(true))
        #expect(try evaluate("amount % 5.00", amount) == .money(250))
    }

    @Test func anAmountThatACurrencyHasNotIsComparedExactly() throws {
        for (yen, relations) in [(12, "ttffft"), (13, "ffttft")] as [(Int64, String)] {
            let sources = ["<", "<=", ">", ">=", "==", "!="].map { "amount \($0) 12.50" }
            for (source, expected) in zip(sources, relations) {
                #expect(try evaluate(source, ["amount": .int(yen)], exponent: 0) == .bool(expected == "t"), "\(source)")
            }
            #expect(try evaluate("12.50 > amount", ["amount": .int(yen)], exponent: 0) == .bool(yen < 13))
        }
        #expect(try evaluate("amount >= -12.50", ["amount": .int(-12)], exponent: 0) == .bool(true))
        #expect(try evaluate("amount >= -12.50", ["amount": .int(-13)], exponent: 0) == .bool(false))
        #expect(try evaluate("amount + 12.50 > 0.0", ["amount": .int(1)], exponent: 0) == .error(.inexactAmount))
        #expect(try evaluate("amount in [12.50, 13.00]", ["amount": .int(13)], exponent: 0) == .bool(true))
    }

    @Test func anAbsentAttributeIsAnErrorThatHasCanAskFor() throws {
        #expect(try evaluate("card.limit > 1.00") == .error(.absent))
        #expect(try evaluate("has(card.limit)") == .bool(false))
        #expect(try evaluate("has(card.limit) && card.limit > 1.00") == .bool(false))
        #expect(try evaluate("!has(card.limit) || card.limit > 1.00") == .bool(true))
        #expect(try evaluate("card.limit > 1.00 || true") == .bool(true))
        #expect(try evaluate("has(card.limit) && card.limit > 1.00", ["card.limit": .int(101)]) == .bool(true))
        #expect(try evaluate("has(merchant.name)") == .bool(true))
    }

    @Test func predicatesOfTextAttributesAreFoundTogether() throws {
        let name: [String: MapSource.Value] = ["merchant.name": .string("ACME LOTTERY ACME")]
        let source = """
            merchant.name.contains("LOTTERY") && merchant.name.startsWith('ACME') && merchant.name.endsWith('ACME')
                && !merchant.name.startsWith('LOTTERY') && !merchant.name.endsWith('LOTTERY')
                && merchant.name.contains('CME L') && !merchant.name.contains('ACMEE') && merchant.name.contains('')
            """
        #expect(try evaluate(source, name) == .bool(true))
        #expect(try evaluate("merchant.name.contains('A')") == .error(.absent))
    }

    @Test func aSlotIsAskedForAtMostOnceAndOnlyIfNeeded() throws {
        let schema = AttributeSchema.payments()
        let program = try Program("amount > 1.00 && amount < 5.00 && merchant.category == 7", schema: schema)
        var workspace = program.makeWorkspace()
        workspace.begin(exponent: 2)
        var source = MapSource(["amount": .int(600)], schema: schema)
        #expect(program.evaluate(&workspace, &source) == .bool(false))
        #expect(source.loads == [0: 1])
    }

    @Test func callsAreSlotsOfTheirOwn() throws {
        let count = AttributeFunction("velocity.count", [.text("key"), .text("window")], result: .int, summary: "") {
            call in
            guard case .text(let window) = call.arguments[1], !["1m", "1h"].contains(window) else { return nil }
            return FunctionProblem("there is no window '\(window)'")
        }
        let listed = AttributeFunction("list", [.text("name"), .attribute([.string])], result: .bool, summary: "")
        let schema = AttributeSchema.payments(functions: [count, listed])
        let source = """
            velocity.count("card", "1m") >= 10 && velocity.count("card", "1h") < 50
                && list("blocked", merchant.name) && velocity.count("card", "1m") < 20
            """
        let program = try Program(source, schema: schema)
        let name = try #require(schema.slot(named: "merchant.name"))
        #expect(
            program.calls == [
                FunctionCall(name: "velocity.count", arguments: [.text("card"), .text("1m")]),
                FunctionCall(name: "velocity.count", arguments: [.text("card"), .text("1h")]),
                FunctionCall(name: "list", arguments: [.text("blocked"), .attribute(name)]),
            ]
        )
        let values: [MapSource.Value?] = [.int(10), .int(12), .bool(true)]
        #expect(try evaluate(source, schema: schema, calls: values) == .bool(true))
        #expect(throws: RuleError.self) { _ = try Program("velocity.count('card', '2m') > 1", schema: schema) }
    }
}
