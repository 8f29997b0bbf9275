import type { MayLack, Row, Stream } from '../../engine/stream.ts';
import type { SegmentApi } from './api.ts';

/** Of two lists read one after the other: what both together may lack. */
export const worse = (one: MayLack, other: MayLack): MayLack =>
  one === 'changed' || other === 'changed' ? 'changed' : (one ?? other);

/**
 * The rows of a table as its children know them: with what is injected, one parent after the other where it hangs on
 * another table. `sought` leaves out the parents of other rows than this one.
 */
export async function* listing(
  stream: Stream<SegmentApi>,
  api: SegmentApi,
  sought: Row,
): AsyncGenerator<Row, MayLack> {
  let mayLack: MayLack = undefined;
  const own = async function* (parent: Row): AsyncGenerator<Row, MayLack> {
    const context = { api, parent, window: { start: '', end: '' }, rowsOf: () => [] };
    const injected = stream.inject?.(context) ?? {};
    if (!agrees(injected, sought)) return;
    const pages = stream.read(context);
    for (;;) {
      const page = await pages.next();
      if (page.done) return page.value;
      for (const row of page.value) yield { ...row, ...injected };
    }
  };
  if (!stream.parent) return yield* own({});
  const parents = listing(stream.parent.stream, api, {});
  for (;;) {
    const parent = await parents.next();
    if (parent.done) return worse(mayLack, parent.value);
    mayLack = worse(mayLack, yield* own(parent.value));
  }
}

const agrees = (injected: Row, sought: Row): boolean =>
  Object.entries(injected).every(([field, value]) => !(field in sought) || sought[field] === value);
