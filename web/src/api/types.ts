/** The shapes of the API under short names. */

import type { components } from './schema';

type Schemas = components['schemas'];

export type Caption = Schemas['Caption'];
export type Channel = Schemas['Channel'];
export type LoggedIn = Schemas['LoggedIn'];
export type NewChannel = Schemas['NewChannel'];
export type Registration = Schemas['Registration'];
export type Status = Schemas['Status'];
export type Thumbnails = Schemas['Thumbnails'];
export type UploadLimits = Schemas['UploadLimits'];
export type User = Schemas['User'];
export type Video = Schemas['Video'];
export type VideoChanges = Schemas['VideoChanges'];
export type VideoStatus = Schemas['VideoStatus'];
export type VideoType = Schemas['VideoType'];
export type Visibility = Schemas['Visibility'];

/** One page of a list; `next_cursor` is null at the end. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}
