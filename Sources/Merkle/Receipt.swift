public import Cryptography

/// That a decision is a certain record of a log, which the log's key signs for whoever asked for the decision
/// (Protocol/AUDIT.md, receipts).
public struct Receipt: Equatable, Sendable {
    /// What was decided, as the client was answered.
    public struct Decision: Equatable, Sendable, CustomStringConvertible {
        /// `approved`, `declined` or `flagged`.
        public var outcome: String
        /// ISO 8583 field 39.
        public var responseCode: String
        /// In minor units of the card's currency.
        public var approvedAmount: Int64

        /// Joins the fields.
        public init(outcome: String, responseCode: String, approvedAmount: Int64) {
            self.outcome = outcome
            self.responseCode = responseCode
            self.approvedAmount = approvedAmount
        }

        /// The three, with a space between each.
        public var description: String { "\(outcome) \(responseCode) \(approvedAmount)" }
    }

    /// The first line.
    public static let header = "assent/receipt/v1"
    private static let what = "receipt"
    private static let idByteCount = 16
    private static let outcomes = ["approved", "declined", "flagged"]

    /// The log's name.
    public var origin: String
    /// The journal's identity, 16 bytes.
    public var journal: [UInt8]
    /// The record's number.
    public var lsn: UInt64
    /// Its leaf hash.
    public var leaf: SHA256Digest
    /// The request's id, 16 bytes.
    public var requestID: [UInt8]
    /// What was decided.
    public var decision: Decision
    /// The record of the receipt that the client keeps this one behind; 0 for the first.
    public var previousLSN: UInt64

    /// Joins the fields.
    public init(
        origin: String,
        journal: [UInt8],
        lsn: UInt64,
        leaf: SHA256Digest,
        requestID: [UInt8],
        decision: Decision,
        previousLSN: UInt64
    ) {
        precondition(journal.count == Self.idByteCount && requestID.count == Self.idByteCount, "ids have 16 bytes")
        self.origin = origin
        self.journal = journal
        self.lsn = lsn
        self.leaf = leaf
        self.requestID = requestID
        self.decision = decision
        self.previousLSN = previousLSN
    }

    /// The text that is signed.
    public var text: String {
        """
        \(Self.header)
        \(origin)
        journal \(Hexadecimal.text(journal))
        record \(lsn)
        leaf \(Base64.encode(leaf.bytes))
        request \(Hexadecimal.text(requestID))
        decision \(decision)
        previous \(previousLSN)

        """
    }

    /// Reads the text of a note, which is written in one way only.
    ///
    /// - Throws: `.malformed`.
    public init(parsing text: String) throws(MerkleError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 9, lines[0] == Self.header else { throw Self.malformed("it is none of version 1") }
        let words = lines[6].split(separator: " ", omittingEmptySubsequences: false)
        guard let journal = Self.value(lines[2], "journal").flatMap({ Hexadecimal.bytes($0) }),
            journal.count == Self.idByteCount, let lsn = Self.value(lines[3], "record").flatMap({ UInt64($0) }),
            lsn > 0,
            let leaf = Self.value(lines[4], "leaf").flatMap({ Base64.decode(String($0)) }).flatMap({ SHA256Digest($0) }
            ),
            let requestID = Self.value(lines[5], "request").flatMap({ Hexadecimal.bytes($0) }),
            requestID.count == Self.idByteCount, words.count == 4, words[0] == "decision",
            Self.outcomes.contains(String(words[1])), words[2].utf8.count == 2, let amount = Int64(words[3]),
            let previous = Self.value(lines[7], "previous").flatMap({ UInt64($0) })
        else { throw Self.malformed("a line of it is not as it should be") }
        self.init(
            origin: String(lines[1]),
            journal: journal,
            lsn: lsn,
            leaf: leaf,
            requestID: requestID,
            decision: Decision(outcome: String(words[1]), responseCode: String(words[2]), approvedAmount: amount),
            previousLSN: previous
        )
        guard self.text == text else { throw Self.malformed("it is not as it would have been written") }
    }

    private static func value(_ line: Substring, _ name: String) -> Substring? {
        line.hasPrefix(name + " ") ? line.dropFirst(name.utf8.count + 1) : nil
    }

    /// Takes a file of receipts apart: signed notes, one behind the other.
    ///
    /// - Throws: `.malformed`, saying which one.
    public static func notes(in bytes: [UInt8]) throws(MerkleError) -> [SignedNote] {
        try SignedNote.sequence(in: bytes, startingWith: header, what: what)
    }

    /// Reads a note's text, and checks that the log has signed it.
    ///
    /// - Throws: `.malformed`; `.untrusted`; `.refused`, when a key has signed that was replaced before the record.
    public static func open(_ note: SignedNote, policy: TrustPolicy) throws(MerkleError) -> Receipt {
        let receipt = try Receipt(parsing: note.text)
        let signers = try note.signers(among: policy.logKeys.filter { $0.name == receipt.origin })
        guard !signers.isEmpty else { throw .untrusted("the log \(receipt.origin) has not signed it") }
        for signer in signers { try policy.check(signer.key, receiptOf: receipt.lsn) }
        return receipt
    }

    private static func malformed(_ problem: String) -> MerkleError { .malformed(what: what, problem: problem) }
}
