"""The whole platform: its ports and its rooms."""

from entrypoints.wiring.channels import ChannelsRoom
from entrypoints.wiring.identity import IdentityRoom
from entrypoints.wiring.ports import Ports
from entrypoints.wiring.videos import VideosRoom


class Platform:
    """Every use case, built on one set of adapters; what each door and each worker holds."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self.identity = IdentityRoom(ports)
        self.channels = ChannelsRoom(ports)
        self.videos = VideosRoom(ports)
