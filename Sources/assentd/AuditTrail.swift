import Audit
import Engine
import Journal
import Logging
import Merkle
import Platform

/// Starts the audit log of a serving engine, after a look at whether the history is the one that was signed.
struct AuditTrail {
    /// How the audit log is kept.
    struct Options: Equatable {
        /// Whether it is kept at all.
        var isOn = false
        /// The file with the key; nil: that of the service manager's credential, if there is one.
        var keyPath: String?
        /// The same of the key that it replaces.
        var formerKeyPath: String?
        /// Seconds from one checkpoint to the next, if anything has happened.
        var intervalSeconds = 10
        /// Records that a start hashes again.
        var checkCount = 65_536
    }

    /// What cannot be gone on with, and how the daemon ends then.
    struct Failure: Error {
        let status: ExitStatus
        let message: String

        init(_ error: AuditError) {
            switch error {
            case .truncated, .changed, .otherJournal, .forked, .restored:
                status = .tampered
                message =
                    "\(error). Nothing is served. If it was you who restored an older copy: `assentctl audit "
                    + "accept-restore`, with a new key; else look who it was, with `assentctl audit verify`"
            case .otherKey:
                status = .configuration
                message =
                    "\(error). Start with the log's key; to replace it start with both, the former one as "
                    + "--audit-former-key or as the credential assent-audit-former-key; where it is lost, say so with "
                    + "`assentctl audit accept-lost-key`"
            case .saltKeyMissing, .otherSaltKey:
                status = .tampered
                message = "\(error). Nothing is served"
            case .journal(let problem):
                status = ExitStatus(problem)
                message = "\(error)"
            case .storage, .tree, .unusable, .spaceReserved, .notFound:
                status = .inputOutput
                message = "\(error)"
            }
        }

        init(_ status: ExitStatus, _ message: String) {
            self.status = status
            self.message = message
        }
    }

    /// The file with the salt key, in the data directory.
    static let saltKeyName = "salt.key"

    private let options: Options
    private let dataDirectory: String
    private let logger: Logger

    init(_ options: Options, dataDirectory: String, logger: Logger) {
        self.options = options
        self.dataDirectory = dataDirectory
        self.logger = logger
    }

    /// Compares the recovered journal with what was signed, and makes the log.
    ///
    /// - Returns: The log, not started; nil when none is kept.
    func open(_ engine: Engine, storage: FileJournalStorage) throws(Failure) -> AuditLog? {
        guard options.isOn else { return nil }
        var auditOptions = AuditOptions(
            directory: dataDirectory + "/audit",
            saltKeyPath: "\(dataDirectory)/\(Self.saltKeyName)"
        )
        auditOptions.intervalMilliseconds = Int64(options.intervalSeconds) * 1_000
        auditOptions.startCheckRecordCount = UInt64(options.checkCount)
        auditOptions.signer = try signer()
        let former = try formerSigner(of: auditOptions.signer)
        let journal = engine.journal
        do throws(AuditError) {
            try check(auditOptions, former, journal, storage)
            return try AuditLog(
                auditOptions,
                storage: storage,
                identity: journal.identity,
                durableLSN: { journal.durableLSN },
                onProblem: { [logger] in logger.error("the audit log waits", metadata: ["cause": "\($0)"]) }
            )
        } catch {
            throw Failure(error)
        }
    }

    private func check(
        _ auditOptions: AuditOptions,
        _ former: SignerKey?,
        _ journal: Journal,
        _ storage: FileJournalStorage
    ) throws(AuditError) {
        let audited = try auditOptions.audited(storage, journal.identity)
        let check = HistoryCheck(audited)
        let signer = auditOptions.signer
        let began = Clock.monotonicNanoseconds()
        let replaced = try replacedKey(former, by: signer, KeyReplacement(audited))
        // Until it is replaced it is the former key whose log this must be.
        let key = replaced?.verifier ?? signer?.verifier
        if let key {
            try AcceptedRestore(dataDirectory: dataDirectory).check(key)
            try check.checkSigner(key)
        }
        try check.checkNotRestored()
        let signed = try check.signed(by: key)
        if let signed {
            try check.checkStart(signed, last: journal.durableLSN, count: auditOptions.startCheckRecordCount)
        }
        if let replaced, let signer { try replace(replaced, by: signer, signed, KeyReplacement(audited)) }
        let microseconds = (Clock.monotonicNanoseconds() - began) / 1_000
        logger.info(
            "audit log",
            metadata: [
                "signed_records": "\(signed?.size ?? 0)", "key": "\(signer?.verifier.encoded ?? "none")",
                "check_microseconds": "\(microseconds)",
            ]
        )
        for remark in try check.remarks(last: journal.durableLSN) { logger.warning("audit log: \(remark)") }
        if signer == nil {
            logger.warning("no audit key: the audit log is kept, and no checkpoint is signed; see --audit-key")
        }
    }

    /// The former key, unless it was replaced at an earlier start.
    private func replacedKey(
        _ former: SignerKey?,
        by signer: SignerKey?,
        _ replacement: KeyReplacement
    ) throws(AuditError) -> SignerKey? {
        guard let former, let signer else { return nil }
        guard try replacement.isDone(former: former.verifier, new: signer.verifier) else { return former }
        logger.warning(
            "the former audit key has been replaced and is not needed any more: take it away",
            metadata: ["former": "\(former.verifier.encoded)", "key": "\(signer.verifier.encoded)"]
        )
        return nil
    }

    private func replace(
        _ former: SignerKey,
        by signer: SignerKey,
        _ signed: Checkpoint?,
        _ replacement: KeyReplacement
    ) throws(AuditError) {
        guard let signed else {
            return logger.warning("the former audit key has signed nothing: there is nothing to replace, take it away")
        }
        let time = UInt64(max(0, Clock.now() / 1_000_000))
        try replacement.replace(former: former, by: signer, signed: signed, time: time)
        logger.notice(
            "the audit log's key was replaced: give auditors the statement, and take the former key away",
            metadata: [
                "former": "\(former.verifier.encoded)", "key": "\(signer.verifier.encoded)",
                "over_records": "\(signed.size)", "statement": "\(dataDirectory)/audit/rotations",
            ]
        )
    }

    /// That the keys can be used, if any are given.
    func checkKey() throws(Failure) {
        if options.isOn { _ = try formerSigner(of: try signer()) }
    }

    /// The key that signs; nil when there is none.
    private func signer() throws(Failure) -> SignerKey? {
        try AuditKeyFile(path: options.keyPath, credential: "assent-audit-key", what: "the audit key").signer()
    }

    /// The key that it replaces; nil when there is none.
    private func formerSigner(of signer: SignerKey?) throws(Failure) -> SignerKey? {
        let what = "the former audit key"
        let file = AuditKeyFile(path: options.formerKeyPath, credential: "assent-audit-former-key", what: what)
        guard let former = try file.signer() else { return nil }
        guard let signer else { throw Failure(.configuration, "\(what) is given, and no audit key that replaces it") }
        guard former.verifier != signer.verifier else {
            throw Failure(.configuration, "\(what) and the audit key are the same")
        }
        guard former.verifier.name == signer.verifier.name else {
            throw Failure(
                .configuration,
                "the audit key has another name, \(signer.verifier.name), than the former one: a log keeps its name, "
                    + "so make the new key with `assentctl audit keygen --name \(former.verifier.name)`"
            )
        }
        return former
    }
}
