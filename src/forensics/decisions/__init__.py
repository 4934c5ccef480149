"""What people decide on findings: a log of files apart from the facts, that no rebuild, restore or run touches."""

from forensics.decisions.log import Decision, DecisionLogError, add_decision, read_decisions

__all__ = ["Decision", "DecisionLogError", "add_decision", "read_decisions"]
