internal import Cryptography
public import Platform

/// The files that a restore leaves in a data directory for the daemon.
public enum RestoreMarks {
    /// What says that a restore is not finished: a daemon that began meanwhile would begin a journal of its own.
    static let unfinishedName = "restoring"
    /// What says from what the directory was restored, until a start has compared the state.
    static let noteName = "restored"
    /// The same afterwards.
    static let checkedName = "restored.checked"
    private static let header = "assent-restored/v1"
    private static let byteCountMax = 4_096

    /// Whether a restore into a data directory was begun and has not finished.
    public static func isUnfinished(_ dataDirectory: String) -> Bool {
        FileSystem.exists("\(dataDirectory)/\(unfinishedName)")
    }

    /// What a data directory was restored from, and what its state must be.
    public struct Note: Equatable, Sendable {
        /// The backup's repository and number, for people.
        public var source: String
        /// The newest record that was restored.
        public var lsn: UInt64
        /// The state's digest there, in hexadecimal digits; nil where the backup has none for this record.
        public var stateDigest: String?
        /// How many request ids were remembered there.
        public var rememberedIDs: UInt64
        /// How many cards there were.
        public var cards: UInt64

        var text: String {
            let state = stateDigest.map { "\($0) \(rememberedIDs) \(cards)" } ?? "none"
            return "\(RestoreMarks.header)\nfrom \(source)\nlsn \(lsn)\nstate \(state)\n"
        }

        init(source: String, lsn: UInt64, state: Manifest.State?) {
            self.source = source
            self.lsn = lsn
            stateDigest = state?.digest
            rememberedIDs = state?.rememberedIDs ?? 0
            cards = state?.cards ?? 0
        }

        init?(_ text: String) {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            guard lines.count == 5, lines[0] == RestoreMarks.header, lines[1].hasPrefix("from "),
                lines[2].hasPrefix("lsn "), lines[3].hasPrefix("state "), let lsn = UInt64(lines[2].dropFirst(4))
            else { return nil }
            let state = Manifest.State(words: lines[3].dropFirst(6).split(separator: " "))
            self.init(source: String(lines[1].dropFirst(5)), lsn: lsn, state: state)
            guard self.text == text else { return nil }
        }
    }

    /// The note of a data directory that no start has compared with its state yet; nil where there is none.
    ///
    /// - Throws: `.refused`, when the note cannot be read.
    public static func note(_ dataDirectory: String) throws(BackupError) -> Note? {
        let path = "\(dataDirectory)/\(noteName)"
        guard FileSystem.exists(path) else { return nil }
        let bytes = try kernel { () throws(PlatformError) in
            try FileSystem.contents(of: path, byteCountMax: byteCountMax)
        }
        guard let note = Note(String(decoding: bytes, as: UTF8.self)) else {
            throw .refused("\(path) is not as `assentctl backup restore` writes it")
        }
        return note
    }

    /// Says that a start has compared the state.
    public static func setChecked(_ dataDirectory: String) throws(PlatformError) {
        try FileSystem.rename("\(dataDirectory)/\(noteName)", to: "\(dataDirectory)/\(checkedName)")
        try FileSystem.synchronizeDirectory(dataDirectory)
    }
}
