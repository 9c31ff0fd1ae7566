export { DeleteDialog } from './DeleteDialog';
export {
  channelVideosQuery,
  isMoving,
  newestQuery,
  ownVideosQuery,
  usePublishVideo,
  useReprocessVideo,
  useVideoStatus,
  videoQuery,
} from './queries';
export { StatusBadge } from './StatusBadge';
export { ThumbnailChooser } from './ThumbnailChooser';
export { Thumbnail, VideoCard, VideoCardSkeleton, watchPath } from './VideoCard';
export { VideoGrid } from './VideoGrid';
