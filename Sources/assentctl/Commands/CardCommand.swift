import ArgumentParser

/// `assentctl card`: everything about cards.
struct CardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "card",
        abstract: "Make, show and change cards.",
        discussion: HelpText.laidOut(
            """
            A card is named by its token, a UUID that assent makes or you choose. Card numbers are never taken; the \
            last four digits are kept for showing (•••• 4242) and name a card too, where no other card has them.

            EXAMPLES
              $ assentctl card create --currency EUR --limit 1,000.00 --last-four 4242 --activate
              $ assentctl card show 4242

            FIELDS (-o json, jsonl, csv)
              token, lastFour, status, currency, limit, limitMinor, transactionLimit, transactionLimitMinor, posted, \
            postedMinor, held, heldMinor, available, availableMinor, expiry, profile, createdAt, createdLsn. Amounts \
            are decimal strings; those in …Minor are integers in the currency's smallest unit.
            """
        ),
        subcommands: [
            CardCreateCommand.self, CardListCommand.self, CardShowCommand.self, CardActivateCommand.self,
            CardFreezeCommand.self, CardUnfreezeCommand.self, CardCancelCommand.self, CardLostCommand.self,
            CardStolenCommand.self, CardReplaceCommand.self, CardLimitsCommand.self,
        ]
    )
}
