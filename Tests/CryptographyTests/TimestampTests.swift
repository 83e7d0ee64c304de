import Cryptography
import TestCertificates
import Testing

/// Time tokens of OpenSSL's own authority, and what is not taken for one.
@Suite struct TimestampTests {
    private static let made = Result { try TimeAuthority() }

    private let authority: TimeAuthority
    private let digest: SHA256Digest
    private let request: TimestampRequest

    init() throws {
        authority = try Self.made.get()
        digest = try SHA256().digest(Array("what was there".utf8))
        request = try TimestampRequest(asking: digest)
    }

    private func reply(as signer: TimeAuthority.Signer = .good) throws -> TimestampReply {
        TimestampReply(try authority.answer(request.encoded, as: signer))
    }

    @Test func aTokenSaysWhenAndWho() throws {
        let reply = try reply()
        let statement = try reply.verify(digest, request: request, authorities: authority.authority)
        #expect(statement.authority == "CN=good.time.test")
        #expect(statement.second > 1_763_000_000)
        #expect(!statement.serial.isEmpty && statement.serial.allSatisfy(\.isHexDigit))
        #expect(try reply.verify(digest, authorities: authority.authority) == statement, "years later, too")
    }

    @Test func requestsAreReadBackAndNoTwoAreTheSame() throws {
        #expect(try TimestampRequest(parsing: request.encoded) == request)
        #expect(try TimestampRequest(asking: digest) != request)
        for bytes in [[], [0x30], Array(request.encoded.dropLast()), request.encoded + [0]] as [[UInt8]] {
            #expect(throws: TimestampError.self) { try TimestampRequest(parsing: bytes) }
        }
    }

    @Test(arguments: [
        (TimeAuthority.Signer.stranger, "Verify error:self-signed certificate"),
        (.expired, "Verify error:certificate has expired"), (.early, "Verify error:certificate is not yet valid"),
        (.server, "Verify error:unsuitable certificate purpose"),
        (.both, "Verify error:unsuitable certificate purpose"),
    ])
    func aTokenOfTheWrongCertificateIsRefused(signer: TimeAuthority.Signer, wanted: String) throws {
        let reply = try reply(as: signer)
        let refusal = #expect(throws: TimestampError.self) {
            try reply.verify(digest, request: request, authorities: authority.authority)
        }
        #expect(refusal == .refused("certificate verify error (\(wanted))"))
    }

    @Test func aTokenOverSomethingElseIsRefused() throws {
        let other = try SHA256().digest(Array("what was not there".utf8))
        #expect(throws: TimestampError.refused("message imprint mismatch")) {
            try reply().verify(other, authorities: authority.authority)
        }
    }

    @Test func anAnswerToAnotherRequestIsRefused() throws {
        let later = try TimestampRequest(asking: digest)
        #expect(throws: TimestampError.refused("nonce mismatch")) {
            try reply().verify(digest, request: later, authorities: authority.authority)
        }
    }

    /// Only SHA-256 is asked for; an authority that refuses says why.
    @Test func aRefusalIsToldWithItsReason() throws {
        var bytes = request.encoded
        // The last byte of 2.16.840.1.101.3.4.2.1: SHA-512 has 3.
        let place = try #require(bytes.firstIndex(of: 0x60)) + 8
        bytes[place] = 3
        let refusal = TimestampReply(try authority.answer(bytes))
        #expect(throws: TimestampError.refused("the authority has given no token, with status 2")) {
            try refusal.verify(digest, authorities: authority.authority)
        }
    }

    @Test func filesOfAuthoritiesAreLookedAt() throws {
        let reply = try reply()
        for bytes in [[], Array("nothing\n".utf8), Array(authority.authority.dropLast(200))] as [[UInt8]] {
            #expect(throws: TimestampError.self) { try reply.verify(digest, authorities: bytes) }
        }
        #expect(throws: TimestampError.self) { try TimestampReply([1, 2, 3]).verify(digest, authorities: []) }
        let huge = TimestampReply([UInt8](repeating: 0x30, count: TimestampReply.byteCountMax + 1))
        #expect(throws: TimestampError.self) { try huge.verify(digest, authorities: authority.authority) }
    }

    /// What no signature covers cannot be held against anybody: "granted" or "granted with modifications" in front of
    /// the token, the versions and algorithms' names around its signature. Whatever is changed there, time, authority
    /// and number stay what was signed.
    @Test func aChangedByteIsRefusedOrChangesNothingThatIsSaid() throws {
        let bytes = try reply().encoded
        let good = try TimestampReply(bytes).verify(digest, request: request, authorities: authority.authority)
        var takenCount = 0
        for place in bytes.indices {
            for mask in [0x01, 0x80] as [UInt8] {
                var changed = bytes
                changed[place] ^= mask
                do throws(TimestampError) {
                    let reply = TimestampReply(changed)
                    let said = try reply.verify(digest, request: request, authorities: authority.authority)
                    #expect(said == good, "byte \(place)")
                    takenCount += 1
                } catch {
                    #expect(!error.description.isEmpty)
                }
            }
        }
        #expect(takenCount <= 32, "of \(bytes.count * 2) changes")
        for count in bytes.indices {
            #expect(throws: TimestampError.self) {
                try TimestampReply(Array(bytes[..<count])).verify(digest, authorities: authority.authority)
            }
        }
    }
}
