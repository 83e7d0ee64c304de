import Cryptography
import Platform

/// Keys of Ed25519 in PEM.
enum KeyFile {
    private static let byteCountMax = 65_536

    /// A private key, to sign with.
    static func signer(_ path: String) throws(Failure) -> Ed25519.PrivateKey {
        let pem = try Files.read(path, byteCountMax: byteCountMax)
        do throws(TLSError) {
            return try Ed25519.PrivateKey(pem: pem)
        } catch {
            throw Failure(.usage, "\(path): \(error)")
        }
    }

    /// A public key, or that of a private one.
    static func publicKey(_ path: String) throws(Failure) -> SHA256Digest {
        let pem = try Files.read(path, byteCountMax: byteCountMax)
        do throws(TLSError) {
            return try Ed25519.publicKey(pem: pem)
        } catch {
            throw Failure(.usage, "\(path): \(error)")
        }
    }
}

/// Small files.
enum Files {
    /// The whole of a file.
    static func read(_ path: String, byteCountMax: Int) throws(Failure) -> [UInt8] {
        do throws(PlatformError) {
            return try FileSystem.contents(of: path, byteCountMax: byteCountMax)
        } catch {
            throw Failure(.unreadable, "\(error)")
        }
    }
}
