/**
 * The part of Mixpanel's expressions that a reader needs: comparisons of one property, `not (…)`, `and`, `or` and
 * parentheses. https://developer.mixpanel.com/reference/segmentation-expressions
 */
export type Test<T> = (subject: T) => boolean;

/** A comparison of the property with what stands behind the operator; undefined where that is nothing to compare with. */
export type Compare<T> = (operator: Operator, literal: string) => Test<T> | undefined;

const OPERATORS = ['<=', '>=', '<', '>'] as const;
export type Operator = (typeof OPERATORS)[number];

const TOKEN =
  /\s*(datetime\(\s*(?:\d+|"[^"]*")\s*\)|(?:properties|event)\["[^"]*"\]|"[^"]*"|<=|>=|<|>|\(|\)|and\b|or\b|not\b)/y;

/** Reads an expression; undefined where it is none of those. `property` is what it may be about, in each spelling. */
export function readWhere<T>(
  text: string,
  property: readonly string[],
  compare: Compare<T>,
): Test<T> | undefined {
  const tokens = tokensOf(text);
  if (!tokens) return undefined;
  const next = () => tokens.shift();

  const any = (): Test<T> => {
    const tests = [all()];
    while (tokens[0] === 'or' && next()) tests.push(all());
    return (subject) => tests.some((test) => test(subject));
  };
  const all = (): Test<T> => {
    const tests = [one()];
    while (tokens[0] === 'and' && next()) tests.push(one());
    return (subject) => tests.every((test) => test(subject));
  };
  const one = (): Test<T> => {
    const token = next();
    if (token === 'not' && tokens[0] === '(') return negated(one());
    if (token === '(') return closed(any());
    const sign = next();
    const operator = OPERATORS.find((candidate) => candidate === sign);
    const test = operator && property.includes(token ?? '') && compare(operator, next() ?? '');
    if (!test) throw new SyntaxError(text);
    return test;
  };
  const closed = (test: Test<T>): Test<T> => {
    if (next() !== ')') throw new SyntaxError(text);
    return test;
  };

  try {
    const test = any();
    return tokens.length === 0 ? test : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const negated =
  <T>(test: Test<T>): Test<T> =>
  (subject) =>
    !test(subject);

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; text.slice(end).trim() !== ''; end = TOKEN.lastIndex) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}

export function compares<V extends string | number>(left: V, operator: Operator, right: V): boolean {
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}
