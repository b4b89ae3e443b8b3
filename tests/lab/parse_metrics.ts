/**
 * A small reader of the text that Prometheus reads (version 0.0.4), written
 * from its description alone: what is not of the format is an error.
 *
 * @module
 */

/** A line with a number. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with its series. */
export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly series: readonly Series[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const HELP = new RegExp(`^# HELP (${NAME}) ([^]*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`);
const SERIES = new RegExp(`^(${NAME})(?:\\{([^]*)\\})? (\\S+)$`);
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/;
const NUMBER = /^-?(?:\d+(?:\.\d+)?(?:e[+-]\d+)?)$/;
const WORDS: Readonly<Record<string, number>> = {
  "NaN": NaN,
  "+Inf": Infinity,
  "-Inf": -Infinity,
};
const PARTS = /_(?:bucket|sum|count)$/;

/**
 * Read a text.
 *
 * @throws {Error} When it is not of the format.
 */
export function parseMetrics(text: string): Family[] {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Error("The last line has no end");
  const families: (Family & { readonly series: Series[] })[] = [];
  let help: readonly [string, string] | null = null;
  for (const line of lines) {
    const [, helped, said = ""] = HELP.exec(line) ?? [];
    const [, typed, type = ""] = TYPE.exec(line) ?? [];
    if (helped !== undefined) {
      help = [helped, unescaped(said)];
    } else if (typed !== undefined) {
      if (help?.[0] !== typed) throw new Error(`No help for ${typed}`);
      if (families.some(({ name }) => name === typed)) {
        throw new Error(`${typed} comes twice`);
      }
      families.push({ name: typed, type, help: help[1], series: [] });
    } else {
      const series = seriesOf(line);
      const family = families.at(-1);
      const name = family?.type === "histogram"
        ? series.name.replace(PARTS, "")
        : series.name;
      if (family?.name !== name) throw new Error(`${name} is out of place`);
      family.series.push(series);
    }
  }
  return families;
}

/** Name and labels in one text, the same for the same series. */
export function keyOf({ name, labels }: Series): string {
  return JSON.stringify([name, Object.entries(labels).sort()]);
}

function seriesOf(line: string): Series {
  const [, name, labels = "", number = ""] = SERIES.exec(line) ?? [];
  if (name === undefined) throw new Error(`Not a line: ${line}`);
  const value = NUMBER.test(number) ? Number(number) : WORDS[number];
  if (value === undefined) throw new Error(`Not a number: ${number}`);
  return { name, labels: labelsOf(labels), value };
}

function labelsOf(text: string): Record<string, string> {
  const found: [string, string][] = [];
  for (let rest = text; rest !== "";) {
    const [all, name, value = ""] = LABEL.exec(rest) ?? [];
    if (all === undefined || name === undefined) {
      throw new Error(`Not a label: ${rest}`);
    }
    if (found.some(([other]) => other === name)) {
      throw new Error(`The label ${name} comes twice`);
    }
    found.push([name, unescaped(value)]);
    rest = rest.slice(all.length);
  }
  return Object.fromEntries(found);
}

function unescaped(text: string): string {
  return text.replace(
    /\\(["\\n])/g,
    (_, sign) => sign === "n" ? "\n" : sign,
  );
}
