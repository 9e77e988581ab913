/** What the stand-in remembers of a workspace. Plain JSON: it is saved to a file as it is. */

export type Dict = Record<string, unknown>;

export interface StoredUser {
  id: string;
  name: string;
  real_name: string;
  title: string;
  color: string;
  is_bot: boolean;
  is_admin: boolean;
  /** A guest. */
  is_restricted: boolean;
  deleted: boolean;
  tz: string;
  tz_offset: number;
}

export interface StoredChannel {
  id: string;
  name: string;
  kind: 'channel' | 'private' | 'im';
  topic: string;
  created: number;
  creator: string;
  archived: boolean;
  members: string[];
  /** The last ts handed out here, in microseconds; later ones are greater. */
  last_ts: number;
  /** User → ts up to which that user has read. */
  reads: Record<string, string>;
  pins: string[];
  bookmarks: Dict[];
}

interface StoredReaction {
  name: string;
  users: string[];
}

export interface StoredMessage {
  channel: string;
  ts: string;
  user: string;
  text: string;
  blocks: Dict[];
  attachments: Dict[];
  /** Ids of files. */
  files: string[];
  reactions: StoredReaction[];
  thread_ts?: string;
  subtype?: string;
  bot?: boolean;
  username?: string;
  icons?: Dict;
  client_msg_id?: string;
  edited?: { user: string; ts: string };
  /** A deleted thread root leaves one of these. */
  tombstone?: boolean;
  ephemeral_for?: string;
  metadata?: { event_type: string; event_payload: unknown };
  upload?: boolean;
}

export interface StoredFile {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  size: number;
  user: string;
  created: number;
  alt: string;
  state: 'waiting' | 'uploaded' | 'complete';
  /** When Slack has looked at it, in epoch milliseconds; absent for files that came another way. */
  ready_at?: number;
  shares: { channel: string; ts: string; thread_ts?: string }[];
}

export interface StoredResponseUrl {
  id: string;
  kind: 'commands' | 'actions';
  user: string;
  channel: string;
  expires: number;
  uses: number;
  /** The message the person acted on, or the last one this address created. */
  original?: { ts: string; ephemeral: boolean };
}

export interface StoredView extends Dict {
  id: string;
  hash: string;
  type: 'modal' | 'home';
  blocks: Dict[];
}

export interface HeldEvent {
  outer: Dict;
  attempt: number;
}

export interface WorkspaceData {
  version: 1;
  team: { id: string; name: string; domain: string };
  app: { app_id: string; bot_id: string; bot_user: string; name: string };
  serial: number;
  users: StoredUser[];
  channels: StoredChannel[];
  usergroups: { id: string; handle: string; name: string; users: string[] }[];
  messages: StoredMessage[];
  files: StoredFile[];
  homes: Record<string, StoredView>;
  response_urls: StoredResponseUrl[];
  held: HeldEvent[];
}
