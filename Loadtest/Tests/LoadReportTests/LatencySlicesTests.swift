import LoadReport
import Testing

struct LatencySlicesTests {
    private func slices(_ count: Int) -> LatencySlices {
        LatencySlices(count: count, sliceNanoseconds: 10, slowNanoseconds: 100)
    }

    @Test func answersCountWhereTheyWereDue() {
        var slices = slices(2)
        slices.record(100, isRefusal: false, dueAt: 0)
        slices.record(101, isRefusal: false, dueAt: 9)
        slices.record(7, isRefusal: true, dueAt: 10)
        slices.record(7, isRefusal: false, dueAt: 20)
        var other = self.slices(2)
        other.record(500, isRefusal: false, dueAt: 19)
        slices.add(other)
        #expect(slices.slices[0] == LatencySlices.Slice(accepted: 2, refused: 0, slow: 1, longest: 101))
        #expect(slices.slices[1] == LatencySlices.Slice(accepted: 1, refused: 1, slow: 1, longest: 500))
    }

    @Test func allIsWellFromTheFirstOfSoManyInARow() {
        var slices = slices(6)
        for slice in 0..<6 {
            for _ in 0..<99 { slices.record(1, isRefusal: false, dueAt: UInt64(slice) * 10) }
        }
        // One of a hundred is no more than one in a hundred; two are.
        slices.record(101, isRefusal: false, dueAt: 0)
        slices.record(1, isRefusal: true, dueAt: 20)
        slices.record(1, isRefusal: true, dueAt: 20)
        #expect(slices.slices.map(\.isWell) == [true, true, false, true, true, true])
        #expect(slices.wellFrom(for: 2) == 0)
        #expect(slices.wellFrom(for: 3) == 30)
        #expect(slices.wellFrom(for: 4) == nil)
    }
}
