private import CPlatform
internal import Glibc

/// What is done to names rather than to open files. Where root does it in a directory of somebody else, see `PathWalk`.
public enum FileSystem {
    /// Renames, replacing what had the new name (rename(2)). Durable after the directory is synchronized.
    public static func rename(_ old: String, to new: String) throws(PlatformError) {
        let source = try PathWalk(old, for: "rename", .itself)
        let target = try PathWalk(new, for: "rename", .itself)
        guard renameat(source.directory, source.name, target.directory, target.name) == 0 else {
            throw lastError("rename", old)
        }
    }

    /// Removes a file's name.
    public static func remove(_ path: String) throws(PlatformError) {
        let walk = try PathWalk(path, for: "remove", .itself)
        guard unlinkat(walk.directory, walk.name, 0) == 0 else { throw lastError("remove", path) }
    }

    /// Removes a file's name, where anything has it.
    public static func removeIfThere(_ path: String) throws(PlatformError) {
        do throws(PlatformError) { try remove(path) } catch .system(ENOENT, _, _) {}
    }

    /// Creates a directory with mode 0750; nothing happens when it exists. Its parent must exist. What root creates
    /// belongs to whom the parent belongs to.
    public static func createDirectory(_ path: String) throws(PlatformError) {
        let mode: UInt32 = 0o750
        let walk = try PathWalk(path, for: "create directory", .itself)
        guard mkdirat(walk.directory, walk.name, mode) != 0 else { return try walk.giveDirectory(path, mode: mode) }
        guard errno == EEXIST else { throw lastError("create directory", path) }
        guard isDirectory(path) else {
            throw .system(code: ENOTDIR, operation: "create directory", subject: path)
        }
    }

    /// Removes an empty directory.
    public static func removeDirectory(_ path: String) throws(PlatformError) {
        let walk = try PathWalk(path, for: "remove directory", .itself)
        guard unlinkat(walk.directory, walk.name, AT_REMOVEDIR) == 0 else { throw lastError("remove directory", path) }
    }

    /// Whether a directory has this path.
    public static func isDirectory(_ path: String) -> Bool {
        var information = stat()
        guard stat(path, &information) == 0 else { return false }
        return information.st_mode & S_IFMT == S_IFDIR
    }

    /// Which file has this path; `nil` for none.
    public static func identity(of path: String) -> FileIdentity? {
        var information = stat()
        guard stat(path, &information) == 0 else { return nil }
        return FileIdentity(device: UInt64(information.st_dev), number: UInt64(information.st_ino))
    }

    /// Whether others than a file's owner may read it or write to it; false when there is none.
    public static func isOpenToOthers(_ path: String) -> Bool {
        var information = stat()
        guard stat(path, &information) == 0 else { return false }
        return information.st_mode & 0o077 != 0
    }

    /// Whether anything has this path.
    public static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// The names in a directory, without `.` and `..`, sorted.
    public static func names(inDirectory path: String) throws(PlatformError) -> [String] {
        let walk = try PathWalk(path, for: "list", .followed)
        let flags = O_RDONLY | O_DIRECTORY | (walk.isLastLinkFollowed ? 0 : O_NOFOLLOW)
        let number = assent_open(walk.directory, walk.name, flags, 0)
        guard number >= 0 else { throw lastError("list", path) }
        return try names(in: FileDescriptor(owning: number, subject: path))
    }

    /// The same of an open directory, once.
    static func names(in directory: borrowing FileDescriptor) throws(PlatformError) -> [String] {
        let path = directory.subject
        let number = assent_duplicate(directory.rawValue)
        guard number >= 0 else { throw lastError("list", path) }
        guard let stream = fdopendir(number) else {
            let error = lastError("list", path)
            close(number)
            throw error
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw lastError("list", path) }
                return names.sorted()
            }
            // SAFETY: `d_name` is a string with its zero inside the entry, valid until the next call on the stream.
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }

    /// How large the file system of a path is, and how much of it ordinary users may still fill (statvfs(3)), in bytes.
    public static func space(at path: String) throws(PlatformError) -> (total: UInt64, free: UInt64) {
        var information = statvfs()
        guard statvfs(try usablePath(path), &information) == 0 else { throw lastError("examine", path) }
        let unit = UInt64(information.f_frsize)
        return (UInt64(information.f_blocks) * unit, UInt64(information.f_bavail) * unit)
    }

    /// Makes the names in a directory durable.
    public static func synchronizeDirectory(_ path: String) throws(PlatformError) {
        let directory = try FileDescriptor.open(path, .directory)
        try directory.synchronize()
    }

    /// Makes the names durable beside which a file or directory has its own.
    public static func synchronizeDirectory(of path: String) throws(PlatformError) {
        try synchronizeDirectory(
            path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        )
    }

    /// Makes everything durable that was written to the file system of a path (syncfs(2)), whoever wrote it.
    public static func synchronizeAll(at path: String) throws(PlatformError) {
        let directory = try FileDescriptor.open(path, .directory)
        guard assent_sync_file_system(directory.rawValue) == 0 else { throw lastError("synchronize", path) }
    }

    /// Puts bytes in a file's place: a reader finds the old ones or the new ones whole. Durable, with the name, when it
    /// returns, if that is asked for.
    public static func replace(
        _ path: String,
        with bytes: [UInt8],
        isDurable: Bool
    ) throws(PlatformError) {
        let temporary = path + ".new"
        try removeIfThere(temporary)
        let file = try FileDescriptor.open(temporary, .create)
        try file.write(bytes, at: 0)
        if isDurable { try file.synchronize() }
        try file.close()
        try rename(temporary, to: path)
        if isDurable { try synchronizeDirectory(of: path) }
    }

    /// The whole of a small file.
    ///
    /// - Throws: EFBIG when it has more than `byteCountMax` bytes; `notRegularFile` for a pipe, a device or a
    ///   directory, without waiting for anybody.
    public static func contents(of path: String, byteCountMax: Int) throws(PlatformError) -> [UInt8] {
        try contents(of: try FileDescriptor.open(path, .readRegular), byteCountMax: byteCountMax)
    }

    /// The same of an open file.
    public static func contents(of file: borrowing FileDescriptor, byteCountMax: Int) throws(PlatformError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCountMax + 1, alignment: 16)
        defer { buffer.deallocate() }
        let count = try file.read(into: buffer, at: 0)
        guard count <= byteCountMax else { throw .system(code: EFBIG, operation: "read", subject: file.subject) }
        return Array(buffer[..<count])
    }
}
