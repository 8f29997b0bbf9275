/** Which streams an export has, and into which files they go. Pure. */
import { configError } from '../engine/errors.ts';
import type { Source } from '../engine/source.ts';
import type { Stream } from '../engine/stream.ts';
import type { View } from '../engine/view.ts';
import { iso } from '../engine/windows.ts';
import type { Format } from './formats.ts';
import { formOf, formOfView, type Form } from './forms.ts';

/** What a person asked for. */
export interface Wish {
  /** Comma-separated names; undefined for all that leave no trace. */
  readonly streams: string | undefined;
  readonly view: string | undefined;
  readonly format: Format;
  /** Only what came since the last export, where a stream can tell. */
  readonly isIncremental: boolean;
}

export interface Selected<Api> {
  readonly stream: Stream<Api>;
  readonly isIncremental: boolean;
  readonly fileName: string;
  readonly form: Form;
}

type Offer<Api> = Pick<Source<never, Api>, 'name' | 'streams' | 'views'>;

/** The streams of a wish, in the order of the registry. `now` (ms) is for the names of files. Throws config_error. */
export function select<Api>(source: Offer<Api>, wish: Wish, now: number): readonly Selected<Api>[] {
  const view = wish.view === undefined ? undefined : viewOf(source, wish.view);
  if (view && wish.format !== 'csv')
    throw configError(`--view ${view.name} is a form in CSV; leave --format out.`);
  return streamsOf(source, wish.streams, view).map((stream) => {
    const isIncremental = wish.isIncremental && stream.cursor !== undefined;
    const isViewed = view?.stream === stream.name;
    const form = isViewed ? formOfView(view) : formOf(stream, wish.format);
    // What is new since the last export must not replace what was new then.
    const label = isViewed ? view.name : isIncremental ? iso(now).replace(/[-:.]/g, '') : undefined;
    const fileName = [stream.name, label, form.extension].filter(Boolean).join('.');
    return { stream, isIncremental, fileName, form };
  });
}

function viewOf<Api>({ name: source, views = [] }: Offer<Api>, name: string): View {
  const view = views.find((one) => one.name === name);
  if (view) return view;
  if (views.length === 0)
    throw configError(`source-${source} has no views; leave --view out to export its tables.`);
  const known = views.map((one) => one.name).join(', ');
  throw configError(`--view ${JSON.stringify(name)} is not known; source-${source} has: ${known}.`);
}

function streamsOf<Api>(
  { name: source, streams }: Offer<Api>,
  list: string | undefined,
  view: View | undefined,
): readonly Stream<Api>[] {
  if (list === undefined)
    return streams.filter(({ name, leavesTrace }) => (view ? name === view.stream : !leavesTrace));
  const names = new Set(list.split(',').map((name) => name.trim()));
  names.delete('');
  if (names.size === 0) throw configError('--streams names no table; leave it out to export all.');
  const chosen = streams.filter(({ name }) => names.delete(name));
  if (names.size > 0)
    throw configError(
      `--streams names ${[...names].join(', ')}, which source-${source} does not have; discover prints those that it has.`,
    );
  if (view && !chosen.some(({ name }) => name === view.stream))
    throw configError(
      `--view ${view.name} is made of ${view.stream}, which --streams does not name; add it.`,
    );
  return chosen;
}
