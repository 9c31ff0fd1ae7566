export { ChannelAbout, ChannelHead, ChannelHeadSkeleton } from './ChannelHead';
export { CreateChannelForm } from './CreateChannelForm';
export { channelQuery } from './queries';
