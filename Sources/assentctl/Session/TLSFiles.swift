import Client
import Cryptography
import Platform

/// The files that a connection over TLS is made with.
struct TLSFiles {
    /// What an endpoint over TLS begins with.
    static let scheme = "tls:"

    let authorities: String?
    let certificate: String?
    let key: String?
    let serverName: String?

    /// As the options say.
    init(_ options: GlobalOptions) {
        authorities = options.tlsCa
        certificate = options.tlsCertificate
        key = options.tlsKey
        serverName = options.tlsName
    }

    private static let byteCountMax = 1 << 20

    /// Reads and checks them.
    func context() throws(CommandFailure) -> TLSClientContext {
        var options = TLSClientContext.Options()
        options.authorities = try Self.contents(authorities)
        options.certificates = try Self.contents(certificate)
        options.privateKey = try Self.contents(key)
        options.serverName = serverName
        do throws(TLSError) {
            return try TLSClientContext(options)
        } catch {
            throw CommandFailure(.noInput, "TLS: \(error)")
        }
    }

    private static func contents(_ path: String?) throws(CommandFailure) -> [UInt8]? {
        guard let path else { return nil }
        do throws(PlatformError) {
            return try FileSystem.contents(of: path, byteCountMax: byteCountMax)
        } catch {
            throw CommandFailure(.noInput, "\(error)")
        }
    }
}
