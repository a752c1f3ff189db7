"""Reach: who can open connections to whom, answered from a Plan alone.

About IPv4, by what AWS routes and filters: names, IAM, endpoint policies and whether something listens are not asked.
"""

from tap.reach.answer import Answer, Reach, reach
from tap.reach.estate import ReachError
from tap.reach.loss import without_zone
from tap.reach.matrix import Matrix, Opening, matrix
from tap.reach.trail import Blocker, Way

__all__ = ["Answer", "Blocker", "Matrix", "Opening", "Reach", "ReachError", "Way", "matrix", "reach", "without_zone"]
