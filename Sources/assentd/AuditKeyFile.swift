import Merkle
import Platform

/// Where a key of the audit log is: a file, or a credential of the service manager (systemd.exec(5), LoadCredential=).
struct AuditKeyFile {
    /// The file; nil: the credential, if there is one.
    let path: String?
    /// The credential's name.
    let credential: String
    /// What messages call the key.
    let what: String

    private static let byteCountMax = 4_096

    /// Reads the key; nil when there is none.
    func signer() throws(AuditTrail.Failure) -> SignerKey? {
        guard let bytes = try bytes() else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.count == 1, let line = lines.first else {
            throw AuditTrail.Failure(.configuration, "\(what) is not one line")
        }
        let signer: SignerKey
        do throws(MerkleError) {
            signer = try SignerKey(parsing: line)
        } catch {
            throw AuditTrail.Failure(.configuration, "\(what): \(error)")
        }
        guard signer.verifier.algorithm == .ed25519 else {
            throw AuditTrail.Failure(.configuration, "\(what) is a witness's, not a log's")
        }
        return signer
    }

    private func bytes() throws(AuditTrail.Failure) -> [UInt8]? {
        guard let path else {
            let credentials = Credentials()
            guard credentials.names.contains(credential) else { return nil }
            do throws(Credentials.Failure) {
                return try credentials.read(credential, byteCountMax: Self.byteCountMax)
            } catch {
                throw AuditTrail.Failure(.configuration, "\(error)")
            }
        }
        let bytes: [UInt8]
        do throws(PlatformError) {
            bytes = try FileSystem.contents(of: path, byteCountMax: Self.byteCountMax)
        } catch {
            throw AuditTrail.Failure(.configuration, "\(what): \(error)")
        }
        // Who has it signs checkpoints of other histories.
        guard !FileSystem.isOpenToOthers(path) else {
            throw AuditTrail.Failure(
                .configuration,
                "\(what): \(path) can be read or written by others than its owner: chmod 600 \(path), "
                    + "and if others have read it, replace the key (--audit-former-key)"
            )
        }
        return bytes
    }
}
