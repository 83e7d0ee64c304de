import Cryptography
import Platform

/// Files with keys of principals.
enum KeyFile {
    private static let byteCountMax = 65_536

    /// A private key.
    static func privateKey(_ path: String) throws(CommandFailure) -> Ed25519.PrivateKey {
        let bytes = try contents(path)
        do throws(TLSError) {
            return try Ed25519.PrivateKey(pem: bytes)
        } catch {
            throw CommandFailure(.noInput, "\(path): \(error)")
        }
    }

    /// The public key in a file, or that of the private one in it.
    static func publicKey(_ path: String) throws(CommandFailure) -> [UInt8] {
        let bytes = try contents(path)
        do throws(TLSError) {
            return try Ed25519.publicKey(pem: bytes).bytes
        } catch {
            throw CommandFailure(.noInput, "\(path): \(error)")
        }
    }

    /// Draws a key and writes it to a new file that only its owner may read.
    ///
    /// - Returns: the public key.
    static func make(_ path: String) throws(CommandFailure) -> [UInt8] {
        do {
            let (key, pem) = try Ed25519.PrivateKey.make()
            try SecretFile.write(pem, to: path)
            return key.publicKey.bytes
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.outputFailure, "\(path): \(error)")
        }
    }

    private static func contents(_ path: String) throws(CommandFailure) -> [UInt8] {
        do throws(PlatformError) {
            return try FileSystem.contents(of: path, byteCountMax: byteCountMax)
        } catch {
            throw CommandFailure(.noInput, "\(error)")
        }
    }
}

/// Files for secrets.
enum SecretFile {
    /// Writes a file that must not exist and that only its owner may read.
    static func write(_ bytes: [UInt8], to path: String) throws(CommandFailure) {
        do throws(PlatformError) {
            let file = try FileDescriptor.open(path, .createOwnSecret)
            try file.write(bytes, at: 0)
            try file.synchronize()
            try file.close()
        } catch {
            throw CommandFailure(.outputFailure, "\(error)")
        }
    }
}
