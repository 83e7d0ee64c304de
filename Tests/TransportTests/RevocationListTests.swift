import Cryptography
import TestCertificates
import Testing

/// Of an authority without a revocation list nobody gets in where there are lists: a mistake that has to be named.
struct RevocationListTests {
    private func unlisted(_ lists: [UInt8]?) throws -> [String] {
        let certificates = try TestCertificates.shared.get()
        let server = certificates.server
        var options = TLSServerOptions(certificates: server.certificate, privateKey: server.key)
        options.clientCertificates = .required
        options.clientAuthorities = certificates.authority
        options.revocationLists = lists
        return try TLSServerContext(options).unlistedAuthorities
    }

    @Test func anAuthorityWithoutAListOfItsOwnIsNamed() throws {
        let certificates = try TestCertificates.shared.get()
        #expect(try unlisted(certificates.revocationList) == [])
        #expect(try unlisted(certificates.foreignRevocationList) == ["/CN=authority"])
        #expect(try unlisted(nil) == [])
        #expect(try unlisted(certificates.foreignRevocationList + certificates.revocationList) == [])
    }
}
