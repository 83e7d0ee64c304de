private import CPlatform
internal import Glibc

/// A name, and the directory that has it, held open: what is then opened, made, renamed or removed there.
///
/// Root goes to it step by step, because directories on the way may belong to somebody else, as a data directory does
/// to the daemon's user. It follows a symbolic link only where nobody but root could have put it, much as the kernel
/// does in /tmp (proc_sys_fs(5), `protected_symlinks`), and gives what it makes to whom the directory belongs to.
/// Everybody else goes as the kernel does: what they may not do is refused anyway.
struct PathWalk: ~Copyable {
    /// What is done where the name itself is a symbolic link.
    enum LastLink {
        /// What it leads to is meant.
        case followed
        /// It is meant itself, to be removed or renamed, or nothing is to have the name.
        case itself
    }

    /// Whose a directory is, and who may do what in it.
    private struct Owner {
        let user: UInt32
        let group: UInt32
        let mode: UInt32

        /// Whether nobody but root can put a name there, or take away what root has put there.
        var isRootAlone: Bool { user == 0 && (mode & 0o022 == 0 || mode & 0o1000 != 0) }

        /// Whether a file there with several names may have got this one to have root read or change it, since it is
        /// not the owner's; much as the kernel has it (proc_sys_fs(5), `protected_hardlinks`).
        func mayHavePlanted(_ file: stat) -> Bool {
            !isRootAlone && file.st_nlink > 1 && (user == 0 || file.st_uid != user)
        }
    }

    /// What the kernel is given to go from: a directory's number, or AT_FDCWD.
    let directory: Int32
    /// The name in that directory; for others than root the whole path.
    let name: String
    /// Whether the kernel may follow a symbolic link that has the name: the walk has followed all others.
    let isLastLinkFollowed: Bool
    private let held: FileDescriptor?
    private let owner: Owner?

    /// Goes there; that nothing has the name is no error.
    ///
    /// - Parameter operation: What is to be done there, for error messages.
    /// - Throws: `.linkAmongOthers`; as the kernel, where a directory on the way is none or not there.
    init(_ path: String, for operation: String, _ lastLink: LastLink) throws(PlatformError) {
        let path = try usablePath(path)
        guard geteuid() == 0 else {
            directory = AT_FDCWD
            name = path
            isLastLinkFollowed = lastLink == .followed
            held = nil
            owner = nil
            return
        }
        var place = try Self.start(of: path, operation)
        var ahead = Self.parts(of: path)
        var linkCount = 0
        var last = "."
        while let part = ahead.popLast() {
            let information = try Self.information(on: part, in: place, operation, path)
            let isLink = information.st_mode & S_IFMT == S_IFLNK
            // In /proc a link is more than its text: what it leads to may have no name at all.
            if ahead.isEmpty, !isLink || lastLink == .itself || Self.isInProcesses(place) {
                last = part
                break
            }
            guard isLink else {
                place = try Self.step(into: part, from: place, operation, path)
                continue
            }
            linkCount += 1
            guard linkCount <= Self.linkCountMax else {
                throw .system(code: ELOOP, operation: operation, subject: path)
            }
            guard information.st_uid == 0, try Self.owner(of: place).isRootAlone else {
                throw .linkAmongOthers(Self.path(of: part, in: place))
            }
            let target = try Self.target(of: part, in: place, operation, path)
            if target.hasPrefix("/") { place = try Self.start(of: target, operation) }
            ahead += Self.parts(of: target)
        }
        let owner = try Self.owner(of: place)
        self.owner = owner
        directory = place.rawValue
        name = last
        isLastLinkFollowed = lastLink == .followed && owner.isRootAlone && Self.isInProcesses(place)
        held = consume place
    }

    /// Whether somebody else than who asks, who is root, may put names there.
    var isAmongOthers: Bool { owner.map { !$0.isRootAlone } ?? false }

    /// Whether a file there has a name that somebody may have given it to have root read or change it.
    func isPlanted(_ file: stat) -> Bool { owner?.mayHavePlanted(file) ?? false }

    /// The same of a file beneath an open directory.
    static func isPlanted(_ file: stat, beneath directory: borrowing FileDescriptor) throws(PlatformError) -> Bool {
        guard geteuid() == 0 else { return false }
        return try owner(of: directory).mayHavePlanted(file)
    }

    /// Gives what root has just made there to whom the directory belongs. Others get no right to it that they do not
    /// have to the directory: a daemon's `umask` has then been applied.
    ///
    /// - Parameters:
    ///   - file: It; a file that somebody has written to stays whose it is.
    ///   - mode: Permission bits that it was made with.
    func give(_ file: borrowing FileDescriptor, mode: UInt32) throws(PlatformError) {
        guard let owner else { return }
        let information = try file.information()
        let isNew =
            information.st_uid == 0
            && (information.st_mode & S_IFMT == S_IFDIR || information.st_nlink == 1 && information.st_size == 0)
        guard isNew, (owner.user, owner.group) != (information.st_uid, information.st_gid) else { return }
        // In this order: the mode of what is somebody else's takes one more capability.
        guard fchmod(file.rawValue, mode & owner.mode) == 0, fchown(file.rawValue, owner.user, owner.group) == 0 else {
            throw lastError("give to its directory's owner", file.subject)
        }
    }

    /// The same of a directory that has just been made there, where nobody has put another one in its place: that has
    /// something in it, else there is nothing to lose.
    ///
    /// - Parameter path: As it was given, for error messages.
    func giveDirectory(_ path: String, mode: UInt32) throws(PlatformError) {
        guard owner != nil else { return }
        let number = assent_open(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)
        guard number >= 0 else { throw lastError("open", path) }
        let made = FileDescriptor(owning: number, subject: path)
        guard try FileSystem.names(in: made).isEmpty else { return }
        try give(made, mode: mode)
    }

    // MARK: Steps

    /// As many as the kernel follows (path_resolution(7)).
    private static let linkCountMax = 40

    /// The parts of a path, the last one first.
    private static func parts(of path: String) -> [String] {
        path.split(separator: "/").reversed().map(String.init)
    }

    private static func path(of part: String, in place: borrowing FileDescriptor) -> String {
        switch place.subject {
        case ".": part
        case "/": "/" + part
        case let directory: "\(directory)/\(part)"
        }
    }

    private static func start(of path: String, _ operation: String) throws(PlatformError) -> FileDescriptor {
        let start = path.hasPrefix("/") ? "/" : "."
        let number = assent_open_place(AT_FDCWD, start)
        guard number >= 0 else { throw lastError(operation, path) }
        return FileDescriptor(owning: number, subject: start)
    }

    private static func step(
        into part: String,
        from place: borrowing FileDescriptor,
        _ operation: String,
        _ path: String
    ) throws(PlatformError) -> FileDescriptor {
        let number = assent_open_place(place.rawValue, part)
        guard number >= 0 else { throw lastError(operation, path) }
        return FileDescriptor(owning: number, subject: Self.path(of: part, in: place))
    }

    /// What has a name; nothing but zeros where nothing has it.
    private static func information(
        on part: String,
        in place: borrowing FileDescriptor,
        _ operation: String,
        _ path: String
    ) throws(PlatformError) -> stat {
        var information = stat()
        guard fstatat(place.rawValue, part, &information, AT_SYMLINK_NOFOLLOW) == 0 || errno == ENOENT else {
            throw lastError(operation, path)
        }
        return information
    }

    private static func target(
        of part: String,
        in place: borrowing FileDescriptor,
        _ operation: String,
        _ path: String
    ) throws(PlatformError) -> String {
        let byteCountMax = Int(PATH_MAX)
        var text = [CChar](repeating: 0, count: byteCountMax)
        let count = readlinkat(place.rawValue, part, &text, byteCountMax)
        guard count >= 0 else { throw lastError(operation, path) }
        return String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func isInProcesses(_ place: borrowing FileDescriptor) -> Bool {
        assent_is_in_processes(place.rawValue) != 0
    }

    private static func owner(of place: borrowing FileDescriptor) throws(PlatformError) -> Owner {
        let information = try place.information()
        return Owner(user: information.st_uid, group: information.st_gid, mode: UInt32(information.st_mode) & 0o7777)
    }
}
