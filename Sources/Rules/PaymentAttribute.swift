/// What conditions can read of an authorization request and the card that it names. A raw value is the slot.
public enum PaymentAttribute: Int, CaseIterable, Sendable {
    case amount
    case currency
    case kind
    case presence
    case entryMode
    case initiator
    case recurring
    case estimated
    case partial
    case network
    case merchantID
    case merchantName
    case merchantNormalName
    case merchantCity
    case merchantCountry
    case merchantCategory
    case terminalID
    case acquirerID
    case cardToken
    case cardKnown
    case cardStatus
    case cardProfile
    case cardCurrency
    case cardLimit
    case cardPosted
    case cardHeld
    case cardAvailable
    case cardTransactionLimit
    case hour
    case weekday

    /// How a condition names it, its type, and what it is.
    public var attribute: Attribute {
        switch self {
        case .amount, .currency, .kind, .presence, .entryMode, .initiator, .recurring, .estimated, .partial, .network:
            ofRequest
        case .merchantID, .merchantName, .merchantNormalName, .merchantCity, .merchantCountry, .merchantCategory,
            .terminalID, .acquirerID:
            ofMerchant
        case .cardToken, .cardKnown, .cardStatus, .cardProfile, .cardCurrency, .cardLimit, .cardPosted, .cardHeld,
            .cardAvailable, .cardTransactionLimit:
            ofCard
        case .hour: Attribute("time.hour", .int, summary: "hour of the decision in UTC, 0 to 23")
        case .weekday: Attribute("time.weekday", .int, summary: "day of the week in UTC, 1 for Monday to 7")
        }
    }

    private var ofRequest: Attribute {
        switch self {
        case .currency: Attribute("currency", byteCountMax: 3, isOptional: false, summary: "ISO 4217, of the amount")
        case .kind:
            Attribute(
                "kind",
                byteCountMax: 16,
                vocabulary: ["authorization", "verification", "inquiry", "financial", "increment"],
                summary: "what is asked"
            )
        case .presence:
            Attribute(
                "presence",
                byteCountMax: 16,
                vocabulary: ["unknown", "present", "not-present"],
                summary: "whether the card was there"
            )
        case .entryMode:
            Attribute(
                "entry_mode",
                byteCountMax: 16,
                vocabulary: ["unknown", "chip", "contactless", "stripe", "manual", "on-file", "e-commerce"],
                summary: "how the card's data came in"
            )
        case .initiator:
            Attribute(
                "initiator",
                byteCountMax: 16,
                vocabulary: ["cardholder", "merchant"],
                summary: "who started the payment"
            )
        case .recurring: Attribute("recurring", .bool, summary: "one of a series")
        case .estimated: Attribute("estimated", .bool, summary: "the final amount is not yet known")
        case .partial: Attribute("partial", .bool, summary: "the merchant takes less than the whole amount")
        case .network: Attribute("network", .int, summary: "the card network's number, 0 where it is not said")
        default: Attribute("amount", .money, summary: "what is asked for; 0 for a verification and an inquiry")
        }
    }

    private var ofMerchant: Attribute {
        switch self {
        case .merchantName: Attribute("merchant.name", byteCountMax: 64, summary: "the name as sent")
        case .merchantNormalName:
            Attribute(
                "merchant.normal_name",
                byteCountMax: 64,
                summary: "the name as block lists compare it: capitals, plain letters, single spaces"
            )
        case .merchantCity: Attribute("merchant.city", byteCountMax: 32, summary: "the city as sent")
        case .merchantCountry: Attribute("merchant.country", byteCountMax: 2, summary: "ISO 3166-1, two letters")
        case .merchantCategory: Attribute("merchant.category", .int, summary: "merchant category code, 0 to 9999")
        case .terminalID: Attribute("terminal.id", byteCountMax: 16, summary: "the terminal")
        case .acquirerID: Attribute("acquirer.id", byteCountMax: 16, summary: "the acquirer")
        default: Attribute("merchant.id", byteCountMax: 16, summary: "the acquirer's number for the merchant")
        }
    }

    private var ofCard: Attribute {
        switch self {
        case .cardStatus:
            Attribute(
                "card.status",
                byteCountMax: 16,
                isOptional: true,
                vocabulary: ["not-activated", "active", "frozen", "cancelled", "lost", "stolen"],
                summary: "absent where the card is unknown"
            )
        case .cardToken: Attribute("card.token", byteCountMax: 36, summary: "the token as sent, a UUID in lower case")
        case .cardProfile: optionalText("card.profile", "the name of the card's profile")
        case .cardCurrency: optionalText("card.currency", "ISO 4217")
        case .cardLimit: optionalMoney("card.limit", "the card's limit")
        case .cardPosted: optionalMoney("card.posted", "what is posted")
        case .cardHeld: optionalMoney("card.held", "what is held")
        case .cardAvailable: optionalMoney("card.available", "limit less posted and held, before the decision")
        case .cardTransactionLimit: optionalMoney("card.transaction_limit", "the limit for one payment")
        default: Attribute("card.known", .bool, summary: "whether the token names a card")
        }
    }

    private func optionalText(_ name: String, _ summary: String) -> Attribute {
        Attribute(name, byteCountMax: 16, isOptional: true, summary: summary)
    }

    private func optionalMoney(_ name: String, _ summary: String) -> Attribute {
        let absence = "; absent where there is none, or the card is in another currency than the amount"
        return Attribute(name, .money, isOptional: true, summary: summary + absence)
    }
}

extension AttributeSchema {
    /// The attributes of payments, with the functions that the caller can answer.
    public static func payments(functions: [AttributeFunction] = []) -> AttributeSchema {
        AttributeSchema(PaymentAttribute.allCases.map(\.attribute), functions: functions)
    }
}
