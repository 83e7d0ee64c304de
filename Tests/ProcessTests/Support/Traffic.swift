import Client
import Domain
import Platform
import Wire

/// Requests as gateways and operators send them.
enum Traffic {
    static let euro: Currency = {
        guard let euro = Currency("EUR") else { preconditionFailure("EUR is a currency") }
        return euro
    }()

    private static let germany: Country = {
        guard let country = Country("DE") else { preconditionFailure("DE is a country") }
        return country
    }()

    private static let groceries: MerchantCategory = {
        guard let category = MerchantCategory(code: 5411) else { preconditionFailure("5411 is a category") }
        return category
    }()

    static let merchants = ["Lindenhof Markt", "Bäckerei Jäger", "Zum Löwen", "Tank & Rast", "東京ストア"]

    static func authorize(
        _ card: CardToken,
        _ amount: Int64,
        id: RequestID = .make(),
        merchant: String = merchants[0],
        partial: Bool = false
    ) -> Authorize {
        Authorize(
            requestID: id,
            cardToken: card,
            amount: amount,
            transmissionTime: now,
            merchantID: text("MERCHANT-000001"),
            terminalID: text("TERM-007"),
            currency: euro,
            merchantCountry: germany,
            merchantCategory: groceries,
            presence: .present,
            entryMode: .chip,
            initiator: .cardholder,
            flags: partial ? RequestFlags(rawValue: 1) : [],
            merchantName: merchant,
            merchantCity: "Köln"
        )
    }

    /// Something that happens to a payment, which is still to be named.
    static func event(_ card: CardToken, _ amount: Int64?) -> EventBlock {
        EventBlock(
            requestID: .make(),
            cardToken: card,
            amount: amount,
            transmissionTime: now,
            rate: 0,
            paymentID: .zero,
            stan: 0,
            lifecycleID: Text16(),
            acquirerID: Text16(),
            retrievalReference: Text16(),
            approvalCode: Text16(),
            merchantID: text("MERCHANT-000001"),
            terminalID: text("TERM-007"),
            originalTerminalID: Text16(),
            merchantCountry: germany,
            merchantCategory: groceries,
            presence: .present,
            entryMode: .chip,
            initiator: .cardholder,
            network: .unknown,
            authorizationKind: .unknown,
            rateScale: 0,
            rounding: .halfAwayFromZero,
            isFinal: false,
            sequenceNumber: 0,
            sequenceCount: 0
        )
    }

    /// Something that happens to a payment, named by its number or by the request that made it.
    static func event(
        _ kind: GatewayRequest.Kind,
        _ card: CardToken,
        _ amount: Int64?,
        payment: LogSequenceNumber = .zero,
        original: RequestID? = nil,
        isFinal: Bool = false
    ) -> GatewayRequest {
        var block = event(card, amount)
        block.paymentID = payment
        block.originalRequestID = original
        block.isFinal = isFinal
        return GatewayRequest(kind, block)
    }

    static func verify(_ card: CardToken) -> VerifyAccount {
        VerifyAccount(
            requestID: .make(),
            cardToken: card,
            transmissionTime: now,
            merchantID: text("MERCHANT-000001"),
            terminalID: text("TERM-007"),
            currency: euro,
            merchantCountry: germany,
            merchantCategory: groceries,
            presence: .present,
            entryMode: .chip,
            initiator: .cardholder,
            flags: [],
            merchantName: merchants[1],
            merchantCity: "Köln"
        )
    }

    static func create(_ card: CardToken, limit: Int64) -> CardCreate {
        CardCreate(
            requestID: .make(),
            cardToken: card,
            transmissionTime: now,
            spendingLimit: limit,
            lastFour: text("4242"),
            currency: euro,
            profile: text("default"),
            status: .active
        )
    }

    static func configure(_ key: String, _ value: String) -> ConfigSet {
        ConfigSet(requestID: .make(), transmissionTime: now, expectedVersion: .zero, key: key, value: value)
    }

    static var now: Instant { Instant(microseconds: Clock.now()) }

    static func text(_ text: String) -> Text16 {
        guard let text = Text16(text) else { preconditionFailure("the text has at most 16 bytes") }
        return text
    }
}

/// A request that was sent, or may have been, and what came back before the connection ended.
struct Exchange: Sendable {
    let request: GatewayRequest
    /// The reply's body: the decision block, and the payment after it.
    var reply: [UInt8]?
    /// The code of a Reject.
    var refusal: UInt16?

    var isAnswered: Bool { reply != nil || refusal != nil }
}

/// One gateway connection that pipelines requests until they are answered, or the daemon stops or dies.
struct GatewayLoad: Sendable {
    let endpoint: Endpoint
    let requests: [GatewayRequest]
    let window: Int

    init(endpoint: Endpoint, requests: [GatewayRequest], window: Int) {
        self.endpoint = endpoint
        self.requests = requests
        self.window = window
    }

    /// Authorizations alone.
    init(endpoint: Endpoint, requests: [Authorize], window: Int) {
        self.init(endpoint: endpoint, requests: requests.map { GatewayRequest($0) }, window: window)
    }

    /// What happened.
    struct Outcome: Sendable {
        var exchanges: [Exchange] = []
        var ending: ClientError?
        var wasToldToGo = false
    }

    /// - Parameter notice: Called after requests went out, and after each answer.
    func run(_ notice: () -> Void) -> Outcome {
        var outcome = Outcome()
        do throws(ClientError) {
            try run(&outcome, notice)
        } catch {
            outcome.ending = error
        }
        return outcome
    }

    private func run(_ outcome: inout Outcome, _ notice: () -> Void) throws(ClientError) {
        var connection = try Connection(to: endpoint, options: DaemonUnderTest.patience)
        var indices: [UInt64: Int] = [:]
        while true {
            if connection.inFlight <= window / 2, connection.goAway == nil {
                while connection.inFlight < window, outcome.exchanges.count < requests.count {
                    // Noted before it is sent: what was noted and not answered may have been executed.
                    outcome.exchanges.append(Exchange(request: requests[outcome.exchanges.count]))
                    let sent = outcome.exchanges.count - 1
                    indices[try connection.send(requests[sent].message)] = sent
                }
                try connection.flush()
                notice()
            }
            guard connection.inFlight > 0 else { return }
            let frame = try connection.receive()
            outcome.wasToldToGo = connection.goAway != nil
            guard let index = indices[frame.correlationID] else { continue }
            if requests[index].isAnswered(by: frame) {
                outcome.exchanges[index].reply = frame.body
            } else {
                outcome.exchanges[index].refusal = (try? frame.decode(Reject.self))?.code.rawValue ?? 0
            }
            notice()
        }
    }
}

/// Sends requests pipelined and gives the frames that answer them, in the order of the requests.
func ask(_ requests: [any WireMessage], _ endpoint: Endpoint) throws -> [Frame] {
    var connection = try Connection(to: endpoint, options: DaemonUnderTest.patience)
    return try connection.answers(to: requests, window: 128)
}

extension Connection {
    /// Sends requests pipelined, and again what is refused only for the moment (4xx).
    ///
    /// - Parameter whenWritten: Called when the first window is written down and nothing was sent.
    /// - Returns: The frames that answer them, in the order of the requests.
    mutating func answers(
        to requests: [any WireMessage],
        window: Int,
        whenWritten: () -> Void = {}
    ) throws(ClientError) -> [Frame] {
        var frames: [Frame?] = Array(repeating: nil, count: requests.count)
        var indices: [UInt64: Int] = [:]
        var waiting = Array(requests.indices)[...]
        var isWritten = false
        while true {
            if inFlight <= window / 2 {
                while inFlight < window, let index = waiting.popFirst() { indices[try send(requests[index])] = index }
            }
            if !isWritten {
                isWritten = true
                whenWritten()
            }
            guard inFlight > 0 else { return frames.compactMap { $0 } }
            let frame = try receive()
            guard let index = indices.removeValue(forKey: frame.correlationID) else { continue }
            if let reject = try? frame.decode(Reject.self), reject.code.rawValue / 100 == 4 {
                waiting.append(index)
            } else {
                frames[index] = frame
            }
        }
    }
}
