internal import Merkle
internal import Platform

/// Every checkpoint that was signed, one in each line of `checkpoints`: its size, a space, the note in base 64.
struct CheckpointHistory {
    private let path: String

    init(_ files: AuditFiles) { path = files.directory + "/checkpoints" }

    /// Adds a checkpoint; durable when it returns. A line that a crash left unfinished is ended first.
    func append(_ note: SignedNote, size: UInt64) throws(AuditError) {
        do throws(PlatformError) {
            let file = try FileDescriptor.open(path, .openOrCreate)
            let end = try file.byteCount()
            var line = Array("\(size) \(Base64.encode(Array(note.encoded.utf8)))\n".utf8)
            if end > 0, try Self.byte(file, at: end - 1) != 10 { line.insert(10, at: 0) }
            try file.write(line, at: end)
            try file.synchronize()
        } catch {
            throw .storage(error)
        }
    }

    private static func byte(_ file: borrowing FileDescriptor, at offset: UInt64) throws(PlatformError) -> UInt8 {
        let byte = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
        defer { byte.deallocate() }
        byte[0] = 0
        _ = try file.read(into: byte, at: offset)
        return byte[0]
    }

    /// The newest checkpoint over exactly so many records; nil when none was signed.
    func note(size: UInt64) throws(AuditError) -> SignedNote? {
        guard FileSystem.exists(path) else { return nil }
        var found: SignedNote?
        try lines { line in
            guard let space = line.firstIndex(of: 32), String(decoding: line[..<space], as: UTF8.self) == "\(size)",
                let bytes = Base64.decode(String(decoding: line[(space + 1)...], as: UTF8.self))
            else { return }
            found = (try? SignedNote(parsing: bytes)) ?? found
        }
        return found
    }

    /// The checkpoint over the most records among those that were signed last; nil when there is none.
    func newest() throws(AuditError) -> SignedNote? {
        guard FileSystem.exists(path) else { return nil }
        var found: (size: UInt64, note: SignedNote)?
        func visit(_ line: ArraySlice<UInt8>) {
            guard let space = line.firstIndex(of: 32),
                let bytes = Base64.decode(String(decoding: line[(space + 1)...], as: UTF8.self)),
                let note = try? SignedNote(parsing: bytes), let size = try? Checkpoint(parsing: note.text).size,
                size >= found?.size ?? 0
            else { return }
            found = (size, note)
        }
        for line in try tail().split(separator: 10) { visit(line) }
        // Where the end of the file is of no use, all of it is read.
        if found == nil { try lines(visit) }
        return found?.note
    }

    private static let tailByteCount: UInt64 = 64 << 10

    /// The last lines; the first of them may be cut.
    private func tail() throws(AuditError) -> [UInt8] {
        do throws(PlatformError) {
            let file = try FileDescriptor.open(path, .read)
            let end = try file.byteCount()
            let count = min(end, Self.tailByteCount)
            guard count > 0 else { return [] }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(count), alignment: 16)
            defer { buffer.deallocate() }
            return Array(buffer[..<(try file.read(into: buffer, at: end - count))])
        } catch {
            throw .storage(error)
        }
    }

    private func lines(_ visit: (ArraySlice<UInt8>) -> Void) throws(AuditError) {
        do throws(PlatformError) {
            let file = try FileDescriptor.open(path, .read)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
            defer { buffer.deallocate() }
            var offset: UInt64 = 0
            var rest: [UInt8] = []
            while true {
                let count = try file.read(into: buffer, at: offset)
                guard count > 0 else { return }
                offset += UInt64(count)
                rest.append(contentsOf: buffer[..<count])
                guard let end = rest.lastIndex(of: 10) else { continue }
                for line in rest[..<end].split(separator: 10) { visit(line) }
                rest.removeSubrange(...end)
            }
        } catch {
            throw .storage(error)
        }
    }
}
