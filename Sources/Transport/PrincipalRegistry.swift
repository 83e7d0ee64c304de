internal import Cryptography
internal import Domain
internal import Platform

/// Who is who. Asked when a connection says who it is; connections then hold what was found.
final class PrincipalRegistry: Sendable {
    private struct Entry {
        var known: KnownPrincipal
        let state: PrincipalState
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var byID: [UInt64: String] = [:]
        var byUser: [UInt32: String] = [:]
        var byCertificateName: [CertificateName: String] = [:]
        /// What gateways may that say nothing of themselves, where TLS is not spoken.
        var anonymousScopes: Scopes
    }

    private let state: Locked<State>

    init(anonymousScopes: Scopes) { state = Locked(State(anonymousScopes: anonymousScopes)) }

    /// What gateways may that say nothing of themselves.
    var anonymousScopes: Scopes { state.withLock { $0.anonymousScopes } }

    /// Changes what gateways may that say nothing of themselves.
    func setAnonymousScopes(_ scopes: Scopes) { state.withLock { $0.anonymousScopes = scopes } }

    /// How many there are.
    var count: Int { state.withLock { $0.entries.count } }

    /// Replaces all that are known. Whoever is not among them any more is revoked.
    func replace(by principals: [KnownPrincipal]) {
        state.withLock { state in
            var old = state.entries
            state.entries = [:]
            state.byID = [:]
            state.byUser = [:]
            state.byCertificateName = [:]
            for known in principals {
                let existing = old.removeValue(forKey: known.name)
                let shared = existing?.state ?? PrincipalState(known)
                shared.update(known)
                state.entries[known.name] = Entry(known: known, state: shared)
                state.byID[known.id] = known.name
                if let userID = known.userID { state.byUser[userID] = known.name }
                for name in known.certificateNames { state.byCertificateName[name.value] = known.name }
            }
            // The order does not matter: each is told alone.
            for entry in old.values { entry.state.revoke() }
        }
    }

    /// What the first ones in the order of their making were refused.
    func measures(countMax: Int) -> [PrincipalMeasure] {
        state.withLock { state in
            state.byID.keys.sorted().prefix(countMax).compactMap { id in
                state.byID[id].flatMap { state.entries[$0]?.state.measure }
            }
        }
    }

    /// The one with a number; `nil`: there is none any more.
    func withID(_ id: UInt64) -> PrincipalState? {
        state.withLock { state in state.byID[id].flatMap { state.entries[$0]?.state } }
    }

    /// The one that a user id stands for.
    func withUser(_ userID: UInt32) -> PrincipalState? {
        state.withLock { state in state.byUser[userID].flatMap { state.entries[$0]?.state } }
    }

    /// The one that a certificate stands for; `nil` where there is none, or its names stand for several.
    func shown(_ certificate: Certificate, now: Instant) -> PrincipalState? {
        state.withLock { state in
            var found: Entry?
            for name in certificate.names {
                guard let entry = state.byCertificateName[name].flatMap({ state.entries[$0] }),
                    entry.known.certificateNames.contains(where: { $0.value == name && $0.counts(at: now) })
                else { continue }
                guard found == nil || found?.known.id == entry.known.id else { return nil }
                found = entry
            }
            return found?.state
        }
    }

    /// The one of a name with the keys that count; `nil` where there is none.
    func named(_ name: String, now: Instant) -> (state: PrincipalState, keys: [SHA256Digest])? {
        state.withLock { state in
            state.entries[name].map { entry in
                (entry.state, entry.known.publicKeys.filter { $0.counts(at: now) }.map(\.value))
            }
        }
    }
}
