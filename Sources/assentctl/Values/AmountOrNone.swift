import ArgumentParser

/// An amount, or `none` to remove what is there.
enum AmountOrNone: Equatable, ExpressibleByArgument {
    case none
    case amount(AmountText)

    init?(argument: String) {
        if argument == "none" {
            self = .none
        } else if let amount = AmountText(argument: argument) {
            self = .amount(amount)
        } else {
            return nil
        }
    }
}
