internal import Journal
internal import Merkle

/// The tree while it grows, and the journal behind its last record. Thrown away after any error.
struct AuditSession: ~Copyable {
    private var follower: JournalFollower
    /// The tree.
    private(set) var tree: GrowingTree

    /// Carries on from the tiles that are durable; from the first record, when they are not what they should be.
    ///
    /// - Parameter last: The journal's last durable record.
    init(
        _ options: AuditOptions,
        salts: SaltKey,
        storage: any JournalStorage,
        identity: JournalIdentity,
        last: UInt64
    ) throws(AuditError) {
        // The start has looked at it; what is signed stands on it all the same, and can never be taken back.
        let check = HistoryCheck(try options.audited(storage, identity))
        if let key = options.signer?.verifier { try check.checkSigner(key) }
        if let signed = try check.signed(by: nil) {
            try check.checkStart(signed, last: last, count: options.startCheckRecordCount)
        }
        let oldest: UInt64
        do throws(JournalError) {
            oldest = try JournalFollower(storage, identity: identity, from: 1).oldestLSN()
        } catch {
            throw .journal(error)
        }
        let tree = try GrowingTree(options, salts: salts, identity: identity, oldest: oldest, last: last)
        follower = JournalFollower(storage, identity: identity, from: tree.size + 1)
        self.tree = tree
    }

    /// Takes records into the tree.
    ///
    /// - Parameter last: Durable.
    mutating func take(upTo last: UInt64) throws(AuditError) {
        try Self.take(&follower, &tree, upTo: last)
    }

    private static func take(
        _ follower: inout JournalFollower,
        _ tree: inout GrowingTree,
        upTo last: UInt64
    ) throws(AuditError) {
        var failure: AuditError?
        do throws(JournalError) {
            try follower.read(upTo: last) { record in
                do throws(AuditError) {
                    try tree.append(record)
                    return .proceed
                } catch {
                    failure = error
                    return .stop
                }
            }
        } catch {
            throw .journal(error)
        }
        if let failure { throw failure }
    }

    /// Makes the tree durable as it is now, and says what it is.
    mutating func store() throws(AuditError) -> Checkpoint { try tree.store() }
}
