/** Whether a text is one of these, in any case; `*` stands for anything. Of none of them where there are none. */
export function matcher(patterns: readonly string[]): (text: string) => boolean {
  const alternatives = patterns.map((pattern) =>
    pattern
      .trim()
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
  );
  const any = new RegExp(`^(?:${alternatives.join('|')})$`, 'isu');
  return (text) => alternatives.length > 0 && any.test(text);
}
