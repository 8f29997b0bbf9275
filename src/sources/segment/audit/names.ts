/**
 * What the names of audit events mean, as data. Segment lists them nowhere but in its app, and they change over time, so a
 * name is not looked up whole: what it begins with says the area, and its verb the action. Case, plural and punctuation
 * do not count. The names that are public are those of the API's descriptions, of Segment's list of alerts, and of older
 * editions of https://segment.com/docs/segment-app/iam/audit-trail/; what they mean beyond their words is *unverified*.
 */

/** Goes up with each change of what a name means. */
export const NAMES_VERSION = 1;

/** The areas that Segment's Audit Trail names, and one for what lies in none of them. */
export type ProductArea =
  | 'Sources'
  | 'Functions'
  | 'Warehouses'
  | 'Destinations'
  | 'Storage'
  | 'Consent Management'
  | 'Tracking Plans'
  | 'Destination Filters'
  | 'Transformations'
  | 'Audiences'
  | 'Computed Traits'
  | 'Engage Warehouse Sources'
  | 'Profiles Sync'
  | 'Spaces'
  | 'Users'
  | 'Journeys'
  | 'Broadcasts'
  | 'Workspace'
  | 'Other';

export type Outcome = 'success' | 'failure';

/** Words that stand for others: what Segment called a thing before. */
export const FORMERLY: Readonly<Record<string, string>> = { Integration: 'Destination', Personas: 'Engage' };

/** What the names of an area begin with; of several the longest counts. */
export const SUBJECTS: Readonly<Record<ProductArea, readonly string[]>> = {
  Sources: ['Source', 'Schema', 'New Event', 'New Forbidden Event Property'],
  Functions: ['Function', 'Source Function', 'Destination Function', 'Insert Function'],
  Warehouses: ['Warehouse'],
  Destinations: ['Destination'],
  // What the app calls a warehouse now; it has both as areas.
  Storage: ['Storage'],
  'Consent Management': ['Consent'],
  'Tracking Plans': [
    'Tracking Plan',
    'Source Connected To Tracking Plan',
    'Source Disconnected From Tracking Plan',
    'Violations',
  ],
  'Destination Filters': ['Destination Filter'],
  Transformations: ['Transformation'],
  Audiences: ['Audience', 'Engage Audience'],
  'Computed Traits': ['Computed Trait', 'Engage Computed Trait'],
  'Engage Warehouse Sources': ['Engage Warehouse'],
  'Profiles Sync': ['Profiles Sync'],
  Spaces: [
    'Space',
    'Engage Space',
    'Source Connected To Space',
    'Source Disconnected From Space',
    // The API makes this one for a filter of a space; those of destinations have their own name.
    'Filter',
    'Data Graph',
  ],
  Users: [
    'User',
    'Segment User',
    'New Segment User',
    'Non-Segment User',
    'Invite',
    'Policy',
    'Subject',
    'Group',
    'Access Request',
    'Permission',
  ],
  Journeys: ['Journey', 'Engage Journey'],
  Broadcasts: ['Broadcast', 'Engage Broadcast'],
  Workspace: ['Workspace', 'Label', 'Support', 'Public API Token', 'Audit Forwarding'],
  Other: ['Model', 'Reverse ETL'],
};

interface Action {
  /** The verbs that tell it; of several in a name the first counts. */
  readonly verbs: readonly string[];
  /** What is told of it: a change that is in the trail was made; null where the name says no more than that something was seen. */
  readonly outcome: Outcome | null;
}

const done = (...verbs: string[]): Action => ({ verbs, outcome: 'success' });
const seen = (...verbs: string[]): Action => ({ verbs, outcome: null });
const failed = (...verbs: string[]): Action => ({ verbs, outcome: 'failure' });

/** What was done, by what it is called here. Of journeys and broadcasts no name is public, so their verbs are guesses. */
export const ACTIONS = {
  created: done('Created'),
  modified: done('Modified', 'Updated', 'Edited', 'Saved', 'Changed', 'Renamed'),
  deleted: done('Deleted'),
  enabled: done('Enabled'),
  disabled: done('Disabled'),
  toggled: done('Toggled'),
  added: done('Added'),
  removed: done('Removed'),
  connected: done('Connected'),
  disconnected: done('Disconnected'),
  allowed: done('Allowed'),
  blocked: done('Blocked'),
  omitted: done('Omitted'),
  archived: done('Archived'),
  restored: done('Restored', 'Unarchived'),
  invited: done('Invited'),
  accepted: done('Accepted'),
  granted: done('Granted'),
  revoked: done('Revoked'),
  'logged in': done('Login', 'Logged'),
  downloaded: done('Downloaded', 'Exported'),
  uploaded: done('Upload', 'Uploaded'),
  read: done('Retrieved', 'Viewed'),
  forced: done('Forced'),
  inferred: done('Inferred'),
  published: done('Published'),
  scheduled: done('Scheduled'),
  sent: done('Sent'),
  paused: done('Paused'),
  resumed: done('Resumed'),
  canceled: done('Canceled', 'Cancelled'),
  completed: done('Complete', 'Completed'),
  succeeded: done('Succeeded'),
  // Partial is not success.
  'partially succeeded': failed('Partial', 'Partially'),
  failed: failed('Failed'),
  skipped: seen('Skipped'),
  checked: seen('Check', 'Checked'),
  validated: seen('Validation', 'Validated'),
  detected: seen('Detected'),
} as const satisfies Readonly<Record<string, Action>>;

/** Names whose action is not in one word. */
export const WHOLE_NAMES: Readonly<Record<string, keyof typeof ACTIONS>> = {
  'User Invite Sent': 'invited',
  'New Forbidden Event Property': 'detected',
  'Data Graph Breaking Change': 'detected',
};

/** Segment tries failed runs and syncs of these again, up to five times, and each failure is an event of its own. */
export const RETRIED: readonly ProductArea[] = ['Audiences', 'Computed Traits'];
