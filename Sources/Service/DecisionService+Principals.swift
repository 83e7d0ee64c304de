import Authorization
import Cryptography
import Domain
import Engine
import Journal
import Platform
public import Transport
import Wire

// Who may ask what.

extension DecisionService {
    /// Who hears of it when principals are changed; is told at once how it stands. Set before the server starts.
    ///
    /// - Parameter hear: Gets all that are in force, and the numbers of those whose connections are to be closed.
    public func reportPrincipals(_ hear: @escaping @Sendable ([KnownPrincipal], _ closing: Set<UInt64>) -> Void) {
        principalListener.withLock { $0 = Callback(hear) }
        publishPrincipals()
    }

    /// Under the listener's lock, so that what was changed last is heard last.
    private func publishPrincipals(closing: Set<UInt64> = []) {
        principalListener.withLock { hear in
            hear?.call(engine.principals.filter { $0.revokedAt == nil }.map { KnownPrincipal($0) }, closing)
        }
    }

    /// Handles a template about principals.
    func managePrincipals(
        _ template: AdministrationTemplate,
        _ frame: borrowing RequestFrame,
        actor: UInt32,
        _ replies: inout ReplySink
    ) throws(WireError) {
        if template == .principalList {
            let message = try PrincipalList(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { $0.list(message, $1, $2) }
            return
        }
        let change = try PrincipalChanged(template, frame, actor: actor)
        let receivedAt = frame.receivedAt
        let templateID = frame.header.templateID
        inBackground(frame, &replies) { service, correlationID, reply in
            service.perform(change, receivedAt: receivedAt, templateID, correlationID, reply)
        }
    }

    private func perform(
        _ change: PrincipalChanged,
        receivedAt: Instant,
        _ templateID: UInt16,
        _ correlationID: UInt64,
        _ reply: ReplyHandle
    ) {
        do throws(Refusal) {
            let result = try engine.perform(change, receivedAt: receivedAt)
            var closing: Set<UInt64> = []
            if case .rotate(_, graceSeconds: 0) = change.action { closing.insert(result.value.id.rawValue) }
            publishPrincipals(closing: closing)
            reply.send(
                bytes: result.value.encodedReply(to: templateID, correlationID),
                whenDurable: result.lsn.rawValue
            )
        } catch {
            guard case .repeated(let place) = error else {
                return refuse(Reject(error, templateID: templateID), correlationID, reply)
            }
            answerRepeat(at: place, templateID, correlationID, reply) { record in
                guard case .principal(let event, _) = record, change.asks(asMuchAs: event),
                    let principal = engine.principals.first(where: { $0.name == change.name })
                else { return nil }
                let bytes = principal.encodedReply(to: templateID, correlationID)
                return { reply.send(bytes: bytes, whenDurable: principal.changedLSN.rawValue) }
            }
        }
    }

    private func list(_ message: PrincipalList, _ correlationID: UInt64, _ reply: ReplyHandle) {
        let wanted = engine.principals.filter {
            $0.id > message.afterID && (message.name.isEmpty || $0.name == message.name)
        }
        let page = wanted.prefix(Int(message.count))
        reply.send(
            PrincipalListReply(
                nextAfterID: page.count < wanted.count ? page.last?.id ?? .zero : .zero,
                principals: page.map { principal in
                    PrincipalListReply.PrincipalsEntry(
                        principal: PrincipalBlock(principal),
                        name: principal.name,
                        certificateName: principal.credentials.certificateName ?? "",
                        formerCertificateName: principal.formerCertificateName?.value ?? ""
                    )
                }
            ),
            correlationID,
            whenDurable: LogSequenceNumber(rawValue: engine.journal.lastLSN)
        )
    }
}

extension PrincipalChanged {
    /// What a message asks for.
    fileprivate init(
        _ template: AdministrationTemplate,
        _ frame: borrowing RequestFrame,
        actor: UInt32
    ) throws(WireError) {
        let time = frame.receivedAt
        switch template {
        case .principalCreate:
            let message = try PrincipalCreate(decoding: frame.body, header: frame.header)
            self.init(
                requestID: message.requestID,
                actor: actor,
                time: time,
                transmissionTime: message.transmissionTime,
                name: message.name,
                action: .create(
                    PrincipalGrant(
                        scopes: message.scopes,
                        ratePerSecond: message.ratePerSecond,
                        burst: message.burst,
                        creditMax: message.creditMax
                    ),
                    try PrincipalCredentials(message.publicKey, message.certificateName, message.userID, template)
                )
            )
        case .principalRotate:
            let message = try PrincipalRotate(decoding: frame.body, header: frame.header)
            self.init(
                requestID: message.requestID,
                actor: actor,
                time: time,
                transmissionTime: message.transmissionTime,
                name: message.name,
                action: .rotate(
                    try PrincipalCredentials(message.publicKey, message.certificateName, message.userID, template),
                    graceSeconds: message.graceSeconds
                )
            )
        case .principalChange:
            let message = try PrincipalChange(decoding: frame.body, header: frame.header)
            self.init(
                requestID: message.requestID,
                actor: actor,
                time: time,
                transmissionTime: message.transmissionTime,
                name: message.name,
                action: .change(
                    PrincipalGrant(
                        scopes: message.scopes,
                        ratePerSecond: message.ratePerSecond,
                        burst: message.burst,
                        creditMax: message.creditMax
                    )
                )
            )
        case .principalRevoke:
            let message = try PrincipalRevoke(decoding: frame.body, header: frame.header)
            self.init(
                requestID: message.requestID,
                actor: actor,
                time: time,
                transmissionTime: message.transmissionTime,
                name: message.name,
                action: .revoke
            )
        default: preconditionFailure("\(template) changes no principal")
        }
    }
}

extension PrincipalCredentials {
    /// As they are on the wire.
    fileprivate init(
        _ publicKey: [UInt8],
        _ certificateName: String,
        _ userID: Int64?,
        _ template: AdministrationTemplate
    ) throws(WireError) {
        if let userID, UInt32(exactly: userID) == nil {
            throw WireError(
                templateID: template.rawValue,
                field: "userId",
                problem: .outOfRange(userID, minimum: 0, maximum: Int64(UInt32.max))
            )
        }
        let hasKey = publicKey.contains { $0 != 0 }
        if hasKey, SHA256Digest(publicKey).map({ Ed25519.isSound(publicKey: $0) }) != true {
            throw WireError(templateID: template.rawValue, field: "publicKey", problem: .unsoundKey)
        }
        self.init(
            publicKey: hasKey ? publicKey : nil,
            certificateName: certificateName.isEmpty ? nil : certificateName,
            userID: userID.map { UInt32($0) }
        )
    }
}

extension PrincipalBlock {
    /// A principal as it is shown.
    init(_ principal: Principal) {
        self.init(
            principalID: principal.id,
            createdAt: principal.createdAt,
            changedLSN: principal.changedLSN,
            changedAt: principal.changedAt,
            revokedAt: principal.revokedAt ?? .epoch,
            formerKeyUntil: principal.formerKey?.until ?? .epoch,
            formerCertificateNameUntil: principal.formerCertificateName?.until ?? .epoch,
            publicKey: principal.credentials.publicKey ?? Self.noKey,
            formerKey: principal.formerKey?.value ?? Self.noKey,
            userID: principal.credentials.userID.map { Int64($0) },
            scopes: principal.grant.scopes,
            ratePerSecond: principal.grant.ratePerSecond,
            burst: principal.grant.burst,
            creditMax: principal.grant.creditMax
        )
    }

    private static let noKey = [UInt8](repeating: 0, count: PrincipalCredentials.keyByteCount)
}

extension Principal {
    /// The reply that a change gets, as a frame.
    fileprivate func encodedReply(to templateID: UInt16, _ correlationID: UInt64) -> [UInt8] {
        let block = PrincipalBlock(self)
        let certificateName = credentials.certificateName ?? ""
        let former = formerCertificateName?.value ?? ""
        func frame(_ reply: some WireMessage) -> [UInt8] { reply.encodedFrame(correlationID: correlationID) }
        return switch templateID {
        case PrincipalCreate.templateID:
            frame(
                PrincipalCreateReply(
                    principal: block,
                    name: name,
                    certificateName: certificateName,
                    formerCertificateName: former
                )
            )
        case PrincipalRotate.templateID:
            frame(
                PrincipalRotateReply(
                    principal: block,
                    name: name,
                    certificateName: certificateName,
                    formerCertificateName: former
                )
            )
        case PrincipalChange.templateID:
            frame(
                PrincipalChangeReply(
                    principal: block,
                    name: name,
                    certificateName: certificateName,
                    formerCertificateName: former
                )
            )
        case PrincipalRevoke.templateID:
            frame(
                PrincipalRevokeReply(
                    principal: block,
                    name: name,
                    certificateName: certificateName,
                    formerCertificateName: former
                )
            )
        default: preconditionFailure("template \(templateID) changes no principal")
        }
    }
}

extension KnownPrincipal {
    /// A principal as the transport has to know it.
    init(_ principal: Principal) {
        self.init(id: principal.id.rawValue, name: principal.name, scopes: principal.grant.scopes)
        ratePerSecond = principal.grant.ratePerSecond
        burst = principal.grant.burst
        creditMax = principal.grant.creditMax
        userID = principal.credentials.userID
        publicKeys =
            Self.credential(principal.credentials.publicKey.flatMap { SHA256Digest($0) }, nil)
            + Self.credential(principal.formerKey.flatMap { SHA256Digest($0.value) }, principal.formerKey?.until)
        certificateNames =
            Self.credential(principal.credentials.certificateName.flatMap { CertificateName($0) }, nil)
            + Self.credential(
                principal.formerCertificateName.flatMap { CertificateName($0.value) },
                principal.formerCertificateName?.until
            )
    }

    private static func credential<Value>(_ value: Value?, _ until: Instant?) -> [Credential<Value>] {
        value.map { [Credential($0, until: until)] } ?? []
    }
}
