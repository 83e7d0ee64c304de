public import Cryptography

extension SignedNote {
    /// What a time-stamping authority signs of a note: SHA-256 of its text.
    ///
    /// - Throws: `.unreadable`, when OpenSSL cannot hash.
    public func textDigest() throws(MerkleError) -> SHA256Digest {
        do throws(CryptographyError) {
            return try SHA256().digest(Array(text.utf8))
        } catch {
            throw .unreadable(path: "OpenSSL", problem: "\(error)")
        }
    }
}
