import Merkle
import Platform

/// The files that the program reads.
enum Files {
    /// The largest proof or checkpoint that is read.
    static let byteCountMax = 8 << 20

    /// The whole of a file.
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        do throws(PlatformError) {
            return try FileSystem.contents(of: path, byteCountMax: byteCountMax)
        } catch {
            throw Failure(.unreadable, "\(error)")
        }
    }

    /// A checkpoint that is signed as the policy wants it.
    static func checkpoint(
        _ path: String,
        _ policy: TrustPolicy
    ) throws(Failure) -> (checkpoint: Checkpoint, signers: [SignedNote.Signer]) {
        let bytes = try read(path)
        do throws(MerkleError) {
            return try policy.open(try SignedNote(parsing: bytes))
        } catch {
            throw Failure(error, in: path)
        }
    }

    /// A file below a log's directory; nil when there is none. No path leads out of it: all are made here.
    static func tile(_ directory: String, _ path: String) throws(MerkleError) -> [UInt8]? {
        let whole = "\(directory)/\(path)"
        guard FileSystem.exists(whole) else { return nil }
        do throws(PlatformError) {
            return try FileSystem.contents(of: whole, byteCountMax: tileByteCountMax)
        } catch {
            throw .unreadable(path: whole, problem: "\(error)")
        }
    }

    /// A bundle of 256 entries of the largest size.
    private static let tileByteCountMax = 256 * (2 + 65_535)
}
