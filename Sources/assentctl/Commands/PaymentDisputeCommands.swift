import ArgumentParser
import Domain
import Wire

/// `assentctl payment chargeback`.
struct PaymentChargebackCommand: EventCommand {
    static let configuration = configured(
        "chargeback",
        "Dispute what was cleared.",
        "Without --amount all of it.",
        example: "1042 --amount 12.50"
    )
    static let needsAmount = false

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup var event: EventOptions

    static func message(_ event: EventBlock, _ merchantName: String, _ merchantCity: String) -> Chargeback {
        Chargeback(event: event, merchantName: merchantName, merchantCity: merchantCity)
    }

    static func answer(_ reply: ChargebackReply) -> (decision: DecisionBlock, payment: PaymentBlock?) {
        (reply.decision, reply.payment)
    }
}

/// `assentctl payment represent`.
struct PaymentRepresentCommand: EventCommand {
    static let configuration = configured(
        "represent",
        "Report that the merchant defended a chargeback.",
        "Without --amount all that is disputed.",
        example: "1042"
    )
    static let needsAmount = false

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup var event: EventOptions

    static func message(_ event: EventBlock, _ merchantName: String, _ merchantCity: String) -> Representment {
        Representment(event: event, merchantName: merchantName, merchantCity: merchantCity)
    }

    static func answer(_ reply: RepresentmentReply) -> (decision: DecisionBlock, payment: PaymentBlock?) {
        (reply.decision, reply.payment)
    }
}

/// `assentctl payment report-fraud`.
struct PaymentReportFraudCommand: EventCommand {
    static let configuration = configured(
        "report-fraud",
        "Label a payment as fraud.",
        "No money moves.",
        example: "1042"
    )
    static let needsAmount = false

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup var event: EventOptions

    static func message(_ event: EventBlock, _ merchantName: String, _ merchantCity: String) -> FraudReport {
        FraudReport(event: event, merchantName: merchantName, merchantCity: merchantCity)
    }

    static func answer(_ reply: FraudReportReply) -> (decision: DecisionBlock, payment: PaymentBlock?) {
        (reply.decision, reply.payment)
    }
}
