import type { Log } from '../../../engine/runtime.ts';
import { SHARED, Shared, type Row } from '../../../engine/stream.ts';
import { actorOf, spellings, type Actor } from './actor.ts';
import { chosen, type AuditConfig, type Wanted } from './filter.ts';
import { isKnown, meaningOf, type Meaning } from './meaning.ts';
import { NAMES_VERSION } from './names.ts';

/** Types and actors whose answers are kept: more than a workspace has, and few enough for memory. */
const MOST_KEPT = 5_000;
/** Unknown types that the log names. */
const MOST_TOLD = 100;

/** What is known of a type once it was looked at. */
interface Known {
  readonly meaning: Meaning;
  readonly isWanted: boolean;
  /** Our columns of its events, by the type of who did it. */
  readonly columns: Map<Actor['type'], Shared>;
}

/**
 * The audit trail as a config wants it: events with what they mean, without those that the API cannot leave out itself.
 * One a run. Millions of rows pass, so a type is looked at once, and so is an actor where actors are chosen.
 */
export class AuditTrail {
  /** The API's own filters: it takes one type a request. */
  readonly resourceTypes: readonly string[];
  readonly resourceId: string | undefined;
  readonly #log: Log;
  readonly #wantsType: Wanted | undefined;
  readonly #wantsArea: Wanted | undefined;
  readonly #wantsActor: ((names: string) => boolean) | undefined;
  readonly #known = kept((type) => this.#lookAt(type));
  readonly #told = new Set<string>();

  constructor(config: AuditConfig, log: Log) {
    this.resourceTypes = [...new Set(config.resource_types)];
    this.resourceId = config.resource_id;
    this.#log = log;
    this.#wantsType = chosen(config.event_types);
    this.#wantsArea = chosen(config.product_areas);
    const wantsActor = chosen(config.actors);
    this.#wantsActor = wantsActor && kept((names) => wantsActor(names.split('\n')));
  }

  /**
   * The events that are wanted, with our columns beside the API's own. They are put onto the rows themselves, as a copy would cost
   * more than all else that is done to a row; and but for the actor's id they are shared.
   */
  select(events: readonly Row[], workspaceId: unknown): Row[] {
    const rows: Row[] = [];
    for (const event of events) {
      const { type, actor, actorEmail } = event;
      const known = this.#known(typeof type === 'string' ? type : '');
      if (!known.isWanted) continue;
      const { type: actorType, id: actorId } = actorOf(actor, actorEmail);
      if (this.#wantsActor && !this.#wantsActor(namesOf(actor, actorEmail, ...spellings(actorType, actorId))))
        continue;
      const shared = sharedOf(known, actorType, workspaceId);
      event['actorId'] = actorId;
      if (hasOurs(event)) Object.assign(event, shared.columns);
      else event[SHARED] = shared;
      rows.push(event);
    }
    return rows;
  }

  /** Tells the log how many of a window's events were wanted, where a choice is made here. */
  tell(window: { readonly start: string; readonly end: string }, came: number, wanted: number): void {
    if (this.#wantsType || this.#wantsArea || this.#wantsActor)
      this.#log(
        'DEBUG',
        `audit_events: ${wanted} of the ${came} events from ${window.start} to ${window.end} pass the filter.`,
      );
  }

  #lookAt(type: string): Known {
    const meaning = meaningOf(type);
    if (type !== '' && !isKnown(meaning)) this.#tellUnknown(type);
    const { productArea } = meaning;
    // Where the area is not known it may be one that is wanted: rather an event too many than one that nobody sees.
    const isOfArea = productArea === null || (this.#wantsArea?.([productArea]) ?? true);
    return { meaning, isWanted: isOfArea && (this.#wantsType?.([type]) ?? true), columns: new Map() };
  }

  #tellUnknown(type: string): void {
    if (this.#told.size >= MOST_TOLD || this.#told.has(type)) return;
    this.#told.add(type);
    this.#log(
      'INFO',
      `audit_events: the type ${JSON.stringify(type)} is not in the table of names (version ${NAMES_VERSION}), ` +
        'so its productArea, action or outcome is null; please report it.',
    );
  }
}

function sharedOf({ meaning, columns }: Known, actorType: Actor['type'], workspaceId: unknown): Shared {
  const before = columns.get(actorType);
  if (before && before.columns['workspaceId'] === workspaceId) return before;
  const { productArea, action, outcome, isAttempt } = meaning;
  const now = new Shared({ workspaceId, actorType, productArea, action, outcome, isAttempt });
  columns.set(actorType, now);
  return now;
}

/**
 * Whether the API has come to send a column by the name of one that is shared, which ours then replaces on the row. Written out, as it
 * is asked of each row.
 */
const hasOurs = (event: Row): boolean =>
  event['workspaceId'] !== undefined ||
  event['actorType'] !== undefined ||
  event['productArea'] !== undefined ||
  event['action'] !== undefined ||
  event['outcome'] !== undefined ||
  event['isAttempt'] !== undefined;

/** All that an actor can be chosen by, a line for each. */
const namesOf = (...names: readonly unknown[]): string =>
  names.filter((name) => typeof name === 'string').join('\n');

/** The same answers, each worked out once as long as there are not too many. */
function kept<T>(answer: (text: string) => T): (text: string) => T {
  const answers = new Map<string, T>();
  return (text) => {
    const before = answers.get(text);
    if (before !== undefined) return before;
    const now = answer(text);
    if (answers.size < MOST_KEPT) answers.set(text, now);
    return now;
  };
}
