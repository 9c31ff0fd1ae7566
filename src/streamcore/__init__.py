"""streamcore: the domain core of a video platform, free of any technology.

Import a room's models and use cases from their own modules (``streamcore.videos.use_cases.publish_video``); start
from :mod:`entrypoints.embed` to get them built on the adapters of your choice.
"""

__version__ = "0.1.0"
