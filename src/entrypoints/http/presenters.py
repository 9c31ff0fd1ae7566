"""From read models to the shapes of the contract."""

from dataclasses import dataclass

from entrypoints.http import answers
from streamcore.channels.models import ChannelView
from streamcore.identity.models import LoggedIn, User
from streamcore.shared.access import ANONYMOUS, Actor
from streamcore.shared.clock import Clock
from streamcore.shared.pages import Page
from streamcore.shared.visibility import Purpose, may_see
from streamcore.videos.models.captions import file_name
from streamcore.videos.models.images import OWN_CARD, OWN_POSTER
from streamcore.videos.models.media import GROWING_PLAYLIST
from streamcore.videos.models.upload import PendingUpload
from streamcore.videos.ports import MediaBase, MediaLinks
from streamcore.videos.use_cases.get_upload import UploadState
from streamcore.videos.use_cases.list_thumbnails import ThumbnailsView
from streamcore.videos.use_cases.presign_upload import PresignedUpload
from streamcore.videos.use_cases.sign_parts import SignedPart
from streamcore.videos.views import DuplicateView, VideoStatusView, VideoView


def user(found: User, actor: Actor) -> answers.User:
    """An account as ``actor`` may see it."""
    shown: answers.User = {
        "id": found.id,
        "username": found.username,
        "display_name": found.display_name,
        "avatar_url": found.avatar_url,
        "bio": found.bio,
        "role": found.role,
        "created_at": found.created_at,
    }
    if actor.user_id == found.id:
        shown |= {"email": found.email, "country": found.country, "autoplay": True, "interests": []}
    return shown


def logged_in(session: LoggedIn) -> answers.LoggedIn:
    return {
        "user": user(session.user, session.user.actor()),
        "access_token": session.tokens.access_token,
        "refresh_token": session.tokens.refresh_token,
        "token_type": "Bearer",
        "expires_in": session.tokens.expires_in,
    }


def channel(view: ChannelView) -> answers.Channel:
    return {
        "id": view.id,
        "handle": view.handle,
        "name": view.name,
        "description": view.description,
        "avatar_url": view.avatar_url,
        "banner_url": view.banner_url,
        "support_url": view.support_url,
        "followers_count": view.followers_count,
        "videos_count": view.videos_count,
        "shorts_count": view.shorts_count,
        "views_count": view.views_count,
        "likes_count": view.likes_count,
        "country": view.country,
        "tags": list(view.tags),
        "is_following": view.is_following,
        "created_at": view.created_at,
    }


def status(view: VideoStatusView) -> answers.Status:
    shown: answers.Status = {
        "video_id": view.video_id,
        "status": view.status,
        "progress": view.progress,
        "stage": view.stage,
    }
    if view.failure is not None:
        shown["error"] = {"code": view.failure.code, "message": view.failure.message}
    return shown


def upload_url(upload: PresignedUpload) -> answers.UploadUrl:
    request = upload.request
    shown: answers.UploadUrl = {
        "video_id": upload.video_id,
        "method": "PUT",
        "upload_url": request.url if request else None,
        "headers": dict(request.headers) if request else {},
        "expires_at": upload.expires_at,
    }
    if upload.parts:
        shown["parts"] = [part(signed) for signed in upload.parts]
        shown["part_size_bytes"] = upload.upload.part_size or 0
        shown["part_count"] = upload.upload.part_count
    return shown


def part(signed: SignedPart) -> answers.UploadPart:
    return {"number": signed.number, "url": signed.request.url, "size_bytes": signed.size}


def upload_parts(state: UploadState, upload: PendingUpload) -> answers.UploadParts:
    return {
        "video_id": state.video_id,
        "size_bytes": upload.size or 0,
        "part_size_bytes": upload.part_size or 0,
        "part_count": upload.part_count,
        "received_bytes": state.received,
        "arrived": [{"number": arrived.number, "size_bytes": arrived.size} for arrived in state.parts],
        "expires_at": upload.expires_at,
    }


def thumbnails(found: ThumbnailsView, base: str | None) -> answers.Thumbnails:
    return {
        "chosen": found.chosen.still if found.chosen else None,
        "own_image": found.chosen is not None and found.chosen.image is not None,
        "thumbnails": [
            {"index": index, "seconds": still.seconds, "url": base + still.poster, "card_url": base + still.card}
            for index, still in enumerate(found.stills)
            if base
        ],
    }


def duplicate(found: DuplicateView) -> answers.Duplicate:
    match = found.match
    return {
        "video_id": found.video_id,
        "kind": match.kind.value,
        "overlap_seconds": match.overlap_seconds,
        "offset_seconds": match.offset_seconds,
        "similarity": match.similarity,
        "coverage": match.coverage,
        "found_at": found.found_at,
    }


def page_meta(page: Page[VideoView]) -> answers.PageMeta:
    return {"next_cursor": page.next.encode() if page.next else None}


@dataclass(frozen=True, slots=True)
class VideoPresenter:
    """Videos with the addresses of their files, for the actor who is shown them."""

    links: MediaLinks
    clock: Clock

    def address(self, view: VideoView, folder: str, actor: Actor) -> MediaBase:
        """What the names of files are appended to that lie in ``folder`` below the video's prefix.

        Plain where anybody may fetch them, signed for nobody in particular where anybody may watch who has the link,
        and for the actor alone in all other cases; `CheckMediaAccess` asks the same policy when they are fetched.
        """
        now = self.clock.now()
        if may_see(view.facts, ANONYMOUS, Purpose.LIST, now):
            return self.links.plain(view.id, folder)
        by_link = may_see(view.facts, ANONYMOUS, Purpose.WATCH, now)
        return self.links.signed(view.id, folder, None if by_link else actor.user_id)

    def status(self, view: VideoStatusView, actor: Actor) -> answers.Status:
        shown = status(view)
        if view.preview is not None:
            shown["preview_url"] = self.links.signed(view.video_id, view.preview, actor.user_id).url + GROWING_PLAYLIST
        return shown

    def base(self, view: VideoView, actor: Actor) -> str | None:
        """The same for the generation in service; None until the video can be played."""
        return None if view.generation is None else self.address(view, view.generation, actor).url

    def video(self, view: VideoView, actor: Actor) -> answers.Video:
        base, media, channel = self.base(view, actor), view.media, view.channel
        thumbnail, poster = self.pictures(view, actor)
        shown: answers.Video = {
            "id": view.id,
            "channel": {
                "id": channel.id,
                "handle": channel.handle,
                "name": channel.name,
                "avatar_url": channel.avatar_url,
                "is_following": channel.is_following,
            },
            "title": view.title,
            "description": view.description,
            "type": view.type,
            "visibility": view.visibility,
            "status": view.status,
            "tags": list(view.tags),
            "category": view.category,
            "duration_seconds": media.duration_seconds if media else None,
            "width": media.width if media else None,
            "height": media.height if media else None,
            "thumbnail_url": thumbnail,
            "poster_url": poster,
            "preview_vtt_url": base + media.preview if base and media and media.preview else None,
            "stream_url": base + media.master if base and media else None,
            "audio_url": base + media.sound if base and media and media.sound else None,
            "renditions": self._renditions(view),
            "captions": self._captions(view, base) if base and media else [],
            "view_count": view.view_count,
            "like_count": view.like_count,
            "dislike_count": view.dislike_count,
            "comment_count": view.comment_count,
            "share_count": view.share_count,
            "is_liked": view.is_liked,
            "is_disliked": view.is_disliked,
            "is_adult": view.is_adult,
            "is_free": view.is_free,
            "is_featured": False,
            "is_banner": False,
            "country": view.country,
            "published_at": view.published_at,
            "created_at": view.created_at,
        }
        if view.publish_at is not None:
            shown["publish_at"] = view.publish_at
        if view.held:
            shown["is_held"] = True
        return shown

    def pictures(self, view: VideoView, actor: Actor) -> tuple[str | None, str | None]:
        """The addresses of the card and of the poster: those that the owner has chosen, else the best."""
        chosen, media = view.thumbnail, view.media
        if chosen is not None and chosen.folder is not None:
            own = self.address(view, chosen.folder, actor).url
            return own + OWN_CARD, own + OWN_POSTER
        base = self.base(view, actor)
        if base is None or media is None:
            return None, None
        if chosen is not None and chosen.still is not None and chosen.still < len(media.stills):
            still = media.stills[chosen.still]
            return base + still.card, base + still.poster
        return base + (media.card or media.poster), base + media.poster

    def _captions(self, view: VideoView, base: str) -> list[answers.Caption]:
        return [
            {"lang": caption.lang, "label": caption.label, "url": base + file_name(caption)}
            for caption in view.captions
        ]

    def _renditions(self, view: VideoView) -> list[answers.Rendition]:
        return [
            {
                "name": rung.name,
                "width": rung.width,
                "height": rung.height,
                "bitrate_bps": rung.bitrate_bps,
                "codecs": rung.codecs,
            }
            for rung in (view.media.renditions if view.media else ())
        ]

    def videos(self, page: Page[VideoView], actor: Actor) -> list[answers.Video]:
        return [self.video(view, actor) for view in page.items]

    def stream_url(self, view: VideoView, actor: Actor) -> answers.StreamUrl | None:
        """None until the video can be played."""
        if view.generation is None or view.media is None:
            return None
        base = self.address(view, view.generation, actor)
        return {
            "video_id": view.id,
            "stream_url": base.url + view.media.master,
            "poster_url": self.pictures(view, actor)[1],
            "expires_at": base.expires_at,
        }
