"""What the gateway brings to the house."""

from interop import sim

MACHINE_DOORS = (sim.DOOR,)
