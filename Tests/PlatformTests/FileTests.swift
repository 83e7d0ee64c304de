import Glibc
import Platform
import Testing

/// Files, directories and the lock of a directory.
struct FileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func whatIsWrittenIsRead() throws {
        let path = directory.path + "/file"
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        let file = try FileDescriptor.open(path, .create)
        try write(bytes, to: file, at: 100)
        try file.synchronizeData()
        #expect(try file.byteCount() == 10_100)
        #expect(try read(file, count: 10_000, at: 100) == bytes)
        #expect(try read(file, count: 500, at: 10_000) == Array(bytes.suffix(100)), "the file ends there")
        #expect(try read(file, count: 5, at: 20_000) == [])
        try file.close()
        #expect(try FileSystem.contents(of: path, byteCountMax: 10_100).suffix(10_000) == bytes[...])
        #expect(throws: PlatformError.system(code: EFBIG, operation: "read", subject: path)) {
            try FileSystem.contents(of: path, byteCountMax: 10_099)
        }
    }

    /// A pipe without a writer would be waited for.
    @Test func contentsAreThoseOfARegularFileAndNothingIsWaitedFor() throws {
        let pipe = directory.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [pipe, directory.path, "/dev/zero"] {
            let error = PlatformError.notRegularFile(path)
            #expect(throws: error) { try FileSystem.contents(of: path, byteCountMax: 100) }
            #expect("\(error)" == "cannot use \(path): it is no regular file")
        }
    }

    @Test func aFileFilledWithZerosHasItsSpace() throws {
        let path = directory.path + "/zeros"
        let file = try FileDescriptor.open(path, .create)
        try file.fillWithZeros(byteCount: 3 << 20)
        #expect(try file.byteCount() == 3 << 20)
        #expect(try read(file, count: 3 << 20, at: 0).allSatisfy { $0 == 0 })
        var information = stat()
        #expect(stat(path, &information) == 0)
        #expect(information.st_blocks * 512 >= 3 << 20, "not sparse")
    }

    @Test func fillingCanBeGivenUp() throws {
        let file = try FileDescriptor.open(directory.path + "/zeros", .create)
        var asked = 0
        try file.fillWithZeros(byteCount: 64 << 20) {
            asked += 1
            return asked < 3
        }
        #expect(asked == 3)
    }

    @Test func whatCannotBeOpenedIsSaidWithItsPath() throws {
        let path = directory.path + "/missing"
        let error = PlatformError.system(code: ENOENT, operation: "open", subject: path)
        #expect(throws: error) { _ = try FileDescriptor.open(path, .read) }
        #expect("\(error)" == "cannot open \(path): No such file or directory (errno 2)")
        _ = try FileDescriptor.open(path, .create)
        #expect(throws: PlatformError.system(code: EEXIST, operation: "open", subject: path)) {
            _ = try FileDescriptor.open(path, .create)
        }
        for unusable in ["", "a\0b", String(repeating: "x", count: 5_000)] {
            #expect(throws: PlatformError.unusablePath(unusable)) { _ = try FileDescriptor.open(unusable, .read) }
        }
    }

    @Test func aDescriptorIsClosedWhenItsOwnerGoes() throws {
        let path = directory.path + "/file"
        var number: Int32 = -1
        do {
            let file = try FileDescriptor.open(path, .create)
            number = file.rawValue
        }
        // Other tests open files too: the number may be taken again, but not by this file.
        var here = stat()
        var there = stat()
        #expect(stat(path, &here) == 0)
        #expect(fstat(number, &there) != 0 || there.st_ino != here.st_ino)
    }

    @Test func namesAreListedSortedRenamedAndRemoved() throws {
        for name in ["b", "a", "c"] { _ = try FileDescriptor.open(directory.path + "/" + name, .create) }
        try FileSystem.rename(directory.path + "/c", to: directory.path + "/0")
        try FileSystem.remove(directory.path + "/a")
        try FileSystem.createDirectory(directory.path + "/d")
        try FileSystem.createDirectory(directory.path + "/d")
        try FileSystem.synchronizeDirectory(directory.path)
        #expect(try FileSystem.names(inDirectory: directory.path) == ["0", "b", "d"])
        #expect(FileSystem.isDirectory(directory.path + "/d") && !FileSystem.isDirectory(directory.path + "/b"))
        #expect(FileSystem.exists(directory.path + "/b") && !FileSystem.exists(directory.path + "/a"))
        #expect(
            throws: PlatformError.system(code: ENOTDIR, operation: "create directory", subject: directory.path + "/b")
        ) {
            try FileSystem.createDirectory(directory.path + "/b")
        }
        #expect(throws: PlatformError.self) { try FileSystem.names(inDirectory: directory.path + "/b") }
    }

    @Test func aDirectoryIsLockedOnceAndSaysByWhom() throws {
        let path = directory.path
        do {
            let lock = try DirectoryLock(directory: path)
            let error = PlatformError.locked(path: path, holder: CurrentProcess.identifier)
            #expect(throws: error) { _ = try DirectoryLock(directory: path) }
            #expect("\(error)".contains("process id \(CurrentProcess.identifier)"))
            try FileSystem.remove(path + "/lock")
            #expect(throws: PlatformError.locked(path: path, holder: nil)) { _ = try DirectoryLock(directory: path) }
            let wasUsedBefore = lock.wasUsedBefore
            #expect(!wasUsedBefore)
            withExtendedLifetime(lock) {}
        }
        #expect(!(try isUsedBefore(path)))
        #expect(try isUsedBefore(path))
    }

    /// The directory's owner may not choose what somebody mightier writes to.
    @Test func aLockFollowsNoLink() throws {
        let (path, victim) = (directory.path, directory.path + "/victim")
        let file = try FileDescriptor.open(victim, .create)
        try file.write([1, 2, 3], at: 0)
        for (link, error) in [
            (symlink, PlatformError.notRegularFile(path + "/lock")), (Glibc.link, .severalNames(path + "/lock")),
        ] {
            try #require(link(victim, path + "/lock") == 0)
            #expect(throws: error) { _ = try DirectoryLock(directory: path) }
            try FileSystem.remove(path + "/lock")
        }
        try #require(mkfifo(path + "/lock", 0o600) == 0)
        #expect(throws: PlatformError.notRegularFile(path + "/lock")) { _ = try DirectoryLock(directory: path) }
        #expect(try FileSystem.contents(of: victim, byteCountMax: 100) == [1, 2, 3])
    }

    /// Nor what is read for somebody mightier.
    @Test func whatLiesBeneathIsReachedByNoLink() throws {
        let path = directory.path + "/data"
        try FileSystem.createDirectory(path)
        try FileSystem.createDirectory(path + "/part")
        for name in ["/secret", "/data/part/file"] {
            try FileDescriptor.open(directory.path + name, .create).write([1, 2, 3], at: 0)
        }
        func bytes(_ name: String, of place: String = path) throws -> [UInt8] {
            try FileSystem.contents(of: try FileDescriptor.open(name, beneath: place), byteCountMax: 100)
        }
        #expect(try bytes("part/file") == [1, 2, 3])
        // The directory itself may be a link.
        try #require(symlink(path, directory.path + "/link") == 0)
        #expect(try bytes("part/file", of: directory.path + "/link") == [1, 2, 3])
        try #require(symlink(directory.path + "/secret", path + "/part/stolen") == 0)
        try #require(symlink(directory.path, path + "/outside") == 0)
        try #require(mkfifo(path + "/pipe", 0o600) == 0)
        for name in ["part/stolen", "outside/secret", "pipe", "part"] {
            #expect(throws: PlatformError.notRegularFile("\(path)/\(name)"), "\(name)") { _ = try bytes(name) }
        }
        for name in ["../secret", "/etc/passwd", "part//file", "none", "part/"] {
            #expect(throws: PlatformError.self, "\(name)") { _ = try bytes(name) }
        }
    }

    private func isUsedBefore(_ path: String) throws -> Bool {
        let lock = try DirectoryLock(directory: path)
        return lock.wasUsedBefore
    }

    private func write(_ bytes: [UInt8], to file: borrowing FileDescriptor, at offset: UInt64) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: bytes)
        try file.write(UnsafeRawBufferPointer(buffer), at: offset)
    }

    private func read(_ file: borrowing FileDescriptor, count: Int, at offset: UInt64) throws -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { buffer.deallocate() }
        let done = try file.read(into: buffer, at: offset)
        return Array(buffer[..<done])
    }
}

/// A directory that goes when the test ends.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = "/tmp/assent-test-\(CurrentProcess.identifier)-\(RandomBytes.word())"
        try FileSystem.createDirectory(path)
    }

    deinit {
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        for name in (try? FileSystem.names(inDirectory: path)) ?? [] {
            let inner = path + "/" + name
            if FileSystem.isDirectory(inner) { remove(inner) } else { try? FileSystem.remove(inner) }
        }
        try? FileSystem.removeDirectory(path)
    }
}
