import ArgumentParser
import Domain
import Wire

/// `assentctl payment increment`.
struct PaymentIncrementCommand: EventCommand {
    static let configuration = configured(
        "increment",
        "Ask for more on top of an authorization.",
        "Declined, the hold stays as it was.",
        example: "1042 --amount 10.00"
    )
    static let needsAmount = true

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup var event: EventOptions

    static func message(_ event: EventBlock, _ merchantName: String, _ merchantCity: String) -> Increment {
        Increment(event: event, merchantName: merchantName, merchantCity: merchantCity)
    }

    static func answer(_ reply: IncrementReply) -> (decision: DecisionBlock, payment: PaymentBlock?) {
        (reply.decision, reply.payment)
    }
}

/// `assentctl payment reverse`.
struct PaymentReverseCommand: EventCommand {
    static let configuration = configured(
        "reverse",
        "Give up an authorization, or a part of it.",
        "Without --amount all that is held is released, for good. One that overtakes its authorization is kept for it.",
        example: "1042"
    )
    static let needsAmount = false

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup var event: EventOptions

    static func message(_ event: EventBlock, _ merchantName: String, _ merchantCity: String) -> Reverse {
        Reverse(event: event, merchantName: merchantName, merchantCity: merchantCity)
    }

    static func answer(_ reply: ReverseReply) -> (decision: DecisionBlock, payment: PaymentBlock?) {
        (reply.decision, reply.payment)
    }
}

/// `assentctl payment reversal-advice`.
struct PaymentReversalAdviceCommand: EventCommand {
    static let configuration = configured(
        "reversal-advice",
        "Report a reversal that was done elsewhere.",
        "Without --amount all that is held is released, for good.",
        example: "1042 --amount 2.50"
    )
    static let needsAmount = false

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup var event: EventOptions

    static func message(_ event: EventBlock, _ merchantName: String, _ merchantCity: String) -> ReversalAdvice {
        ReversalAdvice(event: event, merchantName: merchantName, merchantCity: merchantCity)
    }

    static func answer(_ reply: ReversalAdviceReply) -> (decision: DecisionBlock, payment: PaymentBlock?) {
        (reply.decision, reply.payment)
    }
}

/// `assentctl payment advice`.
struct PaymentAdviceCommand: EventCommand {
    static let configuration = configured(
        "advice",
        "Report an approval that somebody else gave in our stead.",
        "It is recorded and held, even over the limit.",
        example: "--card 4242 --amount 50.00 --lifecycle-id MCC123"
    )
    static let needsAmount = true

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup var event: EventOptions

    static func message(_ event: EventBlock, _ merchantName: String, _ merchantCity: String) -> Advice {
        Advice(event: event, merchantName: merchantName, merchantCity: merchantCity)
    }

    static func answer(_ reply: AdviceReply) -> (decision: DecisionBlock, payment: PaymentBlock?) {
        (reply.decision, reply.payment)
    }
}

/// `assentctl payment complete`.
struct PaymentCompleteCommand: EventCommand {
    static let configuration = configured(
        "complete",
        "Say the final amount of an authorization.",
        "The hold becomes this much: lower releases, higher raises within the category's tolerance.",
        example: "1042 --amount 38.20"
    )
    static let needsAmount = true

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup var event: EventOptions

    static func message(_ event: EventBlock, _ merchantName: String, _ merchantCity: String) -> Completion {
        Completion(event: event, merchantName: merchantName, merchantCity: merchantCity)
    }

    static func answer(_ reply: CompletionReply) -> (decision: DecisionBlock, payment: PaymentBlock?) {
        (reply.decision, reply.payment)
    }
}
