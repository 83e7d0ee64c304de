import Testing

@testable import assentctl

@Suite struct CardNumberGuardTests {
    // Numbers that card networks publish for testing.
    @Test(arguments: [
        "4111111111111111", "4242 4242 4242 4242", "5555-5555-5555-4444", "378282246310005", "4222222222222",
        "6304000000000000000",
    ])
    func cardNumbersAreRecognised(text: String) {
        #expect(CardNumberGuard.looksLikeCardNumber(text))
    }

    @Test(arguments: [
        "4111111111111112", "411111111111", "41111111111111111111", "0190a5b4-6d3c-7e1f-8a2b-3c4d5e6f7a8b", "4242", "",
        "4111x11111111111",
    ])
    func otherTextsAreNot(text: String) {
        #expect(!CardNumberGuard.looksLikeCardNumber(text))
    }

    @Test(arguments: [
        ["card", "show", "4111111111111111"], ["authorize", "--card", "4111 1111 1111 1111"],
        ["authorize", "--card=4111111111111111"], ["config", "block", "add", "378282246310005"],
    ])
    func aCommandLineWithOneIsRefusedWithoutRepeatingIt(arguments: [String]) throws {
        let failure = try #require(throws: CommandFailure.self) { try CardNumberGuard.check(arguments) }
        #expect(failure.status == .usage)
        #expect(!failure.rendered(colors: false).contains("1111"))
        #expect(failure.rendered(colors: false).contains("token"))
    }

    @Test(arguments: [
        ["authorize", "--merchant-id", "378282246310005"], ["authorize", "--merchant-id=378282246310005"],
        ["card", "create", "--limit", "4222222222222"],
    ])
    func optionsThatTakeLongNumbersByRightMay(arguments: [String]) throws {
        try CardNumberGuard.check(arguments)
    }
}
