/**
 * Colours of a terminal. They only underline what words say: without them
 * nothing is lost.
 *
 * @module
 */

/** A colour or a weight. */
export type Shade = "green" | "red" | "yellow" | "dim" | "bold";

/** What a text is fitted to. */
export interface Look {
  /** Columns that there are. */
  readonly width: number;
  /** Whether colours are shown. */
  readonly colour: boolean;
  /** A time (RFC 3339) as date and time of day where the reader is. */
  readonly clock: (time: string) => string;
}

const CODES: Readonly<Record<Shade, number>> = {
  ...{ bold: 1, dim: 2, red: 31, green: 32, yellow: 33 },
};

/** Give text a shade, where there is colour. */
export function shaded(
  text: string,
  shade: Shade | null,
  { colour }: Pick<Look, "colour">,
): string {
  return colour && shade !== null
    ? `\x1b[${CODES[shade]}m${text}\x1b[0m`
    : text;
}
