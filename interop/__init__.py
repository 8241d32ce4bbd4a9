"""The gateway of machines (porta das máquinas): one way in for whatever calls the simulator without reading pages."""
