import Domain

/// An amount in data: the decimal as `name`, the integer as `nameMinor`; both null where there is none.
func moneyFields(_ name: String, _ minorUnits: Int64?, _ currency: Currency?) -> [Field] {
    guard let minorUnits, let currency else {
        return [Field(name, JSONValue.null), Field(name + "Minor", JSONValue.null)]
    }
    return [
        Field(name, Money(minorUnits: minorUnits, currency: currency).decimal), Field(name + "Minor", minorUnits),
    ]
}

/// An amount for people, `1,250.00 EUR`; `-` where there is none.
func moneyText(_ minorUnits: Int64?, _ currency: Currency?) -> String {
    guard let minorUnits, let currency else { return "-" }
    return Money(minorUnits: minorUnits, currency: currency).description
}
