"""Swedish letters restored in text that an English reader made."""

from kompass_extract.repair.repairer import Repairer, load
from kompass_extract.repair.similar_shapes import OddWord, Proposal
from kompass_extract.repair.values import Repair, RepairedLine, RepairedText

__all__ = ["OddWord", "Proposal", "Repair", "RepairedLine", "RepairedText", "Repairer", "load"]
