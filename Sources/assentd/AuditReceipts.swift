import Audit
import Domain
import Merkle
import Service

/// Receipts from the audit log.
struct AuditReceipts: ReceiptSigner {
    private let log: AuditLog

    /// Takes a log that has a key; nil for one that has none.
    init?(_ log: AuditLog?) {
        guard let log, log.options.signer != nil else { return nil }
        self.log = log
    }

    func receipt(for decision: ReceiptedDecision) throws(ReceiptFailure) -> String? {
        do throws(AuditError) {
            return try log.receipt(
                lsn: decision.lsn.rawValue,
                requestID: decision.requestID.bytes,
                decision: Receipt.Decision(
                    outcome: decision.outcome.receiptName,
                    responseCode: decision.reason.responseCode,
                    approvedAmount: decision.approvedAmount
                ),
                previousLSN: decision.previousLSN.rawValue
            )?.encoded
        } catch {
            throw ReceiptFailure("\(error)")
        }
    }
}
