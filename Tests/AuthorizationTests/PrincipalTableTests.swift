import Domain
import Testing

@testable import Authorization

@Suite struct PrincipalTableTests {
    private static let key = [UInt8](1...32)
    private static let otherKey = [UInt8](33...64)

    private static func change(_ name: String, _ action: PrincipalAction, at second: Int64 = 100) -> PrincipalChanged {
        PrincipalChanged(
            requestID: RequestID(high: 1, low: UInt64(second)),
            actor: 0,
            time: Instant(microseconds: second * 1_000_000),
            transmissionTime: Instant(microseconds: second),
            name: name,
            action: action
        )
    }

    private static let grant = PrincipalGrant(scopes: .gateway, ratePerSecond: 100, burst: 10, creditMax: 5)
    private static let created = PrincipalAction.create(
        grant,
        PrincipalCredentials(publicKey: key, certificateName: "uri:spiffe://a/7", userID: 1_001)
    )

    private func table() throws -> PrincipalTable {
        var table = PrincipalTable()
        let change = Self.change("shop", Self.created)
        try table.check(change)
        table.apply(change, lsn: LogSequenceNumber(rawValue: 7))
        return table
    }

    @Test(arguments: [
        created, .create(PrincipalGrant(scopes: .reports), PrincipalCredentials(userID: 0)),
        .rotate(PrincipalCredentials(publicKey: otherKey), graceSeconds: 60),
        .rotate(PrincipalCredentials(certificateName: "dns:a.example"), graceSeconds: 0), .change(grant), .revoke,
    ])
    func aRecordIsReadAsItWasWritten(action: PrincipalAction) throws {
        let change = Self.change("shop-7.b_c", action)
        try withUnsafeTemporaryAllocation(
            byteCount: PrincipalChanged.encodedByteCountMax,
            alignment: 8
        ) { buffer in
            let count = change.encode(into: buffer)
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            let read = try PrincipalChanged(decoding: bytes)
            #expect(read == change)
            for end in 0..<count {
                #expect(throws: EventError.self) {
                    try PrincipalChanged(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<end]))
                }
            }
        }
    }

    @Test func namesThatDifferByCaseOnlyAreOne() throws {
        let table = try table()
        let other = PrincipalAction.create(Self.grant, PrincipalCredentials(publicKey: Self.otherKey))
        #expect(throws: PrincipalError.exists("shop")) { try table.check(Self.change("SHOP", other)) }
        try table.check(Self.change("shop2", other))
        let nobody = PrincipalAction.create(Self.grant, PrincipalCredentials(userID: .max))
        #expect(throws: PrincipalError.self) { try table.check(Self.change("shop2", nobody)) }
    }

    @Test func theLongestRecordAndPrincipalFit() throws {
        let name = String(repeating: "n", count: PrincipalLimits.nameByteCountMax)
        let longest = "uri:" + String(repeating: "x", count: 255)
        let credentials = PrincipalCredentials(publicKey: Self.key, certificateName: longest, userID: .max - 1)
        var table = PrincipalTable()
        let create = Self.change(name, .create(Self.grant, credentials))
        try table.check(create)
        table.apply(create, lsn: LogSequenceNumber(rawValue: 1))
        let rotate = Self.change(
            name,
            .rotate(
                PrincipalCredentials(
                    publicKey: Self.otherKey,
                    certificateName: "uri:" + String(repeating: "y", count: 255)
                ),
                graceSeconds: PrincipalLimits.graceSecondsMax
            )
        )
        try table.check(rotate)
        let rotated = table.apply(rotate, lsn: LogSequenceNumber(rawValue: 2))
        let principal = try #require(rotated)
        try withUnsafeTemporaryAllocation(byteCount: Principal.encodedByteCountMax, alignment: 8) { buffer in
            let createdByteCount = create.encode(into: buffer)
            #expect(createdByteCount <= PrincipalChanged.encodedByteCountMax)
            let count = principal.encode(into: buffer)
            let read = try Principal(decoding: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            #expect(read == principal)
        }
    }

    @Test func whatIsReplacedIsAcceptedForAWhile() throws {
        var table = try table()
        let rotate = Self.change(
            "shop",
            .rotate(PrincipalCredentials(publicKey: Self.otherKey), graceSeconds: 60),
            at: 200
        )
        try table.check(rotate)
        let rotated = table.apply(rotate, lsn: LogSequenceNumber(rawValue: 9))
        let principal = try #require(rotated)
        #expect(principal.credentials.publicKey == Self.otherKey)
        #expect(principal.credentials.certificateName == "uri:spiffe://a/7")
        #expect(principal.formerKey?.value == Self.key)
        #expect(principal.formerKey?.until == Instant(microseconds: 260_000_000))
        #expect(principal.formerCertificateName == nil)
        #expect(principal.id.rawValue == 7)
        #expect(principal.changedLSN.rawValue == 9)
    }

    @Test func aNameIsGivenOnceAndRevokingIsForGood() throws {
        var table = try table()
        #expect(throws: PrincipalError.exists("shop")) { try table.check(Self.change("shop", Self.created)) }
        let revoke = Self.change("shop", .revoke)
        try table.check(revoke)
        #expect(table.apply(revoke, lsn: LogSequenceNumber(rawValue: 8))?.revokedAt == revoke.time)
        for action in [PrincipalAction.revoke, .change(Self.grant)] {
            #expect(throws: PrincipalError.revoked("shop")) { try table.check(Self.change("shop", action)) }
        }
        #expect(throws: PrincipalError.exists("shop")) { try table.check(Self.change("shop", Self.created)) }
        // Its credentials are free again.
        try table.check(Self.change("shop2", Self.created))
        #expect(throws: PrincipalError.unknown("nobody")) { try table.check(Self.change("nobody", .revoke)) }
    }

    @Test(arguments: [
        PrincipalCredentials(publicKey: key), PrincipalCredentials(certificateName: "uri:spiffe://a/7"),
        PrincipalCredentials(userID: 1_001),
    ])
    func aCredentialIsOnePrincipals(credentials: PrincipalCredentials) throws {
        let table = try table()
        #expect {
            try table.check(Self.change("other", .create(Self.grant, credentials)))
        } throws: {
            if case PrincipalError.credentialOfAnother(_, "shop") = $0 { true } else { false }
        }
        // Its own it may have again.
        try table.check(Self.change("shop", .rotate(credentials, graceSeconds: 0)))
    }

    @Test(arguments: [
        ("", grant, PrincipalCredentials(userID: 1), "name"), ("a b", grant, PrincipalCredentials(userID: 1), "name"),
        ("-a", grant, PrincipalCredentials(userID: 1), "name"),
        ("a", PrincipalGrant(scopes: []), PrincipalCredentials(userID: 1), "scopes"),
        ("a", PrincipalGrant(scopes: Scopes(rawValue: 1 << 31)), PrincipalCredentials(userID: 1), "scopes"),
        ("a", PrincipalGrant(scopes: .all, ratePerSecond: 5), PrincipalCredentials(userID: 1), "burst"),
        ("a", PrincipalGrant(scopes: .all, burst: 5), PrincipalCredentials(userID: 1), "burst"),
        ("a", grant, PrincipalCredentials(), "credentials"),
        ("a", grant, PrincipalCredentials(certificateName: "cn:x"), "certificateName"),
        ("a", grant, PrincipalCredentials(certificateName: "dns:UPPER"), "certificateName"),
    ])
    func whatCannotBeIsRefused(
        name: String,
        grant: PrincipalGrant,
        credentials: PrincipalCredentials,
        field: String
    ) {
        #expect {
            try PrincipalTable().check(Self.change(name, .create(grant, credentials)))
        } throws: {
            if case PrincipalError.invalid(field, _) = $0 { true } else { false }
        }
    }
}
