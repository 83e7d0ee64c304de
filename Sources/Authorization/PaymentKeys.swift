public import Domain

/// The keys by which messages find a payment, as fingerprints of 64 bits: each mixes its kind, the account's token and
/// the key's own fields. Zero stands for a key that is not there.
///
/// The mixing is fixed: fingerprints are in the journal, in snapshots and in the archive. Two payments of one account
/// with the same fingerprint by accident would take 2^32 payments of that account.
public struct PaymentKeys: BitwiseCopyable, Equatable, Sendable {
    /// The first request's id.
    public var request: UInt64
    /// The network's lifecycle id.
    public var lifecycle: UInt64
    /// Acquirer, STAN, transmission time and terminal of the first request.
    public var trace: UInt64
    /// Retrieval reference and approval code. The amount, which belongs to the key, is compared beside it.
    public var retrieval: UInt64

    /// The keys by which a message names its payment. Without the first request's id there is no request key.
    public init(_ reference: PaymentReference, account: CardToken) {
        request = reference.originalRequestID.map { Self.key(of: $0, account) } ?? 0
        lifecycle = Self.lifecycle(reference.lifecycleID, account)
        trace = Self.trace(
            reference.acquirerID,
            reference.stan,
            reference.originalTransmissionTime ?? .epoch,
            reference.terminalID,
            account
        )
        retrieval = Self.retrieval(reference.retrievalReference, reference.approvalCode, account)
    }

    /// The keys that an authorization gives its payment, but for the last, which needs the approval code.
    @inline(__always)
    init(_ request: borrowing AuthorizationRequest, account: CardToken) {
        self.request = Self.key(of: request.requestID, account)
        lifecycle = Self.lifecycle(request.lifecycleID, account)
        trace = Self.trace(
            request.acquirerID,
            request.stan,
            request.transmissionTime,
            request.terminalID,
            account
        )
        retrieval = 0
    }

    /// All keys that an approved authorization gives its payment: its record's number says the approval code.
    @inline(__always)
    init(_ request: borrowing AuthorizationRequest, account: CardToken, lsn: LogSequenceNumber) {
        self.init(request, account: account)
        retrieval = Self.retrieval(request, account: account, lsn: lsn)
    }

    /// Takes the fingerprints.
    init(request: UInt64, lifecycle: UInt64, trace: UInt64, retrieval: UInt64) {
        self.request = request
        self.lifecycle = lifecycle
        self.trace = trace
        self.retrieval = retrieval
    }

    /// The fingerprint of a request's id.
    @inline(__always)
    static func key(of id: RequestID, _ account: CardToken) -> UInt64 {
        fingerprint(kind: 1, account, id.high, id.low)
    }

    @inline(__always)
    private static func lifecycle(_ id: Text16, _ account: CardToken) -> UInt64 {
        id == Text16() ? 0 : fingerprint(kind: 2, account, id.high, id.low)
    }

    /// A trace needs a STAN.
    @inline(__always)
    private static func trace(
        _ acquirer: Text16,
        _ stan: UInt32,
        _ time: Instant,
        _ terminal: Text16,
        _ account: CardToken
    ) -> UInt64 {
        guard stan != 0 else { return 0 }
        let place = fingerprint(kind: 3, account, acquirer.high ^ terminal.low, acquirer.low)
        return fingerprint(kind: 3, account, place ^ UInt64(stan), UInt64(bitPattern: time.microseconds))
    }

    /// The retrieval key that an approved authorization gives its payment.
    @inline(__always)
    static func retrieval(
        _ request: borrowing AuthorizationRequest,
        account: CardToken,
        lsn: LogSequenceNumber
    ) -> UInt64 {
        // Most requests carry no reference; the code is only worked out for those that do.
        guard request.retrievalReference != Text16() else { return 0 }
        return retrieval(request.retrievalReference, approvalCode(of: lsn), account)
    }

    /// A retrieval key needs both of its parts.
    @inline(__always)
    static func retrieval(_ reference: Text16, _ approvalCode: Text16, _ account: CardToken) -> UInt64 {
        guard reference != Text16(), approvalCode != Text16() else { return 0 }
        let code = approvalCode.low &+ approvalCode.high
        return fingerprint(kind: 4, account, reference.high ^ code &* 0x9E37_79B9_7F4A_7C15, reference.low)
    }

    /// Never zero.
    @inline(__always)
    private static func fingerprint(kind: UInt64, _ account: CardToken, _ first: UInt64, _ second: UInt64) -> UInt64 {
        let left = (account.high ^ first ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(
            by: account.low &+ kind &* 0x9E37_79B9_7F4A_7C15 ^ 0xE703_7ED1_A0B4_28DB
        )
        let seed = left.high ^ left.low
        let right = (seed ^ second ^ 0x8EBC_6AF0_9C88_C6E3).multipliedFullWidth(
            by: first &+ seed ^ 0x5899_65CC_7537_4CC3
        )
        let key = right.high ^ right.low ^ seed &* 0xFF51_AFD7_ED55_8CCD
        return key == 0 ? 1 : key
    }
}

extension PaymentRecord {
    /// The payment's keys.
    public var keys: PaymentKeys {
        get {
            PaymentKeys(request: requestKey, lifecycle: lifecycleKey, trace: traceKey, retrieval: retrievalKey)
        }
        set {
            requestKey = newValue.request
            lifecycleKey = newValue.lifecycle
            traceKey = newValue.trace
            retrievalKey = newValue.retrieval
        }
    }

    /// A fingerprint of all of it, its newest record included.
    public var digest: Digest128 {
        withUnsafeBytes(of: self) { bytes in
            // SAFETY: 160 bytes without padding, read as 20 words.
            var digest = Digest128()
            for offset in stride(from: 0, to: PaymentRecord.byteCount, by: 16) {
                digest.combine(
                    bytes.load(fromByteOffset: offset, as: UInt64.self),
                    bytes.load(fromByteOffset: offset + 8, as: UInt64.self)
                )
            }
            return digest
        }
    }
}

/// The approval code (ISO 8583 field 38) of a record: its number modulo 36^6 in base 36, six characters.
public func approvalCode(of lsn: LogSequenceNumber) -> Text16 {
    var rest = lsn.rawValue % 2_176_782_336
    var packed: UInt64 = 0
    for _ in 0..<6 {
        let digit = rest % 36
        rest /= 36
        packed = packed << 8 | (digit < 10 ? 48 + digit : 55 + digit)
    }
    return Text16(low: packed)
}
