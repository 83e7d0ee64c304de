import ArgumentParser
import Cryptography
import Score

/// `assent-train show`
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Check a model file and show what it says of itself."
    )

    @Argument(help: "The model file.")
    var file: String

    @Option(help: "The Ed25519 key in PEM that must have signed it; a file signed by anybody is shown without.")
    var signer: String?

    mutating func run() throws {
        let trusted = try signer.map { try KeyFile.publicKey($0) }
        let bytes = try Files.read(file, byteCountMax: ScoreLimits.modelByteCountMax)
        let model: ModelFile
        do throws(ModelFileError) {
            model = try ModelFile(parsing: bytes, signer: trusted)
        } catch {
            throw Failure(.malformed, "\(file): \(error)")
        }
        let origin = model.model.origin
        try Output.write([
            "model        \(model.hash)",
            "signed by    \(model.signer)" + (trusted == nil ? " (nobody said whether that is right)" : ""),
            "trees        \(model.model.treeCount) of depth \(model.model.depth)",
            "features     version \(Feature.version)",
            "trained on   \(origin.payments) payments, \(origin.frauds) of them fraud",
            "from         \(origin.from)",
            "until        \(origin.until)",
            "note         \(origin.note.isEmpty ? "none" : origin.note)",
        ])
    }
}
