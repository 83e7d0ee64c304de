@testable import Authorization
import Domain
import Randomness
import Testing

@Suite("Payment store")
struct PaymentStoreTests {
    private func payment(_ id: UInt64, hold: Int64 = 0, keys: UInt64 = 0) throws -> PaymentRecord {
        var payment = PaymentRecord(
            account: token(id % 5),
            currency: try currency("EUR"),
            kind: .authorization,
            category: try #require(MerchantCategory(code: 5_411)),
            network: 0
        )
        payment.id = id
        payment.lastLSN = id
        payment.approved = hold
        payment.requestKey = 1_000_000 + id
        payment.lifecycleKey = keys
        payment.expiresAt = Int64(id)
        guard id % 3 > 0 else { return payment }
        // As most payments are: these take less memory.
        payment.base = hold
        payment.lastAt = Int64(id)
        payment.expiresAt = Int64(id) + Int64(id % 2) * 86_400_000_000
        payment.flags = id % 7 == 0 ? [.counted, .flagged] : .counted
        return payment
    }

    @Test func aRecordHasNoPadding() {
        #expect(MemoryLayout<PaymentRecord>.size == 160 && MemoryLayout<PaymentRecord>.stride == 160)
    }

    /// The store does what a dictionary does, whatever is done to it.
    @Test(arguments: Seeds.all)
    func randomOperationsAgreeWithADictionary(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var store = PaymentStore()
        var model: [UInt64: PaymentRecord] = [:]
        var removed: [UInt64: PaymentRecord] = [:]
        var lastID: UInt64 = 0
        var lsn: UInt64 = 0
        for step in 0..<3_000 {
            lsn += 1
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<45:
                lsn = max(lsn, lastID + .random(in: 1...3, using: &random))
                let made = try payment(
                    lsn,
                    hold: .random(in: 0...2, using: &random),
                    keys: .random(in: 0...400, using: &random)
                )
                store.append(made)
                model[lsn] = made
                lastID = lsn
            case 45..<60:
                guard var changed = model.randomValue(&random) else { continue }
                changed.lastLSN = lsn
                changed.approved = .random(in: 0...2, using: &random)
                if Bool.random(using: &random) { changed.lifecycleKey = .random(in: 0...400, using: &random) }
                store.insertOutOfOrder(changed)
                model[changed.id] = changed
            case 60..<85:
                guard let gone = model.randomValue(&random) else { continue }
                #expect(store.remove(id: gone.id, lastLSN: gone.lastLSN + 1) == false)
                #expect(store.remove(id: gone.id, lastLSN: gone.lastLSN) == true)
                model[gone.id] = nil
                removed[gone.id] = gone
            case 85..<92:
                guard let back = removed.randomValue(&random) else { continue }
                store.forgetAbsent(back)
                store.insertOutOfOrder(back)
                removed[back.id] = nil
                model[back.id] = back
            default:
                let key = UInt64.random(in: 0...400, using: &random)
                let expected = key == 0 ? nil : model.values.filter { $0.lifecycleKey == key }.map(\.id).max()
                guard store.find(key: key)?.id == expected else {
                    Issue.record("seed \(seed), step \(step): key \(key)")
                    return
                }
            }
            let id = UInt64.random(in: 0...(lastID + 1), using: &random)
            guard store.count == model.count, store.openHoldCount == model.values.count(where: { $0.hold > 0 }),
                store.find(id: id) == model[id],
                store.find(key: 1_000_000 + id)?.id == model[id]?.id || step % 8 != 0
            else {
                Issue.record("seed \(seed), step \(step): \(id)")
                return
            }
        }
        var listed: [PaymentRecord] = []
        store.forEach { listed.append($0) }
        #expect(listed == model.values.sorted { $0.id < $1.id })
        var digest = Digest128()
        for payment in listed + removed.values.sorted(by: { $0.id < $1.id }) { digest.add(payment.digest) }
        #expect(store.digest == digest)
        var due: Set<UInt64> = []
        let time = Instant(microseconds: Int64(lastID / 2))
        store.forEachDue(limit: .max, at: time) { due.insert($0.id) }
        #expect(due == Set(listed.filter { $0.hold > 0 && $0.expiresAt <= time.microseconds }.map(\.id)))
        var pages: [PaymentRecord] = []
        var next: UInt64? = 0
        while let id = next { next = store.forEach(from: id, limit: 100) { pages.append($0) } }
        #expect(pages == listed)
        #expect(store.byteCount <= listed.count * 160 * 5 + 4 * 65_536)
    }

    @Test func closedPaymentsAreFoundInPieces() throws {
        var store = PaymentStore()
        for id in UInt64(1)...1_000 { store.append(try payment(id, hold: id % 3 == 0 ? 1 : 0)) }
        var seen: [UInt64] = []
        var next: UInt64? = 0
        var pieces = 0
        while let id = next {
            pieces += 1
            var piece: [UInt64] = []
            let through = LogSequenceNumber(rawValue: 900)
            next = store.forEachClosed(after: id, lookMax: 50, at: noon, quietSince: noon, through: through) {
                piece.append($0.id)
            }
            for id in piece { #expect(store.remove(id: id, lastLSN: id) == true) }
            seen += piece
        }
        #expect(seen == (1...900).filter { $0 % 3 != 0 } && pieces > 10)
    }

    @Test func theDigestDoesNotTellWhatIsInMemory() throws {
        var store = PaymentStore()
        for id in UInt64(1)...600 { store.append(try payment(id)) }
        let all = store.digest
        for id in UInt64(1)...600 where id % 2 == 0 { store.remove(id: id, lastLSN: id) }
        #expect(store.digest == all && store.count == 300)
        let empty = PaymentStore()
        #expect(empty.digest == Digest128() && empty.lastID == 0)
    }

    @Test func theIndexCatchesUpInPieces() throws {
        var store = PaymentStore()
        for id in UInt64(1)...1_000 { store.append(try payment(id, keys: 7)) }
        #expect(store.indexAhead(budget: 300) == 300)
        #expect(store.indexAhead(budget: 600) == 600)
        #expect(store.find(key: 7)?.id == 1_000)
        #expect(store.indexAhead(budget: 1) == 0)
        #expect(store.find(key: 0) == nil)
    }
}

extension [UInt64: PaymentRecord] {
    /// Any of them; sorted first, so that a seed makes the same choice in every run.
    fileprivate func randomValue(_ random: inout SeededRandom) -> PaymentRecord? {
        guard !isEmpty else { return nil }
        // The lowest id at or above a random one.
        let all = keys.sorted()
        return all.randomElement(using: &random).flatMap { self[$0] }
    }
}
