"""Playlists of a first quality that is still being made: events in the sense of RFC 8216, section 4.3.3.5."""

from pathlib import Path

from adapters.ffmpeg.boxes import codec_of
from adapters.ffmpeg.command import AUDIO_BPS
from adapters.ffmpeg.ladder import Rung
from adapters.ffmpeg.outputs import Outputs
from adapters.ffmpeg.playlists import AUDIO_PLAYLIST, master, up_to
from adapters.ffmpeg.probe import SourceFacts
from streamcore.videos.models.media import GROWING_PLAYLIST, Rendition

_CONTAINER = 1.05  # of the bit rate: what fragments add


class Growing:
    """``shown`` once there is something to watch. A segment is listed when it is stored, and sound with picture."""

    def __init__(self, outputs: Outputs, made: Path, facts: SourceFacts, rung: Rung) -> None:
        self.shown = False
        self._outputs = outputs
        self._made = made
        self._facts = facts
        self._rung = rung
        self._names = [rung.name, *(["audio"] if facts.audio is not None else [])]
        self._listed: dict[str, str] = {}

    async def publish(self) -> None:
        """List what there is by now."""
        texts = {name: self._listed_now(name) for name in self._names}
        if not all(texts.values()):
            return
        for name, text in texts.items():
            if name not in self._listed:
                await self._outputs.put(f"{name}/init.mp4", (self._made / name / "init.mp4").read_bytes())
            if text != self._listed.get(name):
                await self._outputs.put(f"{name}/{GROWING_PLAYLIST}", text.encode())
                self._listed[name] = text
        if not self.shown:
            await self._outputs.put(GROWING_PLAYLIST, self._master().encode())
            self.shown = True

    def _listed_now(self, name: str) -> str:
        playlist = self._made / name / "index.m3u8"
        stored = {path.rpartition("/")[2] for path in self._outputs.sizes if path.startswith(f"{name}/")}
        return up_to(playlist.read_text(encoding="utf-8"), stored) if playlist.exists() else ""

    def _master(self) -> str:
        codecs = ",".join(codec_of((self._made / name / "init.mp4").read_bytes()) for name in self._names)
        rung, has_audio = self._rung, "audio" in self._names
        most = int((rung.max_bps + (AUDIO_BPS if has_audio else 0)) * _CONTAINER)
        playlist = f"{rung.name}/{GROWING_PLAYLIST}"
        rate = float(self._facts.rate)
        rendition = Rendition(rung.name, rung.width, rung.height, rate, most, most, codecs, playlist)
        return master([rendition], has_audio=has_audio).replace(AUDIO_PLAYLIST, f"audio/{GROWING_PLAYLIST}")
