public import Domain
import Rules

extension ListKind {
    /// Its name in messages.
    var name: String { self == .merchantName ? "merchant-name" : "\(self)" }

    /// The one attribute that it is asked for; `nil`: any text.
    var attribute: PaymentAttribute? {
        switch self {
        case .card: .cardToken
        case .merchant: .merchantID
        case .merchantName: .merchantNormalName
        case .terminal: .terminalID
        case .acquirer: .acquirerID
        case .country: .merchantCountry
        case .category: .merchantCategory
        case .text: nil
        }
    }

    /// The form in which a value is kept and compared.
    ///
    /// - Throws: `ListValueError`, which says what a value of the kind is.
    public func canonical(_ value: String) throws(ListValueError) -> String {
        let form: String? =
            switch self {
            case .card: CardToken(value).flatMap { $0.isZero ? nil : "\($0)" }
            case .merchant, .terminal, .acquirer: Text16(value) == nil ? nil : value
            case .merchantName: MerchantName.normalise(value)
            case .country: Country(value.uppercased()).map { "\($0)" }
            case .category: MerchantCategory(value).map { "\($0)" }
            case .text: value
            }
        guard let form, (1...AuthorizationLimits.listValueByteCountMax).contains(form.utf8.count), form.isOneLine else {
            throw ListValueError(expected: expected)
        }
        return form
    }

    private var expected: String {
        switch self {
        case .card: "a card's token, which is a UUID other than zero"
        case .merchant: "a merchant's number: 1 to 16 printable ASCII characters"
        case .merchantName:
            "a name with a letter or digit, of at most \(AuthorizationLimits.listValueByteCountMax) bytes"
        case .terminal: "a terminal's number: 1 to 16 printable ASCII characters"
        case .acquirer: "an acquirer's number: 1 to 16 printable ASCII characters"
        case .country: "two letters (ISO 3166-1)"
        case .category: "a merchant category code, 0 to 9999"
        case .text: "1 to \(AuthorizationLimits.listValueByteCountMax) bytes of text without control characters"
        }
    }
}

/// A value is not one of its list's kind.
public struct ListValueError: Error, Sendable, Equatable {
    /// What such a value is.
    public let expected: String
}

extension String {
    /// Whether it has no control character (U+0000 to U+001F, U+007F to U+009F).
    var isOneLine: Bool {
        unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }
}
