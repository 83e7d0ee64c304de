extension ModelView: CustomStringConvertible {
    var description: String {
        "payment \(id) \(status) \(flags): A \(approved) R \(reversed) X \(expired) C \(cleared) O \(overCleared) "
            + "F \(refunded) D \(disputed) H \(hold) until \(expiresAt)"
    }
}

extension ModelBalance: CustomStringConvertible {
    var description: String { "\(limit) - \(posted) - \(held)" }
}

extension ModelAnswer: CustomStringConvertible {
    var description: String {
        "\(outcome) (\(reason.map { "\($0)" } ?? "a reason that the model does not have")) \(approvedAmount), "
            + "found by \(match), held \(heldChange), posted \(postedChange), "
            + "\(payment.map { "\($0)" } ?? "no payment changed"), balances \(balances)"
    }
}
