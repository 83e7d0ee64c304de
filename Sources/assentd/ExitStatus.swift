import Archive
import Engine
import Journal
import Platform
import Transport

/// How the daemon ends (sysexits.h where it has a fitting one).
enum ExitStatus: Int32 {
    /// Asked to stop, and everything in flight was answered or cut at the drain time-out.
    case drained = 0
    /// A second signal came while it was stopping.
    case interrupted = 1
    /// The command line cannot be used.
    case usage = 64
    /// A socket, a thread or memory was refused by the kernel.
    case system = 71
    /// Files could not be read, written or synchronised. The state is what the journal holds.
    case inputOutput = 74
    /// Another process uses the data directory.
    case locked = 75
    /// The journal is not what was written.
    case corrupt = 76
    /// The history is not the one whose checkpoint was signed.
    case tampered = 77
    /// The configuration cannot be used.
    case configuration = 78

    /// What --help says of them.
    static let help = """
        EXIT STATUS
          0   stopped in order: what was in flight is answered, the journal closed
          1   a second signal cut the stop short; nothing that was answered is lost
          64  the command line cannot be used
          71  the kernel refused a socket, a thread or memory
          74  a file could not be read, written or synchronised; the last line says
              which; the state is what the journal holds
          75  another process uses the data directory
          76  the journal is damaged, or the archive where it cannot be rebuilt, or
              what was restored from a backup is not whole; the message says where
          77  the history is not the one that the audit log's checkpoint was signed over,
              or the salt key that it is compared with is missing or another
          78  the configuration cannot be used
        """

    /// For an engine that does not open.
    init(_ error: EngineError) {
        self =
            switch error {
            case .options, .clockMismatch, .limitReached, .archiveNeeded: .configuration
            case .journal(let error): ExitStatus(error)
            case .unreadableRecord, .decisionDiffers, .eventDiffers, .noUsableSnapshot: .corrupt
            case .archive(let error): ExitStatus(error)
            case .memory: .system
            }
    }

    /// For an archive that does not open.
    private init(_ error: ArchiveError) {
        self =
            switch error {
            case .irreplaceable: .corrupt
            case .options, .storage, .incomplete, .full: .inputOutput
            }
    }

    /// For a journal that does not open or go on.
    init(_ error: JournalError) {
        self =
            switch error {
            case .storage, .outOfSpace, .stopped: .inputOutput
            case .corrupt, .missingSegment, .unknownFormat, .refused, .notFound: .corrupt
            case .otherVariant: .configuration
            }
    }

    /// For a directory that cannot be locked.
    init(_ error: PlatformError) {
        self =
            switch error {
            case .locked: .locked
            case .system, .timedOut, .unresolved, .ended, .notRegularFile, .linkAmongOthers, .severalNames,
                .unusablePath:
                .inputOutput
            }
    }

    /// For a server that does not start.
    init(_ error: ServerError) {
        self =
            switch error {
            case .administrationOverTCP, .plaintextRemote, .metricsRemote, .noCertificate,
                .sealedUnixSocket:
                .configuration
            case .cannotListen, .cannotBind: .system
            }
    }
}
