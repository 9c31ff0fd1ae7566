"""The rules of the repository itself: they read files and start programs, and open no socket."""

from tests.no_network import no_network

__all__ = ["no_network"]
