import Archive
import Randomness
import Testing

/// An archive beside a dictionary that has the same in it.
struct ArchiveModel {
    static let owner = ArchiveOwner(high: 0xAB, low: 0xCD)
    static let imageByteCount = 24

    struct Entry: Equatable {
        var version: UInt64
        var image: [UInt8]
    }

    static func options(filterByteCountMax: Int = 1 << 20) -> ArchiveOptions {
        var options = ArchiveOptions(imageByteCount: imageByteCount)
        options.mergeFanIn = 3
        options.filterByteCountMax = filterByteCountMax
        return options
    }

    /// Opens an archive; a new one is complete, for it is beside an empty model.
    static func open(_ storage: FaultyStorage, filterByteCountMax: Int = 1 << 20) throws -> Archive {
        let archive = try Archive.open(
            options: options(filterByteCountMax: filterByteCountMax),
            owner: owner,
            storage: storage
        )
        if archive.isNew, let rebuild = archive.rebuild { #expect(try archive.complete(rebuild)) }
        return archive
    }

    var entries: [UInt64: Entry] = [:]
    var ids: [UInt64: Set<UInt64>] = [:]
    var version: UInt64 = 0

    /// Ids of a small range, so that many come again; fingerprints, so that many share one.
    func randomBatch(_ count: Int, using random: inout SeededRandom) -> [Addition] {
        var version = version
        return (0..<count).map { _ in
            version += 1
            func fingerprint() -> UInt64 {
                Bool.random(using: &random) ? 0 : UInt64.random(in: 1...400, using: &random)
            }
            return Addition(
                id: UInt64.random(in: 1...2_000, using: &random) * 0x1_0001,
                version: version,
                fingerprints: [fingerprint(), fingerprint(), fingerprint(), fingerprint()],
                image: (0..<Self.imageByteCount).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            )
        }
    }

    mutating func add(_ additions: [Addition]) {
        for addition in additions {
            version = max(version, addition.version)
            if let old = entries[addition.id], old.version > addition.version { continue }
            entries[addition.id] = Entry(version: addition.version, image: addition.image)
        }
        for addition in additions {
            for fingerprint in addition.fingerprints where fingerprint != 0 {
                ids[fingerprint, default: []].insert(addition.id)
            }
        }
    }

    struct Addition {
        var id: UInt64
        var version: UInt64
        var fingerprints: [UInt64]
        var image: [UInt8]
    }

    static func append(_ additions: [Addition], to archive: Archive) throws(ArchiveError) {
        var batch = ArchiveBatch(capacity: max(1, additions.count), imageByteCount: imageByteCount)
        for addition in additions {
            let prints = addition.fingerprints
            addition.image.withUnsafeBytes {
                batch.add(
                    id: addition.id,
                    version: addition.version,
                    fingerprints: (prints[0], prints[1], prints[2], prints[3]),
                    image: $0
                )
            }
        }
        try archive.append(batch)
    }

    static func find(_ id: UInt64, in archive: Archive) throws(ArchiveError) -> Entry? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: imageByteCount, alignment: 8)
        defer { buffer.deallocate() }
        guard let version = try archive.find(id, into: buffer) else { return nil }
        return Entry(version: version, image: Array(buffer))
    }

    /// Expects that the archive says of every id and fingerprint what the dictionary says.
    func expectSame(_ archive: Archive, _ comment: Comment) throws {
        for number in UInt64(0)...2_001 {
            let id = number * 0x1_0001
            let found = try Self.find(id, in: archive)
            if found != entries[id] {
                Issue.record("\(comment): id \(id) is \(String(describing: found))")
                return
            }
        }
        for fingerprint in UInt64(0)...401 {
            let found = try archive.ids(ofFingerprint: fingerprint)
            let all = (ids[fingerprint] ?? []).sorted(by: >)
            if found != Array(all.prefix(ArchiveOptions.matchCountMax)) {
                Issue.record("\(comment): fingerprint \(fingerprint) stands for \(found)")
                return
            }
        }
    }
}
