public import Domain

/// The named maxima of principals.
public enum PrincipalLimits {
    /// How many there are at most, revoked ones included: their names are never given again.
    public static let countMax = 4_096
    /// How many bytes a name has at most.
    public static let nameByteCountMax = 64
    /// How many bytes a certificate's name has at most, its kind included.
    public static let certificateNameByteCountMax = 259
    /// The highest rate, in requests a second.
    public static let rateMax: UInt32 = 10_000_000
    /// The longest time for which a credential that was replaced is accepted: 90 days, in seconds.
    public static let graceSecondsMax: UInt32 = 90 * 86_400
}

/// Why nothing was done to a principal.
public enum PrincipalError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name was given before.
    case exists(String)
    /// There is no principal of this name.
    case unknown(String)
    /// It was revoked, for good.
    case revoked(String)
    /// A credential that is another principal's.
    case credentialOfAnother(credential: String, name: String)
    /// A field, and what it must be.
    case invalid(field: String, expected: String)
    /// There are as many as there may be.
    case tooMany(Int)

    /// What was wrong and what would be right, in one line.
    public var description: String {
        switch self {
        case .exists(let name): "the name \"\(name)\" was given already, and names are never given again"
        case .unknown(let name): "there is no principal \"\(name)\""
        case .revoked(let name): "the principal \"\(name)\" was revoked; make another one"
        case .credentialOfAnother(let credential, let name): "\(credential) is that of the principal \"\(name)\""
        case .invalid(let field, let expected): "\(field) must be \(expected)"
        case .tooMany(let count): "there are \(count) principals, as many as there may be"
        }
    }
}

/// All principals that ever were, in the order of their making. A value that changes by records alone.
public struct PrincipalTable: Sendable, Equatable {
    /// In the order of their making.
    public private(set) var all: [Principal] = []

    /// None.
    public init() {}

    /// The one of a name.
    public func named(_ name: String) -> Principal? { all.first { $0.name == name } }

    /// Puts one back that a snapshot had.
    public mutating func restore(_ principal: Principal) { all.append(principal) }
}

// MARK: - Judging

extension PrincipalTable {
    /// Whether something may be done to a principal.
    ///
    /// - Throws: why not.
    public func check(_ change: PrincipalChanged) throws(PrincipalError) {
        switch change.action {
        case .create(let grant, let credentials):
            // People take names that differ by case only for one.
            if let other = all.first(where: { $0.name.lowercased() == change.name.lowercased() }) {
                throw .exists(other.name)
            }
            guard all.count < PrincipalLimits.countMax else { throw .tooMany(all.count) }
            guard Self.isName(change.name) else {
                throw .invalid(
                    field: "name",
                    expected: "1 to 64 of the characters a-z, A-Z, 0-9, \".\", \"_\" and \"-\", first a letter or digit"
                )
            }
            try Self.check(grant)
            guard !credentials.isEmpty else {
                throw .invalid(field: "credentials", expected: "a public key, a certificate's name or a user id")
            }
            try check(credentials, of: nil)
        case .rotate(let credentials, let graceSeconds):
            let principal = try inForce(change.name)
            guard !credentials.isEmpty else {
                throw .invalid(field: "credentials", expected: "a public key, a certificate's name or a user id")
            }
            guard graceSeconds <= PrincipalLimits.graceSecondsMax else {
                throw .invalid(field: "graceSeconds", expected: "0 to \(PrincipalLimits.graceSecondsMax)")
            }
            try check(credentials, of: principal)
        case .change(let grant):
            _ = try inForce(change.name)
            try Self.check(grant)
        case .revoke: _ = try inForce(change.name)
        }
    }

    private func inForce(_ name: String) throws(PrincipalError) -> Principal {
        guard let principal = named(name) else { throw .unknown(name) }
        guard principal.revokedAt == nil else { throw .revoked(name) }
        return principal
    }

    private static func isName(_ name: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        guard let first = name.utf8.first, name.utf8.count <= PrincipalLimits.nameByteCountMax else { return false }
        return isAlphanumeric(first)
            && name.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
    }

    private static func check(_ grant: PrincipalGrant) throws(PrincipalError) {
        guard grant.scopes.isSubset(of: .all), !grant.scopes.isEmpty else {
            throw .invalid(field: "scopes", expected: "at least one of \(Scopes.all)")
        }
        guard grant.ratePerSecond <= PrincipalLimits.rateMax else {
            throw .invalid(field: "ratePerSecond", expected: "0 to \(PrincipalLimits.rateMax)")
        }
        guard (grant.ratePerSecond == 0) == (grant.burst == 0), grant.burst <= PrincipalLimits.rateMax else {
            throw .invalid(
                field: "burst",
                expected: grant.ratePerSecond == 0 ? "0 without a rate" : "1 to \(PrincipalLimits.rateMax)"
            )
        }
    }

    /// A credential names one principal only, or nobody could say who it is.
    private func check(_ credentials: PrincipalCredentials, of owner: Principal?) throws(PrincipalError) {
        if let name = credentials.certificateName {
            let (kind, value) = (name.prefix(4), name.dropFirst(4))
            guard kind == "uri:" || kind == "dns:", !value.isEmpty,
                name.utf8.count <= PrincipalLimits.certificateNameByteCountMax,
                value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), kind == "uri:" || name == name.lowercased()
            else {
                throw .invalid(
                    field: "certificateName",
                    expected: "uri:TEXT, or dns:TEXT in lower case, of at most 255 visible characters"
                )
            }
        }
        // The kernel takes the last number for no user at all (chown(2)).
        guard credentials.userID != .max else {
            throw .invalid(field: "userId", expected: "a user id up to \(UInt32.max - 1)")
        }
        for other in all where other.revokedAt == nil && other.id != owner?.id {
            if let key = credentials.publicKey, other.credentials.publicKey == key || other.formerKey?.value == key {
                throw .credentialOfAnother(credential: "this public key", name: other.name)
            }
            if let name = credentials.certificateName,
                other.credentials.certificateName == name || other.formerCertificateName?.value == name
            {
                throw .credentialOfAnother(credential: name, name: other.name)
            }
            if let userID = credentials.userID, other.credentials.userID == userID {
                throw .credentialOfAnother(credential: "user id \(userID)", name: other.name)
            }
        }
    }
}

// MARK: - Changing

extension PrincipalTable {
    /// Does what a record says; `check` must have found nothing against it.
    ///
    /// - Returns: the principal as it is then; `nil` when the record is about one that there is not.
    @discardableResult
    public mutating func apply(_ change: PrincipalChanged, lsn: LogSequenceNumber) -> Principal? {
        if case .create(let grant, let credentials) = change.action {
            let principal = Principal(
                id: lsn,
                createdAt: change.time,
                changedLSN: lsn,
                changedAt: change.time,
                name: change.name,
                grant: grant,
                credentials: credentials
            )
            all.append(principal)
            return principal
        }
        guard let index = all.firstIndex(where: { $0.name == change.name }) else { return nil }
        all[index].changedLSN = lsn
        all[index].changedAt = change.time
        switch change.action {
        case .create: break
        case .rotate(let credentials, let graceSeconds):
            all[index].replace(
                by: credentials,
                until: Instant(microseconds: change.time.microseconds + Int64(graceSeconds) * 1_000_000)
            )
        case .change(let grant): all[index].grant = grant
        case .revoke: all[index].revokedAt = change.time
        }
        return all[index]
    }
}

extension Principal {
    fileprivate mutating func replace(by new: PrincipalCredentials, until: Instant) {
        if let key = new.publicKey {
            formerKey = credentials.publicKey.flatMap { $0 == key ? nil : Former(value: $0, until: until) }
            credentials.publicKey = key
        }
        if let name = new.certificateName {
            formerCertificateName = credentials.certificateName.flatMap {
                $0 == name ? nil : Former(value: $0, until: until)
            }
            credentials.certificateName = name
        }
        if let userID = new.userID { credentials.userID = userID }
    }
}
