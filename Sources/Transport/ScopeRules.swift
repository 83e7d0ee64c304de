public import Domain
internal import Wire

/// Which scopes permit which message.
public enum ScopeRules {
    /// The scopes of which any one permits a request. None permits an administrative one that has no rule; one of a
    /// gateway that nobody knows any permits, so that it is told as such.
    public static func permitting(_ templateID: UInt16) -> Scopes {
        switch templateID {
        case Authorize.templateID, Financial.templateID: .authorize
        case VerifyAccount.templateID, BalanceInquiry.templateID: .inquiry
        case Increment.templateID, RefundAuthorize.templateID, Advice.templateID, Completion.templateID,
            Clearing.templateID, RefundClearing.templateID, ClearingReversal.templateID, Reverse.templateID,
            ReversalAdvice.templateID, Chargeback.templateID, Representment.templateID, FraudReport.templateID:
            .lifecycle
        // Whoever may send something may ask what became of it.
        case ReceiptGet.templateID: .gateway
        case QueryByRequestID.templateID: [.gateway, .cards, .settings, .reports, .principals]
        case CardCreate.templateID, CardSetStatus.templateID, CardSetLimits.templateID, CardReplace.templateID: .cards
        case ConfigSet.templateID, RuleAdd.templateID, RuleMove.templateID, ListCreate.templateID,
            ListDelete.templateID, ListAdd.templateID, ListRemove.templateID:
            .settings
        case CardGet.templateID, CardList.templateID, PaymentGet.templateID, PaymentList.templateID,
            PaymentHistory.templateID, PaymentSearch.templateID, ConfigGet.templateID, Status.templateID,
            Digest.templateID, LedgerBalances.templateID, LedgerEntries.templateID, LedgerCheck.templateID,
            ProjectionStatus.templateID, SnapshotList.templateID, RuleList.templateID, RuleHistory.templateID,
            RuleTest.templateID, PaymentRules.templateID, PaymentAlternatives.templateID, ListShow.templateID,
            ListEntries.templateID, ListHistory.templateID:
            .reports
        case SnapshotMake.templateID, BackupHold.templateID, ProjectionRebuild.templateID: .operations
        case PrincipalCreate.templateID, PrincipalRotate.templateID, PrincipalChange.templateID,
            PrincipalRevoke.templateID:
            .principals
        case PrincipalList.templateID: [.principals, .reports]
        case 0x1000...: []
        default: .all
        }
    }
}
