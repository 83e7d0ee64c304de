internal import Glibc

extension FileDescriptor {
    /// Bytes in the file.
    public borrowing func byteCount() throws(PlatformError) -> UInt64 {
        UInt64(try information().st_size)
    }

    /// What the kernel knows of the file (fstat(2)).
    borrowing func information() throws(PlatformError) -> stat {
        var information = stat()
        guard fstat(rawValue, &information) == 0 else { throw lastError("examine", subject) }
        return information
    }

    /// Reads at an offset until the buffer is full or the file ends (pread(2)).
    ///
    /// - Returns: The bytes read, fewer than asked for only at the end of the file.
    public borrowing func read(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: UInt64
    ) throws(PlatformError) -> Int {
        var done = 0
        // SAFETY: each call gets the part of the caller's buffer that is not filled yet, and its exact size.
        while done < buffer.count, let start = buffer.baseAddress {
            let count = pread(rawValue, start + done, buffer.count - done, off_t(offset) + off_t(done))
            if count == 0 { break }
            if count > 0 {
                done += count
            } else if errno != EINTR {
                throw lastError("read", subject)
            }
        }
        return done
    }

    /// Writes all bytes at an offset (pwrite(2)).
    public borrowing func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(PlatformError) {
        var done = 0
        // SAFETY: each call gets the part of the caller's buffer that is not written yet, and its exact size.
        while done < bytes.count, let start = bytes.baseAddress {
            let count = pwrite(rawValue, start + done, bytes.count - done, off_t(offset) + off_t(done))
            if count > 0 {
                done += count
            } else if count == 0 {
                throw .ended(operation: "write", subject: subject)
            } else if errno != EINTR {
                throw lastError("write", subject)
            }
        }
    }

    /// Writes all bytes at an offset.
    public borrowing func write(_ bytes: [UInt8], at offset: UInt64) throws(PlatformError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: bytes)
        try write(UnsafeRawBufferPointer(buffer), at: offset)
    }

    /// Makes the file's contents durable (fdatasync(2)).
    ///
    /// After an error nothing is known about what was written before; never try again.
    public borrowing func synchronizeData() throws(PlatformError) {
        guard fdatasync(rawValue) == 0 else { throw lastError("synchronize", subject) }
    }

    /// Makes the file or directory durable with all it says about itself (fsync(2)).
    public borrowing func synchronize() throws(PlatformError) {
        guard fsync(rawValue) == 0 else { throw lastError("synchronize", subject) }
    }

    /// Cuts the file to a length.
    public borrowing func truncate(toByteCount byteCount: UInt64) throws(PlatformError) {
        guard ftruncate(rawValue, off_t(clamping: byteCount)) == 0 else { throw lastError("truncate", subject) }
    }

    /// Reserves the space of the whole file and writes zeros to all of it; durable when it returns.
    ///
    /// Written, not merely reserved: the first write to a reserved block would otherwise change the file system's own
    /// tables, which a later `synchronizeData()` has to wait for. Written around the page cache where that is possible,
    /// so that no heap of dirty pages stands in the way of another file's synchronization.
    ///
    /// - Parameters:
    ///   - byteCount: A multiple of 4,096.
    ///   - keepGoing: Asked once in every MiB; false gives up, leaving the file as it is.
    public borrowing func fillWithZeros(
        byteCount: UInt64,
        keepGoing: () -> Bool = { true }
    ) throws(PlatformError) {
        precondition(byteCount % 4_096 == 0, "direct writes are whole pages")
        let code = posix_fallocate(rawValue, 0, off_t(byteCount))
        guard code == 0 else { throw .system(code: code, operation: "reserve space for", subject: subject) }
        let zeros = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4_096)
        defer { zeros.deallocate() }
        Memory.clear(zeros)
        let direct: FileDescriptor?
        do throws(PlatformError) {
            direct = try FileDescriptor.open(subject, .direct)
        } catch {
            // A file system in memory, for one, refuses; the zeros then go the usual way.
            direct = nil
        }
        var offset: UInt64 = 0
        while offset < byteCount, keepGoing() {
            let count = Int(min(UInt64(zeros.count), byteCount - offset))
            let bytes = UnsafeRawBufferPointer(rebasing: zeros[..<count])
            switch direct {
            case .some(let file): try file.write(bytes, at: offset)
            case .none:
                try write(bytes, at: offset)
                try synchronizeData()
            }
            offset += UInt64(count)
        }
        try synchronize()
    }

    /// Tells the kernel that a range will be read soon (posix_fadvise(2)); only advice.
    public borrowing func willRead(byteCount: UInt64, at offset: UInt64) {
        _ = posix_fadvise(rawValue, off_t(offset), off_t(byteCount), POSIX_FADV_WILLNEED)
    }

    /// Whether this is a terminal.
    public static func isTerminal(_ rawValue: Int32) -> Bool {
        isatty(rawValue) == 1
    }
}
