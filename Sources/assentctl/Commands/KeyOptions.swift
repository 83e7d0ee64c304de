import ArgumentParser
import Domain
import Wire

/// Options of an authorization: the keys by which later messages find the payment, and how long it holds.
struct KeyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The network's identifier of the payment's life.", valueName: "id")) var lifecycleID = ""
    @Option(help: ArgumentHelp("The acquirer (field 32).", valueName: "id")) var acquirerID = ""
    @Option(help: ArgumentHelp("The trace number (field 11).", valueName: "number")) var stan: UInt32 = 0
    @Option(help: ArgumentHelp("The retrieval reference (field 37).", valueName: "id")) var retrievalReference = ""
    @Option(help: "The network that carried it.") var network = Choice(CardNetwork.unknown)
    @Option(help: "What the amount is; it chooses how long the hold lasts.")
    var amountKind = Choice(AuthorizationKind.unknown)

    func validate() throws {
        guard stan <= 999_999 else { throw ValidationError("--stan is up to 999999") }
        for (option, text, count) in [
            ("--lifecycle-id", lifecycleID, 16), ("--acquirer-id", acquirerID, 11),
            ("--retrieval-reference", retrievalReference, 12),
        ] where text.utf8.count > count || Text16(text) == nil {
            throw ValidationError("\(option) is up to \(count) printable ASCII characters")
        }
    }

    /// The texts as they are sent; they have been validated.
    var texts: (lifecycleID: Text16, acquirerID: Text16, retrievalReference: Text16) {
        (Text16(lifecycleID) ?? Text16(), Text16(acquirerID) ?? Text16(), Text16(retrievalReference) ?? Text16())
    }
}
