import Client
import Domain
import Platform
import Testing
import Wire

/// A command of an operator's that was sent, or may have been.
struct CommandExchange: Sendable {
    enum Command: Sendable {
        case limits(CardSetLimits)
        case status(CardSetStatus)
        case configuration(ConfigSet)

        var id: RequestID {
            switch self {
            case .limits(let message): message.requestID
            case .status(let message): message.requestID
            case .configuration(let message): message.requestID
            }
        }
    }

    let command: Command
    /// The record that the reply named.
    var lsn: LogSequenceNumber?
    var refusal: String?
}

extension CommandExchange.Command {
    /// Sends it and waits for the number of its record.
    func perform(_ connection: inout Connection) throws(ClientError) -> LogSequenceNumber {
        switch self {
        case .limits(let message): try connection.call(message, returning: CardSetLimitsReply.self).lsn
        case .status(let message): try connection.call(message, returning: CardSetStatusReply.self).lsn
        case .configuration(let message): try connection.call(message, returning: ConfigSetReply.self).lsn
        }
    }

    /// Sends it and waits for nothing.
    func send(_ connection: inout Connection) throws(ClientError) {
        switch self {
        case .limits(let message): _ = try connection.send(message)
        case .status(let message): _ = try connection.send(message)
        case .configuration(let message): _ = try connection.send(message)
        }
        try connection.flush()
    }
}

/// One administration connection that sends commands, each when the one before was answered.
struct OperatorLoad: Sendable {
    let endpoint: Endpoint
    let commands: [CommandExchange.Command]
    /// Sends the last command and does not wait for its answer.
    var leavesLastUnanswered = false

    func run(_ notice: () -> Void) -> [CommandExchange] {
        var exchanges: [CommandExchange] = []
        do throws(ClientError) {
            var connection = try Connection(to: endpoint, options: DaemonUnderTest.patience)
            for (index, command) in commands.enumerated() {
                exchanges.append(CommandExchange(command: command))
                if leavesLastUnanswered, index == commands.count - 1 {
                    try command.send(&connection)
                } else {
                    exchanges[index].lsn = try command.perform(&connection)
                }
            }
        } catch {
            if case .rejected(let rejection) = error, !exchanges.isEmpty {
                exchanges[exchanges.count - 1].refusal = rejection.description
            }
        }
        notice()
        return exchanges
    }
}

/// What operators know: the commands that were executed, by their records. Holds the daemon to it.
final class OperatorLedger {
    private(set) var commands: [LogSequenceNumber: CommandExchange.Command] = [:]
    private let ledger: Ledger

    init(_ ledger: Ledger) { self.ledger = ledger }

    /// Holds the daemon to what was answered, finds out what became of the rest, and completes it exactly once.
    func settle(_ exchanges: [CommandExchange], _ daemon: DaemonUnderTest) throws {
        var connection = try Connection(to: daemon.administration, options: DaemonUnderTest.patience)
        for exchange in exchanges {
            let id = exchange.command.id
            let fate = try connection.call(
                QueryByRequestID(requestID: id, transmissionTime: Traffic.now),
                returning: QueryByRequestIDReply.self
            )
            ledger.expect(exchange.refusal == nil, id, "the command was refused: \(exchange.refusal ?? "")")
            if exchange.lsn == nil, fate.found == .unknown {
                commands[try exchange.command.perform(&connection)] = exchange.command
                continue
            }
            ledger.expect(fate.found == .administrative, id, "the command was answered, and is found \(fate.found)")
            let known = exchange.lsn ?? fate.lsn
            ledger.expect(fate.lsn == known, id, "the command was record \(known), and is found as \(fate.lsn)")
            let again = try exchange.command.perform(&connection)
            ledger.expect(again == known, id, "the command was record \(known), and again it is \(again)")
            commands[known] = exchange.command
        }
    }

    /// The newest configuration change.
    var policyVersion: LogSequenceNumber {
        newest { if case .configuration = $0 { true } else { false } }?.lsn ?? .zero
    }

    func isFrozen(_ card: CardToken) -> Bool {
        let found = newest { if case .status(let message) = $0 { message.cardToken == card } else { false } }
        guard case .status(let message) = found?.command else { return false }
        return message.status == .frozen
    }

    func limit(_ card: CardToken, created limit: Int64) -> Int64 {
        let found = newest { if case .limits(let message) = $0 { message.cardToken == card } else { false } }
        guard case .limits(let message) = found?.command else { return limit }
        return message.spendingLimit ?? limit
    }

    /// Holds every setting to its newest change.
    func checkSettings(_ daemon: DaemonUnderTest) throws {
        let reply = try daemon.ask(ConfigGet(prefix: "", afterKey: ""), ConfigGetReply.self)
        ledger.expect(
            reply.configurationVersion == policyVersion,
            nil,
            "the configuration is at \(reply.configurationVersion), and its newest change was \(policyVersion)"
        )
        var values: [String: String] = [:]
        for lsn in commands.keys.sorted() {
            if case .configuration(let message) = commands[lsn] { values[message.key] = message.value }
        }
        for setting in reply.settings {
            if let value = values.removeValue(forKey: setting.key) {
                ledger.expect(setting.value == value, nil, "\(setting.key) is \(setting.value) and was set to \(value)")
            }
        }
        ledger.expect(values.isEmpty, nil, "these settings are gone: \(values.keys.sorted())")
    }

    private func newest(
        _ matches: (CommandExchange.Command) -> Bool
    ) -> (lsn: LogSequenceNumber, command: CommandExchange.Command)? {
        commands.filter { matches($0.value) }.max { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
