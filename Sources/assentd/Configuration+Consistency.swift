import Cryptography
import Logging
import Transport

/// Whether what was set fits together. The check of a configuration, a start and a reload all ask here.
extension Configuration {
    /// Reads and checks what TLS is spoken with.
    ///
    /// - Parameter earlier: What is in force.
    /// - Returns: `nil` where there is no certificate, and nobody needs one.
    func loadTLS(replacing earlier: TLSServerContext? = nil) throws(TLSFiles.Failure) -> TLSServerContext? {
        let context = try tls.load(replacing: earlier)
        if context == nil, let listener = server.listeners.first(where: \.isSealed) {
            throw TLSFiles.Failure(description: "\(ServerError.noCertificate(listener.endpoint))")
        }
        return context
    }

    /// Why a start with it would end, and with which status.
    struct Unusable: Error, CustomStringConvertible {
        let status: ExitStatus
        let description: String
    }

    /// Looks at what a start uses and a reload does not: the audit log's keys, and what is listened on.
    func checkStart() throws(Unusable) {
        let silent = Logger(label: "assentd") { _ in SwiftLogNoOpLogHandler() }
        do throws(AuditTrail.Failure) {
            try AuditTrail(audit, dataDirectory: dataDirectory, logger: silent).checkKey()
        } catch {
            throw Unusable(status: error.status, description: error.message)
        }
        do throws(ServerError) {
            try server.checkAddresses(metrics: metrics)
        } catch {
            throw Unusable(status: .configuration, description: "\(error)")
        }
    }

    /// What was set and has no effect, since something else was not, or says otherwise: a sentence each.
    var remarks: [String] {
        var remarks: [String] = []
        let sealed = [
            Setting.tlsCertificate, .tlsKey, .tlsClientCA, .tlsRevocationList, .tlsClientCertificates, .tlsMinimum,
        ].filter { values[$0] != nil }
        if !sealed.isEmpty, !server.listeners.contains(where: \.isSealed) {
            remarks.append(
                "\(Self.list(sealed)) set, and nothing listens over TLS: set listen-tls, or have a socket unit pass "
                    + "\(SocketActivation.Role.gatewayTLS.rawValue)"
            )
        }
        let forClients = [Setting.tlsClientCA, .tlsRevocationList].filter { values[$0] != nil }
        if !forClients.isEmpty, tls.clientCertificates == TLSServerOptions.ClientCertificates.none {
            remarks.append(
                "\(Self.list(forClients)) set, and tls-client-certificates is none: nobody is asked for a certificate"
            )
        } else if values[.tlsRevocationList] != nil, !tls.hasClientAuthority {
            remarks.append(
                "tls-revocation-list is set, and tls-client-ca is not: no authority's certificates are looked at"
            )
        }
        let audited = [Setting.auditKey, .auditFormerKey, .auditInterval, .auditCheck].filter { values[$0] != nil }
        if !audited.isEmpty, !audit.isOn {
            remarks.append("\(Self.list(audited)) set, and audit is not: nothing is signed")
        }
        let limits = server.limits
        if limits.administrationConnectionCountMax > limits.connectionCountMax / 2 {
            remarks.append(
                "max-admin-connections is more than half of max-connections: \(limits.connectionCountMax / 2) places "
                    + "are kept for operators"
            )
        }
        return remarks
    }

    /// Settings as the beginning of a sentence.
    private static func list(_ settings: [Setting]) -> String {
        settings.map(\.rawValue).joined(separator: ", ") + (settings.count == 1 ? " is" : " are")
    }
}
