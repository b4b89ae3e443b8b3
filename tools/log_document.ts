/**
 * Make docs/log.md of the catalogue of events.
 *
 * @module
 */

import { CHAPTERS } from "../src/log/catalogue.ts";
import type { EventDefinition } from "../src/log/events/define.ts";

const HEAD = `# The log

<!-- Made by \`deno task docs:log\` from src/log/events/; not edited by hand. -->

One line per event, on standard error. \`log.level\` and \`log.format\` of the
[configuration](configuration.md#global) say how much, and in which form.

Levels are those of syslog: \`error\` is what somebody must get out of bed for,
\`warning\` what somebody should look at, \`notice\` what an operator wants to have
seen, such as a takeover.

- \`text\`: time of the host with its offset, \`2026-11-25T21:00:00.123+01:00\`,
  level, name of the instance, sentence.
- \`journald\`: the same behind \`<N>\`, the priority of syslog, and without
  the time, which the journal has: \`journalctl -u alived -p warning\` shows
  what somebody should look at.
- \`json\`: an object a line, with \`time\` (the same
  instant in UTC, \`2026-11-25T20:00:00.123Z\`), \`level\`, \`message\` (the
  sentence), \`event\` (its name), the fields below, and \`router\` (the name of
  this host).

Each event is shown by a sentence that it may have. Sentences may change with every version. Names and fields stay; there may be
more of them. A duration is in milliseconds.
`;

type Definition = EventDefinition<Readonly<Record<string, unknown>>>;

/** The whole document, as `deno fmt` has it. */
export async function logDocument(): Promise<string> {
  const chapters = Object.entries(CHAPTERS).map(([heading, events]) =>
    [
      `## ${heading}`,
      ...Object.entries(events).map(([name, definition]) =>
        section(name, definition as unknown as Definition)
      ),
    ].join("\n\n")
  );
  return await formatted([HEAD, ...chapters].join("\n\n"));
}

function section(
  name: string,
  { level, when, remedy, fields, say, example }: Definition,
): string {
  const rows = Object.entries(fields).map(([field, what]) =>
    `| \`${field}\` | ${what} |`
  );
  const table = ["| Field | What it is |", "| --- | --- |", ...rows];
  return [
    `### \`${name}\``,
    `> ${say(example)}`,
    `Level: ${typeof level === "string" ? level : level.words}. ` +
    `${when} ${remedy}`.trim(),
    ...(rows.length === 0 ? [] : [table.join("\n")]),
  ].join("\n\n");
}

/** Markdown as `deno fmt` has it. */
export async function formatted(text: string): Promise<string> {
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = new Response(child.stdout).text();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  if (!(await child.status).success) throw new Error("deno fmt failed");
  return await output;
}

if (import.meta.main) {
  const path = new URL("../docs/log.md", import.meta.url);
  await Deno.writeTextFile(path, await logDocument());
}
