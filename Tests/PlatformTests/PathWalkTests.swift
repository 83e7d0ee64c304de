import Glibc
import Platform
import Synchronization
import Testing

/// What root does in a directory of somebody else, who puts links and pipes there.
@Suite(.enabled(if: geteuid() == 0, "only root may give files away"))
struct PathWalkTests {
    private static let user: UInt32 = 65_534
    private let directory: TemporaryDirectory
    /// The somebody's.
    private let data: String
    /// Where nothing may be written.
    private let victim: String

    init() throws {
        directory = try TemporaryDirectory()
        (data, victim) = (directory.path + "/data", directory.path + "/victim")
        try FileSystem.createDirectory(data)
        try FileSystem.createDirectory(victim)
        try #require(chmod(data, 0o700) == 0 && chown(data, Self.user, Self.user) == 0)
        try FileDescriptor.open(victim + "/file", .create).write([1, 2, 3], at: 0)
    }

    private struct Seen: Equatable {
        var user: UInt32
        var group: UInt32
        var mode: UInt32
    }

    private func seen(_ path: String) throws -> Seen {
        var information = stat()
        try #require(lstat(path, &information) == 0, "\(path)")
        return Seen(user: information.st_uid, group: information.st_gid, mode: UInt32(information.st_mode) & 0o7777)
    }

    /// Only what was there before is there, with what was in it.
    private func expectVictimUntouched(_ comment: String) throws {
        #expect(try FileSystem.names(inDirectory: victim) == ["file"], "\(comment)")
        #expect(try FileSystem.contents(of: victim + "/file", byteCountMax: 100) == [1, 2, 3], "\(comment)")
        #expect(try seen(victim + "/file").user == 0, "\(comment)")
    }

    /// A directory's mode, and those that a daemon with the `umask` which made it so would give.
    @Test(
        arguments: [(0o700, 0o600, 0o700), (0o750, 0o640, 0o750), (0o755, 0o640, 0o750)] as [(UInt32, UInt32, UInt32)]
    )
    func whatRootMakesBelongsToTheDirectorysOwner(mode: UInt32, file: UInt32, inner: UInt32) throws {
        try #require(chmod(data, mode) == 0)
        func expect(_ name: String, _ mode: UInt32) throws {
            let found = try seen("\(data)/\(name)")
            #expect(found == Seen(user: Self.user, group: Self.user, mode: mode), "\(name): \(found)")
        }
        for access in [FileDescriptor.Access.create, .openOrCreate, .openOrCreateAmongOthers] {
            _ = try FileDescriptor.open("\(data)/\(access)", access)
            try expect("\(access)", file)
        }
        for access in [FileDescriptor.Access.createSecret, .ownerOnly] {
            _ = try FileDescriptor.open("\(data)/\(access)", access)
            try expect("\(access)", 0o600)
        }
        try FileSystem.createDirectory(data + "/a")
        try FileSystem.createDirectory(data + "/a/b")
        try FileSystem.replace(data + "/a/b/replaced", with: [1], isDurable: true)
        try FileSystem.replace(data + "/a/b/replaced", with: [2], isDurable: false)
        for (name, mode) in [("a", inner), ("a/b", inner), ("a/b/replaced", file)] { try expect(name, mode) }
        _ = try DirectoryLock(directory: data)
        try expect("lock", file)
        _ = try FileDescriptor.open(data + "/own", .createOwnSecret)
        #expect(try seen(data + "/own") == Seen(user: 0, group: 0, mode: 0o600), "a secret of root's stays that")
    }

    /// The group alone, of a directory that is root's, and nothing at all where it is root's in full.
    @Test func aGroupsDirectoryGivesItsGroup() throws {
        try #require(chown(data, 0, Self.user) == 0 && chmod(data, 0o770) == 0)
        _ = try FileDescriptor.open(data + "/file", .create)
        #expect(try seen(data + "/file") == Seen(user: 0, group: Self.user, mode: 0o640))
        _ = try FileDescriptor.open(directory.path + "/root", .create)
        #expect(try seen(directory.path + "/root") == Seen(user: 0, group: 0, mode: 0o640))
    }

    /// A file is not given away because somebody has put its name, or one of its names, into their directory.
    @Test func whatSomebodyHasWrittenToStaysTheirs() throws {
        let path = data + "/file"
        try FileDescriptor.open(path, .create).write([1], at: 0)
        try #require(chown(path, 0, 0) == 0)
        _ = try FileDescriptor.open(path, .openOrCreate)
        #expect(try seen(path).user == 0)
        _ = try FileDescriptor.open(victim + "/empty", .create)
        try #require(link(victim + "/empty", data + "/taken") == 0)
        #expect(throws: PlatformError.severalNames(data + "/taken")) {
            _ = try FileDescriptor.open(data + "/taken", .openOrCreate)
        }
        #expect(try seen(victim + "/empty").user == 0)
    }

    @Test func rootFollowsNoLinkThatOthersMayHavePutThere() throws {
        let (file, inner) = (data + "/file", data + "/inner")
        try #require(symlink(victim + "/file", file) == 0 && symlink(victim, inner) == 0)
        // Whose link it is makes no difference: names are not the only thing that can be moved.
        for owner in [Self.user, 0] {
            try #require(lchown(file, owner, owner) == 0 && lchown(inner, owner, owner) == 0)
            for access in [FileDescriptor.Access.read, .readRegular, .readWrite, .openOrCreate, .ownerOnly, .direct] {
                #expect(throws: PlatformError.linkAmongOthers(file), "\(access)") {
                    _ = try FileDescriptor.open(file, access)
                }
            }
            for access in [FileDescriptor.Access.create, .createSecret, .openOrCreateAmongOthers] {
                #expect(throws: PlatformError.self, "\(access)") { _ = try FileDescriptor.open(file, access) }
            }
            let error = PlatformError.linkAmongOthers(inner)
            #expect(throws: error) { _ = try FileDescriptor.open(inner, .directory) }
            #expect(throws: error) { _ = try FileDescriptor.open(inner + "/new", .create) }
            #expect(throws: error) { _ = try FileDescriptor.open("file", beneath: inner) }
            #expect(throws: error) { try FileSystem.names(inDirectory: inner) }
            #expect(throws: error) { try FileSystem.createDirectory(inner + "/new") }
            #expect(throws: error) { try FileSystem.replace(inner + "/file", with: [], isDurable: false) }
            #expect(throws: error) { try FileSystem.rename(inner + "/file", to: data + "/stolen") }
            #expect(throws: error) { try FileSystem.remove(inner + "/file") }
            #expect(throws: error) { try FileSystem.removeDirectory(inner + "/file") }
            #expect(throws: error) { try FileSystem.synchronizeDirectory(inner) }
            #expect(throws: error) { _ = try DirectoryLock(directory: inner) }
            try expectVictimUntouched("owner \(owner)")
        }
        #expect(
            "\(PlatformError.linkAmongOthers(inner))"
                == "cannot use \(inner): it is a symbolic link in a directory that others than root may write to, and "
                + "root follows none there; put a file or a directory in its place, or do this as the directory's owner"
        )
        // The link itself may go.
        try FileSystem.rename(inner, to: data + "/moved")
        try FileSystem.remove(data + "/moved")
        try FileSystem.replace(file, with: [9], isDurable: false)
        #expect(try FileSystem.contents(of: file, byteCountMax: 9) == [9])
        // Neither is the name that a file has before it gets its own.
        try #require(symlink(victim + "/made", file + ".new") == 0)
        try FileSystem.replace(file, with: [8], isDurable: false)
        #expect(try FileSystem.contents(of: file, byteCountMax: 9) == [8])
        try expectVictimUntouched("at the end")
    }

    /// As /var/lib/assent is one to private/assent.
    @Test func rootFollowsItsOwnLinks() throws {
        let path = directory.path
        try #require(symlink("data", path + "/relative") == 0 && symlink(path + "/relative/.", path + "/absolute") == 0)
        try FileSystem.replace(path + "/absolute/../absolute/file", with: [7], isDurable: true)
        #expect(try FileSystem.contents(of: data + "/file", byteCountMax: 9) == [7])
        #expect(try seen(data + "/file").user == Self.user)
        #expect(try FileSystem.names(inDirectory: path + "/relative/") == ["file"])
        try #require(symlink("loop", path + "/loop") == 0)
        #expect(throws: PlatformError.system(code: ELOOP, operation: "open", subject: path + "/loop")) {
            _ = try FileDescriptor.open(path + "/loop", .read)
        }
        // A link of root's that leads through one of somebody else.
        try #require(symlink(victim, data + "/inner") == 0 && symlink("data/inner/file", path + "/through") == 0)
        #expect(throws: PlatformError.linkAmongOthers(data + "/inner")) {
            _ = try FileDescriptor.open(path + "/through", .readWrite)
        }
        // In a directory that others may write to as they may to /tmp, links of root's are followed, and no others.
        try #require(chmod(path, 0o1777) == 0)
        #expect(try FileSystem.contents(of: path + "/relative/file", byteCountMax: 9) == [7])
        try #require(lchown(path + "/relative", Self.user, Self.user) == 0)
        #expect(throws: PlatformError.linkAmongOthers(path + "/relative")) {
            try FileSystem.contents(of: path + "/relative/file", byteCountMax: 9)
        }
    }

    /// What has no name any more is reached through /proc, as a shell's `<(...)` and `/dev/stdin` are.
    @Test func openFilesAreReachedThroughProc() throws {
        let file = try FileDescriptor.open(directory.path + "/gone", .create)
        try file.write([5], at: 0)
        try FileSystem.remove(directory.path + "/gone")
        for place in ["/proc/self/fd", "/dev/fd"] {
            #expect(try FileSystem.contents(of: "\(place)/\(file.rawValue)", byteCountMax: 9) == [5])
        }
    }

    @Test func noPipeIsWaitedForAndNoOtherNameIsTaken() throws {
        let (pipe, other) = (data + "/pipe", data + "/other")
        try #require(mkfifo(pipe, 0o600) == 0 && link(victim + "/file", other) == 0)
        for access in [FileDescriptor.Access.read, .readRegular, .readWrite, .openOrCreate] {
            #expect(throws: PlatformError.notRegularFile(pipe), "\(access)") {
                _ = try FileDescriptor.open(pipe, access)
            }
        }
        let accesses: [FileDescriptor.Access] = [
            .read, .readRegular, .readWrite, .openOrCreate, .openOrCreateAmongOthers, .ownerOnly,
        ]
        for access in accesses {
            #expect(throws: PlatformError.severalNames(other), "\(access)") {
                _ = try FileDescriptor.open(other, access)
            }
        }
        #expect(throws: PlatformError.severalNames(other)) { _ = try FileDescriptor.open("other", beneath: data) }
        #expect(
            "\(PlatformError.severalNames(other))"
                == "cannot use \(other): it has another name (a hard link), which somebody else may have given it; put "
                + "a copy in its place, or do this as the directory's owner"
        )
        try FileSystem.remove(other)
        try expectVictimUntouched("hard link")
    }

    /// A copy of a directory may be made of such links.
    @Test func theOwnersFilesMayHaveSeveralNames() throws {
        let path = data + "/file"
        try FileDescriptor.open(path, .create).write([4], at: 0)
        try #require(link(path, data + "/copy") == 0)
        try FileDescriptor.open(data + "/copy", .readWrite).write([5], at: 0)
        #expect(try FileSystem.contents(of: path, byteCountMax: 9) == [5])
        #expect(try FileDescriptor.open("copy", beneath: data).byteCount() == 1)
        // Where a group may write, it may have linked what is root's as well.
        try #require(chown(path, 0, 0) == 0 && chown(data, 0, Self.user) == 0 && chmod(data, 0o770) == 0)
        #expect(throws: PlatformError.severalNames(path)) { _ = try FileDescriptor.open(path, .read) }
        try #require(chmod(data, 0o755) == 0)
        #expect(try FileSystem.contents(of: path, byteCountMax: 9) == [5])
    }

    /// A directory that becomes a link and a directory again, all the time: a command gets what is in the directory, or
    /// an error, and never what the link leads to.
    @Test(.timeLimit(.minutes(20))) func noStepIsLedElsewhereWhileNamesAreSwapped() throws {
        let (inner, link, spare) = (data + "/inner", data + "/link", data + "/spare")
        try FileSystem.createDirectory(inner)
        try #require(symlink(victim, link) == 0)
        let isOver = Counter()
        let swapping = try Handle {
            while isOver.value.load(ordering: .relaxed) == 0 {
                for (old, new) in [(inner, spare), (link, inner), (inner, link), (spare, inner)] { rename(old, new) }
            }
        }
        let file = inner + "/file"
        var (reached, refused) = (0, 0)
        func attempt(_ step: () throws -> Void) throws {
            do {
                try step()
                reached += 1
            } catch PlatformError.linkAmongOthers {
                refused += 1
            } catch is PlatformError {
                // The name was no directory's, or nobody's, at that moment.
            }
        }
        func read() throws {
            for bytes in [
                try FileSystem.contents(of: file, byteCountMax: 9),
                try FileSystem.contents(of: FileDescriptor.open("file", beneath: inner), byteCountMax: 9),
            ] { #expect(bytes != [1, 2, 3], "that is the victim's") }
        }
        for _ in 0..<2_000 {
            try attempt { try FileSystem.replace(file, with: [6], isDurable: false) }
            try attempt { try FileDescriptor.open(file, .openOrCreate).write([7], at: 0) }
            try attempt { try read() }
            try attempt { try FileSystem.rename(file, to: inner + "/renamed") }
            try attempt { try FileSystem.createDirectory(inner + "/made") }
            try attempt { try FileSystem.removeDirectory(inner + "/made") }
            try attempt {
                for name in try FileSystem.names(inDirectory: inner) { try FileSystem.remove("\(inner)/\(name)") }
            }
        }
        isOver.value.store(1, ordering: .relaxed)
        swapping.join()
        #expect(reached > 0 && refused > 0, "\(reached) steps were done, \(refused) met the link")
        try expectVictimUntouched("swapped")
        try FileSystem.remove(link)
    }
}
