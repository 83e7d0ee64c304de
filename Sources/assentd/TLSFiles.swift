import Cryptography
import Platform
import Transport

/// Where the certificates and keys of TLS are: in files, or in the service manager's credentials.
struct TLSFiles: Equatable {
    /// What cannot be used.
    struct Failure: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// The names of the credentials (systemd.exec(5), LoadCredential=).
    enum Credential {
        static let certificate = "assent-tls-certificate"
        static let key = "assent-tls-key"
        static let clientAuthority = "assent-tls-client-ca"
        static let revocationList = "assent-tls-revocation-list"
    }

    var certificatePath: String?
    var keyPath: String?
    var clientAuthorityPath: String?
    var revocationListPath: String?
    /// `nil`: required where there are authorities, else none.
    var clientCertificates: TLSServerOptions.ClientCertificates?
    var minimumVersion = TLSVersion.tls12

    /// Revocation lists can be long.
    private static let byteCountMax = 64 << 20

    /// Reads and checks everything.
    ///
    /// - Parameter earlier: What is in force.
    /// - Returns: `nil` where there is no certificate.
    func load(
        replacing earlier: TLSServerContext? = nil,
        credentials: Credentials = Credentials()
    ) throws(Failure) -> TLSServerContext? {
        let certificates = try bytes(certificatePath, Credential.certificate, credentials)
        let key = try bytes(keyPath, Credential.key, credentials)
        guard let certificates else {
            guard key == nil else { throw Failure(description: "TLS: there is a key and no certificate") }
            return nil
        }
        guard let key else { throw Failure(description: "TLS: there is a certificate and no key") }
        var options = TLSServerOptions(certificates: certificates, privateKey: key)
        options.clientAuthorities = try bytes(clientAuthorityPath, Credential.clientAuthority, credentials)
        options.revocationLists = try bytes(revocationListPath, Credential.revocationList, credentials)
        options.clientCertificates = clientCertificates ?? (options.clientAuthorities == nil ? .none : .required)
        options.minimumVersion = minimumVersion
        do throws(TLSError) {
            return try TLSServerContext(options, replacing: earlier)
        } catch {
            throw Failure(description: "TLS: \(error)")
        }
    }

    /// Whether there is something that says whose certificates to take.
    var hasClientAuthority: Bool {
        clientAuthorityPath != nil || Credentials().names.contains(Credential.clientAuthority)
    }

    private func bytes(
        _ path: String?,
        _ credential: String,
        _ credentials: Credentials
    ) throws(Failure) -> [UInt8]? {
        guard let path else {
            guard credentials.names.contains(credential) else { return nil }
            do throws(Credentials.Failure) {
                return try credentials.read(credential, byteCountMax: Self.byteCountMax)
            } catch {
                throw Failure(description: "TLS: \(error)")
            }
        }
        do throws(PlatformError) {
            return try FileSystem.contents(of: path, byteCountMax: Self.byteCountMax)
        } catch {
            throw Failure(description: "TLS: \(error)")
        }
    }
}

extension TLSServerContext {
    /// What is likely a mistake, a sentence for each.
    var remarks: [String] {
        unlistedAuthorities.map {
            "no revocation list is by the authority \($0): certificates that it has issued itself are refused"
        }
    }

    /// An authority whose certificates count with the earlier one, and would no more for want of its revocation list.
    func authorityLost(by earlier: TLSServerContext?) -> String? {
        guard let earlier, earlier.options.revocationLists != nil,
            options.clientAuthorities == earlier.options.clientAuthorities
        else { return nil }
        return unlistedAuthorities.first { !earlier.unlistedAuthorities.contains($0) }
    }

    /// What of it does not count at a second since 1970, a sentence for each; none where all is well.
    func troubles(at second: Int64) -> [String] {
        var troubles: [String] = []
        if certificate.endSecond <= second { troubles.append("the server's certificate has ended: gateways refuse it") }
        if certificate.beginSecond > second {
            troubles.append("the server's certificate does not count yet: gateways refuse it")
        }
        if let revocationEndSecond, revocationEndSecond <= second {
            troubles.append("the revocation list is out of date: every gateway's certificate is refused")
        }
        return troubles
    }
}
