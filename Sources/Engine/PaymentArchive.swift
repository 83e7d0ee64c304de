public import Archive
public import Authorization
public import Domain

/// The closed payments that have left memory: records of 160 bytes by payment id, and ids by the fingerprints of keys.
public struct PaymentArchive: Sendable {
    /// The files.
    public let archive: Archive
    /// Whether all records of the journal were replayed, so that what the archive lacked when it was opened is in
    /// memory.
    private let isCoveredByMemory: Bool

    /// How many payments of one key are looked at, the newest of them: a client that gives one key to more has only
    /// those found.
    static let looksPerKeyMax = 8

    /// What an archive of payments holds.
    public static var options: ArchiveOptions { ArchiveOptions(imageByteCount: PaymentRecord.byteCount) }

    init(_ archive: Archive, isCoveredByMemory: Bool) {
        precondition(archive.options.imageByteCount == PaymentRecord.byteCount, "the archive is one of payments")
        self.archive = archive
        self.isCoveredByMemory = isCoveredByMemory
    }

    /// Whether what is not found was never archived, or is in memory.
    public var isUsable: Bool { isCovered || archive.isComplete }

    /// What left memory since it was opened is in the archive, if that has not been damaged since.
    private var isCovered: Bool { isCoveredByMemory && archive.damageCount == 0 }

    /// A payment that a message names, and when it was read.
    public struct Recalled: Sendable {
        /// The payment, and by which rule it was found; `nil` where none of the archive fits.
        public internal(set) var found: (payment: PaymentRecord, match: MatchRule)?
        /// The archive's `appendCount` when it was read: while it is the same, this is the newest image.
        public internal(set) var appendCount: UInt64
    }

    /// Finds the archived payment of an account that a message names: by the rules of `MatchRule` in their order, and
    /// where several fit one, the newest.
    ///
    /// It reads from disk: to be called on a worker thread, without a lock.
    ///
    /// - Parameters:
    ///   - account: the account's own token, not that of a card which replaced it.
    ///   - amount: the message's amount; it belongs to the retrieval key.
    /// - Throws: `incomplete` or `storage`: the message cannot be answered now.
    public func recall(
        _ reference: PaymentReference,
        account: CardToken,
        amount: Int64?
    ) throws(ArchiveError) -> Recalled {
        // First the count, then the files: what is appended meanwhile is noticed.
        var recalled = Recalled(appendCount: archive.appendCount)
        guard isUsable else { throw .incomplete }
        recalled.found = try match(reference, account: account, amount: amount)
        return recalled
    }

    private func match(
        _ reference: PaymentReference,
        account: CardToken,
        amount: Int64?
    ) throws(ArchiveError) -> (payment: PaymentRecord, match: MatchRule)? {
        if let id = reference.paymentID, let payment = try read(id.rawValue), payment.account == account {
            return (payment, .identifier)
        }
        let keys = PaymentKeys(reference, account: account)
        let rules: [(key: UInt64, rule: MatchRule, own: (PaymentRecord) -> UInt64)] = [
            (keys.request, .identifier, \.requestKey), (keys.lifecycle, .lifecycle, \.lifecycleKey),
            (keys.trace, .trace, \.traceKey), (keys.retrieval, .retrieval, \.retrievalKey),
        ]
        var waiting: PaymentRecord?
        for (key, rule, own) in rules where key != 0 {
            let ids = try archive.ids(ofFingerprint: key, evenIfIncomplete: isCovered)
            for id in ids.prefix(Self.looksPerKeyMax) {
                guard let payment = try read(id), payment.account == account, own(payment) == key else { continue }
                if payment.isAwaiting {
                    if rule != .retrieval, waiting == nil { waiting = payment }
                } else if rule != .retrieval || amount == nil || amount == payment.approved {
                    return (payment, rule)
                }
            }
        }
        return waiting.map { ($0, .awaiting) }
    }

    /// The newest archived image of a payment; `nil` when it was never archived.
    ///
    /// It reads from disk: to be called on a worker thread, without a lock.
    public func payment(_ id: UInt64) throws(ArchiveError) -> PaymentRecord? {
        guard isUsable else { throw .incomplete }
        return try read(id)
    }

    /// The version under which a payment is archived, rebuilt or not.
    func version(of id: UInt64) throws(ArchiveError) -> UInt64? { try read(id)?.lastLSN }

    private func read(_ id: UInt64) throws(ArchiveError) -> PaymentRecord? {
        let image = UnsafeMutableRawBufferPointer.allocate(byteCount: PaymentRecord.byteCount, alignment: 16)
        defer { image.deallocate() }
        guard try archive.find(id, into: image, evenIfIncomplete: true) != nil else { return nil }
        // SAFETY: the buffer has a record's bytes, as `add` wrote them; their checksum was verified.
        return image.load(as: PaymentRecord.self)
    }
}

extension ArchiveBatch {
    /// Adds a payment; there must be room.
    mutating func add(_ payment: PaymentRecord) {
        let keys = payment.keys
        withUnsafeBytes(of: payment) { image in
            add(
                id: payment.id,
                version: payment.lastLSN,
                fingerprints: (keys.request, keys.lifecycle, keys.trace, keys.retrieval),
                image: image
            )
        }
    }
}
