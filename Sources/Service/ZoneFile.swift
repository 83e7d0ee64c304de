import Authorization
import Domain
import Platform

/// What a time-zone file says (TZif, RFC 9636): its rule for the years to come, and whether that is the whole truth.
struct ZoneFile {
    /// In the form of POSIX.
    let rule: String

    /// Why a file is of no use.
    enum Failure: Error {
        /// It is no time-zone file of version 2 or later.
        case unreadable
        /// It has no rule that this program can keep: the place changes its clocks by no yearly rule.
        case irregular
    }

    /// The most bytes that a file may have; the largest have some 4,000.
    static let byteCountMax = 65_536

    private static let headerByteCount = 44

    /// Reads a file, and holds its rule against the changes that it lists from a year before a time on.
    init(_ bytes: [UInt8], at now: Instant) throws(Failure) {
        guard let first = Header(bytes[...], timeByteCount: 4) else { throw .unreadable }
        let second = bytes[min(bytes.count, Self.headerByteCount + first.byteCount)...]
        guard let header = Header(second, timeByteCount: 8) else { throw .unreadable }
        let body = second.dropFirst(Self.headerByteCount)
        let footer = body.dropFirst(header.byteCount)
        guard body.count >= header.byteCount, footer.count >= 2, footer.first == 10, footer.last == 10 else {
            throw .unreadable
        }
        rule = String(decoding: footer.dropFirst().dropLast(), as: UTF8.self)
        guard let kept = ZoneRule(rule) else { throw .irregular }
        let times = body.prefix(header.timeCount * 8)
        let types = Array(body.dropFirst(header.timeCount * 8).prefix(header.timeCount))
        let kinds = Array(body.dropFirst(header.timeCount * 9).prefix(header.typeCount * 6))
        let since = now.microseconds / 1_000_000 - 366 * 86_400
        for index in 0..<header.timeCount {
            let second = Int64(bitPattern: Self.number(times.dropFirst(index * 8).prefix(8)))
            let type = Int(types[index])
            guard type < header.typeCount else { throw .unreadable }
            let ahead = Int64(Int32(bitPattern: UInt32(Self.number(kinds[(type * 6)..<(type * 6 + 4)]))))
            // The last change holds until the rule's next one, an earlier one until the change behind it.
            let isLast = index + 1 == header.timeCount
            let next = isLast ? second : Int64(bitPattern: Self.number(times.dropFirst(index * 8 + 8).prefix(8)))
            let isPast = isLast ? second < since : next <= since
            if !isPast, kept.secondsAhead(at: max(second, since)) != ahead { throw .irregular }
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    /// How much of what follows a header.
    private struct Header {
        let timeCount: Int
        let typeCount: Int
        let byteCount: Int

        init?(_ bytes: ArraySlice<UInt8>, timeByteCount: Int) {
            let header = Array(bytes.prefix(ZoneFile.headerByteCount))
            guard header.count == ZoneFile.headerByteCount, header.starts(with: Array("TZif".utf8)), header[4] >= 50
            else {
                return nil
            }
            let counts = (0..<6).map { Int(ZoneFile.number(header[(20 + $0 * 4)..<(24 + $0 * 4)])) }
            guard counts.allSatisfy({ $0 <= ZoneFile.byteCountMax }) else { return nil }
            timeCount = counts[3]
            typeCount = counts[4]
            byteCount =
                counts[3] * (timeByteCount + 1) + counts[4] * 6 + counts[5] + counts[2] * (timeByteCount + 4)
                + counts[1] + counts[0]
        }
    }
}

extension ZoneFile {
    private static let directory = "/usr/share/zoneinfo"

    /// The value of a setting with the rule of its time zone, as its file has it now: what is journaled says all that
    /// periods depend on, so that they are the same on machines with other files.
    ///
    /// - Throws: `PolicyError.invalidValue`, for a zone without a file or with one that is of no use.
    static func resolving(_ value: String, of key: String, at now: Instant) throws(PolicyError) -> String {
        guard key.hasPrefix("counter."), value.utf8.count <= AuthorizationLimits.configurationValueBytesMax,
            let zone = CounterRule.unresolvedZone(in: value)
        else { return value }
        func problem(_ text: String) -> PolicyError {
            .invalidValue(
                key: key,
                problem: "at character \(zone.place - zone.name.count + 1): \(text)",
                expected:
                    "the name of a time zone, such as Europe/Berlin or UTC, or a name with the rule of its clocks "
                    + "behind it, such as Europe/Berlin CET-1CEST,M3.5.0,M10.5.0/3"
            )
        }
        let bytes: [UInt8]
        do throws(StreamError) {
            bytes = try StandardStream.readFile("\(directory)/\(zone.name)", byteCountMax: byteCountMax)
        } catch {
            throw problem("there is no time zone '\(zone.name)' in \(directory)")
        }
        do throws(Failure) {
            let rule = try ZoneFile(bytes, at: now).rule
            let place = value.index(value.startIndex, offsetBy: zone.place)
            return "\(value[..<place]) \(rule)\(value[place...])"
        } catch {
            switch error {
            case .unreadable: throw problem("\(directory)/\(zone.name) is no time-zone file")
            case .irregular: throw problem("the clocks of '\(zone.name)' change by no yearly rule")
            }
        }
    }
}
