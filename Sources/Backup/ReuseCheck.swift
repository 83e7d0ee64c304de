internal import Cryptography
internal import Platform

/// Says which stored objects another backup may use again.
///
/// Each must be there with as many bytes as it was written with, and never have been found damaged. Beyond that their
/// bytes are compared with the digest that they are named by: all of them where they are not more than a limit, else
/// each time other ones, so that all have had their turn after so many backups as they are times the limit.
final class ReuseCheck {
    private let repository: Repository
    private let damaged: Set<String>
    /// One object of so many is read.
    private let share: UInt64
    private let turn: UInt64
    private var verdicts: [SHA256Digest: Bool] = [:]
    /// What was found now, and was not known.
    private(set) var findings: [BackupError] = []
    /// Bytes that were read.
    private(set) var readByteCount: UInt64 = 0

    /// - Parameters:
    ///   - number: The backup's; which says whose turn it is.
    ///   - objects: What may be used again.
    ///   - byteCountMax: How much may be read; 0: nothing is.
    init(
        _ repository: Repository,
        number: UInt64,
        objects: some Sequence<StoredObject>,
        byteCountMax: UInt64
    ) throws(BackupError) {
        self.repository = repository
        damaged = try repository.damagedNames()
        turn = number
        let total = objects.reduce(UInt64(0)) { $0 &+ $1.byteCount }
        share = byteCountMax == 0 ? 0 : max(1, total / byteCountMax + (total % byteCountMax == 0 ? 0 : 1))
    }

    /// Whether an object may be used.
    func allows(_ object: StoredObject) throws(BackupError) -> Bool {
        if let verdict = verdicts[object.digest] { return verdict }
        let verdict = try look(object)
        verdicts[object.digest] = verdict
        return verdict
    }

    private func look(_ object: StoredObject) throws(BackupError) -> Bool {
        guard !damaged.contains("\(object.digest)") else { return false }
        let path = repository.objectPath(object.digest)
        do throws(BackupError) {
            guard FileSystem.exists(path) else { throw .missing(file: path) }
            let found = try repository.objectByteCount("\(object.digest)")
            guard found == object.byteCount else {
                throw .damaged(
                    file: path,
                    byte: min(found, object.byteCount),
                    finding: "it has \(found) bytes, and \(object.byteCount) were written"
                )
            }
            if isDue(object.digest) { readByteCount += try repository.checkStored(object.digest) }
            return true
        } catch {
            switch error {
            case .missing, .damaged:
                repository.noteDamage(error)
                findings.append(error)
                return false
            default: throw error
            }
        }
    }

    private func isDue(_ digest: SHA256Digest) -> Bool {
        guard share > 1 else { return share == 1 }
        let place = digest.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return place % share == turn % share
    }
}
