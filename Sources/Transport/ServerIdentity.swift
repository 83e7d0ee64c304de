public import Domain
public import Wire

/// What HelloReply says about the server.
public struct ServerIdentity: Sendable {
    /// The cluster that the data belongs to.
    public var clusterID: InstanceID
    /// This data directory's id.
    public var instanceID: InstanceID
    /// Name and version, for people; at most 64 bytes of UTF-8.
    public var serverName: String
    /// Feature bits that the server has (Protocol/README.md, Hello).
    public var features: Features

    /// Describes a server.
    public init(clusterID: InstanceID, instanceID: InstanceID, serverName: String, features: Features) {
        self.clusterID = clusterID
        self.instanceID = instanceID
        self.serverName = serverName
        self.features = features
    }
}
