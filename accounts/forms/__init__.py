"""Forms of the doors: sign-in, passwords and the mailbox."""
