import Domain
import Wire

/// How far an answer of the projection goes, which may lag.
struct Freshness {
    /// What a question sends to have all that is durable.
    static let newest = LogSequenceNumber(rawValue: .max)

    /// The last record that the answer counts.
    let asOf: LogSequenceNumber
    /// The last durable record.
    let durable: LogSequenceNumber

    /// For JSON documents.
    var facts: [Field] { [Field("asOfLsn", asOf.rawValue), Field("durableLsn", durable.rawValue)] }

    /// What people must know when it is behind; `nil` when it is not.
    var remark: String? {
        guard asOf < durable else { return nil }
        let count = durable.rawValue - asOf.rawValue
        return "as of record \(asOf); the projection is \(Figures.grouped(count)) records behind"
    }
}
