import Authorization
import Domain
import Wire

// Commands on cards as they came over the wire, in the deciding core's terms.

extension CardCommand {
    /// Reads CardCreate, CardSetStatus, CardReplace or CardSetLimits.
    init(decoding body: UnsafeRawBufferPointer, header: FrameHeader, actor: UInt32) throws(WireError) {
        switch header.templateID {
        case CardCreate.templateID:
            let message = try CardCreate(decoding: body, header: header)
            self.init(
                requestID: message.requestID,
                actor: actor,
                transmissionTime: message.transmissionTime,
                token: message.cardToken,
                action: .create(
                    Creation(
                        status: message.status,
                        currency: message.currency,
                        limit: message.spendingLimit,
                        transactionLimit: message.transactionLimit,
                        expiry: message.expiry,
                        lastFour: LastFour(packed: UInt32(truncatingIfNeeded: message.lastFour.low)) ?? .unknown,
                        profile: message.profile
                    )
                )
            )
        case CardSetStatus.templateID:
            let message = try CardSetStatus(decoding: body, header: header)
            self.init(
                requestID: message.requestID,
                actor: actor,
                transmissionTime: message.transmissionTime,
                token: message.cardToken,
                action: .setStatus(message.status)
            )
        case CardReplace.templateID:
            let message = try CardReplace(decoding: body, header: header)
            self.init(
                requestID: message.requestID,
                actor: actor,
                transmissionTime: message.transmissionTime,
                token: message.cardToken,
                action: .replace(
                    Replacement(
                        newToken: message.newCardToken,
                        reason: message.reason,
                        expiry: message.expiry,
                        lastFour: LastFour(packed: UInt32(truncatingIfNeeded: message.lastFour.low)) ?? .unknown
                    )
                )
            )
        default:
            let message = try CardSetLimits(decoding: body, header: header)
            self.init(
                requestID: message.requestID,
                actor: actor,
                transmissionTime: message.transmissionTime,
                token: message.cardToken,
                action: .setLimits(
                    LimitChanges(
                        limit: message.spendingLimit,
                        transactionLimit: message.transactionLimit.map { $0 < 0 ? .remove : .set($0) },
                        expiry: message.expiry,
                        profile: message.profile == Text16() ? nil : message.profile
                    )
                )
            )
        }
    }

    /// Whether this command is the one that the event carried out, so that it is a repeat.
    ///
    /// - Parameter account: the account of the card that it names: its limits may be set through the card that replaced
    ///   the first.
    func asked(for event: CardEvent, account: CardToken) -> Bool {
        let isAboutLimits = if case .limitsChanged = event { true } else { false }
        guard token == event.token || (isAboutLimits && account == event.token),
            transmissionTime == event.transmissionTime
        else { return false }
        switch (action, event) {
        case (.create(let creation), .created(let event)):
            let isProfileSame =
                creation.profile == Text16() ? event.profileIndex == 0 : creation.profile == event.profile
            return creation.status == event.status && creation.currency == event.currency
                && creation.limit == event.limit && creation.transactionLimit == event.transactionLimit
                && creation.expiry == event.expiry && creation.lastFour == event.lastFour && isProfileSame
        case (.setStatus(let status), .statusChanged(let event)): return status == event.status
        case (.setLimits(let changes), .limitsChanged(let event)):
            let isTransactionLimitSame =
                switch changes.transactionLimit {
                case .set(let limit): event.transactionLimit == limit
                case .remove: event.transactionLimit == nil
                case nil: true
                }
            return isTransactionLimitSame && changes.limit ?? event.limit == event.limit
                && changes.expiry ?? event.expiry == event.expiry && changes.profile ?? event.profile == event.profile
        case (.replace(let replacement), .replaced(let event)):
            return replacement.newToken == event.newToken && replacement.reason == event.reason
                && replacement.expiry == event.expiry && replacement.lastFour == event.lastFour
        case (.create, _), (.setStatus, _), (.setLimits, _), (.replace, _): return false
        }
    }
}

extension CardCommand {
    /// The card that the reply shows.
    var cardAfter: CardToken {
        if case .replace(let replacement) = action { replacement.newToken } else { token }
    }
}

extension CardBlock {
    /// The reply that the command's template gets, as a frame. All four have the same length.
    func encodeReply(
        to templateID: UInt16,
        lsn: LogSequenceNumber,
        into target: UnsafeMutableRawBufferPointer,
        correlationID: UInt64
    ) {
        switch templateID {
        case CardCreate.templateID:
            CardCreateReply(lsn: lsn, card: self).encodeFrame(into: target, correlationID: correlationID)
        case CardSetStatus.templateID:
            CardSetStatusReply(lsn: lsn, card: self).encodeFrame(into: target, correlationID: correlationID)
        case CardReplace.templateID:
            CardReplaceReply(lsn: lsn, card: self).encodeFrame(into: target, correlationID: correlationID)
        default:
            CardSetLimitsReply(lsn: lsn, card: self).encodeFrame(into: target, correlationID: correlationID)
        }
    }

    /// The same in bytes of its own.
    func encodedReply(to templateID: UInt16, lsn: LogSequenceNumber, _ correlationID: UInt64) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: CardCreateReply.frameByteCount) { buffer, count in
            encodeReply(
                to: templateID,
                lsn: lsn,
                into: UnsafeMutableRawBufferPointer(buffer),
                correlationID: correlationID
            )
            count = CardCreateReply.frameByteCount
        }
    }
}
