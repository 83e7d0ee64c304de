import Cryptography
import Merkle

/// Makes what hashes.
enum Hasher {
    static func make() throws(MerkleError) -> TreeHasher {
        do throws(CryptographyError) {
            return try TreeHasher()
        } catch {
            throw .unreadable(path: "OpenSSL", problem: "\(error)")
        }
    }
}
