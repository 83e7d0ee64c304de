import Authorization
import Domain
import Engine
import Journal
import Platform
import Transport
import Wire

// What operators ask on the administration socket.

extension DecisionService {
    /// Handles a template that is not a payment's.
    func administer(
        _ frame: borrowing RequestFrame,
        _ session: borrowing SessionInfo,
        _ replies: inout ReplySink
    ) throws(WireError) {
        let templateID = frame.header.templateID
        guard session.role == .administration else {
            let isKnown = AdministrationTemplate(rawValue: templateID) != nil
            reject(
                Reject(
                    code: isKnown ? .notPermittedOnSocket : .unknownTemplate,
                    templateID: templateID,
                    retryAfterMicroseconds: 0,
                    detail: isKnown
                        ? "a gateway socket takes payments and queries by request id; use the administration socket"
                        : "no request has this template id in schema version \(FrameHeader.schemaVersion)"
                ),
                frame,
                &replies
            )
            return
        }
        guard let template = AdministrationTemplate(rawValue: templateID) else {
            throw WireError(templateID: templateID, problem: .unknownTemplate)
        }
        switch template {
        case .cardCreate, .cardSetStatus, .cardSetLimits, .cardReplace:
            try changeCard(template, frame, actor: session.peerUserID ?? .max, &replies)
        case .configSet:
            let message = try ConfigSet(decoding: frame.body, header: frame.header)
            let actor = session.peerUserID ?? .max
            let receivedAt = frame.receivedAt
            inBackground(frame, &replies) { service, correlationID, reply in
                service.configure(message, actor: actor, receivedAt: receivedAt, correlationID, reply)
            }
        case .cardGet:
            let token = try CardGet(decoding: frame.body, header: frame.header).cardToken
            guard let card = engine.card(token) else {
                reject(
                    Reject(
                        code: .cardUnknown,
                        templateID: templateID,
                        retryAfterMicroseconds: 0,
                        detail: "no card has this token"
                    ),
                    frame,
                    &replies
                )
                return
            }
            let reply = CardGetReply(card: block(card))
            let correlationID = frame.header.correlationID
            // What the card shows may not be durable yet, and nobody may see what a crash could take back.
            replies.whenDurable(lsn: engine.journal.lastLSN, byteCount: reply.frameByteCount) { target in
                reply.encodeFrame(into: target, correlationID: correlationID)
            }
        case .snapshotMake:
            _ = try SnapshotMake(decoding: frame.body, header: frame.header)
            makeSnapshot(frame, &replies)
        case .principalCreate, .principalRotate, .principalChange, .principalRevoke, .principalList:
            try managePrincipals(template, frame, actor: session.peerUserID ?? .max, &replies)
        case .cardList, .paymentGet, .paymentList, .configGet, .status, .digest, .snapshotList, .backupHold:
            try query(template, frame, session.schemaVersion, &replies)
        case .paymentHistory, .paymentSearch, .ledgerBalances, .ledgerEntries, .ledgerCheck, .projectionStatus,
            .projectionRebuild, .ruleTest, .paymentAlternatives:
            try inquire(template, frame, &replies)
        case .ruleAdd, .ruleMove, .ruleList, .ruleHistory, .paymentRules:
            try rule(template, frame, actor: session.peerUserID ?? .max, &replies)
        case .listCreate, .listDelete, .listAdd, .listRemove, .listShow, .listEntries, .listHistory:
            try list(template, frame, actor: session.peerUserID ?? .max, &replies)
        }
    }

    private func query(
        _ template: AdministrationTemplate,
        _ frame: borrowing RequestFrame,
        _ version: UInt16,
        _ replies: inout ReplySink
    ) throws(WireError) {
        switch template {
        case .cardList:
            let message = try CardList(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { service, correlationID, reply in
                let page = service.list(message)
                reply.send(
                    page,
                    correlationID,
                    whenDurable: LogSequenceNumber(rawValue: service.engine.journal.lastLSN)
                )
            }
        case .paymentGet:
            let message = try PaymentGet(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { $0.get(message, version, $1, $2) }
        case .paymentList:
            let message = try PaymentList(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { $0.list(message, version, $1, $2) }
        case .configGet:
            let message = try ConfigGet(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { $2.send($0.get(message), $1) }
        case .status:
            _ = try Status(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { $2.send($0.status().told(in: version), $1) }
        case .digest:
            _ = try Digest(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { service, correlationID, reply in
                let digest = service.engine.digest()
                reply.send(DigestReply(digest), correlationID, whenDurable: digest.lsn)
            }
        case .snapshotList:
            _ = try SnapshotList(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { $0.listSnapshots($1, $2) }
        case .backupHold:
            let message = try BackupHold(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { $0.hold(message, $1, $2) }
        case .cardCreate, .cardSetStatus, .cardSetLimits, .cardReplace, .cardGet, .configSet, .snapshotMake,
            .paymentAlternatives, .paymentHistory, .paymentSearch, .ledgerBalances, .ledgerEntries, .ledgerCheck,
            .projectionStatus, .projectionRebuild,
            .ruleAdd, .ruleMove, .ruleList, .ruleHistory, .ruleTest, .paymentRules,
            .principalCreate, .principalRotate, .principalChange, .principalRevoke, .principalList,
            .listCreate, .listDelete, .listAdd, .listRemove, .listShow, .listEntries, .listHistory:
            preconditionFailure("these are not queries for a worker")
        }
    }

    /// Answers from a worker thread, with what it needs to answer.
    func inBackground(
        _ frame: borrowing RequestFrame,
        _ replies: inout ReplySink,
        _ work: @escaping @Sendable (DecisionService, _ correlationID: UInt64, ReplyHandle) -> Void
    ) {
        let correlationID = frame.header.correlationID
        later(frame, &replies) { service, reply in work(service, correlationID, reply) }
    }

    /// A card as it is shown: one that replaced another with the account's figures.
    func block(_ card: CardView) -> CardBlock {
        var card = card
        if let account = card.account, let first = engine.card(account) {
            card.balances = first.balances
            card.transactionLimit = first.transactionLimit
            card.profileIndex = first.profileIndex
        }
        return CardBlock(card, profile: profileName(card.profileIndex))
    }

    /// A profile's name; profiles keep their place for good.
    func profileName(_ index: UInt8) -> Text16 {
        let profiles = engine.configuration.settings.profiles
        return Int(index) < profiles.count ? profiles[Int(index)].name : Text16()
    }
}

/// The templates that only an administration socket takes.
enum AdministrationTemplate: UInt16, CaseIterable, Sendable {
    case cardCreate = 0x1000
    case cardSetStatus = 0x1001
    case cardSetLimits = 0x1002
    case cardGet = 0x1003
    case cardList = 0x1004
    case cardReplace = 0x1005
    case paymentGet = 0x1020
    case paymentList = 0x1021
    case paymentHistory = 0x1022
    case paymentSearch = 0x1023
    case paymentAlternatives = 0x1024
    case configGet = 0x1040
    case configSet = 0x1041
    case principalCreate = 0x10C0
    case principalRotate = 0x10C1
    case principalChange = 0x10C2
    case principalRevoke = 0x10C3
    case principalList = 0x10C4
    case status = 0x1060
    case digest = 0x1061
    case ledgerBalances = 0x1072
    case ledgerEntries = 0x1073
    case ledgerCheck = 0x1074
    case projectionStatus = 0x1075
    case projectionRebuild = 0x1076
    case snapshotMake = 0x1078
    case snapshotList = 0x1079
    case backupHold = 0x10B0
    case ruleAdd = 0x10A0
    case ruleMove = 0x10A1
    case ruleList = 0x10A2
    case ruleHistory = 0x10A3
    case ruleTest = 0x10A4
    case paymentRules = 0x10A5
    case listCreate = 0x10E0
    case listDelete = 0x10E1
    case listAdd = 0x10E2
    case listRemove = 0x10E3
    case listShow = 0x10E4
    case listEntries = 0x10E5
    case listHistory = 0x10E6
}

extension ConfigSet {
    /// The version that must be in force; `nil` for any. The greatest number stands for version 0, the defaults.
    fileprivate var versionThatIsExpected: LogSequenceNumber? {
        switch expectedVersion.rawValue {
        case 0: nil
        case .max: .zero
        default: expectedVersion
        }
    }
}

// MARK: - Commands

extension DecisionService {
    private func changeCard(
        _ template: AdministrationTemplate,
        _ frame: borrowing RequestFrame,
        actor: UInt32,
        _ replies: inout ReplySink
    ) throws(WireError) {
        let command = try CardCommand(decoding: frame.body, header: frame.header, actor: actor)
        let correlationID = frame.header.correlationID
        let templateID = frame.header.templateID
        do throws(Refusal) {
            let result = try engine.perform(command, receivedAt: frame.receivedAt)
            let block = block(result.value)
            replies.whenDurable(lsn: result.lsn.rawValue, byteCount: CardCreateReply.frameByteCount) { target in
                block.encodeReply(to: templateID, lsn: result.lsn, into: target, correlationID: correlationID)
            }
        } catch {
            guard case .repeated(let place) = error else {
                reject(Reject(error, templateID: templateID), frame, &replies)
                return
            }
            later(frame, &replies) { service, reply in
                service.answerRepeat(at: place, templateID, correlationID, reply) { record in
                    guard case .card(let event, let lsn) = record,
                        command.asked(for: event, account: service.engine.account(of: command.token)),
                        let card = service.engine.card(command.cardAfter)
                    else { return nil }
                    let block = service.block(card)
                    return { reply.send(bytes: block.encodedReply(to: templateID, lsn: lsn, correlationID)) }
                }
            }
        }
    }

    private func configure(
        _ message: ConfigSet,
        actor: UInt32,
        receivedAt: Instant,
        _ correlationID: UInt64,
        _ reply: ReplyHandle
    ) {
        let value: String
        do throws(PolicyError) {
            value = try ZoneFile.resolving(message.value, of: message.key, at: receivedAt)
        } catch {
            return refuse(Reject(.configuration(error), templateID: ConfigSet.templateID), correlationID, reply)
        }
        let change = ConfigurationChanged(
            requestID: message.requestID,
            actor: actor,
            time: receivedAt,
            transmissionTime: message.transmissionTime,
            key: message.key,
            value: value
        )
        do throws(Refusal) {
            let lsn = try engine.configure(
                change,
                expectedVersion: message.versionThatIsExpected,
                receivedAt: receivedAt
            )
            reply.send(ConfigSetReply(lsn: lsn), correlationID, whenDurable: lsn)
        } catch {
            guard case .repeated(let place) = error else {
                return refuse(Reject(error, templateID: ConfigSet.templateID), correlationID, reply)
            }
            answerRepeat(at: place, ConfigSet.templateID, correlationID, reply) { record in
                guard case .configuration(let event, let lsn) = record, event.key == change.key,
                    event.value == change.value, event.transmissionTime == change.transmissionTime
                else { return nil }
                return { reply.send(ConfigSetReply(lsn: lsn), correlationID, whenDurable: lsn) }
            }
        }
    }
}
