"""What may be done in this part: findings of the third line become rectifications."""

from __future__ import annotations

from guiju.governance.duties.third import rectify

__all__ = ["rectify"]
