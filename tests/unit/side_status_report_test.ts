import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { StatusReport } from "../../src/daemon/side/status_report.ts";

Deno.test("the first change is reported at once, of those that follow the newest", async () => {
  const reported: number[] = [];
  const second = Promise.withResolvers<void>();
  let status = 0;
  using report = new StatusReport(() => {
    if (reported.push(status) === 2) second.resolve();
  }, 20);
  for (status = 1; status <= 1000; status++) report.changed();
  status = 1001;
  deepStrictEqual(reported, [1]);
  await second.promise;
  deepStrictEqual(reported, [1, 1001]);
});

Deno.test("nothing is reported when nothing changed", async () => {
  let reports = 0;
  using report = new StatusReport(() => void reports++, 1);
  report.changed();
  await new Promise((next) => setTimeout(next, 50));
  strictEqual(reports, 1);
});

Deno.test("what is owed at the end is reported then", () => {
  const reported: number[] = [];
  let status = 1;
  {
    using report = new StatusReport(() => void reported.push(status), 60_000);
    report.changed();
    status = 2;
    report.changed();
  }
  deepStrictEqual(reported, [1, 2]);
});
