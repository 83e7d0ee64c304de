import ArgumentParser
import Audit
import Merkle

/// `assentctl audit checkpoint`.
struct AuditCheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the newest signed checkpoint, or an earlier one.",
        discussion: HelpText.laidOut(
            """
            An auditor who keeps it can have it proved later that nothing before it has changed.

            EXAMPLES
              $ assentctl audit checkpoint > checkpoint
            """
        )
    )

    @OptionGroup var place: AuditPlace
    @Option(help: ArgumentHelp("The one over exactly so many records.", valueName: "count")) var size: UInt64?

    func run() throws {
        let reader = try place.files().reader()
        try PlainOutput.write(try note(reader).encoded)
    }

    private func note(_ reader: AuditReader) throws(CommandFailure) -> SignedNote {
        do throws(AuditError) { return try reader.checkpoint(size: size) } catch { throw CommandFailure(error) }
    }
}

/// `assentctl audit rotations`.
struct AuditRotationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotations",
        abstract: "Print the statements by which the log's key was replaced, for auditors who have an earlier key.",
        discussion: HelpText.laidOut(
            """
            Each is signed by the key that it replaces and by the new one. assent-verify takes them with --rotations. \
            The daemon makes one when it is started with the former key, too: --audit-former-key.

            EXAMPLES
              $ assentctl audit rotations > rotations
              $ assent-verify keys --key audit.pub --rotations rotations
            """
        )
    )

    @OptionGroup var place: AuditPlace

    func run() throws {
        let reader = try place.files().reader()
        try PlainOutput.write(try text(reader))
    }

    private func text(_ reader: AuditReader) throws(CommandFailure) -> String {
        do throws(AuditError) { return try reader.rotations() } catch { throw CommandFailure(error) }
    }
}

/// `assentctl audit consistency`.
struct AuditConsistencyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Print a proof that the log only grew between two checkpoints.",
        discussion: HelpText.laidOut(
            """
            It is what a witness takes (C2SP tlog-witness, add-checkpoint), and assent-verify consistency.

            EXAMPLES
              $ assentctl audit consistency 4711 > growth
            """
        )
    )

    @OptionGroup var place: AuditPlace
    @Argument(help: "The size of the earlier checkpoint.") var old: UInt64
    @Argument(help: "The size of the later one; the newest when not given.") var new: UInt64?

    func run() throws {
        let reader = try place.files().reader()
        try PlainOutput.write(try proof(reader).encoded)
    }

    private func proof(_ reader: AuditReader) throws(CommandFailure) -> ConsistencyProof {
        do throws(AuditError) { return try reader.consistency(from: old, to: new) } catch {
            throw CommandFailure(error)
        }
    }
}

/// `assentctl audit prove`.
struct AuditProveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Print a proof that a record is in the log, with the record (C2SP tlog-proof).",
        discussion: HelpText.laidOut(
            """
            A payment's number is that of its first record. With --closed names and texts stay closed: the proof holds \
            all the same, and says nothing about them.

            EXAMPLES
              $ assentctl audit prove payment 4711 > 4711.tlog-proof
              $ assentctl audit prove admin-change 12 --closed > 12.tlog-proof
            """
        )
    )

    /// What the number is of.
    enum Subject: String, CaseIterable, ExpressibleByArgument {
        case payment
        case lsn
        case adminChange = "admin-change"
    }

    @OptionGroup var place: AuditPlace
    @Argument(help: "payment, lsn or admin-change.") var subject: Subject
    @Argument(help: "Its number.") var number: UInt64
    @Flag(help: "Leave names and texts closed.") var closed = false

    func run() throws {
        let reader = try place.files().reader()
        try PlainOutput.write(try proof(reader).encoded)
    }

    private func proof(_ reader: AuditReader) throws(CommandFailure) -> InclusionProof {
        do throws(AuditError) {
            let kind = try reader.entry(of: number).kind
            let isPayment = kind == 0x0100 || kind == 0x0101
            switch subject {
            case .lsn: break
            case .payment where isPayment: break
            case .adminChange where !isPayment: break
            case .payment: throw .notFound("record \(number) is an administrative change, not a payment")
            case .adminChange: throw .notFound("record \(number) is of a payment, not an administrative change")
            }
            return try reader.proof(of: number, discloses: !closed)
        } catch {
            throw CommandFailure(error)
        }
    }
}
