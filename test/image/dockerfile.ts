/** A Dockerfile, as far as the platform cares: what its last stage says of itself. */
export interface Dockerfile {
  readonly bases: readonly string[];
  readonly user: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  /** What is copied from outside of the build. */
  readonly copied: readonly string[];
}

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** Build arguments have their defaults, unless they are given. */
export function parseDockerfile(text: string, given: Readonly<Record<string, string>> = {}): Dockerfile {
  const all = instructions(text);
  const last = all.slice(all.findLastIndex(({ word }) => word === 'FROM'));
  const of = (word: string, among = last) =>
    among.flatMap((instruction) => (instruction.word === word ? [instruction.rest] : []));
  const defaults = pairs(of('ARG').join(' '));
  const values = (word: string) =>
    pairs(
      of(word)
        .join(' ')
        .replace(/\$(\w+)/g, (_, name: string) => given[name] ?? defaults[name] ?? ''),
    );
  return {
    bases: of('FROM', all).map((rest) => rest.split(' ')[0] ?? ''),
    user: of('USER').at(-1),
    env: values('ENV'),
    labels: values('LABEL'),
    entrypoint: JSON.parse(of('ENTRYPOINT').at(-1) ?? '[]') as string[],
    copied: of('COPY', all)
      .filter((rest) => !rest.includes('--from='))
      .flatMap((rest) =>
        rest
          .split(/\s+/)
          .filter((word) => !word.startsWith('--'))
          .slice(0, -1),
      ),
  };
}

function instructions(text: string): Instruction[] {
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
      return { word, rest };
    });
}

/** `a=b c="d e"` */
function pairs(text: string): Record<string, string> {
  const found = text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/g);
  return Object.fromEntries([...found].map(([, name = '', quoted, plain]) => [name, quoted ?? plain ?? '']));
}
