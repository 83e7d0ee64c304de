import LoadModel
import Testing

struct LedgerModelTests {
    private func approval(lsn: UInt64, amount: Int64, held: Int64, limit: Int64 = 10_000) -> ReplyFacts {
        ReplyFacts(
            lsn: lsn,
            approvedAmount: amount,
            limit: limit,
            posted: 0,
            held: held,
            available: limit - held,
            outcome: 1,
            reason: 0
        )
    }

    private func decline(lsn: UInt64, held: Int64, limit: Int64 = 10_000) -> ReplyFacts {
        ReplyFacts(
            lsn: lsn,
            approvedAmount: 0,
            limit: limit,
            posted: 0,
            held: held,
            available: limit - held,
            outcome: 2,
            reason: 52
        )
    }

    @Test func repliesInAnyOrderAddUp() {
        var model = LedgerModel(count: 3)
        model.setBase(card: 1, held: 500)
        let found1 = model.record(card: 1, amount: 100, approval(lsn: 10, amount: 100, held: 600))
        #expect(found1 == nil)
        let found2 = model.record(card: 1, amount: 50, approval(lsn: 30, amount: 50, held: 670))
        #expect(found2 == nil)
        let found3 = model.record(card: 1, amount: 20, approval(lsn: 20, amount: 20, held: 620))
        #expect(found3 == nil)
        let found4 = model.record(card: 1, amount: 9_999, decline(lsn: 31, held: 670))
        #expect(found4 == nil)
        let found5 = model.verify(card: 1, held: 670)
        #expect(found5 == nil)
        let found6 = model.approvedTotal
        #expect(found6 == 170)
        let found7 = model.touchedCount
        #expect(found7 == 1)
        let found8 = model.verify(card: 2, held: 0)
        #expect(found8 == nil)
    }

    @Test func oneWrongCentIsNamed() {
        var model = LedgerModel(count: 8)
        let found9 = model.record(card: 7, amount: 100, approval(lsn: 1, amount: 100, held: 100))
        #expect(found9 == nil)
        let found = model.verify(card: 7, held: 101)
        #expect(found == Discrepancy(card: 7, what: "balance held", expected: 100, found: 101))
    }

    @Test func aBalanceThatAgreesWithTheSumButNotWithTheLastReplyIsFound() {
        var model = LedgerModel(count: 1)
        model.setBase(card: 0, held: 0)
        let found10 = model.record(card: 0, amount: 100, approval(lsn: 1, amount: 100, held: 150))
        #expect(found10 == nil)
        let found11 = model.verify(card: 0, held: 100)
        #expect(found11?.found == 150)
    }

    @Test(arguments: [
        // Available is not what is left.
        ReplyFacts(
            lsn: 5,
            approvedAmount: 10,
            limit: 100,
            posted: 0,
            held: 60,
            available: 41,
            outcome: 1,
            reason: 0
        ),
        // A decline that approves.
        ReplyFacts(lsn: 5, approvedAmount: 1, limit: 100, posted: 0, held: 50, available: 50, outcome: 2, reason: 52),
        // More than was asked for.
        ReplyFacts(lsn: 5, approvedAmount: 11, limit: 100, posted: 0, held: 61, available: 39, outcome: 1, reason: 0),
        // An approval of nothing.
        ReplyFacts(lsn: 5, approvedAmount: 0, limit: 100, posted: 0, held: 50, available: 50, outcome: 1, reason: 0),
        // An LSN used twice.
        ReplyFacts(lsn: 4, approvedAmount: 10, limit: 100, posted: 0, held: 50, available: 50, outcome: 1, reason: 0),
        // Less held than before, though later.
        ReplyFacts(lsn: 5, approvedAmount: 10, limit: 100, posted: 0, held: 59, available: 41, outcome: 1, reason: 0),
        // More held than after, though earlier.
        ReplyFacts(lsn: 3, approvedAmount: 10, limit: 100, posted: 0, held: 51, available: 49, outcome: 1, reason: 0),
    ])
    func aReplyThatContradictsTheModelIsRefused(reply: ReplyFacts) {
        var model = LedgerModel(count: 1)
        let first = ReplyFacts(
            lsn: 4,
            approvedAmount: 50,
            limit: 100,
            posted: 0,
            held: 50,
            available: 50,
            outcome: 1,
            reason: 0
        )
        let found12 = model.record(card: 0, amount: 50, first)
        #expect(found12 == nil)
        let found13 = model.record(card: 0, amount: 10, reply)
        #expect(found13 != nil)
        let found14 = model.expectedHeld(card: 0)
        #expect(found14 == 50)
    }

    @Test func modelsOfTwoThreadsMerge() {
        var first = LedgerModel(count: 2)
        first.setBase(card: 0, held: 10)
        var second = first.forkedBase()
        let found15 = first.record(card: 0, amount: 5, approval(lsn: 1, amount: 5, held: 15))
        #expect(found15 == nil)
        let found16 = second.record(card: 0, amount: 7, approval(lsn: 2, amount: 7, held: 22))
        #expect(found16 == nil)
        first.merge(second)
        let found17 = first.verify(card: 0, held: 22)
        #expect(found17 == nil)
        first.rebase()
        let found18 = first.expectedHeld(card: 0)
        #expect(found18 == 22)
        let found19 = first.isTouched(card: 0)
        #expect(!found19)
    }
}
