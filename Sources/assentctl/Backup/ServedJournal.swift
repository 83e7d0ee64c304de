import Backup
import Client
import Cryptography
import Domain
import Journal
import Platform
import Wire

extension BackupHold {
    /// Asks what is backed up, and changes nothing.
    static let question = BackupHold(
        repository: [UInt8](repeating: 0, count: 16),
        completedLSN: .zero,
        seconds: 0,
        forget: false
    )
}

/// The journal of a daemon that serves, which keeps its files while a backup is made.
final class ServedJournal {
    /// How long the daemon keeps them after it was told the last time.
    private static let holdSeconds: UInt32 = 300
    /// How often it is told, which also keeps the connection from falling silent.
    private static let intervalNanoseconds: Int64 = 10_000_000_000

    private var client: Client
    private let repository: [UInt8]
    private var toldAt: Int64 = 0

    init(_ client: consuming Client, _ repository: Repository) {
        self.client = client
        self.repository = repository.id.bytes
    }

    /// Has the files kept from now on, and makes sure that they are those of a data directory.
    func checkServes(_ dataDirectory: String) throws(CommandFailure) {
        let served: [UInt8]
        do throws(ClientError) { served = try hold().journal } catch { throw CommandFailure(error) }
        let found: JournalIdentity?
        do {
            // Only names and a header are looked at, so that nothing is written into a directory that is served.
            let names = try FileSystem.names(inDirectory: dataDirectory + "/journal")
            found = try names.compactMap { SegmentFiles.index(ofFile: $0) }.min().map { index in
                try SegmentFiles.identity(of: index, in: dataDirectory + "/journal")
            }
        } catch {
            throw CommandFailure(
                .noInput,
                "\(error)",
                hints: ["Run this as the daemon's user or as root, with --data-dir as the daemon has it."]
            )
        }
        guard let found, found.bytes == served else {
            throw CommandFailure(
                .invalidData,
                "the daemon that answers serves another journal than the one in \(dataDirectory)",
                hints: ["Give the daemon's --data-dir, and --connect unix:PATH for its administration socket."]
            )
        }
    }

    /// How far the journal is durable, with the state's digest there.
    func cut(withDigest: Bool) throws(BackupError) -> BackupCut {
        do throws(ClientError) {
            guard withDigest else { return BackupCut(lsn: try hold().durableLSN.rawValue) }
            let reply = try client.call(Digest(), returning: DigestReply.self)
            return BackupCut(
                lsn: reply.lsn.rawValue,
                stateDigest: Hexadecimal.text(reply.digest),
                rememberedIDs: reply.rememberedIDs,
                cards: reply.cards
            )
        } catch {
            throw .daemon("\(error)")
        }
    }

    /// Has the files kept for longer, when it is time to.
    func keepHeld() throws(BackupError) {
        guard Clock.monotonicNanoseconds() - toldAt >= Self.intervalNanoseconds else { return }
        do throws(ClientError) { _ = try hold() } catch { throw .daemon("\(error)") }
    }

    /// Says that everything up to a record is backed up.
    func note(complete lsn: UInt64) throws(CommandFailure) {
        do throws(ClientError) {
            _ = try client.call(
                BackupHold(
                    repository: repository,
                    completedLSN: LogSequenceNumber(rawValue: lsn),
                    seconds: 0,
                    forget: false
                ),
                returning: BackupHoldReply.self
            )
        } catch {
            throw CommandFailure(error).adding(hint: "The backup itself is complete.")
        }
    }

    private func hold() throws(ClientError) -> BackupHoldReply {
        toldAt = Clock.monotonicNanoseconds()
        return try client.call(
            BackupHold(repository: repository, completedLSN: .zero, seconds: Self.holdSeconds, forget: false),
            returning: BackupHoldReply.self
        )
    }
}
