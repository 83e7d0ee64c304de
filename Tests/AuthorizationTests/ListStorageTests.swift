import CAllocationCounter
import Domain
import Foundation
import Randomness
import Testing

@testable import Authorization

/// The entries of a list against a plain model: what is on it, what was, and what of it is remembered.
@Suite struct ListStorageTests {
    /// One version of an entry.
    private struct Version {
        let value: String
        let from: Int64
        let until: Int64
        let reason: String
        let added: UInt64
        var removed: UInt64 = 0
    }

    /// What a list should say, looked up by walking over all versions.
    private struct Model {
        var versions: [Version] = []
        var floor: UInt64 = 0

        func hit(_ value: String, at time: Int64, before lsn: UInt64, prefixes: Bool) -> String? {
            versions.filter { version in
                version.added < lsn && (version.removed == 0 || version.removed > lsn)
                    && version.from <= time && time < version.until
                    && (prefixes ? value.utf8.starts(with: version.value.utf8) : value == version.value)
            }.map(\.value).max { $0.utf8.count < $1.utf8.count }
        }
    }

    private static func bytes<Value>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        var text = text
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }

    private static func add(_ storage: inout ListStorage, _ version: Version) {
        bytes(version.value) { value in
            bytes(version.reason) { reason in
                storage.add(
                    value,
                    reason,
                    from: version.from,
                    until: version.until,
                    actor: 7,
                    lsn: version.added
                )
            }
        }
    }

    @Test(arguments: [false, true], UInt64(1)...4)
    func everyAnswerIsThatOfTheModel(prefixes: Bool, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var storage = ListStorage(matchesPrefixes: prefixes)
        var model = Model()
        let letters = Array("AB")
        func value() -> String {
            let count = prefixes ? Int.random(in: 1...9, using: &random) : Int.random(in: 1...6, using: &random)
            let short = String((0..<count).map { _ in letters[Int.random(in: 0..<2, using: &random)] })
            // Some are longer than one piece, and one is as long as there can be.
            return Int.random(in: 0..<9, using: &random) == 0
                ? short
                    + String(
                        repeating: "C",
                        count: [30, 64 - count, 28 - count][Int.random(in: 0..<3, using: &random)]
                    )
                : short
        }
        for lsn in UInt64(1)...4_000 {
            let chosen = value()
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let version = Version(
                    value: chosen,
                    from: Int64.random(in: 0...3, using: &random),
                    until: Int64.random(in: 4...9, using: &random),
                    reason: Bool.random(using: &random) ? "" : String(repeating: "r", count: Int(lsn % 129)),
                    added: lsn
                )
                if Int.random(in: 0..<50, using: &random) == 0,
                    let larger = storage.largerIndex(adding: Int.random(in: 0...3_000, using: &random))
                {
                    storage.adopt(larger)
                }
                Self.add(&storage, version)
                if let present = model.versions.firstIndex(where: { $0.value == chosen && $0.removed == 0 }) {
                    let old = model.versions[present]
                    if (old.from, old.until, old.reason) == (version.from, version.until, version.reason) { continue }
                    model.versions[present].removed = lsn
                }
                model.versions.append(version)
            case 5..<8:
                Self.bytes(chosen) { storage.remove($0, lsn: lsn) }
                if let present = model.versions.firstIndex(where: { $0.value == chosen && $0.removed == 0 }) {
                    model.versions[present].removed = lsn
                }
            default:
                let oldest = model.versions.filter { $0.removed != 0 }.min { $0.removed < $1.removed }
                #expect(storage.oldestRemoval == oldest?.removed)
                storage.forgetOldest()
                guard let oldest else { continue }
                model.versions.removeAll { $0.added == oldest.added && $0.value == oldest.value }
                model.floor = oldest.removed
            }
            let asked = value()
            let time = Int64.random(in: 0...10, using: &random)
            let before =
                Bool.random(using: &random) ? UInt64.max : UInt64.random(in: model.floor...lsn + 1, using: &random)
            let number = Self.bytes(asked) { storage.find($0, at: time, before: before) }
            let found = number.flatMap { storage.version(Int($0)) }.map { storage.text(of: $0).value }
            #expect(
                found == model.hit(asked, at: time, before: before, prefixes: prefixes),
                "seed \(seed), record \(lsn): \(asked) at \(time) before \(before)"
            )
        }
        #expect(storage.floor == model.floor)
        #expect(storage.entryCount == model.versions.count { $0.removed == 0 })
        #expect(storage.pastCount == model.versions.count { $0.removed != 0 })
        // One that is made of what is there has the same fingerprint, and forgets in the same order.
        var restored = ListStorage(matchesPrefixes: prefixes)
        for number in (0..<storage.slotCount).shuffled(using: &random) {
            guard let slot = storage.version(number) else { continue }
            let text = storage.text(of: slot)
            var copy = slot
            (copy.older, copy.newer, copy.nextPast) = (0, 0, 0)
            Self.bytes(text.value) { value in
                Self.bytes(text.reason) { restored.restore(copy, value, $0) }
            }
        }
        restored.finishRestore(floor: storage.floor)
        #expect(restored.digest == storage.digest && restored.entryCount == storage.entryCount)
        while let oldest = storage.oldestRemoval {
            #expect(restored.oldestRemoval == oldest)
            storage.forgetOldest()
            restored.forgetOldest()
        }
        #expect(restored.oldestRemoval == nil && restored.pastCount == 0)
    }

    @Test func askingAllocatesNothing() {
        guard assent_allocations_are_counted() else { return }
        var storage = ListStorage(matchesPrefixes: true)
        for number in 0..<10_000 {
            Self.add(&storage, Version(value: "MERCHANT \(number)", from: 0, until: .max, reason: "", added: 1))
        }
        Self.bytes("MERCHANT 77 OF THE NORTH") { value in
            let before = assent_allocation_count()
            let isOn = storage.contains(value, at: 5)
            #expect(assent_allocation_count() == before)
            #expect(isOn)
        }
    }

    /// What a million entries take: printed by `make lists-bench`.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["ASSENT_LIST_BENCH"] != nil, "ASSENT_LIST_BENCH is not set"))
    func aMillionEntriesAreFoundWellUnderAMicrosecond() {
        let count = 1_000_000
        let clock = ContinuousClock()
        for (name, prefixes) in [("exact", false), ("prefix", true)] {
            var storage = ListStorage(matchesPrefixes: prefixes)
            let values = (0..<count).map { "M\($0 &* 7_919 % 10_000_000)X" }
            let filling = clock.measure {
                for value in values {
                    Self.add(&storage, Version(value: value, from: 0, until: .max, reason: "weekly file", added: 1))
                }
            }
            for (what, asked) in [("there", values.map { $0 }), ("not there", values.map { $0 + "Y" })] {
                var hits = 0
                let asking = clock.measure {
                    var place = 0
                    for _ in 0..<count {
                        // Far from the one before, so that little of it is in the processor's cache.
                        place = (place + 618_033) % count
                        if Self.bytes(asked[place], { storage.contains($0, at: 5) }) { hits += 1 }
                    }
                }
                print(
                    "\(name), \(what): \(asking / count) for each of \(count) in \(storage.entryCount), \(hits) hits; "
                        + "filled in \(filling), \(storage.byteCount / storage.entryCount) bytes an entry"
                )
                #expect(asking / count < .nanoseconds(1_000))
            }
        }
    }
}
