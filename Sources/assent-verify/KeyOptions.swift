import ArgumentParser
import Merkle
import Platform

/// Whose signatures count.
struct KeyOptions: ParsableArguments {
    @Option(help: "The log's public key, or a file of them. May be given several times: one of them must have signed.")
    var key: [String]

    @Option(help: "A file with the statements by which the key was replaced. Of several, all must be of one chain.")
    var rotations: [String] = []

    @Option(help: "A witness's public key (cosignature/v1), or a file of them. May be given several times.")
    var witness: [String] = []

    @Option(help: "How many of the witnesses must have signed; all when not given.")
    var quorum: Int?

    /// The policy that the options make.
    ///
    /// - Parameter directory: A log, whose own statements are taken too.
    func policy(log directory: String? = nil) throws(Failure) -> TrustPolicy {
        let logs = try keys(key)
        let witnesses = try keys(witness)
        let chain = try chain(directory.map { "\($0)/rotations" })
        do throws(MerkleError) {
            return try TrustPolicy(logs: logs, witnesses: witnesses, quorum: quorum, chain: chain)
        } catch {
            throw Failure(.usage, "\(error)")
        }
    }

    private func chain(_ exported: String?) throws(Failure) -> KeyChain {
        var paths = rotations
        if let exported, FileSystem.exists(exported) { paths.append(exported) }
        var files: [[UInt8]] = []
        for path in paths { files.append(try Files.read(path)) }
        do throws(MerkleError) {
            return try KeyChain(parsing: files)
        } catch {
            throw Failure(error, in: paths.joined(separator: ", "))
        }
    }

    private func keys(_ arguments: [String]) throws(Failure) -> [VerifierKey] {
        var keys: [VerifierKey] = []
        for argument in arguments {
            if argument.contains("+"), !FileSystem.exists(argument) {
                keys.append(try key(argument, from: "the command line"))
                continue
            }
            let lines = try Files.read(argument).split(separator: 10)
            guard !lines.isEmpty else { throw Failure(.usage, "\(argument) has no key") }
            for line in lines {
                guard let text = String(validating: line, as: UTF8.self) else {
                    throw Failure(.usage, "\(argument) is not UTF-8")
                }
                keys.append(try key(text, from: argument))
            }
        }
        return keys
    }

    private func key(_ text: String, from place: String) throws(Failure) -> VerifierKey {
        do throws(MerkleError) {
            return try VerifierKey(parsing: text)
        } catch {
            throw Failure(.usage, "\(place): \(error)")
        }
    }
}
