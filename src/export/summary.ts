import type { StreamFile } from './sink.ts';

/** What an export brought, a line a table: the files with their records, then what is missing and why. */
export function summary(files: readonly StreamFile[]): string {
  const written = files.filter(({ isComplete }) => isComplete);
  const missing = files.filter(({ isComplete }) => !isComplete);
  const counts = written.map(({ rows }) => rows.toLocaleString('en'));
  const width = Math.max(...counts.map(({ length }) => length));
  const lines = written.map(({ path, without }, index) => {
    const note = without === undefined ? '' : ` (without ${without})`;
    return `${counts[index]?.padStart(width)} rows  ${path}${note}`;
  });
  if (missing.length > 0) {
    const are = missing.length === 1 ? 'is' : 'are';
    if (lines.length > 0) lines.push('');
    lines.push(`${missing.length} of ${files.length} tables ${are} missing:`);
    for (const { name, error, isOutdated, path } of missing) {
      const old = isOutdated ? ` (${path} is an earlier export's.)` : '';
      const why = error?.message ?? 'the run ended before it did.';
      // What ends a run as a whole names none of its tables.
      lines.push(`  ${why.startsWith(name) ? why : `${name}: ${why}`}${old}`);
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}
