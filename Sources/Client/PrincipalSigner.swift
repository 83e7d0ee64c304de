public import Cryptography
public import Wire

/// Says as which principal a connection asks, by a signature over what was said on it (Protocol §Security).
public struct PrincipalSigner: Sendable {
    /// The principal's name.
    public let name: String
    private let key: Ed25519.PrivateKey

    /// - Parameters:
    ///   - name: The principal's name.
    ///   - key: One whose public half the daemon knows as the principal's.
    public init(name: String, key: Ed25519.PrivateKey) {
        self.name = name
        self.key = key
    }

    /// The message that says so.
    ///
    /// - Parameters:
    ///   - hello: The frame that was sent.
    ///   - reply: The frame that came.
    public func authenticate(hello: [UInt8], reply: [UInt8]) throws(CryptographyError) -> Authenticate {
        let digest = try SHA256().digest(hello + reply)
        let signed = Array("assent-authenticate-1\0".utf8) + digest.bytes + Array(name.utf8)
        return Authenticate(signature: try key.sign(signed), principal: name)
    }
}
