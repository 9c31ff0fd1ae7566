"""The channels room, built on its ports."""

from entrypoints.wiring.ports import Ports
from entrypoints.wiring.rerun import rerun
from streamcore.channels.use_cases.create_channel import CreateChannel
from streamcore.channels.use_cases.get_channel import GetChannel


class ChannelsRoom:
    """What can be done with channels."""

    def __init__(self, ports: Ports) -> None:
        self.create = rerun(CreateChannel(ports.begin, ports.clock, ports.ids))
        self.get = GetChannel(ports.channel_queries)
