internal import Cryptography
internal import Journal
internal import Merkle

/// What a backup consists of: lines of text, in one way only.
struct Manifest: Equatable, Sendable {
    /// A segment of the journal, or the beginning of one.
    struct Segment: Hashable, Sendable {
        var content: SegmentContent
        /// Whether the journal goes on in a later segment, so that this one stays as it is.
        var isSealed: Bool
        var object: StoredObject
    }

    /// The state's digest, as the daemon gave it at the backup's last record.
    struct State: Equatable, Sendable {
        var digest: String
        var rememberedIDs: UInt64
        var cards: UInt64
    }

    /// The newest checkpoint in the backup.
    struct SignedHead: Equatable, Sendable {
        var origin: String
        var size: UInt64
        var root: SHA256Digest
    }

    /// Why bytes are no manifest.
    struct Problem: Error {
        let finding: String

        init(_ finding: String) { self.finding = finding }
    }

    var repository: RepositoryID
    var number: UInt64
    /// When the backup was begun, microseconds since 1970.
    var time: Int64
    /// The newest record in it.
    var lsn: UInt64
    /// The time of that record.
    var recordTime: Int64
    var state: State?
    var checkpoint: SignedHead?
    var segments: [Segment] = []
    /// The stream of small files, in parts.
    var slices: [StoredObject] = []

    static let header = "assent-backup/v1"

    /// Whose journal it is; a backup has one segment at least.
    var identity: JournalIdentity { segments.first?.content.identity ?? JournalIdentity(high: 0, low: 0) }

    /// Everything that it needs of the repository.
    var objects: [StoredObject] { segments.map(\.object) + slices }

    /// Bytes of the files that it needs.
    var storedByteCount: UInt64 { objects.reduce(0) { $0 + $1.byteCount } }

    // MARK: Text

    var text: [UInt8] {
        var lines = [
            Self.header, "repository \(repository)", "number \(number)", "time \(time)", "lsn \(lsn)",
            "record-time \(recordTime)",
            state.map { "state \($0.digest) \($0.rememberedIDs) \($0.cards)" } ?? "state none",
            checkpoint.map { "checkpoint \($0.origin) \($0.size) \(Base64.encode($0.root.bytes))" }
                ?? "checkpoint none",
        ]
        lines += segments.map(\.line)
        lines += slices.map { "files \($0.text)" }
        lines.append("end")
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// SHA-256 of the text.
    func digest() throws(BackupError) -> SHA256Digest {
        do throws(CryptographyError) { return try SHA256().digest(text) } catch { throw .cryptography(error) }
    }

    /// Reads what `text` gave, and refuses everything else.
    init(parsing bytes: [UInt8]) throws(Problem) {
        guard let whole = String(validating: bytes, as: UTF8.self) else { throw Problem("it is no text") }
        let lines = whole.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 11, lines[0] == Self.header else { throw Problem("it is no manifest of version 1") }
        guard let repository = Self.value(lines[1], "repository").flatMap({ RepositoryID($0) }),
            let number = Self.value(lines[2], "number").flatMap({ UInt64($0) }),
            let time = Self.value(lines[3], "time").flatMap({ Int64($0) }),
            let lsn = Self.value(lines[4], "lsn").flatMap({ UInt64($0) }),
            let recordTime = Self.value(lines[5], "record-time").flatMap({ Int64($0) }),
            let state = Self.value(lines[6], "state"), let checkpoint = Self.value(lines[7], "checkpoint")
        else { throw Problem("its first lines are not those of a manifest") }
        self.repository = repository
        self.number = number
        self.time = time
        self.lsn = lsn
        self.recordTime = recordTime
        self.state = State(words: state.split(separator: " "))
        self.checkpoint = SignedHead(words: checkpoint.split(separator: " "))
        for line in lines.dropFirst(8).dropLast(2) {
            if let segment = Segment(line: line) {
                segments.append(segment)
            } else if let slice = Self.value(line, "files").flatMap({ StoredObject(words: $0.split(separator: " ")) }) {
                slices.append(slice)
            } else {
                throw Problem("a line that is of no kind: \(line)")
            }
        }
        guard text == bytes else { throw Problem("it is not as it would have been written") }
        if let finding = contradiction { throw Problem(finding) }
    }

    private static func value(_ line: Substring, _ name: String) -> Substring? {
        line.hasPrefix(name + " ") ? line.dropFirst(name.count + 1) : nil
    }

    init(repository: RepositoryID, number: UInt64, time: Int64, lsn: UInt64, recordTime: Int64) {
        self.repository = repository
        self.number = number
        self.time = time
        self.lsn = lsn
        self.recordTime = recordTime
    }

    /// Why the parts do not make a whole; nil when they do.
    var contradiction: String? {
        var place = JournalPlace.start
        var base: UInt64 = 0
        for (index, segment) in segments.enumerated() {
            let content = segment.content
            guard content.index == UInt64(index), content.base == base, content.before == place,
                content.identity == identity, content.usedByteCount <= content.byteCount,
                segment.object.plainByteCount == content.usedByteCount,
                !base.addingReportingOverflow(content.byteCount).overflow
            else { return "segment \(content.index) does not go on from the one before" }
            guard segment.isSealed || index == segments.count - 1 else {
                return "segment \(content.index) is not the last, and not whole"
            }
            base += content.byteCount
            place = content.after
        }
        guard !segments.isEmpty, place.lsn == lsn + 1 else { return "its segments do not end with record \(lsn)" }
        return nil
    }
}

extension Manifest.State {
    init?(words: [Substring]) {
        guard words.count == 3, let remembered = UInt64(words[1]), let cards = UInt64(words[2]) else { return nil }
        self.init(digest: String(words[0]), rememberedIDs: remembered, cards: cards)
    }
}

extension Manifest.SignedHead {
    fileprivate init?(words: [Substring]) {
        guard words.count == 3, let size = UInt64(words[1]), let bytes = Base64.decode(String(words[2])),
            let root = SHA256Digest(bytes)
        else { return nil }
        self.init(origin: String(words[0]), size: size, root: root)
    }
}

extension StoredObject {
    fileprivate var text: String { "\(digest) \(byteCount) \(plainDigest) \(plainByteCount)" }

    fileprivate init?(words: some Collection<Substring>) {
        let words = Array(words)
        guard words.count == 4, let digest = SHA256Digest(words[0]), let byteCount = UInt64(words[1]),
            let plainDigest = SHA256Digest(words[2]), let plainByteCount = UInt64(words[3])
        else { return nil }
        self.init(digest: digest, byteCount: byteCount, plainDigest: plainDigest, plainByteCount: plainByteCount)
    }
}

extension Manifest.Segment {
    /// `segment INDEX BASE BYTES VARIANT JOURNAL-HIGH JOURNAL-LOW LSN SEQUENCE CHECKSUM LSN SEQUENCE CHECKSUM EARLIEST
    /// LATEST sealed|open` and the object, whose plain bytes are those used. Times are `-` where there is no record.
    var line: String {
        let content = content
        let times = content.times.map { "\($0.lowerBound) \($0.upperBound)" } ?? "- -"
        return "segment \(content.index) \(content.base) \(content.byteCount) \(content.variant) "
            + "\(content.identity.high) \(content.identity.low) \(Self.text(content.before)) "
            + "\(Self.text(content.after)) \(times) \(isSealed ? "sealed" : "open") \(object.text)"
    }

    init?(line: Substring) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 20, words[0] == "segment", let index = UInt64(words[1]), let base = UInt64(words[2]),
            let byteCount = UInt64(words[3]), let variant = UInt32(words[4]), let high = UInt64(words[5]),
            let low = UInt64(words[6]), let before = Self.place(words[7..<10]), let after = Self.place(words[10..<13]),
            before.lsn <= after.lsn, words[15] == "sealed" || words[15] == "open",
            let object = StoredObject(words: words[16...])
        else { return nil }
        var times: ClosedRange<Int64>?
        if words[13] != "-" || words[14] != "-" {
            guard let earliest = Int64(words[13]), let latest = Int64(words[14]), earliest <= latest else {
                return nil
            }
            times = earliest...latest
        }
        self.init(
            content: SegmentContent(
                identity: JournalIdentity(high: high, low: low),
                variant: variant,
                index: index,
                base: base,
                byteCount: byteCount,
                usedByteCount: object.plainByteCount,
                before: before,
                after: after,
                times: times
            ),
            isSealed: words[15] == "sealed",
            object: object
        )
    }

    private static func text(_ place: JournalPlace) -> String { "\(place.lsn) \(place.sequence) \(place.checksum)" }

    private static func place(_ words: ArraySlice<Substring>) -> JournalPlace? {
        let words = Array(words)
        guard let lsn = UInt64(words[0]), let sequence = UInt64(words[1]), let checksum = UInt32(words[2]) else {
            return nil
        }
        return JournalPlace(lsn: lsn, sequence: sequence, checksum: checksum)
    }
}
