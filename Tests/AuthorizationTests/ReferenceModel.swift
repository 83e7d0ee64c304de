import Authorization
import Domain
import Foundation

/// What the core should do, said as plainly as possible and as slowly as may be: dictionaries, lists, strings. It
/// shares no code with the core and only reads plain fields of its requests.
struct ReferenceModel {
    struct Card {
        var status: String
        var currency: String
        var limit: Int64
        var transactionLimit: Int64?
        var expiresAt: String
        var profile: String
        var held: Int64 = 0
        /// Per rule the approvals since its window was last set.
        var approvals: [[(milliseconds: Int64, amount: Int64)]] = [[], [], [], []]
    }

    struct Rule: Equatable {
        var count: Int?
        var sum: Int64?
        var seconds: Int64
        var declines: Bool
    }

    struct Answer: Equatable, CustomStringConvertible {
        var reason: String
        var outcome: String
        var amount: Int64
        var failed: [String]
        var flagged: [String]
        var held: Int64?
        var limit: Int64?

        var description: String {
            "\(outcome) \(reason) \(amount) failed \(failed) flagged \(flagged) held \(held ?? -1) of \(limit ?? -1)"
        }
    }

    var cards: [UInt64: Card] = [:]
    /// In hundredths of a major unit; the two rules of this kind that the tests set.
    var defaultThreshold: Int64? = 500_000
    var euroThreshold: Int64?
    var rules: [Rule?] = [Rule(count: 10, sum: nil, seconds: 60, declines: false), nil, nil, nil]

    // MARK: Commands

    mutating func create(
        _ number: UInt64,
        status: String,
        currency: String,
        limit: Int64,
        transactionLimit: Int64?,
        expiresAt: String,
        profile: String,
        now: String
    ) -> Bool {
        if cards[number] != nil || expiresAt <= now { return false }
        cards[number] = Card(
            status: status,
            currency: currency,
            limit: limit,
            transactionLimit: transactionLimit,
            expiresAt: expiresAt,
            profile: profile
        )
        return true
    }

    mutating func setStatus(_ number: UInt64, _ status: String) -> Bool {
        guard let card = cards[number] else { return false }
        let allowed = [
            "notActivated": ["active", "cancelled", "lost", "stolen"],
            "active": ["frozen", "cancelled", "lost", "stolen"],
            "frozen": ["active", "cancelled", "lost", "stolen"],
        ]
        guard allowed[card.status]?.contains(status) == true else { return false }
        cards[number]?.status = status
        return true
    }

    mutating func setLimit(_ number: UInt64, _ limit: Int64) -> Bool {
        guard cards[number] != nil else { return false }
        cards[number]?.limit = limit
        return true
    }

    mutating func set(_ key: String, _ value: String) {
        switch key {
        case "amount-threshold.default": defaultThreshold = value == "none" ? nil : hundredths(value)
        case "amount-threshold.EUR": euroThreshold = value == "default" ? nil : hundredths(value)
        case _ where key.hasPrefix("velocity."):
            let place = Int(key.suffix(1)).map { $0 - 1 } ?? 0
            let old = rules[place]
            rules[place] = value == "none" ? nil : rule(value)
            if old?.seconds != rules[place]?.seconds {
                for number in cards.keys { cards[number]?.approvals[place] = [] }
            }
        default: break
        }
    }

    private func rule(_ text: String) -> Rule {
        let words = text.components(separatedBy: " ")
        var rule = Rule(count: nil, sum: nil, seconds: 0, declines: words.last == "decline")
        for word in words {
            if word.hasPrefix("count>") { rule.count = Int(word.dropFirst(6)) }
            if word.hasPrefix("sum>") { rule.sum = hundredths(String(word.dropFirst(4))) }
        }
        let window = words[words.count - 2]
        let unit: Int64 = window.hasSuffix("h") ? 3_600 : window.hasSuffix("m") ? 60 : 1
        rule.seconds = (Int64(window.dropLast()) ?? 0) * unit
        return rule
    }

    private func hundredths(_ text: String) -> Int64 {
        let parts = text.components(separatedBy: ".")
        return (Int64(parts[0]) ?? 0) * 100 + (parts.count > 1 ? Int64(parts[1]) ?? 0 : 0)
    }

    // MARK: Requests

    mutating func authorize(_ request: AuthorizationRequest, microseconds: Int64) -> Answer {
        let isPayment = request.kind == .authorization
        let code = request.currency.map { "\($0)" }
        var failed: [(String, String)] = []
        var flagged: [String] = []
        var most: [Int64] = []
        let card = cards[request.cardToken.low]
        if card == nil { failed.append(("cardKnown", "cardUnknown")) }
        if let card {
            if card.status != "active" {
                let name = card.status.prefix(1).uppercased() + card.status.dropFirst()
                failed.append(("cardState", "card\(name)"))
            }
            if "\(Instant(microseconds: microseconds))" >= card.expiresAt {
                failed.append(("cardExpiry", "cardExpired"))
            }
            if code != nil, code != card.currency { failed.append(("currency", "invalidAmountOrCurrency")) }
        }
        let name = request.merchantName.string.folding(options: .diacriticInsensitive, locale: nil).uppercased()
        if name == "EVIL CORP" || name.contains("CASINO") { failed.append(("merchantBlockList", "merchantBlocked")) }
        if let card {
            let category = "\(request.merchantCategory)"
            if card.profile == "food" {
                if !["5411", "5812", "5813", "5814"].contains(category) {
                    failed.append(("merchantCategory", "merchantCategoryBlocked"))
                }
                if "\(request.merchantCountry)" == "KP" { failed.append(("merchantCountry", "countryBlocked")) }
            }
            if card.profile == "shop", request.presence != .present { failed.append(("presence", "presenceBlocked")) }
            checkVelocity(card, request, code, microseconds, &failed, &flagged)
        }
        if isPayment {
            let comparable = card != nil && card?.currency == code
            if comparable, let limit = card?.transactionLimit {
                most.append(limit)
                if request.amount > limit { failed.append(("transactionLimit", "exceedsTransactionLimit")) }
            }
            if let threshold = threshold(code) {
                most.append(threshold)
                if request.amount > threshold { failed.append(("amountThreshold", "exceedsAmountThreshold")) }
            }
            if comparable, let card {
                most.append(card.limit - card.held)
                if request.amount > card.limit - card.held { failed.append(("spendingLimit", "insufficientFunds")) }
            }
        }
        return conclude(request, microseconds, failed, flagged, most)
    }

    private func threshold(_ code: String?) -> Int64? {
        if code == "EUR", let euroThreshold { return euroThreshold }
        return defaultThreshold.map { code == "JPY" ? $0 / 100 : $0 }
    }

    private func checkVelocity(
        _ card: Card,
        _ request: AuthorizationRequest,
        _ code: String?,
        _ microseconds: Int64,
        _ failed: inout [(String, String)],
        _ flagged: inout [String]
    ) {
        for place in 0..<4 {
            guard let rule = rules[place] else { continue }
            // The tick is the least whole number of milliseconds with at most 60,000 ticks in the window.
            var step: Int64 = 1
            while step * 60_000 < rule.seconds * 1_000 { step += 1 }
            var width = rule.seconds * 1_000 / step
            if width * step < rule.seconds * 1_000 { width += 1 }
            let now = microseconds / 1_000 / step
            let live = card.approvals[place].filter { now - width < $0.milliseconds / step }
            var exceeds = false
            if let count = rule.count, live.count + 1 > count { exceeds = true }
            if let sum = rule.sum, code == nil || code == card.currency {
                let most = card.currency == "JPY" ? sum / 100 : sum
                if live.reduce(0, { $0 + $1.amount }) + request.amount > most { exceeds = true }
            }
            guard exceeds else { continue }
            if rule.declines {
                failed.append(("velocity\(place + 1)", "velocityExceeded"))
            } else {
                flagged.append("velocity\(place + 1)")
            }
        }
    }

    private mutating func conclude(
        _ request: AuthorizationRequest,
        _ microseconds: Int64,
        _ failed: [(String, String)],
        _ flagged: [String],
        _ most: [Int64]
    ) -> Answer {
        var answer = Answer(
            reason: failed.first?.1 ?? "approved",
            outcome: failed.isEmpty ? "approved" : "declined",
            amount: failed.isEmpty ? request.amount : 0,
            failed: failed.map(\.0),
            flagged: flagged
        )
        let money = ["transactionLimit", "amountThreshold", "spendingLimit"]
        if !failed.isEmpty, failed.allSatisfy({ money.contains($0.0) }),
            request.flags.contains(.partialApprovalAllowed),
            let least = most.min(), least > 0
        {
            answer.reason = "partiallyApproved"
            answer.outcome = "approved"
            answer.amount = least
        }
        if answer.outcome == "approved" {
            cards[request.cardToken.low]?.held += answer.amount
            for place in 0..<4 where rules[place] != nil {
                cards[request.cardToken.low]?.approvals[place].append((microseconds / 1_000, answer.amount))
                // Nothing counts for longer than a day; forgetting it keeps the test short.
                cards[request.cardToken.low]?.approvals[place].removeAll {
                    $0.milliseconds < microseconds / 1_000 - 100_000_000
                }
            }
            if !flagged.isEmpty { answer.outcome = "flagged" }
        }
        answer.held = cards[request.cardToken.low]?.held
        answer.limit = cards[request.cardToken.low]?.limit
        return answer
    }
}

extension ReferenceModel.Answer {
    init(_ decision: Decision) {
        self.init(
            reason: "\(decision.reason)",
            outcome: "\(decision.outcome)",
            amount: decision.approvedAmount,
            failed: decision.checksFailed.checks.map { "\($0)" },
            flagged: decision.checksFlagged.checks.map { "\($0)" },
            held: decision.balances?.held,
            limit: decision.balances?.limit
        )
    }
}
