import Domain
import Testing

@testable import Service
@testable import Transport

@Suite struct ScopeRulesTests {
    /// A message that is added must say who may send it.
    @Test(arguments: AdministrationTemplate.allCases)
    func everyAdministrativeMessageHasARule(template: AdministrationTemplate) {
        let scopes = ScopeRules.permitting(template.rawValue)
        #expect(!scopes.isEmpty)
        #expect(scopes.isSubset(of: .administration))
    }
}
