import Domain
import Foundation
import Testing
import Wire

@testable import protocolgen

/// The schema's values and Domain's are the same numbers under the same names, both ways.
@Suite struct VocabularyTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func enumeration(_ name: String) throws -> [String: Int] {
        for case .enumeration(let type) in try Generator(root: Self.root).schema.types where type.name == name {
            return Dictionary(uniqueKeysWithValues: type.values.map { (swiftName($0.name), $0.value) })
        }
        return [:]
    }

    private func expectSame<Value: CaseIterable & RawRepresentable>(
        _ name: String,
        _ type: Value.Type
    ) throws where Value.RawValue: BinaryInteger {
        let ours = Dictionary(uniqueKeysWithValues: Value.allCases.map { ("\($0)", Int($0.rawValue)) })
        #expect(try enumeration(name) == ours, "\(name)")
        #expect(!ours.isEmpty)
    }

    @Test func everyEnumerationOfTheSchemaHasTheValuesOfItsSwiftType() throws {
        try expectSame("cardPresence", Presence.self)
        try expectSame("entryMode", EntryMode.self)
        try expectSame("initiator", Initiator.self)
        try expectSame("outcome", Outcome.self)
        try expectSame("reason", Reason.self)
        try expectSame("retryClass", RetryClass.self)
        try expectSame("check", Check.self)
        try expectSame("requestKind", RequestKind.self)
        try expectSame("cardStatus", CardStatus.self)
        try expectSame("checkResult", CheckResult.self)
        try expectSame("checkUnit", CheckUnit.self)
        try expectSame("requestFound", RequestFound.self)
        try expectSame("receiptState", ReceiptState.self)
        try expectSame("socketRole", SocketRole.self)
        try expectSame("nodeRole", NodeRole.self)
        try expectSame("goAwayReason", GoAwayReason.self)
        try expectSame("rejectCode", RejectCode.self)
        try expectSame("authorizationKind", AuthorizationKind.self)
        try expectSame("cardNetwork", CardNetwork.self)
        try expectSame("roundingRule", RoundingRule.self)
        try expectSame("paymentEventKind", PaymentEventKind.self)
        try expectSame("matchRule", MatchRule.self)
        try expectSame("paymentStatus", PaymentStatus.self)
        try expectSame("replacementReason", ReplacementReason.self)
        try expectSame("ledgerAccountName", LedgerAccountName.self)
        try expectSame("ledgerPhase", LedgerPhase.self)
        try expectSame("projectionState", ProjectionState.self)
        try expectSame("ruleStage", RuleStage.self)
        try expectSame("ruleAction", RuleAction.self)
        try expectSame("listKind", ListKind.self)
        try expectSame("listMatch", ListMatch.self)
        try expectSame("listChange", ListChange.self)
        try expectSame("alternativeKind", AlternativeKind.self)
        let types = try Generator(root: Self.root).schema.types
        #expect(types.filter { if case .enumeration = $0 { true } else { false } }.count == 34)
    }

    @Test func theBitsOfACheckSetAreTheChecks() throws {
        for case .set(let type) in try Generator(root: Self.root).schema.types where type.name == "checkSet" {
            #expect(
                Dictionary(uniqueKeysWithValues: type.choices.map { ($0.name, $0.value) }) == (try enumeration("check"))
            )
            return
        }
        Issue.record("the schema has no checkSet")
    }

    @Test func thePaymentFlagsOfTheSchemaAreThoseOfTheDomain() throws {
        for case .set(let type) in try Generator(root: Self.root).schema.types where type.name == "paymentFlags" {
            let bits = type.choices.reduce(UInt32(0)) { $0 | 1 << UInt32($1.value) }
            #expect(bits == PaymentFlags.defined.rawValue)
            return
        }
        Issue.record("the schema has no paymentFlags")
    }

    @Test func everyReasonSaysItsResponseCode() throws {
        for case .enumeration(let type) in try Generator(root: Self.root).schema.types where type.name == "reason" {
            for value in type.values {
                let reason = try #require(Reason(rawValue: UInt8(value.value)))
                #expect(value.description.hasSuffix("(\(reason.responseCode))"), "\(value.name)")
            }
        }
    }

    @Test func theSchemaIsTheOneThatFramesCarry() throws {
        let schema = try Generator(root: Self.root).schema
        #expect(schema.id == Int(FrameHeader.schemaID))
        #expect(schema.version == Int(FrameHeader.schemaVersion))
    }

    @Test func aReplysTemplateIsItsRequestsPlusSixteenOrEight() throws {
        let messages = try Generator(root: Self.root).schema.messages
        for request in messages {
            guard let reply = messages.first(where: { $0.name == "\(request.name)Reply" }) else { continue }
            // Rules and backups.
            let isClose = (0x10A0...0x10BF).contains(request.id)
            #expect(reply.id == request.id + (isClose ? 8 : 0x10), "\(request.name)")
        }
        #expect(messages.first { $0.name == "Pong" }?.id == 0x0811)
    }
}
