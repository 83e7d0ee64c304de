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
                message = "\(error)"
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

    /// The name of the credential (systemd.exec(5), LoadCredential=).
    static let credentialName = "assent-audit-key"
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
        let journal = engine.journal
        do throws(AuditError) {
            try check(auditOptions, journal, storage)
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
        _ journal: Journal,
        _ storage: FileJournalStorage
    ) throws(AuditError) {
        let check = HistoryCheck(try auditOptions.audited(storage, journal.identity))
        let key = auditOptions.signer?.verifier
        let began = Clock.monotonicNanoseconds()
        if let key { try AcceptedRestore(dataDirectory: dataDirectory).check(key) }
        try check.checkNotRestored()
        let signed = try check.signed(by: key)
        if let signed {
            try check.checkStart(signed, last: journal.durableLSN, count: auditOptions.startCheckRecordCount)
        }
        let microseconds = (Clock.monotonicNanoseconds() - began) / 1_000
        logger.info(
            "audit log",
            metadata: [
                "signed_records": "\(signed?.size ?? 0)", "key": "\(key?.encoded ?? "none")",
                "check_microseconds": "\(microseconds)",
            ]
        )
        for remark in try check.remarks(last: journal.durableLSN) { logger.warning("audit log: \(remark)") }
        if key == nil {
            logger.warning("no audit key: the audit log is kept, and no checkpoint is signed; see --audit-key")
        }
    }

    /// That the key can be used, if one is given.
    func checkKey() throws(Failure) {
        if options.isOn { _ = try signer() }
    }

    /// The key that signs; nil when there is none.
    private func signer() throws(Failure) -> SignerKey? {
        guard let bytes = try keyBytes() else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.count == 1, let line = lines.first else {
            throw Failure(.configuration, "the audit key is not one line")
        }
        let signer: SignerKey
        do throws(MerkleError) {
            signer = try SignerKey(parsing: line)
        } catch {
            throw Failure(.configuration, "the audit key: \(error)")
        }
        guard signer.verifier.algorithm == .ed25519 else {
            throw Failure(.configuration, "the audit key is a witness's, not a log's")
        }
        return signer
    }

    private func keyBytes() throws(Failure) -> [UInt8]? {
        guard let path = options.keyPath else {
            let credentials = Credentials()
            guard credentials.names.contains(Self.credentialName) else { return nil }
            do throws(Credentials.Failure) {
                return try credentials.read(Self.credentialName, byteCountMax: Self.keyByteCountMax)
            } catch {
                throw Failure(.configuration, "\(error)")
            }
        }
        do throws(PlatformError) {
            return try FileSystem.contents(of: path, byteCountMax: Self.keyByteCountMax)
        } catch {
            throw Failure(.configuration, "the audit key: \(error)")
        }
    }

    private static let keyByteCountMax = 4_096
}
