import Client
import Domain
import Foundation
import Platform
import Wire

/// A gateway in thirty lines: reads lines `CARD AMOUNT-IN-MINOR-UNITS CURRENCY`, prints what to tell the terminal.
///
///     echo "6f1c2b9e-3d4a-4f5b-8c6d-7e8f90a1b2c3 1250 EUR" | swift run example-gateway
@main
struct Gateway {
    static func main() {
        let target = CommandLine.arguments.dropFirst().first ?? "tcp:127.0.0.1:9701"
        guard let endpoint = Endpoint(target), let germany = Country("DE"),
            let groceries = MerchantCategory(code: 5411)
        else { return print("\(target) is neither tcp:HOST:PORT nor unix:PATH") }
        var client = Client(endpoint, options: ClientOptions(limitMilliseconds: 30_000))
        while let words = readLine()?.split(separator: " "), words.count == 3 {
            guard let card = CardToken(words[0]), let amount = Int64(words[1]), let currency = Currency(words[2]) else {
                print("not a request")
                continue
            }
            let request = Authorize(
                requestID: .make(),
                cardToken: card,
                amount: amount,
                transmissionTime: Instant(microseconds: Clock.now()),
                merchantID: Text16(),
                terminalID: Text16(),
                currency: currency,
                merchantCountry: germany,
                merchantCategory: groceries,
                presence: .unknown,
                entryMode: .unknown,
                initiator: .cardholder,
                flags: [],
                merchantName: "Lindenhof Markt",
                merchantCity: ""
            )
            // A real gateway stores the whole request here, before it is sent.
            FileHandle.standardError.write(Data("\(request.requestID) is asked\n".utf8))
            do throws(ClientError) {
                let decision = try client.call(request, returning: AuthorizeReply.self).decision
                print(decision.responseCode, decision.outcome, decision.lsn)
            } catch .outcomeUnknown(_, let last) {
                print("UNKNOWN, ask again with the same id: \(last)")
            } catch {
                print("not executed: \(error)")
            }
            fflush(nil)
        }
    }
}
