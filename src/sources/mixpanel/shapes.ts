import { parseJson } from '../../http/json.ts';
import type { Row } from '../../engine/stream.ts';

/** Shapes that are remembered: a project has thousands at most, unless it makes names of its values. */
const MOST_SHAPES = 50_000;

/**
 * Makes rows of properties, as fast as of objects whose fields are known beforehand: those with the same names in the same order
 * are made of one pattern. Set one by one, more than a dozen fields make an object that V8 keeps as a table, which takes up to
 * four times as long to fill and to write.
 */
export class Shapes {
  readonly #columnOf: (name: string) => string | undefined;
  #first = new Shape([]);
  #count = 0;

  /** `columnOf`: the column of a property; undefined for one that is left out. */
  constructor(columnOf: (name: string) => string | undefined) {
    this.#columnOf = columnOf;
  }

  /** The fields of `row`, which are the same for all rows, and after them the properties in their columns. */
  fill(row: Row, properties: Row): Row {
    const shape = this.#shapeOf(Object.keys(properties));
    const filled = { ...(shape.pattern ??= patternOf([...Object.keys(row), ...shape.columns])) };
    for (const field of Object.keys(row)) filled[field] = row[field];
    const values = Object.values(properties);
    for (let at = 0; at < values.length; at += 1) {
      const column = shape.columns[at];
      if (column !== undefined) filled[column] = values[at];
    }
    return filled;
  }

  #shapeOf(names: readonly string[]): Shape {
    let shape = this.#first;
    for (const name of names) shape = shape.longer.get(name) ?? this.#grow(shape, name);
    return shape;
  }

  #grow(shape: Shape, name: string): Shape {
    if (this.#count >= MOST_SHAPES) [this.#first, this.#count] = [new Shape([]), 0];
    const longer = new Shape([...shape.columns, this.#columnOf(name)]);
    shape.longer.set(name, longer);
    this.#count += 1;
    return longer;
  }
}

/** The columns of some names in a row, and what those with one name more are. */
class Shape {
  readonly columns: readonly (string | undefined)[];
  readonly longer = new Map<string, Shape>();
  pattern: Row | undefined;

  constructor(columns: Shape['columns']) {
    this.columns = columns;
  }
}

/** An object with these fields, `__proto__` among them: a parser makes a field of it, which an assignment then finds. */
function patternOf(columns: Shape['columns']): Row {
  const fields = columns.flatMap((column) =>
    column === undefined ? [] : [`${JSON.stringify(column)}:null`],
  );
  return parseJson(`{${fields.join()}}`) as Row;
}
