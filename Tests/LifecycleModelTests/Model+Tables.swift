/// The start values of the tables that an operator can edit.
extension Model {
    /// How long a payment waits for its authorization after its newest message: 45 days.
    static let awaitingTime: Int64 = 45 * 86_400_000_000

    /// The request id of a story's authorization.
    static func request(ofStory story: Int) -> Int { 1_000_000 + story }

    /// Whether a message carries a name that its authorization will have, too.
    static func mayBeJoined(_ step: Step) -> Bool {
        !Set(step.names).isDisjoint(with: [.request, .lifecycle, .trace])
    }

    /// By how many hundredths a category's payments may be above what was approved: the start values.
    static func tolerance(category: Int) -> Int64 {
        switch category {
        case 5_812, 5_813, 5_814, 7_230: 15
        case 5_541, 5_542, 7_011, 7_512, 3_351...3_999: 20
        default: 0
        }
    }

    /// When a hold expires: the start values.
    static func expiry(_ step: Step, _ now: Int64) -> Int64 {
        let days: Int64
        switch step.category {
        case 5_541, 5_542: days = 1
        case 7_011, 7_512, 3_351...3_999: days = 30
        default:
            if step.amountKind == 2 {
                days = 30
            } else {
                // Where nobody said that the card was there, it may well not have been.
                days = !step.initiatedByMerchant && step.presence != 2 ? 10 : 5
            }
        }
        return now + days * 86_400_000_000
    }
}
