internal import Journal
public import Merkle

extension AuditLog {
    /// Signs that a decision is a record of the log; from any thread that may read files.
    ///
    /// - Parameters:
    ///   - lsn: The record of the decision.
    ///   - requestID: The request's id, 16 bytes.
    ///   - decision: What its client was answered.
    ///   - previousLSN: As its client wants it.
    /// - Returns: The note; nil while the record is not under a signed checkpoint.
    /// - Throws: `.unusable`, when there is no key; what reading the log throws.
    public func receipt(
        lsn: UInt64,
        requestID: [UInt8],
        decision: Receipt.Decision,
        previousLSN: UInt64
    ) throws(AuditError) -> SignedNote? {
        guard let signer = options.signer else { throw .unusable("there is no key to sign receipts with") }
        let size = signedRecordCount
        guard lsn <= size else { return nil }
        let receipt = Receipt(
            origin: options.origin,
            journal: identity.bytes,
            lsn: lsn,
            leaf: try reader.leaf(of: lsn, size: size),
            requestID: requestID,
            decision: decision,
            previousLSN: previousLSN
        )
        var note = SignedNote(text: receipt.text)
        do throws(MerkleError) { try signer.sign(&note) } catch { throw .tree(error) }
        return note
    }
}
