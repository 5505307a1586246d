"""What happened: the append-only Merkle log written in the transaction of each action."""
