/**
 * Signs that look like those of YAML and are letters to it.
 *
 * @module
 */

/** A blank that is no space; a tab is none either. */
export const ODD_BLANK = /[^\P{Zs} ]|[\u200b\u2060\ufeff]/u;

/** A quotation mark as word processors write them, where a text begins. */
export const ODD_QUOTE = /^[\u2018-\u201f\u00ab\u00bb\u2039\u203a]/;

/** What a blank that looks like a space is called. */
export function blankName(blank: string): string {
  const code = blank.codePointAt(0)?.toString(16).toUpperCase() ?? "";
  const kind = blank === "\u00a0" ? "a no-break space" : "a special blank";
  return `${kind} (U+${code.padStart(4, "0")})`;
}
