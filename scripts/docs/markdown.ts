/** Markdown from data. */
export function code(value: unknown): string {
  return `\`${String(value)}\``;
}

export function names(fields: readonly string[]): string {
  return fields.map(code).join(', ');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
