import type { MayLack, Row } from '../../../engine/stream.ts';

/** What a stream reads: pages of rows, and how their list ends. */
export type Pages = AsyncGenerator<readonly Row[], MayLack>;

/** The same pages with other rows in them; how their list ends is told on. */
export async function* changed(pages: Pages, change: (row: Row) => readonly Row[]): Pages {
  for (;;) {
    const page = await pages.next();
    if (page.done) return page.value;
    yield page.value.flatMap(change);
  }
}

/** The same pages, of a list whose key is ours: where it has several, `isKeyOurs` takes a second reading. */
export async function* doubted(pages: Pages): Pages {
  for (let came = 0; ; came += 1) {
    const page = await pages.next();
    if (page.done) return page.value ?? (came > 1 ? 'uncounted' : undefined);
    yield page.value;
  }
}
