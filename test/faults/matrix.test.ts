/**
 * Each fault at each table. A fault that passes leaves no trace in the rows; one that stays makes its table INCOMPLETE,
 * with the class of who must act, and no state beyond what was written.
 */
import { describe, expect, test } from '@jest/globals';
import type { Table } from '../support/vendors/vendor.ts';
import { soak } from './soak.ts';
import { SUBJECTS } from './subjects/index.ts';
import type { Case } from './subjects/subject.ts';
import { parentsOf } from './tables.ts';
import { all, busy, expectResumable, expectWhole, readUnder, untroubled, verdicts } from './trouble.ts';

/** Tables that nobody waits for, and those that wait for others. */
const isChild = (table: Table) => parentsOf(table).length > 0;
const kindOf = (table: Table) =>
  `${table.windows?.unit === 'month' ? 'monthly' : table.windows ? 'windowed' : 'list'}${isChild(table) ? ' below' : ''}`;
const isSoak = soak.minutes > 0;

/** In a soak each table meets each fault; else so many faults share a sync, and each kind of table meets each of them. */
const inTurn = (cases: readonly Case[], shares: number) =>
  cases.flatMap((one, index) => {
    if (isSoak) return [{ name: one.name, shared: [one] }];
    const shared = cases.slice(index, index + shares);
    return index % shares === 0 ? [{ name: shared.map(({ name }) => name).join(', '), shared }] : [];
  });

/** How long a limit by the second keeps waiting (ms): nothing that anybody would call a pause. */
const A_MOMENT = 2000;

describe.each(SUBJECTS)('$vendor.name', (subject) => {
  const { vendor, askedOnce, shares } = subject;
  /** The tables that a fault can befall, each with its own: those of a kind have the faults in turn. */
  const troubled = (tables: readonly Table[], shared: readonly Case[]) => {
    const met = new Map<string, number>();
    return tables.flatMap((table) => {
      const turn = met.get(kindOf(table)) ?? 0;
      met.set(kindOf(table), turn + 1);
      const one = shared[turn % shared.length] as Case;
      const trouble = one.at(table);
      return trouble ? [{ table, one, fault: { ...vendor.place(table), ...trouble } }] : [];
    });
  };

  describe('a fault that passes leaves no trace in the rows', () => {
    const { broken, misshapen, brokenPages, passing, limited } = subject;
    const cases = [...broken, ...misshapen, ...brokenPages, ...passing, ...limited];
    test.each(inTurn(cases, shares))('$name', async ({ shared }) => {
      // All of the tables in trouble, in one sync.
      const some = troubled(vendor.tables, shared);
      const result = await readUnder(
        subject,
        some.map(({ table, fault }) => ({
          ...fault,
          on: askedOnce.includes(table.name) ? 1 : [2, 3],
        })),
      );
      expect(
        untroubled(
          result,
          some.map(({ table }) => table),
        ),
      ).toEqual([]);
      expect(verdicts(result, vendor.tables)).toEqual(all(vendor.tables, 'COMPLETE'));
      expectWhole(result);
    });
  });

  describe.each([
    ['from the start', 1],
    ['half-way', 2],
  ])('a fault that stays %s makes its table INCOMPLETE', (_, from) => {
    const groups = [
      ['tables of their own', vendor.tables.filter((table) => !isChild(table)), 0],
      ['tables below a parent', vendor.tables.filter(isChild), 1],
    ] as const;
    describe.each(groups.filter(([, group]) => group.length > 0))('%s', (__, group, which) => {
      /** Reads under it, as far as the tables have such a request at all. */
      const readAll = async (shared: readonly Case[], paged = false) => {
        const able = await busy(subject, group, from, paged);
        if (!paged) {
          const others = group.filter((table) => !able.includes(table)).map(({ name }) => name);
          expect(askedOnce).toEqual(expect.arrayContaining(others));
        }
        const some = troubled(able, shared);
        const tables = some.map(({ table }) => table);
        const result = await readUnder(
          subject,
          some.map(({ fault }) => ({ ...fault, on: [from, 99_999] })),
          { streams: tables.map(({ name }) => name) },
        );
        const failureOf = (table: Table) => some.find((one) => one.table === table)?.one.failure(table);
        return { result, tables, failureOf };
      };
      const befalls = (one: Case) => group.some((table) => one.at(table));
      const expectIncomplete = ({ result, tables, failureOf }: Awaited<ReturnType<typeof readAll>>) => {
        expect(result.complete).toBe(tables.length === 0);
        expect(verdicts(result, tables)).toEqual(all(tables, 'INCOMPLETE', failureOf));
      };

      // A parent's fault is its children's too, so those that share a sync are of one class.
      const { broken, misshapen, brokenPages } = subject;
      test.each([broken, misshapen].flatMap((cases) => inTurn(cases.filter(befalls), shares)))(
        '$name',
        async ({ shared }) => {
          const read = await readAll(shared);
          expectIncomplete(read);
          await expectResumable(read.result);
        },
      );

      if (brokenPages.length > 0)
        test.each(brokenPages)('$name', async (one) => {
          const { result, tables, failureOf } = await readAll([one], true);
          expect(result.complete).toBe(false);
          const told = tables.filter((table) => !subject.bears(one, table));
          expect(told.length).toBeGreaterThan(tables.length / 2);
          expect(verdicts(result, told)).toEqual(all(told, 'INCOMPLETE', failureOf));
          const names = verdicts(result, tables).flatMap(([name, verdict], index) =>
            subject.bears(one, tables[index] as Table) && verdict === 'COMPLETE' ? [String(name)] : [],
          );
          expectWhole({ ...result, names });
          await expectResumable(result);
        });

      // The same at any moment and everywhere: in turn, and in a soak each.
      const here = subject.tooLong.filter((___, index) => isSoak || (index + which) % 2 === from % 2);
      test.each([...here, ...subject.closed])('$name', async (one) => {
        const read = await readAll([one]);
        expectIncomplete(read);
        expect(read.result.clock.slept.filter((ms) => ms > A_MOMENT)).toEqual([]);
        await expectResumable(read.result);
      });
    });
  });
});
