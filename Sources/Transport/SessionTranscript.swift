package import Cryptography

/// What Authenticate signs (Protocol/README.md, Security).
package enum SessionTranscript {
    /// SHA-256 over the frames of Hello and HelloReply, as they were sent.
    ///
    /// - Returns: `nil`, when the library offers no SHA-256.
    static func digest(hello: UnsafeRawBufferPointer, reply: UnsafeRawBufferPointer) -> SHA256Digest? {
        guard let hasher = try? SHA256() else { return nil }
        return hasher.digest(hello, reply)
    }

    /// The bytes under the signature: a word for what it is, the digest, and the principal's name.
    package static func signed(_ transcript: SHA256Digest, principal: String) -> [UInt8] {
        Array("assent-authenticate-1\0".utf8) + transcript.bytes + Array(principal.utf8)
    }
}
