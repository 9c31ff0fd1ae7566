"""Adapters: one folder per technology; each implements ports of the core, none knows another."""
