/**
 * What plain data has to look like, to be read from outside: each shape gives
 * the value that it was given, typed, or says where it is another.
 *
 * @module
 */

/** Gives the value, or throws {@linkcode Misshapen}. */
export type Shape<T> = (value: unknown) => T;

/** A value is not what it has to be. */
export class Misshapen extends Error {
  /** Where it is, such as `instances.0.state`. */
  readonly place: string;
  /** What it has to be, such as "a number". */
  readonly wanted: string;

  /**
   * Name what is wrong.
   *
   * @param place Empty for the whole.
   */
  constructor(wanted: string, place = "") {
    super(`${place === "" ? "It" : place} is not ${wanted}`);
    this.wanted = wanted;
    this.place = place;
  }

  /** The same, as it is seen from what the value is a part of. */
  within(part: string): Misshapen {
    const place = this.place === "" ? part : `${part}.${this.place}`;
    return new Misshapen(this.wanted, place);
  }
}

/** A finite number. */
export function number(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new Misshapen("a number");
}

/** A string. */
export function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new Misshapen("a text");
}

/** True or false. */
export function flag(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new Misshapen("true or false");
}

/** One of some values. */
export function among<const T extends string | number>(
  ...known: readonly T[]
): Shape<T> {
  return (value) => {
    const found = known.find((one) => one === value);
    if (found !== undefined) return found;
    throw new Misshapen(`one of ${known.join(", ")}`);
  };
}

/** Null, or what it has to be. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value) => value === null ? null : shape(value);
}

/** Of an object: nothing at all, or what it has to be. */
export function optional<T>(shape: Shape<T>): Shape<T> {
  // `object()` leaves out what is undefined.
  return (value) => value === undefined ? value as T : shape(value);
}

/** A list. */
export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new Misshapen("a list");
    return value.map((one, i) => at(`${i}`, shape, one));
  };
}

/** Values by any names. */
export function record<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value) => {
    if (!isObject(value)) throw new Misshapen("an object");
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, at(name, shape, one)]),
    );
  };
}

/** The shapes of the parts of an object. */
export type Parts<T> = { readonly [Name in keyof T]-?: Shape<T[Name]> };

/** An object of these parts; what else it has is left out. */
export function object<T extends object>(parts: Parts<T>): Shape<T> {
  const shapes = new Map(Object.entries<Shape<unknown>>(parts));
  return (value) => {
    if (!isObject(value)) throw new Misshapen("an object");
    // In the order that it has, as whoever compares texts expects.
    const names = new Set([...Object.keys(value), ...shapes.keys()]);
    const found = Array.from(names).flatMap((name) => {
      const shape = shapes.get(name);
      const part = shape && at(name, shape, value[name]);
      return part === undefined ? [] : [[name, part] as const];
    });
    return Object.fromEntries(found) as T;
  };
}

/** An object of one of several kinds, which one of its parts names. */
export function variant<T extends object>(
  name: string,
  kinds: Readonly<Record<string, Shape<T>>>,
): Shape<T> {
  return (value) => {
    if (!isObject(value)) throw new Misshapen("an object");
    const kind = value[name];
    const shape = typeof kind === "string" && Object.hasOwn(kinds, kind)
      ? kinds[kind]
      : undefined;
    if (shape !== undefined) return shape(value);
    throw new Misshapen(`one of ${Object.keys(kinds).join(", ")}`, name);
  };
}

function at<T>(part: string, shape: Shape<T>, value: unknown): T {
  try {
    return shape(value);
  } catch (error) {
    throw error instanceof Misshapen ? error.within(part) : error;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
