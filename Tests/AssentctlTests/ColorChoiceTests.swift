import Testing

@testable import assentctl

@Suite struct ColorChoiceTests {
    @Test(
        arguments: [
            (ColorChoice.auto, true, [:], true), (.auto, false, [:], false), (.auto, true, ["NO_COLOR": "1"], false),
            (.auto, true, ["NO_COLOR": ""], true), (.auto, true, ["TERM": "dumb"], false),
            (.always, false, ["NO_COLOR": "1"], true), (.never, true, [:], false),
        ] as [(ColorChoice, Bool, [String: String], Bool)]
    )
    func coloursFollowTerminalEnvironmentAndOption(
        choice: ColorChoice,
        isTerminal: Bool,
        environment: [String: String],
        expected: Bool
    ) {
        #expect(choice.resolved(isTerminal: isTerminal) { environment[$0] } == expected)
    }
}
