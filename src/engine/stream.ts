import type { RecordFrame } from '../protocol/messages.ts';
import type { Sharing } from '../protocol/shared.ts';
import type { StreamSchema } from './schema.ts';
import type { WindowPlan, Window } from './windows.ts';

export { SHARED, Shared } from '../protocol/shared.ts';

/** A record as the API sent it: its own field names, its own values; and columns of ours that it shares with others. */
export type Row = Record<string, unknown> & Sharing;

/**
 * How a list ends, where rows of it may have slipped through: it changed while it was paged, or it does not count its
 * rows and could have changed without a sign.
 */
export type MayLack = 'changed' | 'uncounted' | void;

/** A list that other streams need, and what its rows are kept for. */
interface Join<Api> {
  readonly stream: Stream<Api>;
  /** Top-level fields that are needed; the rest is let go to keep memory flat. */
  readonly keep: readonly string[];
}

/** The list of rows that each have a partition of their own. */
export interface Parent<Api> extends Join<Api> {
  /** Where one parent is asked for by itself: tells one that was deleted from a table that is closed. */
  readonly path: (row: Row) => string;
}

export interface ReadContext<Api> {
  readonly api: Api;
  /** The parent row (only the kept fields); empty for a stream without a parent. */
  readonly parent: Row;
  /** The time window to ask for; empty strings for a stream without windows. */
  readonly window: Window;
  /**
   * All rows of a list that the stream joins, with the kept fields; without those that were found deleted meanwhile. Throws where
   * it could not be read in full.
   */
  readonly rowsOf: (list: Stream<Api>) => readonly Row[];
  /** The columns that the catalog of this sync has for the stream; undefined where there is none. */
  readonly columns?: ReadonlySet<string>;
  /** Of a snapshot without a parent: where an earlier read of it ended, and how this one tells where it is. */
  readonly resume?: Resume;
}

export interface Resume {
  /** What an earlier read told last; undefined where it told nothing, or came to its end. */
  readonly from?: Row;
  /** Tells where the read will be once the page that is given next is written. */
  reached(position: Row): void;
}

/** What stands before and behind a row in its line. */
export type Frame = RecordFrame;

/** Whole lines, and how many. */
export interface Lines {
  readonly bytes: Buffer;
  readonly count: number;
}

/**
 * A table, as data. The engine reads it: it plans the partitions, runs them, masks, keeps the state and says how
 * it went. A stream only says where its rows are.
 */
export interface Stream<Api> {
  readonly name: string;
  /** One sentence for the person who chooses tables. */
  readonly description: string;
  /** The request, as people read it in the documents: `GET /sources/{id}/connected-warehouses`. */
  readonly endpoint: string;
  /** The vendor's page about it. */
  readonly docs: string;
  /** The vendor's own limit for this endpoint, where it is lower than the one that all share. */
  readonly requestsPerMinute?: number;
  /**
   * Which of the vendor's quotas its requests count in, where it has several: streams that wait for one of them must not keep
   * the places of those that have another.
   */
  readonly quota?: string;
  /** None where the vendor has none: such rows are appended, and whatever comes twice is written twice. */
  readonly primaryKey: readonly string[];
  /**
   * The documents name no key, and this one is what we make of them: two rows that differ and share it are looked for over
   * all pages of a list, not only within each. Such a list must be `uncounted` where it has more than one page, as only a
   * second reading tells them from one row that changed and moved.
   */
  readonly isKeyOurs?: boolean;
  /** Its pages are of one answer that the vendor keeps meanwhile, so that no row moves from one to another. */
  readonly isSnapshot?: boolean;
  readonly schema: StreamSchema;
  /** Field that an incremental read moves along; goes with `windows`. */
  readonly cursor?: string;
  readonly windows?: WindowPlan;
  readonly parent?: Parent<Api>;
  /** Lists that its rows are made of: each is read once in a sync, whoever else needs it. */
  readonly joins?: readonly Join<Api>[];
  /** Fields (dotted paths) that hold the id of a row of other tables, where their names do not say so: those tables. */
  readonly refersTo?: Readonly<Record<string, readonly string[]>>;
  /** Fields (dotted paths) that hold credentials: `all` masks the whole value, `credentials` what looks like one. */
  readonly secrets?: Readonly<Record<string, 'all' | 'credentials'>>;
  /** Reading it leaves a trace at the customer's, so nothing but a read of this very table asks for it. */
  readonly leavesTrace?: boolean;
  /** What a token needs to read it, where that is not every token's: it completes "This table needs …". */
  readonly gate?: string;
  /** The rows of one partition, page by page. */
  read(context: ReadContext<Api>): AsyncGenerator<readonly Row[], MayLack>;
  /**
   * The same rows as `read` has, as lines of bytes, where the API's own bytes can be passed on: for outputs that write such lines,
   * and a stream whose rows nobody has to look into, as it has no key, no parent and no secrets, and is no list of others.
   */
  readLines?(context: ReadContext<Api>, frame: () => Frame): AsyncGenerator<Lines, void>;
  /** Fields that the API leaves out and the key needs; they win over the row's own. */
  inject?(context: ReadContext<Api>): Row;
}
