public import Cryptography

/// Compares receipts with a log that was read: both are signed by its key, so what they do not agree on is proved.
public struct ReceiptCheck {
    /// What is wrong with a decision.
    public struct Finding: Equatable, Sendable, CustomStringConvertible {
        /// The kinds.
        public enum Kind: Equatable, Sendable {
            /// The log has no record of this request.
            case omitted
            /// The log ends before the record, which it had under a signed checkpoint.
            case cutOff(size: UInt64)
            /// The record is of this request, and another than the one that was receipted.
            case altered
            /// The record of this request has another number.
            case moved(to: UInt64)
            /// The record is the one that was receipted, and does not say what the client was answered.
            case otherDecision(String)
            /// It is of another journal.
            case otherJournal
            /// A receipt that this one follows is not in the file.
            case missingBefore(UInt64)
        }

        /// The record's number in the receipt.
        public let lsn: UInt64
        /// The request.
        public let requestID: [UInt8]
        /// What is wrong.
        public let kind: Kind

        /// One line.
        public var description: String {
            let what =
                switch kind {
                case .omitted: "omitted: the log has no record of it"
                case .cutOff(let size): "omitted: the log ends with record \(size)"
                case .altered: "altered: the log has another record of it"
                case .moved(let place): "reordered: the log has it as record \(place)"
                case .otherDecision(let found): "altered: the record says \(found)"
                case .otherJournal: "the log is of another journal"
                case .missingBefore(let lsn): "the file has no receipt for record \(lsn), which this one follows"
                }
            return "record \(lsn), request \(Hexadecimal.text(requestID)): \(what)"
        }
    }

    private let receipts: [Receipt]
    /// By the request, which receipts there are.
    private var indexes: [[UInt8]: [Int]] = [:]
    /// For each receipt, where the log has its request.
    private var places: [UInt64?]
    /// For each receipt, whether its record is in its place.
    private var isFound: [Bool]
    /// For each receipt, what its record says, where that is not what the client was answered.
    private var others: [Int: String] = [:]
    /// By the leaf, which receipts there are: those of records whose request is not open.
    private var leaves: [SHA256Digest: [Int]] = [:]

    /// Takes receipts whose signatures were checked.
    public init(_ receipts: [Receipt]) {
        self.receipts = receipts
        places = Array(repeating: nil, count: receipts.count)
        isFound = Array(repeating: false, count: receipts.count)
        for (index, receipt) in receipts.enumerated() {
            indexes[receipt.requestID, default: []].append(index)
            leaves[receipt.leaf, default: []].append(index)
        }
    }

    /// Takes an entry of the log.
    public mutating func visit(_ entry: RecordEntry, leaf: SHA256Digest) {
        for index in leaves[leaf] ?? [] where receipts[index].lsn == entry.lsn {
            isFound[index] = true
            let told = receipts[index].decision
            if let said = DecidedEntry.outcome(entry),
                said.outcome != told.outcome || said.approvedAmount != told.approvedAmount
            {
                others[index] = "\(said.outcome) \(said.approvedAmount), and the client was told \(told)"
            }
        }
        guard let decided = DecidedEntry(entry) else { return }
        for index in indexes[decided.requestID] ?? [] where places[index] != receipts[index].lsn {
            places[index] = entry.lsn
        }
    }

    /// What is wrong, in the order of the file.
    ///
    /// - Parameters:
    ///   - size: How many entries the log has.
    ///   - journal: Whose they are; nil for a log without entries.
    public func findings(size: UInt64, journal: [UInt8]?) -> [Finding] {
        let known = Set(receipts.map(\.lsn))
        var findings: [Finding] = []
        for (index, receipt) in receipts.enumerated() {
            if let kind = kind(index, size: size, journal: journal) {
                findings.append(Finding(lsn: receipt.lsn, requestID: receipt.requestID, kind: kind))
            }
            if receipt.previousLSN != 0, !known.contains(receipt.previousLSN) {
                findings.append(
                    Finding(
                        lsn: receipt.lsn,
                        requestID: receipt.requestID,
                        kind: .missingBefore(receipt.previousLSN)
                    )
                )
            }
        }
        return findings
    }

    private func kind(_ index: Int, size: UInt64, journal: [UInt8]?) -> Finding.Kind? {
        let receipt = receipts[index]
        if let journal, journal != receipt.journal { return .otherJournal }
        if isFound[index] { return others[index].map { .otherDecision($0) } }
        if let place = places[index] { return place == receipt.lsn ? .altered : .moved(to: place) }
        return receipt.lsn > size ? .cutOff(size: size) : .omitted
    }
}
