/** The figures as a table: Markdown, so that it can go into docs/performance.md as it is. */

export interface Line {
  readonly what: string;
  readonly ours: string;
  /** What it is held against. */
  readonly theirs?: string;
  readonly ratio?: number;
  readonly target?: { readonly least: number } | { readonly most: number };
}

export const holds = ({ ratio, target }: Line): boolean => {
  if (ratio === undefined || target === undefined) return true;
  return 'least' in target ? ratio >= target.least : ratio <= target.most;
};

const HEAD = ['Measured', 'Connector', 'Held against', 'Ratio', 'Target', 'Verdict'];

export function table(lines: readonly Line[]): string {
  const rows = [HEAD, HEAD.map(() => '-'), ...lines.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row, index) => {
      const padded = row.map((cell, column) => cell.padEnd(widths[column] ?? 0, index === 1 ? '-' : ' '));
      return `| ${padded.join(' | ')} |`;
    })
    .join('\n');
}

function cells(line: Line): string[] {
  const { what, ours, theirs = '', ratio, target } = line;
  const wanted =
    target && ('least' in target ? `≥ ${target.least.toFixed(2)}` : `≤ ${target.most.toFixed(2)}`);
  const verdict = target ? (holds(line) ? 'met' : '**missed**') : '';
  return [what, ours, theirs, ratio?.toFixed(2) ?? '', wanted ?? '', verdict];
}
