import ArgumentParser
import Authorization
import Client
import Domain
import Platform
import Wire

/// A block list within the configuration.
enum BlockList {
    /// A name as a record of a list.
    struct Entry: ListedRecord {
        let key: String

        var fields: [Field] { [Field("name", key)] }
        var cells: [Cell] { [Cell(key)] }
    }

    /// What a change did.
    struct Outcome {
        let key: String
        let before: Int
        let after: Int
        let version: LogSequenceNumber

        /// Says what was done.
        func print(_ verb: String, in session: borrowing Session) throws(CommandFailure) {
            let fields = [
                Field("key", key), Field("changed", Int64(abs(after - before))), Field("names", Int64(after)),
                Field("version", version.rawValue),
            ]
            let changed = abs(after - before)
            let text =
                changed == 0
                ? "nothing to do: already as wanted\n"
                : "\(changed) \(changed == 1 ? "name" : "names") \(verb); \(key) has \(Figures.grouped(after)); "
                    + "version \(version)\n"
            try session.print { (output) throws(StreamError) in try output.emit(fields) { _ in text } }
        }
    }

    /// Refuses names that would be taken apart.
    static func validate(_ names: [String]) throws {
        for name in names {
            guard !MerchantName.normalise(name).isEmpty else {
                throw ValidationError("'\(name)' has no letter or digit, so it names no merchant")
            }
            guard !name.contains(where: { $0 == "," || $0.isNewline }) else {
                throw ValidationError("'\(name)': a comma separates names; leave it out, it is not compared")
            }
        }
    }

    /// The names on the list and the version of the configuration.
    static func read(
        _ key: String,
        in session: inout Session
    ) throws(CommandFailure) -> (names: [String], version: LogSequenceNumber) {
        let configuration = try session.settings(prefix: key)
        let value = configuration.settings.first { $0.key == key }?.value ?? ""
        let names = value.split { $0 == "," || $0.isNewline }.map { name in
            String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        return (names.filter { !$0.isEmpty }, configuration.version)
    }

    /// Reads, changes and writes back, from the start again when somebody else changed the configuration meanwhile.
    static func change(
        _ key: String,
        in session: inout Session,
        _ change: ([String]) throws(CommandFailure) -> [String]
    ) throws(CommandFailure) -> Outcome {
        for _ in 0..<20 {
            let (names, version) = try read(key, in: &session)
            let wanted = try change(names)
            guard wanted != names else {
                return Outcome(key: key, before: names.count, after: names.count, version: version)
            }
            let id = RequestID.make()
            let request = ConfigSet(
                requestID: id,
                transmissionTime: id.time ?? Instant(microseconds: Clock.now()),
                expectedVersion: ConfigSet.expectation(of: version),
                key: key,
                value: wanted.joined(separator: "\n")
            )
            do throws(ClientError) {
                let reply = try session.client.call(request, returning: ConfigSetReply.self)
                return Outcome(key: key, before: names.count, after: wanted.count, version: reply.lsn)
            } catch {
                guard case .rejected(let rejection) = error, rejection.knownCode == .configurationChanged else {
                    throw CommandFailure(error, goingOn: ["See whether it was done with: assentctl config show \(key)"])
                }
            }
        }
        throw CommandFailure(.transient, "others change the configuration all the time: try again")
    }
}
