#pragma version 0.4.3
#pragma evm-version paris
"""
@title Checkpoints of audit logs
@notice Keeps the root of a log for each of its sizes, once and for all: of every account that calls it, by the log.
        Nobody owns this contract, nobody can change or end it, it takes no money and calls nobody.
"""

# Of an account, of SHA-256 of a log's name: the root of its tree over so many records; zero where there is none.
roots: public(HashMap[address, HashMap[bytes32, HashMap[uint64, bytes32]]])
# Of an account, of SHA-256 of a log's name: the most records that it has anchored.
sizes: public(HashMap[address, HashMap[bytes32, uint64]])


event Anchored:
    account: indexed(address)
    origin: indexed(bytes32)
    size: indexed(uint64)
    root: bytes32


@external
def anchor(origin: bytes32, size: uint64, root: bytes32):
    """
    @notice Keeps a root of the caller's log. The same once more changes nothing, and is said again.
    @param origin SHA-256 of the log's name.
    @param size How many records are under the root.
    @param root The hash of the tree over them.
    """
    assert root != empty(bytes32), "no root"
    kept: bytes32 = self.roots[msg.sender][origin][size]
    if kept == empty(bytes32):
        assert size > self.sizes[msg.sender][origin], "a larger size is there"
        self.roots[msg.sender][origin][size] = root
        self.sizes[msg.sender][origin] = size
    else:
        assert kept == root, "another root of this size is there"
    log Anchored(account=msg.sender, origin=origin, size=size, root=root)
