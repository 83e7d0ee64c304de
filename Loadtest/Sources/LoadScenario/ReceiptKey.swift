internal import Cryptography
internal import Foundation
internal import LoadDriver
internal import Platform

/// A key for the audit log of a daemon that the harness starts, as `assentctl audit keygen` writes one.
struct ReceiptKey {
    private static let name = "load.example/receipts"
    private static let algorithm: UInt8 = 1

    private let file: String
    private let publicKey: SHA256Digest

    /// Draws one and writes it.
    init(file: String) throws {
        self.file = file
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: SHA256Digest.byteCount, alignment: 8)
        defer { bytes.deallocate() }
        RandomBytes.fill(bytes)
        let seed = SHA256Digest(UnsafeRawBufferPointer(bytes), at: 0)
        publicKey = try Ed25519.PrivateKey(seed: seed).publicKey
        let named = Array(Self.name.utf8) + [10, Self.algorithm] + publicKey.bytes
        let id = try SHA256().digest(named).bytes[..<4].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let secret = Data([Self.algorithm] + seed.bytes).base64EncodedString()
        try Data("PRIVATE+KEY+\(Self.name)+\(id)+\(secret)\n".utf8).write(to: URL(fileURLWithPath: file))
        // The daemon takes no key that others may read.
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }

    /// What the daemon is to be started with.
    var options: [String] { ["--audit", "--audit-key", file, "--audit-interval", "1"] }

    /// Whether a receipt is a note that this key has signed (C2SP signed-note).
    func hasSigned(_ receipt: String) -> Bool {
        let parts = receipt.components(separatedBy: "\n\n")
        guard parts.count == 2, let line = parts[1].split(separator: "\n").first,
            let word = line.split(separator: " ").last, let bytes = Data(base64Encoded: String(word)), bytes.count > 4
        else { return false }
        return Ed25519.isValid(
            signature: Array(bytes.dropFirst(4)),
            message: Array((parts[0] + "\n").utf8),
            publicKey: publicKey
        )
    }

    /// Removes the file.
    func remove() { try? FileManager.default.removeItem(atPath: file) }
}
