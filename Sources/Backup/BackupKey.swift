internal import Cryptography
internal import Merkle
internal import Platform

/// The secret that backups are encrypted with: 32 random bytes.
public struct BackupKey: Sendable {
    /// What a file with a key begins with.
    private static let header = "assent-backup-key/v1 "
    private static let byteCountMax = 4_096

    let secret: SHA256Digest
    /// Eight bytes that tell it from other keys and say nothing about it.
    public let id: KeyID

    init(_ secret: SHA256Digest) throws(BackupError) {
        self.secret = secret
        do throws(CryptographyError) {
            let code = try SHA256().authenticationCode(Array("assent/backup-key/v1".utf8), key: secret)
            id = KeyID(Array(code.bytes.prefix(KeyID.byteCount)))
        } catch {
            throw .cryptography(error)
        }
    }

    /// Draws a key.
    public static func make() throws(BackupError) -> BackupKey {
        try BackupKey(SHA256Digest(random: ()))
    }

    /// The line that a file with the key has.
    public var text: String { Self.header + Base64.encode(secret.bytes) + "\n" }

    /// Reads a key from a file, which nobody but its owner may read or write.
    ///
    /// - Throws: `.unusableKey`, `.storage`.
    public init(file path: String) throws(BackupError) {
        let bytes = try kernel { () throws(PlatformError) in
            try FileSystem.contents(of: path, byteCountMax: Self.byteCountMax)
        }
        guard !FileSystem.isOpenToOthers(path) else {
            throw .unusableKey("\(path) can be read or written by others than its owner: chmod 600 \(path)")
        }
        try self.init(bytes, from: path)
    }

    /// Reads a key from bytes, as of a credential.
    ///
    /// - Parameter source: Where they are from, for the error.
    public init(_ bytes: [UInt8], from source: String) throws(BackupError) {
        var text = String(decoding: bytes, as: UTF8.self)
        if text.hasSuffix("\n") { text.removeLast() }
        guard text.hasPrefix(Self.header), let decoded = Base64.decode(String(text.dropFirst(Self.header.count))),
            let secret = SHA256Digest(decoded)
        else {
            throw .unusableKey("\(source) is not one line, as `assentctl backup keygen` makes it")
        }
        try self.init(secret)
    }

    /// The key of one file: it depends on every byte of the file's header, so a changed header opens nothing.
    func objectKey(header: [UInt8]) throws(BackupError) -> SHA256Digest {
        do throws(CryptographyError) {
            return try SHA256().authenticationCode(Array("assent/backup-object/v1".utf8) + header, key: secret)
        } catch {
            throw .cryptography(error)
        }
    }
}

/// What tells a key from others.
public struct KeyID: Hashable, Sendable, CustomStringConvertible {
    static let byteCount = 8
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    init?(_ text: Substring) {
        guard let bytes = Hexadecimal.bytes(text), bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// 16 hexadecimal digits.
    public var description: String { Hexadecimal.text(bytes) }
}

extension SHA256Digest {
    /// 32 random bytes.
    init(random: Void) {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.byteCount, alignment: 8)
        defer { bytes.deallocate() }
        RandomBytes.fill(bytes)
        self.init(UnsafeRawBufferPointer(bytes), at: 0)
    }

    init?(_ text: Substring) {
        guard let bytes = Hexadecimal.bytes(text) else { return nil }
        self.init(bytes)
    }
}
