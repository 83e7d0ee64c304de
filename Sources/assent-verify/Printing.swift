import Cryptography
import Merkle
import Platform

/// What is printed when something was verified: a line for each thing, first its name.
struct Printing {
    private var lines: [(name: String, text: String)] = []

    mutating func add(_ name: String, _ text: String) { lines.append((name, text)) }

    mutating func add(_ checkpoint: Checkpoint) {
        add("log", checkpoint.origin)
        add("size", "\(checkpoint.size)")
        add("root", Base64.encode(checkpoint.root.bytes))
    }

    mutating func add(_ signers: [SignedNote.Signer]) {
        for signer in signers {
            switch signer.time {
            case .some(let time):
                add("witnessed by", "\(signer.key.encoded) at \(Self.time(Int64(time), fraction: nil))")
            case .none: add("signed by", signer.key.encoded)
            }
        }
    }

    mutating func add(_ rotations: [KeyRotation]) {
        for rotation in rotations {
            let time = Self.time(Int64(rotation.time), fraction: nil)
            add("key replaced", "over \(rotation.checkpoint.size) records at \(time) by \(rotation.key.encoded)")
        }
    }

    mutating func add(_ record: RecordDisclosure) throws(MerkleError) {
        let entry = record.entry
        add("record", "\(entry.lsn)")
        add(
            "kind",
            Hexadecimal.text([UInt8(truncatingIfNeeded: entry.kind >> 8), UInt8(truncatingIfNeeded: entry.kind)])
        )
        let (seconds, rest) = entry.time.quotientAndRemainder(dividingBy: 1_000_000)
        add("time", Self.time(seconds, fraction: rest))
        add("journal", Hexadecimal.text(entry.journal))
        add("configuration", "\(entry.configuration)")
        add("open", Hexadecimal.text(entry.open))
        for number in entry.commitments.indices {
            guard let part = record.parts[number] else {
                add("closed part \(number)", "not shown; committed to by \(entry.commitments[number])")
                continue
            }
            for piece in part.pieces {
                add("closed part \(number)", "at \(piece.offset): \(Hexadecimal.text(piece.bytes))")
            }
        }
        if let payload = try record.payload() { add("payload", Hexadecimal.text(payload)) }
    }

    func write() throws(Failure) {
        let width = (lines.map(\.name.count).max() ?? 0) + 2
        let text = lines.map { $0.name + String(repeating: " ", count: width - $0.name.count) + $0.text }
        do throws(StreamError) {
            try StandardStream.write(text.joined(separator: "\n") + "\n", to: .output)
        } catch {
            throw Failure(.unreadable, "\(error)")
        }
    }

    /// Seconds since 1970 as a date in the proleptic Gregorian calendar, UTC; a year of five digits or one before 1970
    /// as the number alone.
    static func time(_ seconds: Int64, fraction: Int64?) -> String {
        guard (0..<253_402_300_800).contains(seconds) else { return "\(seconds) s" }
        let day = seconds / 86_400
        let second = seconds % 86_400
        // Years that begin in March, so that a leap day is the last of its year.
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let date = (
            year: yearOfEra + era * 400 + (month >= 10 ? 1 : 0), month: month >= 10 ? month - 9 : month + 3,
            day: dayOfYear - (153 * month + 2) / 5 + 1
        )
        func padded(_ number: Int64, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
        }
        let clock = "\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
        let micros = fraction.map { "." + padded($0, 6) } ?? ""
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T\(clock)\(micros)Z"
    }
}
