import ArgumentParser
import Domain
import Wire

/// `assentctl payment clear`.
struct PaymentClearCommand: EventCommand {
    static let configuration = configured(
        "clear",
        "Report that the merchant was paid.",
        "It is posted, never refused. With --final, or as the last --part, what is left of the hold is released.",
        example: "1042 --amount 12.50 --final"
    )
    static let needsAmount = true

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup var event: EventOptions
    @Flag(name: .customLong("final"), help: "The last clearing: what is left of the hold is released.")
    var isFinal = false
    @Option(help: ArgumentHelp("Which of several clearings: 2/3.", valueName: "n/m")) var part: PartText?

    static func message(_ event: EventBlock, _ merchantName: String, _ merchantCity: String) -> Clearing {
        Clearing(event: event, merchantName: merchantName, merchantCity: merchantCity)
    }

    static func answer(_ reply: ClearingReply) -> (decision: DecisionBlock, payment: PaymentBlock?) {
        (reply.decision, reply.payment)
    }
}

/// `assentctl payment reverse-clearing`.
struct PaymentReverseClearingCommand: EventCommand {
    static let configuration = configured(
        "reverse-clearing",
        "Take a clearing back that was a mistake.",
        "Without --amount all that was cleared. Nothing is held again.",
        example: "1042"
    )
    static let needsAmount = false

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup var event: EventOptions

    static func message(_ event: EventBlock, _ merchantName: String, _ merchantCity: String) -> ClearingReversal {
        ClearingReversal(event: event, merchantName: merchantName, merchantCity: merchantCity)
    }

    static func answer(_ reply: ClearingReversalReply) -> (decision: DecisionBlock, payment: PaymentBlock?) {
        (reply.decision, reply.payment)
    }
}

/// `assentctl payment authorize-refund`.
struct PaymentAuthorizeRefundCommand: EventCommand {
    static let configuration = configured(
        "authorize-refund",
        "Announce a refund.",
        "No money moves before it clears.",
        example: "1042 --amount 5.00"
    )
    static let needsAmount = true

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup var event: EventOptions

    static func message(_ event: EventBlock, _ merchantName: String, _ merchantCity: String) -> RefundAuthorize {
        RefundAuthorize(event: event, merchantName: merchantName, merchantCity: merchantCity)
    }

    static func answer(_ reply: RefundAuthorizeReply) -> (decision: DecisionBlock, payment: PaymentBlock?) {
        (reply.decision, reply.payment)
    }
}

/// `assentctl payment refund`.
struct PaymentRefundCommand: EventCommand {
    static let configuration = configured(
        "refund",
        "Report that the merchant gave money back.",
        "It is posted, never refused.",
        example: "1042 --amount 5.00"
    )
    static let needsAmount = true

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup var event: EventOptions

    static func message(_ event: EventBlock, _ merchantName: String, _ merchantCity: String) -> RefundClearing {
        RefundClearing(event: event, merchantName: merchantName, merchantCity: merchantCity)
    }

    static func answer(_ reply: RefundClearingReply) -> (decision: DecisionBlock, payment: PaymentBlock?) {
        (reply.decision, reply.payment)
    }
}
