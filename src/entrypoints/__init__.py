"""Entrypoints: the composition root and the doors through which the world comes in."""
