"""From read models to the shapes of the contract."""

from dataclasses import dataclass

from entrypoints.http import answers
from streamcore.channels.models import ChannelView
from streamcore.identity.models import LoggedIn, User
from streamcore.shared.access import Actor
from streamcore.shared.pages import Page
from streamcore.shared.visibility import Visibility
from streamcore.videos.models import VideoStatus
from streamcore.videos.ports import MediaLinks
from streamcore.videos.use_cases.presign_upload import PresignedUpload
from streamcore.videos.views import VideoStatusView, VideoView


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
    return {
        "video_id": upload.video_id,
        "method": "PUT",
        "upload_url": upload.request.url,
        "headers": dict(upload.request.headers),
        "expires_at": upload.request.expires_at,
    }


def page_meta(page: Page[VideoView]) -> answers.PageMeta:
    return {"next_cursor": page.next.encode() if page.next else None}


def open_to_all(view: VideoView) -> bool:
    """Whether the files are there for anybody under their plain address (the same rule as `CheckMediaAccess`)."""
    return view.status is VideoStatus.PUBLISHED and view.visibility is Visibility.PUBLIC and not view.is_adult


@dataclass(frozen=True, slots=True)
class VideoPresenter:
    """Videos with the addresses of their files."""

    links: MediaLinks

    def base(self, view: VideoView) -> str | None:
        """What the names of the video's files are appended to; None until it can be played."""
        if view.media is None or view.generation is None:
            return None
        return self.links.base(view.id, view.generation, open_to_all=open_to_all(view))

    def video(self, view: VideoView) -> answers.Video:
        base, media, channel = self.base(view), view.media, view.channel
        poster = base + media.poster if base and media else None
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
            "thumbnail_url": poster,
            "poster_url": poster,
            "preview_vtt_url": None,
            "stream_url": base + media.master if base and media else None,
            "renditions": self._renditions(view),
            "captions": [],
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
        return shown

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

    def videos(self, page: Page[VideoView]) -> list[answers.Video]:
        return [self.video(view) for view in page.items]

    def stream_url(self, view: VideoView) -> answers.StreamUrl | None:
        """None until the video can be played."""
        base = self.base(view)
        if base is None or view.media is None:
            return None
        return {
            "video_id": view.id,
            "stream_url": base + view.media.master,
            "poster_url": base + view.media.poster,
        }
