"""Storage, time and chance inside one process, held to the same constraints as the real engines."""
