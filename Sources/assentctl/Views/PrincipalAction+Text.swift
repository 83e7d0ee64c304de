import Authorization
import Domain

extension PrincipalAction {
    /// What was done, in a word.
    var words: String {
        switch self {
        case .create: "created"
        case .rotate: "credentials replaced"
        case .change: "changed"
        case .revoke: "revoked"
        }
    }

    /// To what; keys by their first bytes, which is enough to tell them apart.
    var details: String {
        switch self {
        case .create(let grant, let credentials): "\(grant.text), \(credentials.text)"
        case .rotate(let credentials, let graceSeconds): "\(credentials.text), the old for \(graceSeconds) s more"
        case .change(let grant): grant.text
        case .revoke: "nothing any more"
        }
    }
}

extension PrincipalGrant {
    fileprivate var text: String {
        var text = "\(scopes)"
        if ratePerSecond > 0 { text += ", \(ratePerSecond)/s and \(burst) at once" }
        if creditMax > 0 { text += ", \(creditMax) in flight" }
        return text
    }
}

extension PrincipalCredentials {
    fileprivate var text: String {
        var parts: [String] = []
        if let publicKey { parts.append("key \(publicKey.prefix(8).map { hexadecimal($0, digits: 2) }.joined())...") }
        if let certificateName { parts.append(certificateName) }
        if let userID { parts.append("user \(userID)") }
        return parts.joined(separator: ", ")
    }
}
