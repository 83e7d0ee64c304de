import Client
import Cryptography
import Domain
import Foundation
import Platform
import Wire

/// Plays the client under test for assent-conformance; see Protocol/conformance/README.md for what it is told and says.
@main
struct Driver: ~Copyable {
    private var options: [String: String] = [:]
    private var client: Client?
    private var authorizations: [(place: Int, request: Authorize, deadline: UInt32)] = []
    private var queries: [(place: Int, request: QueryByRequestID)] = []
    private var receipts: [(place: Int, request: ReceiptGet, file: String)] = []
    /// What was answered so far, by the request.
    private var decisions: [RequestID: DecisionBlock] = [:]

    static func main() {
        var driver = Driver()
        while let line = readLine() {
            guard driver.take(line.split(separator: " ").map(String.init)) else {
                FileHandle.standardError.write(Data("not understood: \(line)\n".utf8))
                exit(64)
            }
        }
    }

    private init() {}

    /// - Returns: Whether the line was understood.
    private mutating func take(_ words: [String]) -> Bool {
        switch words.first {
        case "authorize": return addAuthorization(words)
        case "query": return addQuery(words)
        case "receipt": return addReceipt(words)
        case "go": return go()
        case let name? where words.count == 2:
            options[name] = words[1]
            return true
        default: return false
        }
    }

    private mutating func addAuthorization(_ words: [String]) -> Bool {
        guard words.count == 7, let id = RequestID(words[1]), let card = CardToken(words[2]),
            let amount = Int64(words[3]), let currency = Currency(words[4]), let time = Int64(words[5]),
            let deadline = UInt32(words[6]), let country = Country("DE"), let category = MerchantCategory(code: 5999)
        else { return false }
        let request = Authorize(
            requestID: id,
            cardToken: card,
            amount: amount,
            transmissionTime: Instant(microseconds: time),
            merchantID: Text16(),
            terminalID: Text16(),
            currency: currency,
            merchantCountry: country,
            merchantCategory: category,
            presence: .unknown,
            entryMode: .unknown,
            initiator: .cardholder,
            flags: [],
            merchantName: "Conformance",
            merchantCity: ""
        )
        authorizations.append((count, request, deadline))
        return true
    }

    private mutating func addQuery(_ words: [String]) -> Bool {
        guard words.count == 3, let id = RequestID(words[1]), let time = Int64(words[2]) else { return false }
        let request = QueryByRequestID(requestID: id, transmissionTime: Instant(microseconds: time))
        queries.append((count, request))
        return true
    }

    private mutating func addReceipt(_ words: [String]) -> Bool {
        guard words.count == 4, let id = RequestID(words[1]), let time = Int64(words[2]) else { return false }
        let request = ReceiptGet(
            requestID: id,
            transmissionTime: Instant(microseconds: time),
            previousLSN: .zero
        )
        receipts.append((count, request, words[3]))
        return true
    }

    private var count: Int { authorizations.count + queries.count + receipts.count }

    /// Asks everything: the authorizations of each deadline pipelined, then the queries, then each receipt.
    private mutating func go() -> Bool {
        guard var client = client.take() ?? makeClient() else { return false }
        var results: [Int: String] = [:]
        for deadline in Set(authorizations.map(\.deadline)).sorted() {
            let asked = authorizations.filter { $0.deadline == deadline }
            let answers = client.callAll(
                asked.map(\.request),
                returning: AuthorizeReply.self,
                deadlineMicroseconds: deadline
            )
            for (request, answer) in zip(asked, answers) {
                if case .success(let reply) = answer { decisions[request.request.requestID] = reply.decision }
                results[request.place] = told(answer) {
                    let decision = $0.decision
                    return "\(decision.outcome) \(decision.reason) \(decision.approvedAmount) \(decision.lsn)"
                }
            }
        }
        let answers = client.callAll(queries.map(\.request), returning: QueryByRequestIDReply.self)
        for (request, answer) in zip(queries, answers) { results[request.place] = told(answer) { "\($0.found)" } }
        for (place, request, file) in receipts { results[place] = keep(request, file, &client) }
        for place in 0..<results.count { print(results[place] ?? "unknown") }
        print("done")
        fflush(nil)
        authorizations = []
        queries = []
        receipts = []
        self.client = consume client
        return true
    }

    private func keep(_ request: ReceiptGet, _ path: String, _ client: inout Client) -> String {
        var request = request
        do {
            var file = try ReceiptFile(path)
            request.previousLSN = file.lastLSN
            let reply = try client.call(request, returning: ReceiptGetReply.self)
            guard reply.state == .given, let decision = decisions[request.requestID] else {
                return "answered \(reply.state)"
            }
            try file.keep(reply, of: request.requestID, answered: decision)
            return "answered kept \(file.lastLSN)"
        } catch ReceiptFile.Failure.mismatch {
            return "answered mismatch"
        } catch let error as ClientError {
            return told(Result<ReceiptGetReply, ClientError>.failure(error)) { "\($0.state)" }
        } catch {
            return "not-executed \(error)"
        }
    }

    private func told<Reply>(_ answer: Result<Reply, ClientError>, _ text: (Reply) -> String) -> String {
        switch answer {
        case .success(let reply): return "answered \(text(reply))"
        case .failure(.rejected(let rejection))
        where rejection.errorClass == .invalid || rejection.errorClass == .permission:
            return "refused \(rejection.code)"
        case .failure(.outcomeUnknown(_, .rejected(let rejection))) where rejection.knownCode == .requestTooOld:
            return "refused \(rejection.code)"
        case .failure(.outcomeUnknown(_, let last)): return "unknown \(last)"
        case .failure(let error): return "not-executed \(error)"
        }
    }

    private func makeClient() -> Client? {
        guard let target = options["endpoint"], let endpoint = Endpoint(TLSClientFiles.plain(target)),
            let timeout = options["answer-milliseconds"].flatMap({ Int32($0) }),
            let limit = options["limit-milliseconds"].flatMap({ Int64($0) })
        else { return nil }
        var connection = ConnectionOptions(
            timeoutMilliseconds: timeout,
            wantedCredit: options["credit"].flatMap { UInt32($0) } ?? 0
        )
        if TLSClientFiles.isSealed(target) {
            let files = TLSClientFiles(
                authorities: options["authorities"],
                certificate: options["certificate"],
                key: options["key"]
            )
            guard let context = try? files.context() else { return nil }
            connection.tls = context
        }
        if let name = options["principal"] {
            guard let seed = options["seed"].flatMap(Self.bytes), let digest = SHA256Digest(seed),
                let key = try? Ed25519.PrivateKey(seed: digest)
            else { return nil }
            connection.signer = PrincipalSigner(name: name, key: key)
        }
        return Client(endpoint, options: ClientOptions(connection: connection, limitMilliseconds: limit))
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8]? {
        let digits = Array(hexadecimal)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        return bytes.count * 2 == digits.count ? bytes : nil
    }
}
