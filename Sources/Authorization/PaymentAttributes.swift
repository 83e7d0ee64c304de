import Domain
import Rules

/// What conditions read of a request, the card and the clock: each attribute is worked out when a rule asks for it.
struct PaymentAttributes: AttributeSource {
    /// The first call's slot. Kept, because the list of all cases is made anew whenever it is asked for.
    private static let attributeCount = PaymentAttribute.allCases.count

    // SAFETY: all three outlive the evaluation, which is over when the caller's closure returns.
    let request: UnsafePointer<AuthorizationRequest>
    let seen: UnsafePointer<Observation>
    let policy: UnsafePointer<Policy>
    let time: Instant
    /// Whether the request stands for an increment.
    let isIncrement: Bool
    /// How lists are asked: by nothing else than as they are, unless somebody looks back.
    var lists = ListView()

    /// How many decimals the amounts have.
    var exponent: Int { (request.pointee.currency ?? seen.pointee.currency)?.exponent ?? 2 }

    /// Whether the card's amounts are in the currency of the request's.
    private var isInCurrency: Bool {
        seen.pointee.found
            && (request.pointee.currency == nil || request.pointee.currency == seen.pointee.currency)
    }

    func load(_ slot: Int, into workspace: inout RuleWorkspace) {
        guard let attribute = PaymentAttribute(rawValue: slot) else {
            return loadCall(slot, into: &workspace)
        }
        switch attribute {
        case .amount: workspace.set(slot, request.pointee.kind.hasAmount ? request.pointee.amount : 0)
        case .currency: setCode(slot, request.pointee.currency?.packed ?? 0, count: 3, &workspace)
        case .kind: setKind(slot, &workspace)
        case .presence: setPresence(slot, &workspace)
        case .entryMode: setEntryMode(slot, &workspace)
        case .initiator:
            workspace.set(
                slot,
                request.pointee.initiator == .merchant ? "merchant" as StaticString : "cardholder" as StaticString
            )
        case .recurring: workspace.set(slot, request.pointee.flags.contains(.recurring))
        case .estimated: workspace.set(slot, request.pointee.flags.contains(.estimated))
        case .partial: workspace.set(slot, request.pointee.flags.contains(.partialApprovalAllowed))
        case .network: workspace.set(slot, Int64(request.pointee.network))
        case .merchantID: set(slot, request.pointee.merchantID, &workspace)
        case .merchantName: request.pointee.merchantName.withBytes { workspace.set(slot, $0) }
        case .merchantNormalName: setNormalName(slot, &workspace)
        case .merchantCity: request.pointee.merchantCity.withBytes { workspace.set(slot, $0) }
        case .merchantCountry: setCode(slot, UInt32(request.pointee.merchantCountry.packed), count: 2, &workspace)
        case .merchantCategory: workspace.set(slot, Int64(request.pointee.merchantCategory.code))
        case .terminalID: set(slot, request.pointee.terminalID, &workspace)
        case .acquirerID: set(slot, request.pointee.acquirerID, &workspace)
        case .cardToken: setToken(slot, &workspace)
        case .cardKnown: workspace.set(slot, seen.pointee.found)
        case .cardStatus, .cardProfile, .cardCurrency, .cardLimit, .cardPosted, .cardHeld, .cardAvailable,
            .cardTransactionLimit:
            loadCard(attribute, slot, into: &workspace)
        case .hour: workspace.set(slot, time.microseconds / 3_600_000_000 % 24)
        // 1970-01-01 was a Thursday.
        case .weekday: workspace.set(slot, (time.microseconds / 86_400_000_000 + 3) % 7 + 1)
        }
    }

    private func loadCard(_ attribute: PaymentAttribute, _ slot: Int, into workspace: inout RuleWorkspace) {
        guard seen.pointee.found else { return workspace.setAbsent(slot) }
        switch attribute {
        case .cardStatus: setStatus(slot, &workspace)
        case .cardProfile: set(slot, policy.pointee.profileName(at: seen.pointee.profileIndex), &workspace)
        case .cardCurrency: setCode(slot, seen.pointee.currency?.packed ?? 0, count: 3, &workspace)
        default:
            let amount: Int64?
            switch attribute {
            case .cardLimit: amount = seen.pointee.balances.limit
            case .cardPosted: amount = seen.pointee.balances.posted
            case .cardHeld: amount = seen.pointee.balances.held
            case .cardAvailable: amount = seen.pointee.balances.available
            default: amount = seen.pointee.transactionLimit
            }
            guard let amount, isInCurrency else { return workspace.setAbsent(slot) }
            workspace.set(slot, amount)
        }
    }

    /// A call of `velocity`.
    private func loadCall(_ slot: Int, into workspace: inout RuleWorkspace) {
        let call = policy.pointee.ruleCall(slot - Self.attributeCount)
        if call.listSlot >= 0 { return ask(call, slot, &workspace) }
        let totals: (count: UInt64, sum: Int64)
        if let window = call.window {
            let kept = seen.pointee.velocityTotals(window)
            totals = (kept.count, kept.sum)
        } else if let counter = call.counter, let held = seen.pointee.counters[counter] {
            totals = held
        } else {
            return workspace.setAbsent(slot)
        }
        switch call.reading {
        case .count: workspace.set(slot, Int64(clamping: totals.count))
        case .forFunds: workspace.set(slot, totals.sum)
        case .sum where isInCurrency, .amount where isInCurrency && totals.count > 0: workspace.set(slot, totals.sum)
        case .sum, .amount: workspace.setAbsent(slot)
        }
    }

    // MARK: Lists

    /// A call of `list`.
    private func ask(_ call: RuleCall, _ slot: Int, _ workspace: inout RuleWorkspace) {
        guard let list = call.list, lists.isKnown(list) else { return workspace.setAbsent(slot) }
        let isOn = value(Int(call.listSlot), in: &workspace) { value in
            list.pointee.find(value, at: (lists.time ?? time).microseconds, before: lists.before) != nil
        }
        if let isOn { workspace.set(slot, isOn) } else { workspace.setAbsent(slot) }
    }

    /// Calls the body with an attribute in the form that lists have it in; `nil`: the request lacks it.
    func value<Value>(
        _ slot: Int,
        in workspace: inout RuleWorkspace,
        _ body: (UnsafeRawBufferPointer) -> Value
    ) -> Value? {
        var source = self
        guard slot == PaymentAttribute.merchantCategory.rawValue else {
            return workspace.withText(slot, &source) { $0.map(body) }
        }
        guard let code = workspace.number(slot, &source) else { return nil }
        // Four digits, as `MerchantCategory` writes them.
        func digit(_ unit: Int64) -> UInt32 { UInt32(truncatingIfNeeded: 48 + code / unit % 10) }
        let digits = digit(1_000) << 24 | digit(100) << 16 | digit(10) << 8 | digit(1)
        return withUnsafeBytes(of: digits.bigEndian, body)
    }

    // MARK: Texts

    private func setToken(_ slot: Int, _ workspace: inout RuleWorkspace) {
        withUnsafeTemporaryAllocation(byteCount: 36, alignment: 1) { text in
            var place = 0
            for digit in 0..<32 {
                if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                    text[place] = UInt8(ascii: "-")
                    place += 1
                }
                let half = digit < 16 ? request.pointee.cardToken.high : request.pointee.cardToken.low
                let value = UInt8(truncatingIfNeeded: half >> UInt64(60 - digit % 16 * 4)) & 0xF
                text[place] = value < 10 ? 48 + value : 87 + value
                place += 1
            }
            workspace.set(slot, UnsafeRawBufferPointer(text))
        }
    }

    private func set(_ slot: Int, _ text: Text16, _ workspace: inout RuleWorkspace) {
        withUnsafeBytes(of: (text.low.littleEndian, text.high.littleEndian)) { bytes in
            var count = 0
            while count < 16, bytes[count] != 0 { count += 1 }
            workspace.set(slot, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
    }

    /// A packed code of so many letters, the last one in the lowest byte; zero: no text.
    private func setCode(_ slot: Int, _ packed: UInt32, count: Int, _ workspace: inout RuleWorkspace) {
        withUnsafeBytes(of: (packed << UInt32(8 * (4 - count))).bigEndian) { bytes in
            workspace.set(slot, UnsafeRawBufferPointer(rebasing: bytes[..<(packed == 0 ? 0 : count)]))
        }
    }

    private func setNormalName(_ slot: Int, _ workspace: inout RuleWorkspace) {
        MerchantName.withNormalForm(of: request.pointee.merchantName) { workspace.set(slot, $0) }
    }

    private func setKind(_ slot: Int, _ workspace: inout RuleWorkspace) {
        if isIncrement { return workspace.set(slot, "increment" as StaticString) }
        switch request.pointee.kind {
        case .authorization: workspace.set(slot, "authorization" as StaticString)
        case .accountVerification: workspace.set(slot, "verification" as StaticString)
        case .balanceInquiry: workspace.set(slot, "inquiry" as StaticString)
        case .financial: workspace.set(slot, "financial" as StaticString)
        }
    }

    private func setPresence(_ slot: Int, _ workspace: inout RuleWorkspace) {
        switch request.pointee.presence {
        case .unknown: workspace.set(slot, "unknown" as StaticString)
        case .present: workspace.set(slot, "present" as StaticString)
        case .notPresent: workspace.set(slot, "not-present" as StaticString)
        }
    }

    private func setEntryMode(_ slot: Int, _ workspace: inout RuleWorkspace) {
        switch request.pointee.entryMode {
        case .unknown: workspace.set(slot, "unknown" as StaticString)
        case .chip: workspace.set(slot, "chip" as StaticString)
        case .contactless: workspace.set(slot, "contactless" as StaticString)
        case .magneticStripe: workspace.set(slot, "stripe" as StaticString)
        case .manual: workspace.set(slot, "manual" as StaticString)
        case .credentialOnFile: workspace.set(slot, "on-file" as StaticString)
        case .electronicCommerce: workspace.set(slot, "e-commerce" as StaticString)
        }
    }

    private func setStatus(_ slot: Int, _ workspace: inout RuleWorkspace) {
        switch seen.pointee.status {
        case .notActivated: workspace.set(slot, "not-activated" as StaticString)
        case .active: workspace.set(slot, "active" as StaticString)
        case .frozen: workspace.set(slot, "frozen" as StaticString)
        case .cancelled: workspace.set(slot, "cancelled" as StaticString)
        case .lost: workspace.set(slot, "lost" as StaticString)
        case .stolen: workspace.set(slot, "stolen" as StaticString)
        }
    }
}

/// How conditions see lists.
struct ListView {
    /// As they were when this record was written; `.max`: as they are.
    var before = UInt64.max
    /// The time by which entries are in force; `nil`: that of the request.
    var time: Instant?

    /// Whether it is known how the list was then.
    @inline(__always)
    func isKnown(_ list: UnsafePointer<ListStorage>) -> Bool { before >= list.pointee.floor }
}
