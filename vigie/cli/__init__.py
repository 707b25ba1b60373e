"""The commands, one module per group, each imported only when its command is called."""
