import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl gateway`.
struct GatewayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Say who may ask what: gateways, and operators' tools.",
        discussion: HelpText.laidOut(
            """
            A principal is known by the name in its certificate (over TLS), by a key of Ed25519 that it signs with, or \
            by the Unix user that it runs as. What it may ask is said by scopes:

              authorize    Authorize, Financial
              lifecycle    what happens to a payment later: increments, clearings, reversals, refunds, disputes
              inquiry      VerifyAccount, BalanceInquiry
              cards, settings, reports, operations, principals
                           what operators do, on the administration socket

            EXAMPLES
              $ assentctl gateway create shop-7 --scopes gateway --new-key shop-7.key
              $ assentctl gateway create acquirer --scopes authorize,lifecycle --rate 5000 --burst 500 \\
                  --certificate-name uri:spiffe://acquirer.example/assent
              $ assentctl gateway rotate shop-7 --new-key shop-7b.key --grace 86400
              $ assentctl gateway revoke shop-7
            """
        ),
        subcommands: [
            GatewayCreateCommand.self, GatewayRotateCommand.self, GatewayChangeCommand.self, GatewayRevokeCommand.self,
            GatewayListCommand.self, GatewayShowCommand.self,
        ]
    )
}

/// What a principal is known by.
struct CredentialOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file with the public key of Ed25519 that it signs with (PEM), as `openssl pkey -pubout` writes it.",
            valueName: "file"
        )
    )
    var publicKey: String?

    @Option(
        help: ArgumentHelp(
            "Draw a key, write the private half to this new file for the gateway, and register the public one.",
            valueName: "file"
        )
    )
    var newKey: String?

    @Option(
        help: ArgumentHelp(
            "The subject alternative name of its certificate, uri:TEXT or dns:NAME.",
            valueName: "name"
        )
    )
    var certificateName: String?

    @Option(help: ArgumentHelp("The Unix user id that it runs as.", valueName: "uid")) var user: UInt32?

    func validate() throws {
        guard publicKey == nil || newKey == nil else { throw ValidationError("give --public-key or --new-key") }
        guard user != .max else { throw ValidationError("--user is up to \(UInt32.max - 1)") }
        guard publicKey != nil || newKey != nil || certificateName != nil || user != nil else {
            throw ValidationError("give --public-key, --new-key, --certificate-name or --user")
        }
    }

    /// The public key; all zero bytes for none.
    ///
    /// - Parameter isRepeated: Whether the command is given again, so that the key may have been drawn the first time.
    private func key(isRepeated: Bool) throws(CommandFailure) -> [UInt8] {
        if let newKey {
            return isRepeated && FileSystem.exists(newKey) ? try KeyFile.publicKey(newKey) : try KeyFile.make(newKey)
        }
        if let publicKey { return try KeyFile.publicKey(publicKey) }
        return [UInt8](repeating: 0, count: 32)
    }

    /// Registers what a key is known by. A file that was made for it goes again when the daemon has refused it.
    ///
    /// - Parameter isRepeated: Whether the command is given again, after an unknown outcome.
    func register<Reply>(
        isRepeated: Bool,
        _ ask: (_ key: [UInt8]) throws(CommandFailure) -> Reply
    ) throws(CommandFailure) -> Reply {
        let wasThere = newKey.map { FileSystem.exists($0) } ?? false
        let key = try key(isRepeated: isRepeated)
        do throws(CommandFailure) {
            return try ask(key)
        } catch {
            guard let newKey else { throw error }
            guard error.status != .outcomeUnknown else {
                throw CommandFailure(
                    error.status,
                    error.message,
                    hints: error.hints + ["The key is in \(newKey): it may have been registered."]
                )
            }
            if !wasThere { try? FileSystem.remove(newKey) }
            throw error
        }
    }
}

/// A limit on how often a principal may ask.
enum RateLimit {
    /// The requests that may come at once.
    ///
    /// - Parameters:
    ///   - wanted: What was asked for; nil for what is usual.
    static func burst(_ wanted: UInt32?, rate: UInt32, usual: UInt32) throws(CommandFailure) -> UInt32 {
        guard rate == 0 else { return wanted ?? usual }
        guard (wanted ?? 0) == 0 else {
            throw CommandFailure(.usage, "--burst needs a rate: without one there is nothing that it could exceed")
        }
        return 0
    }
}

extension Scopes {
    static let help: ArgumentHelp = ArgumentHelp(
        "What it may ask: names with commas between them; gateway, admin and all stand for several.",
        valueName: "scopes"
    )
}

/// `assentctl gateway create`.
struct GatewayCreateCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Let somebody ask things.",
        discussion: HelpText.laidOut(
            """
            A name is given once: not even revoking makes it free again.

            EXAMPLES
              $ assentctl gateway create shop-7 --scopes gateway --new-key shop-7.key
              $ assentctl gateway create auditor --scopes reports --user 1001
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup(title: "What it is known by") var credentials: CredentialOptions
    @Option(help: Scopes.help) var scopes: Scopes
    @Option(help: "Requests a second over all its connections; 0 for no limit.") var rate: UInt32 = 0
    @Option(help: "Requests that may come at once; by default a tenth of the rate.") var burst: UInt32?
    @Option(help: "Requests in flight over all its connections; 0 for no limit.") var credit: UInt32 = 0
    @Argument(help: "Its name.") var name: String

    func run(in session: inout Session) throws(CommandFailure) {
        let (id, time) = try request.resolved()
        let burst = try RateLimit.burst(burst, rate: rate, usual: max(1, rate / 10))
        let reply = try credentials.register(isRepeated: request.requestID != nil) { (key) throws(CommandFailure) in
            let message = PrincipalCreate(
                requestID: id,
                transmissionTime: time,
                userID: credentials.user.map { Int64($0) },
                publicKey: key,
                scopes: scopes,
                ratePerSecond: rate,
                burst: burst,
                creditMax: credit,
                name: name,
                certificateName: credentials.certificateName ?? ""
            )
            return try session.tell(message, PrincipalCreateReply.self, id: id)
        }
        try session.show(
            PrincipalView(reply.principal, reply.name, reply.certificateName, reply.formerCertificateName)
        )
    }
}

/// `assentctl gateway rotate`.
struct GatewayRotateCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Replace a principal's key, its certificate's name or its user.",
        discussion: HelpText.laidOut(
            """
            What is given is replaced, the rest stays. The key or name before is accepted for --grace seconds more, so \
            that gateways can follow one by one; with --grace 0 its connections are closed at once.

            EXAMPLES
              $ assentctl gateway rotate shop-7 --new-key shop-7b.key --grace 86400
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup(title: "What it is known by") var credentials: CredentialOptions
    @Option(help: ArgumentHelp("Seconds for which the old one is accepted still, up to 90 days.", valueName: "seconds"))
    var grace: UInt32 = 3_600
    @Argument(help: "Its name.") var name: String

    func run(in session: inout Session) throws(CommandFailure) {
        let (id, time) = try request.resolved()
        let reply = try credentials.register(isRepeated: request.requestID != nil) { (key) throws(CommandFailure) in
            let message = PrincipalRotate(
                requestID: id,
                transmissionTime: time,
                userID: credentials.user.map { Int64($0) },
                publicKey: key,
                graceSeconds: grace,
                name: name,
                certificateName: credentials.certificateName ?? ""
            )
            return try session.tell(message, PrincipalRotateReply.self, id: id)
        }
        try session.show(
            PrincipalView(reply.principal, reply.name, reply.certificateName, reply.formerCertificateName)
        )
    }
}

/// `assentctl gateway change`.
struct GatewayChangeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Change what a principal may ask, and how much.",
        discussion: HelpText.laidOut(
            """
            What is not given stays as it is. It counts for the next request, on open connections too.

            EXAMPLES
              $ assentctl gateway change shop-7 --scopes authorize --rate 200
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Option(help: Scopes.help) var scopes: Scopes?
    @Option(help: "Requests a second over all its connections; 0 for no limit.") var rate: UInt32?
    @Option(help: "Requests that may come at once; by default a tenth of the rate.") var burst: UInt32?
    @Option(help: "Requests in flight over all its connections; 0 for no limit.") var credit: UInt32?
    @Argument(help: "Its name.") var name: String

    func run(in session: inout Session) throws(CommandFailure) {
        let before = try session.principal(name).block
        let (id, time) = try request.resolved()
        let perSecond = rate ?? before.ratePerSecond
        let standard = rate == nil ? before.burst : max(1, perSecond / 10)
        let message = PrincipalChange(
            requestID: id,
            transmissionTime: time,
            scopes: scopes ?? before.scopes,
            ratePerSecond: perSecond,
            burst: try RateLimit.burst(burst, rate: perSecond, usual: standard),
            creditMax: credit ?? before.creditMax,
            name: name
        )
        let reply = try session.tell(message, PrincipalChangeReply.self, id: id)
        try session.show(
            PrincipalView(reply.principal, reply.name, reply.certificateName, reply.formerCertificateName)
        )
    }
}

/// `assentctl gateway revoke`.
struct GatewayRevokeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take everything from a principal for good, and close its connections.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl gateway revoke shop-7
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: "Its name.") var name: String

    func run(in session: inout Session) throws(CommandFailure) {
        let (id, time) = try request.resolved()
        let message = PrincipalRevoke(requestID: id, transmissionTime: time, name: name)
        let reply = try session.tell(message, PrincipalRevokeReply.self, id: id)
        try session.show(
            PrincipalView(reply.principal, reply.name, reply.certificateName, reply.formerCertificateName)
        )
    }
}

/// `assentctl gateway list`.
struct GatewayListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List principals, revoked ones included, in the order of their making.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl gateway list -o json

            FIELDS (-o json, jsonl, csv)
              \(PrincipalView.shape.fieldNames.joined(separator: ", ")).
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions

    func run(in session: inout Session) throws(CommandFailure) {
        var printer = try session.listPrinter(PrincipalView.shape, quiet: false)
        for principal in try session.principals() { try printer.add(principal, output: session.output) }
        try printer.end(next: nil, option: "", output: session.output)
    }
}

/// `assentctl gateway show`.
struct GatewayShowCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one principal.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl gateway show shop-7

            FIELDS (-o json, jsonl, csv)
              As for list.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: "Its name.") var name: String

    func run(in session: inout Session) throws(CommandFailure) {
        try session.show(try session.principal(name))
    }
}

extension Session {
    /// All principals, revoked ones included, in the order of their making; at most as many as there may be.
    mutating func principals() throws(CommandFailure) -> [PrincipalView] {
        var principals: [PrincipalView] = []
        var place = LogSequenceNumber.zero
        repeat {
            let page = try ask(PrincipalList(afterID: place, count: 500, name: ""), PrincipalListReply.self)
            principals += page.principals.map { PrincipalView($0) }
            place = page.nextAfterID
        } while place != .zero
        return principals
    }

    /// The principal of a name.
    fileprivate mutating func principal(_ name: String) throws(CommandFailure) -> PrincipalView {
        let reply = try ask(PrincipalList(afterID: .zero, count: 1, name: name), PrincipalListReply.self)
        guard let entry = reply.principals.first else {
            throw CommandFailure(
                .invalidData,
                "there is no principal \"\(name)\"",
                hints: ["List them with: assentctl gateway list"]
            )
        }
        return PrincipalView(entry)
    }

    /// Prints a principal.
    fileprivate func show(_ principal: PrincipalView) throws(CommandFailure) {
        try print { (output) throws(StreamError) in try output.emit(principal.fields, table: principal.text) }
    }
}
