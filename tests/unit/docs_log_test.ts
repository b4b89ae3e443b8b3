import { match, strictEqual } from "node:assert/strict";
import { CHAPTERS } from "../../src/log/catalogue.ts";
import type { EventDefinition } from "../../src/log/events/define.ts";
import { logDocument } from "../../tools/log_document.ts";

Deno.test("docs/log.md is what deno task docs:log makes of the catalogue", async () => {
  const path = new URL("../../docs/log.md", import.meta.url);
  strictEqual(await Deno.readTextFile(path), await logDocument());
});

Deno.test("every event has a sentence of one line that leaves nothing open", () => {
  for (const events of Object.values(CHAPTERS)) {
    for (const definition of Object.values(events)) {
      const { say, example } = definition as unknown as EventDefinition<object>;
      match(say(example), /^(?!.*(undefined|null|NaN|\[object))\S.*\S$/);
    }
  }
});
