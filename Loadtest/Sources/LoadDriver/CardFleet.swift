internal import Client
public import Domain
public import LoadModel
public import Platform
internal import Wire

/// The cards of a load: made, found again and compared over the administration socket.
public struct CardFleet: Sendable {
    /// Where operators connect.
    public let administration: Endpoint
    /// Their tokens.
    public let naming: CardNaming
    /// Their currency.
    public let currency: Currency
    /// Their spending limit in minor units.
    public let limit: Int64

    /// Names a fleet; nothing is asked yet.
    public init(administration: Endpoint, naming: CardNaming, currency: Currency, limit: Int64) {
        self.administration = administration
        self.naming = naming
        self.currency = currency
        self.limit = limit
    }

    /// Makes those cards of the range that do not exist.
    ///
    /// - Returns: How many existed already.
    public func create(_ ordinals: Range<Int>, watch: (Double) -> Void = { _ in }) throws -> Int {
        var connection = try connect()
        let window = Int(max(1, min(connection.session.credit, 512)))
        let run = RandomBytes.word()
        var next = ordinals.lowerBound
        var existing = 0
        var answered = 0
        var again: [UInt64: Int] = [:]
        while answered < ordinals.count {
            while connection.inFlight < window, next < ordinals.upperBound {
                let correlation = try connection.send(request(next, run: run))
                again[correlation] = next
                next += 1
            }
            let frame = try connection.receive()
            let ordinal = again.removeValue(forKey: frame.correlationID)
            switch try answer(frame) {
            case .made: answered += 1
            case .existed:
                answered += 1
                existing += 1
            case .notExecuted:
                guard let ordinal else { continue }
                let correlation = try connection.send(request(ordinal, run: run))
                again[correlation] = ordinal
                continue
            }
            if answered % 10_000 == 0 { watch(Double(answered) / Double(ordinals.count)) }
        }
        return existing
    }

    private enum Answer {
        case made
        case existed
        case notExecuted
    }

    private func answer(_ frame: Frame) throws -> Answer {
        guard frame.holds(Reject.self) else {
            _ = try frame.decode(CardCreateReply.self)
            return .made
        }
        let reject = try frame.decode(Reject.self)
        if reject.code == .cardExists { return .existed }
        if (400..<500).contains(reject.code.rawValue) { return .notExecuted }
        throw LoadFailure.refused(what: "CardCreate", code: Int(reject.code.rawValue), detail: reject.detail)
    }

    private func request(_ ordinal: Int, run: UInt64) -> CardCreate {
        let digits = String(10_000 + ordinal % 10_000).dropFirst()
        return CardCreate(
            requestID: RequestID(high: run | 1, low: mixed(UInt64(ordinal) &+ 1)),
            cardToken: naming.token(ordinal: ordinal),
            transmissionTime: Instant(microseconds: Clock.now()),
            spendingLimit: limit,
            lastFour: Text16(digits) ?? Text16(),
            currency: currency,
            profile: Text16(),
            status: .active
        )
    }

    /// Begins to read all cards that the daemon has, in the order of their making.
    func pages(count: Int) throws -> CardPages {
        CardPages(connection: try connect(), naming: naming, count: count)
    }

    /// Makes the cards, and a model that holds what the daemon says they hold.
    ///
    /// - Parameter isPosted: Whether the load posts to them, and holds nothing.
    public func prepare(count: Int, isPosted: Bool = false, watch: (Double) -> Void = { _ in }) throws -> LedgerModel {
        let existing = try create(0..<count, watch: watch)
        var model = LedgerModel(count: count)
        guard existing > 0 else { return model }
        var pages = try pages(count: count)
        while let page = try pages.next() {
            for figures in page {
                guard figures.limit == limit else {
                    throw LoadFailure.usage(
                        "card \(naming.token(ordinal: figures.card)) exists with a limit of \(figures.limit), not "
                            + "\(limit): choose another --seed or --limit"
                    )
                }
                model.setBase(card: figures.card, held: isPosted ? figures.posted : figures.held)
            }
        }
        return model
    }

    /// Compares the daemon's balance of every card of the fleet with the model's.
    ///
    /// - Parameter isPosted: Whether the load posted to them, and held nothing.
    /// - Returns: How many were compared and what contradicts, the first ten of it in full.
    public func verify(_ model: borrowing LedgerModel, isPosted: Bool = false) throws -> Verification {
        var verification = Verification()
        var seen = [Bool](repeating: false, count: model.count)
        var pages = try pages(count: model.count)
        while let page = try pages.next() {
            for figures in page {
                seen[figures.card] = true
                verification.cards += 1
                let (asked, other) =
                    isPosted ? (figures.posted, figures.held) : (figures.held, figures.posted)
                if figures.limit != limit || other != 0 {
                    let what = isPosted ? "limit less held" : "limit less posted"
                    verification.add(
                        Discrepancy(card: figures.card, what: what, expected: limit, found: figures.limit - other)
                    )
                } else if let discrepancy = model.verify(card: figures.card, held: asked) {
                    verification.add(discrepancy)
                }
            }
        }
        for card in seen.indices where !seen[card] {
            verification.add(Discrepancy(card: card, what: "the daemon does not list the card", expected: 1, found: 0))
        }
        return verification
    }

    private func connect() throws(ClientError) -> Connection {
        try Connection(
            to: administration,
            options: ConnectionOptions(clientName: "assent-load", timeoutMilliseconds: 60_000, wantedCredit: 512)
        )
    }
}
