public import Domain
import Engine
import Platform
import Transport
import Wire

/// Who signs that decisions are in the audit log.
public protocol ReceiptSigner: Sendable {
    /// A receipt for a decision, as text. Called on threads that may wait for the disk.
    ///
    /// - Returns: Nil while the decision is not under a signed checkpoint.
    /// - Throws: Why there is none.
    func receipt(for decision: ReceiptedDecision) throws(ReceiptFailure) -> String?
}

/// Why a receipt cannot be given, for the client and the log.
public struct ReceiptFailure: Error {
    /// One line.
    public let detail: String

    /// Takes the line.
    public init(_ detail: String) { self.detail = detail }
}

/// A decision of which somebody wants a receipt.
public struct ReceiptedDecision: Sendable {
    /// Its record.
    public let lsn: LogSequenceNumber
    /// The request.
    public let requestID: RequestID
    /// What was answered.
    public let outcome: Outcome
    /// Why.
    public let reason: Reason
    /// What was approved.
    public let approvedAmount: Int64
    /// What the client says that it follows.
    public let previousLSN: LogSequenceNumber
}

extension DecisionService {
    /// Who signs receipts; set once, before the server starts. Without one there are none.
    public func signReceipts(with signer: any ReceiptSigner) { receiptSigner.withLock { $0 = signer } }

    /// Finds the decision on a request as QueryByRequestId does, and has it receipted beside the decisions.
    func receipt(_ message: ReceiptGet, _ frame: borrowing RequestFrame, _ replies: inout ReplySink) {
        guard let signer = receiptSigner.withLock({ $0 }) else {
            return reject(Reject(receiptsOff: ReceiptGet.templateID), frame, &replies)
        }
        guard
            case .remembered(let place) = engine.fate(
                of: message.requestID,
                transmissionTime: message.transmissionTime
            )
        else {
            return answer(ReceiptGetReply(lsn: .zero, state: .none, receipt: ""), frame, &replies)
        }
        let correlationID = frame.header.correlationID
        later(frame, &replies, as: .receipt) { service, reply in
            do throws(Reject) {
                let answer = try service.receipt(message, at: place, signer)
                reply.send(answer, correlationID, whenDurable: answer.lsn)
            } catch {
                service.refuse(error, correlationID, reply)
            }
        }
    }

    private func receipt(
        _ message: ReceiptGet,
        at place: RecordPlace,
        _ signer: any ReceiptSigner
    ) throws(Reject) -> ReceiptGetReply {
        let decision: DecisionBlock
        do throws(EngineError) {
            switch try engine.storedRecord(at: place) {
            case .authorization(let event, let lsn): decision = DecisionBlock(event, lsn: lsn)
            case .lifecycle(let event, let lsn): decision = DecisionBlock(event, lsn: lsn)
            case .card, .configuration, .rule, .principal, .list:
                return ReceiptGetReply(lsn: .zero, state: .none, receipt: "")
            }
        } catch {
            throw Reject(internal: error, templateID: ReceiptGet.templateID)
        }
        do throws(ReceiptFailure) {
            let receipt = try signer.receipt(
                for: ReceiptedDecision(
                    lsn: decision.lsn,
                    requestID: message.requestID,
                    outcome: decision.outcome,
                    reason: decision.reason,
                    approvedAmount: decision.approvedAmount,
                    previousLSN: message.previousLSN
                )
            )
            return ReceiptGetReply(
                lsn: decision.lsn,
                state: receipt == nil ? .pending : .given,
                receipt: receipt ?? ""
            )
        } catch {
            throw Reject(
                code: .storageUnavailable,
                templateID: ReceiptGet.templateID,
                retryAfterMicroseconds: 1_000_000,
                detail: error.detail
            )
        }
    }
}
