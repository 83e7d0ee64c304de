import Backup
import Domain
import Engine
import Logging
import Platform

/// What a restore from a backup has left for the first start: whether it is finished, and what the state must be.
struct RestoredState {
    private let dataDirectory: String
    private let logger: Logger

    init(dataDirectory: String, logger: Logger) {
        self.dataDirectory = dataDirectory
        self.logger = logger
    }

    /// Why nothing may be served from the directory yet; `nil` when it may.
    var obstacle: String? {
        guard RestoreMarks.isUnfinished(dataDirectory) else { return nil }
        return "a restore into \(dataDirectory) has not finished: the same `assentctl backup restore` goes on with it"
    }

    /// How the state differs from the one that was backed up; `nil` when it does not, or it is not known.
    ///
    /// Compared once: afterwards the journal has gone on.
    func difference(from engine: Engine) -> String? {
        let note: RestoreMarks.Note?
        do throws(BackupError) {
            note = try RestoreMarks.note(dataDirectory)
        } catch {
            return "\(error)"
        }
        guard let note else { return nil }
        let digest = engine.digest()
        let found = "\(digest.digest)"
        if let expected = note.stateDigest, note.lsn == digest.lsn.rawValue, found != expected {
            var cause = "the journal was applied in another way"
            if UInt64(digest.rememberedRequestCount) != note.rememberedIDs {
                cause =
                    "\(digest.rememberedRequestCount) request ids are remembered, and \(note.rememberedIDs) were: "
                    + "start with the same --remembered-ids"
            }
            return
                "the restored state is not the one that was backed up: its digest at record \(note.lsn) is \(found), "
                + "and was \(expected); \(cause)"
        }
        logger.notice(
            "restored from a backup",
            metadata: [
                "from": "\(note.source)", "lsn": "\(note.lsn)", "digest": "\(found)",
                "compared": "\(note.stateDigest != nil && note.lsn == digest.lsn.rawValue)",
            ]
        )
        do throws(PlatformError) {
            try RestoreMarks.setChecked(dataDirectory)
        } catch {
            logger.warning("the note of the restore stays", metadata: ["cause": "\(error)"])
        }
        return nil
    }
}
