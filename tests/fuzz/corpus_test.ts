/**
 * Every input that was ever read wrongly, and many more that reach far into
 * the readers, are read rightly.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import { CORPUS, readCorpus } from "../../tools/fuzz/corpus.ts";
import { TARGETS } from "../../tools/fuzz/targets.ts";
import { removeRecordFile } from "../../tools/fuzz/targets/record.ts";

Deno.test.afterAll(removeRecordFile);

for (const target of TARGETS) {
  Deno.test(`${target.name}: each input of the corpus is read rightly`, async () => {
    const corpus = readCorpus(target);
    ok(corpus.length > 0);
    for (const { name, input } of corpus) {
      try {
        await target.judge(input);
      } catch (cause) {
        throw new Error(`${target.name}/${name}`, { cause });
      }
    }
  });
}

Deno.test("each folder of the corpus is that of a target", () => {
  deepStrictEqual(
    Array.from(Deno.readDirSync(CORPUS), ({ name }) => name).sort(),
    TARGETS.map(({ name }) => name).sort(),
  );
});
