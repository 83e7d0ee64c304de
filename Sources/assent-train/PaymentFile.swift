import Domain
import Platform
import Score

/// Payments in CSV: a header that names the columns in any order, then a line for each, in the order of their times.
struct PaymentFile {
    /// The columns that are read, by the names that they may have. Others are passed over.
    private enum Column: CaseIterable {
        case time, card, amount, fraud, terminal, merchant, country

        var names: [String] {
            switch self {
            case .time: ["unix_seconds", "time"]
            case .card: ["card", "customer_id", "card_id"]
            case .amount: ["amount_cents", "amount_minor", "amount"]
            case .fraud: ["is_fraud", "fraud"]
            case .terminal: ["terminal", "terminal_id"]
            case .merchant: ["merchant", "merchant_id"]
            case .country: ["country"]
            }
        }

        var isNeeded: Bool { [.time, .card, .amount, .fraud].contains(self) }
    }

    /// The most bytes that are read: 8 GiB.
    static let byteCountMax = 8 << 30

    /// Reads a file; `-` is standard input.
    static func read(_ path: String) throws(Failure) -> [Payment] {
        let bytes: [UInt8]
        do throws(StreamError) {
            bytes =
                path == "-"
                ? try StandardStream.readInput(byteCountMax: byteCountMax)
                : try StandardStream.readFile(path, byteCountMax: byteCountMax)
        } catch {
            throw Failure(.unreadable, "\(path) cannot be read: \(error)")
        }
        return try parse(bytes)
    }

    /// - Throws: `.malformed` with the line's number.
    static func parse(_ bytes: [UInt8]) throws(Failure) -> [Payment] {
        guard !bytes.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A]) else {
            throw Failure(.malformed, "the data is compressed: give it as `xz -dc FILE | assent-train ... -`")
        }
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: true).makeIterator()
        guard let header = lines.next() else { throw Failure(.malformed, "the data is empty") }
        let parser = try LineParser(header: header)
        var payments: [Payment] = []
        var cards: [ArraySlice<UInt8>: CardToken] = [:]
        var number = 1
        while let line = lines.next() {
            number += 1
            let payment = try parser.payment(line, number, &cards)
            if let last = payments.last, last.facts.time > payment.facts.time {
                throw Failure(.malformed, "line \(number) is of an earlier time than the line before it")
            }
            payments.append(payment)
        }
        return payments
    }

    /// Knows where the columns are.
    private struct LineParser {
        private let places: [Int?]
        private let fieldCount: Int

        init(header: ArraySlice<UInt8>) throws(Failure) {
            let names = header.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
                String(decoding: $0.filter { $0 > 0x20 }, as: UTF8.self)
            }
            fieldCount = names.count
            places = Column.allCases.map { column in names.firstIndex { column.names.contains($0) } }
            for (column, place) in zip(Column.allCases, places) where place == nil && column.isNeeded {
                let (wanted, found) = (column.names.joined(separator: " or "), names.joined(separator: ", "))
                throw Failure(.malformed, "no column is named \(wanted); there are \(found)")
            }
        }

        func payment(
            _ line: ArraySlice<UInt8>,
            _ number: Int,
            _ cards: inout [ArraySlice<UInt8>: CardToken]
        ) throws(Failure) -> Payment {
            let line = line.last == 13 ? line.dropLast() : line
            let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard fields.count == fieldCount else {
                throw Failure(.malformed, "line \(number) has \(fields.count) fields, the header has \(fieldCount)")
            }
            func field(_ column: Int) -> ArraySlice<UInt8> { places[column].map { fields[$0] } ?? [] }
            func wrong(_ column: Int, _ expected: String) -> Failure {
                let text = String(decoding: field(column).prefix(40), as: UTF8.self)
                return Failure(
                    .malformed,
                    "line \(number): \(Column.allCases[column].names[0]) is '\(text)', not \(expected)"
                )
            }
            guard let time = Self.integer(field(0)), (0...253_402_300_799).contains(time) else {
                throw wrong(0, "seconds since 1970")
            }
            guard let amount = Self.integer(field(2)) else { throw wrong(2, "a whole number of minor units") }
            guard let fraud = Self.integer(field(3)), fraud == 0 || fraud == 1 else { throw wrong(3, "0 or 1") }
            guard let terminal = Self.text(field(4)) else { throw wrong(4, "up to 16 characters of ASCII") }
            guard let merchant = Self.text(field(5)) else { throw wrong(5, "up to 16 characters of ASCII") }
            let country = Country(String(decoding: field(6), as: UTF8.self))
            guard country != nil || field(6).isEmpty else { throw wrong(6, "a country of two letters") }
            let card = cards[field(1), default: CardToken(high: 0, low: UInt64(cards.count))]
            cards[field(1)] = card
            let facts = PaymentFacts(
                card: card,
                merchant: merchant,
                terminal: terminal,
                country: country,
                amount: amount,
                time: Instant(microseconds: time * 1_000_000)
            )
            return Payment(facts: facts, isFraud: fraud == 1)
        }

        private static func integer(_ field: ArraySlice<UInt8>) -> Int64? {
            guard !field.isEmpty, field.count <= 18 else { return nil }
            var value: Int64 = 0
            for byte in field {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }

        private static func text(_ field: ArraySlice<UInt8>) -> Text16? {
            Text16(String(decoding: field, as: UTF8.self))
        }
    }
}
