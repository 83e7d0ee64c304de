import ArgumentParser

/// `assentctl payment`: what was decided, and what became of it.
struct PaymentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payment",
        abstract: "Explain and list decisions, and report what happens to payments.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl payment list --card 4242 --status declined --from today
              $ assentctl payment search --text "corner caf" --from 30d
              $ assentctl payment show 1042
              $ assentctl payment clear 1042 --amount 12.50 --final
              $ assentctl payment reverse 1043
            """
        ),
        subcommands: [
            PaymentShowCommand.self, PaymentListCommand.self, PaymentSearchCommand.self, PaymentExportCommand.self,
            PaymentIncrementCommand.self, PaymentReverseCommand.self,
            PaymentReversalAdviceCommand.self, PaymentAdviceCommand.self, PaymentCompleteCommand.self,
            PaymentClearCommand.self, PaymentReverseClearingCommand.self, PaymentAuthorizeRefundCommand.self,
            PaymentRefundCommand.self, PaymentChargebackCommand.self, PaymentRepresentCommand.self,
            PaymentReportFraudCommand.self,
        ]
    )
}
