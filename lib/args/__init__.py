"""What a user may write: the settings, their rules, and how they are loaded."""
