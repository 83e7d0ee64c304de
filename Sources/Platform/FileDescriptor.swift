internal import Glibc
private import CPlatform

/// The one owner of an open file descriptor; closed when it goes.
public struct FileDescriptor: ~Copyable, Sendable {
    /// The kernel's number; borrowed, never to be closed by whoever reads it.
    public private(set) var rawValue: Int32

    /// What it was opened from, for error messages.
    public let subject: String

    /// Takes over an open descriptor.
    public init(owning rawValue: Int32, subject: String) {
        precondition(rawValue >= 0, "an open descriptor is not negative")
        self.rawValue = rawValue
        self.subject = subject
    }

    deinit {
        // Nothing to do about an error here: whoever must know has synchronized, or called `close()`.
        if rawValue >= 0 { _ = Glibc.close(rawValue) }
    }

    /// How a file is opened.
    public enum Access: Sendable {
        /// Reading, of a file that exists.
        case read
        /// Reading, of a regular file that exists: no pipe is waited for, and nothing else than a file is taken.
        case readRegular
        /// Reading and writing, of a file that exists.
        case readWrite
        /// Reading and writing, of a file that must not exist yet; created with mode 0640.
        case create
        /// As `create`, for a secret: with mode 0600.
        case createSecret
        /// As `createSecret`, for who runs this and nobody else: it stays root's in somebody else's directory.
        case createOwnSecret
        /// Reading and writing, of a file that is created with mode 0640 when it does not exist.
        case openOrCreate
        /// The same in a directory that somebody else may write to: nothing but a regular file that has this name alone
        /// is taken, no link is followed, no pipe is waited for.
        case openOrCreateAmongOthers
        /// Reading and writing, of a file that its owner alone may read or write: created with mode 0600 when it does
        /// not exist, given it when it does.
        case ownerOnly
        /// Writing around the page cache (O_DIRECT), of a file that exists; not every file system can.
        case direct
        /// A directory.
        case directory

        /// What is done where a symbolic link has the name.
        fileprivate var lastLink: PathWalk.LastLink {
            switch self {
            case .create, .createSecret, .createOwnSecret, .openOrCreateAmongOthers: .itself
            case .read, .readRegular, .readWrite, .openOrCreate, .ownerOnly, .direct, .directory: .followed
            }
        }

        /// Permission bits of a file that is created.
        fileprivate var mode: UInt32 {
            switch self {
            case .createSecret, .createOwnSecret, .ownerOnly: 0o600
            case .read, .readRegular, .readWrite, .create, .openOrCreate, .openOrCreateAmongOthers, .direct, .directory:
                0o640
            }
        }
    }

    /// Opens a file (open(2), with O_CLOEXEC). What root creates belongs to whom the directory belongs to.
    ///
    /// - Throws: Where root finds what the owner of a directory could have put there to have something else read or
    ///   changed: `.linkAmongOthers`, `.notRegularFile`, `.severalNames`.
    public static func open(_ path: String, _ access: Access) throws(PlatformError) -> FileDescriptor {
        var flags: Int32 =
            switch access {
            case .read: O_RDONLY
            // Opening a pipe would wait for its writer; of a regular file's bytes nothing is ever waited for.
            case .readRegular: O_RDONLY | O_NONBLOCK
            case .readWrite: O_RDWR
            case .create, .createSecret, .createOwnSecret: O_RDWR | O_CREAT | O_EXCL
            case .openOrCreate, .openOrCreateAmongOthers, .ownerOnly: O_RDWR | O_CREAT
            case .direct: O_WRONLY | assent_direct_flag()
            case .directory: O_RDONLY | O_DIRECTORY
            }
        let walk = try PathWalk(path, for: "open", access.lastLink)
        let isAmongOthers = access == .openOrCreateAmongOthers || walk.isAmongOthers
        if isAmongOthers { flags |= O_NONBLOCK }
        if !walk.isLastLinkFollowed { flags |= O_NOFOLLOW }
        while true {
            let number = assent_open(walk.directory, walk.name, flags, access.mode)
            if number >= 0 {
                let file = FileDescriptor(owning: number, subject: path)
                try file.check(access, walk)
                if flags & O_CREAT != 0, access != .createOwnSecret { try walk.give(file, mode: access.mode) }
                if access == .ownerOnly, fchmod(number, 0o600) != 0 { throw lastError("change the mode of", path) }
                return file
            }
            // What O_NOFOLLOW says of a symbolic link, and what is said of a directory, of a pipe and of a socket.
            if isAmongOthers, access != .directory, [ELOOP, EISDIR, ENXIO].contains(errno) {
                throw .notRegularFile(path)
            }
            if errno != EINTR { throw lastError("open", path) }
        }
    }

    /// That it is what may be opened so.
    private borrowing func check(_ access: Access, _ walk: borrowing PathWalk) throws(PlatformError) {
        let isStrict = access == .openOrCreateAmongOthers
        guard isStrict || access == .readRegular || walk.isAmongOthers && access != .directory else { return }
        let information = try self.information()
        guard information.st_mode & S_IFMT == S_IFREG else { throw .notRegularFile(subject) }
        let isPlanted = isStrict ? information.st_nlink != 1 : walk.isPlanted(information)
        guard !isPlanted else { throw .severalNames(subject) }
    }

    /// Opens a regular file for reading that lies beneath a directory, in which somebody else may have put symbolic
    /// links: none is followed behind the directory itself.
    ///
    /// - Throws: As `open`; `.notRegularFile` for a link.
    public static func open(_ path: String, beneath directory: String) throws(PlatformError) -> FileDescriptor {
        let whole = "\(directory)/\(path)"
        let path = try usablePath(path)
        let place = try open(directory, .directory)
        while true {
            let number = assent_open_beneath(place.rawValue, path)
            if number >= 0 {
                let file = FileDescriptor(owning: number, subject: whole)
                let information = try file.information()
                guard information.st_mode & S_IFMT == S_IFREG else { throw .notRegularFile(whole) }
                guard try !PathWalk.isPlanted(information, beneath: place) else { throw .severalNames(whole) }
                return file
            }
            // What is said of a link, of one in the place of a directory, and of a socket.
            if [ELOOP, ENOTDIR, ENXIO].contains(errno) { throw .notRegularFile(whole) }
            if errno != EINTR { throw lastError("open", whole) }
        }
    }

    /// Gives the descriptor away: who gets the number must close it.
    public consuming func relinquish() -> Int32 {
        let number = rawValue
        rawValue = -1
        return number
    }

    /// Closes now, and reports what the kernel says about it.
    public consuming func close() throws(PlatformError) {
        let number = rawValue
        rawValue = -1
        // Never repeated: on Linux the number is free again even after EINTR.
        if Glibc.close(number) != 0 && errno != EINTR { throw lastError("close", subject) }
    }
}

/// The error of the call that just failed.
func lastError(_ operation: String, _ subject: String) -> PlatformError {
    .system(code: errno, operation: operation, subject: subject)
}

/// A path as the kernel takes it.
func usablePath(_ path: String) throws(PlatformError) -> String {
    guard !path.isEmpty, path.utf8.count < Int(PATH_MAX), !path.utf8.contains(0) else {
        throw .unusablePath(path)
    }
    return path
}
