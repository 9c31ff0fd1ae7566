export { forgetUploads, isActive, useUploads } from './store';
export { UploadPanel, useLeaveGuard } from './UploadPanel';
