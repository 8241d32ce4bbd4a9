"""The e-Gestor: the same-day deployment token, and the 24-hour code with which a PEC is installed or updated."""

from egestor.models.codes import InstallationCode
from egestor.models.one_use import ExpiredBatch, OneUse
from egestor.models.tokens import DeploymentToken, DeploymentTokenQuerySet

__all__ = ["DeploymentToken", "DeploymentTokenQuerySet", "ExpiredBatch", "InstallationCode", "OneUse"]
