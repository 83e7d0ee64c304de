/// Whose card it is: a cost centre within a division. A cost centre may be in several divisions, and some lines have
/// none.
struct ReplayAccount: Hashable {
    let division: String
    let costCentre: String

    init(_ line: PurchasingLine) {
        division = line.division
        costCentre = line.costCentre
    }

    /// Both in one, in which no two accounts are the same.
    var name: String { "\(division.utf8.count) \(division) \(costCentre)" }
}
