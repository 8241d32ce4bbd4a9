"""What the apps above ask of the papers: to issue one, and to check what somebody brings."""
