internal import Client
internal import Domain
internal import LoadDriver
internal import LoadReport
internal import Platform
internal import Wire

/// A replay on its way.
struct ReplaySession {
    /// What became of the lines of one division or category.
    struct Share {
        var lines = 0
        var approved = 0
        var declined = 0
        var cents: Int64 = 0
    }

    /// Requests sent before their answers are read through.
    static let batchCount = 4_096

    let daemon: DaemonProcess
    let lines: [PurchasingLine]
    let timetable: ReplayTimetable
    /// The lines that are purchases, as indices.
    let purchases: [Int]
    let cardLimitCents: Int64
    let rowCountMax: Int
    let console: Console
    var gateway: GatewayLink
    var admin: GatewayLink
    var failures = 0

    var costCentres: [String] = []
    var cardIndex: [String: Int] = [:]
    var held: [Int64] = []
    var reasons = [Int](repeating: 0, count: 256)
    var flagged = 0
    var refusedByCode: [Int: Int] = [:]
    var repeatsAnswered = 0
    var outOfOrder = 0
    var divisions: [String: Share] = [:]
    var categories: [UInt16: Share] = [:]
    /// Every answer's body, in the order of the purchases.
    var bodies: [[UInt8]] = []
    /// The LSN that each purchase was answered with; 0 for a refusal.
    var numbers: [UInt64] = []

    init(
        daemon: DaemonProcess,
        lines: [PurchasingLine],
        cardLimitCents: Int64,
        rowCountMax: Int,
        console: Console
    ) throws {
        self.daemon = daemon
        self.lines = lines
        self.cardLimitCents = cardLimitCents
        self.rowCountMax = rowCountMax
        self.console = console
        timetable = ReplayTimetable(lines)
        purchases = lines.indices.filter { lines[$0].amountCents > 0 }
        gateway = try GatewayLink(to: daemon.gateway)
        admin = try GatewayLink(to: daemon.administration)
    }

    mutating func check(_ holds: Bool, _ sentence: String) {
        console.check(holds, sentence)
        if !holds { failures += 1 }
    }

    func dollars(_ cents: Int64) -> String {
        guard let canadian = Currency("CAD") else { return "\(cents)" }
        return Money(minorUnits: cents, currency: canadian).description
    }

    /// One card for every cost centre, in the order in which they appear.
    mutating func makeCards() throws {
        for line in lines where cardIndex[line.costCentre] == nil {
            cardIndex[line.costCentre] = costCentres.count
            costCentres.append(line.costCentre)
        }
        held = [Int64](repeating: 0, count: costCentres.count)
        guard let canadian = Currency("CAD"), let first = lines.first, let day = Instant(first.date) else {
            throw LoadFailure.usage("the file has no lines")
        }
        var made = 0
        for start in stride(from: 0, to: costCentres.count, by: Self.batchCount) {
            let batch = costCentres[start..<min(start + Self.batchCount, costCentres.count)]
            let requests: [any WireMessage] = batch.map { name in
                let halves = DerivedIdentifier.halves(namespace: ReplayRequest.cards, name: "card \(name)")
                return CardCreate(
                    requestID: RequestID(high: halves.high, low: halves.low),
                    cardToken: ReplayRequest.token(costCentre: name),
                    transmissionTime: day,
                    spendingLimit: cardLimitCents,
                    lastFour: Text16(),
                    currency: canadian,
                    profile: Text16(),
                    status: .active
                )
            }
            made += try admin.exchange(requests).filter { $0.frame.holds(CardCreateReply.self) }.count
        }
        check(
            made == costCentres.count,
            "\(Format.grouped(made)) cards, one for each cost centre, limit \(dollars(cardLimitCents)) each"
        )
    }

    /// Sends every purchase in the order of the file, pipelined on one connection.
    mutating func firstPass() throws {
        let bar = ProgressBar(title: "first pass")
        let start = Clock.monotonicNanoseconds()
        var last: UInt64 = 0
        var placeOfLine: [Int: Int] = [:]
        for batch in try batches() {
            for (index, answer) in try zip(batch.range, gateway.exchange(batch.requests)) {
                let line = purchases[index]
                bodies.append(answer.frame.body)
                if timetable.repeats[line] == nil { placeOfLine[line] = index }
                guard let decision = try answer.decision() else {
                    refusedByCode[answer.rejectCode ?? 0, default: 0] += 1
                    numbers.append(0)
                    continue
                }
                let number = decision.lsn.rawValue
                numbers.append(number)
                if let earlier = timetable.repeats[line], let place = placeOfLine[earlier], numbers[place] == number {
                    repeatsAnswered += 1
                    continue
                }
                if number <= last { outOfOrder += 1 }
                last = number
                count(lines[line], decision)
            }
            bar.show(Double(batch.range.upperBound) / Double(purchases.count))
        }
        bar.finish()
        let seconds = Double(Clock.monotonicNanoseconds() - start) / 1e9
        console.line(
            "  \(Format.grouped(purchases.count)) requests in \(Format.decimal(seconds, 2)) s, "
                + "\(Format.grouped(Int(Double(purchases.count) / seconds))) a second on one connection"
        )
    }

    private mutating func count(_ line: PurchasingLine, _ decision: DecisionBlock) {
        let isApproved = decision.outcome != .declined
        reasons[Int(decision.reason.rawValue)] += 1
        if decision.outcome == .flagged { flagged += 1 }
        if let card = cardIndex[line.costCentre] { held[card] += decision.approvedAmount }
        func add(_ share: inout Share) {
            share.lines += 1
            share.approved += isApproved ? 1 : 0
            share.declined += isApproved ? 0 : 1
            share.cents += decision.approvedAmount
        }
        add(&divisions[line.division, default: Share()])
        add(&categories[line.category, default: Share()])
    }

    /// Sends every purchase again: the same answers, and nothing changes.
    mutating func secondPass() throws {
        console.section("The same again")
        let before = try admin.call(Digest(), DigestReply.self)
        let bar = ProgressBar(title: "second pass")
        var same = 0
        for batch in try batches() {
            for (index, answer) in try zip(batch.range, gateway.exchange(batch.requests)) {
                if answer.frame.body == bodies[index] { same += 1 }
            }
            bar.show(Double(batch.range.upperBound) / Double(purchases.count))
        }
        bar.finish()
        check(
            same == purchases.count,
            "\(Format.grouped(same)) of \(Format.grouped(purchases.count)) answers are the same to the byte"
        )
        let after = try admin.call(Digest(), DigestReply.self)
        let hex = after.digest.map { String($0 / 16, radix: 16) + String($0 % 16, radix: 16) }.joined()
        check(before == after, "the digest of the whole state did not change: \(hex)")
    }

    private struct Batch {
        let range: Range<Int>
        let requests: [any WireMessage]
    }

    /// The purchases' requests, so many at a time.
    private func batches() throws -> some Sequence<Batch> {
        let starts = stride(from: 0, to: purchases.count, by: Self.batchCount)
        // Made before anything is sent, so that a line that cannot be carried stops the replay at once.
        let requests = try purchases.map { try ReplayRequest.make(lines[$0], time: timetable.times[$0]) }
        return starts.lazy.map { start in
            let range = start..<min(start + Self.batchCount, requests.count)
            return Batch(range: range, requests: Array(requests[range]))
        }
    }
}
