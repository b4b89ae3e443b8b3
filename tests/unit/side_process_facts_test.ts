import { ok, strictEqual } from "node:assert/strict";
import {
  cpuSeconds,
  descriptorLimit,
  processFacts,
} from "../../src/daemon/side/process_facts.ts";

Deno.test("cpuSeconds() reads utime and stime, whatever the program is called", () => {
  const rest = "S 1 4711 4711 0 -1 4194304 5000 0 3 0 1234 66 0 0 20 0 9 0 555";
  strictEqual(cpuSeconds(`4711 (alived) ${rest}`), 13);
  strictEqual(cpuSeconds(`4711 (a) R 1 (b) ${rest}`), 13);
  strictEqual(cpuSeconds(""), 0);
});

Deno.test("descriptorLimit() reads the soft limit", () => {
  const limits = [
    "Limit                     Soft Limit           Hard Limit           Units",
    "Max core file size        0                    unlimited            bytes",
    "Max open files            1024                 524288               files",
  ].join("\n");
  strictEqual(descriptorLimit(limits), 1024);
  strictEqual(descriptorLimit(""), 0);
});

Deno.test("processFacts() counts the descriptors of this process", () => {
  const before = processFacts();
  ok(before.resident > 1_000_000);
  ok(before.openFds > 0 && before.openFds <= before.maxFds);
  const files = [1, 2, 3].map(() => Deno.openSync("/dev/null"));
  strictEqual(processFacts().openFds, before.openFds + 3);
  for (const file of files) file.close();
  // The kernel counts a hundredth of a second at a time.
  const until = performance.now() + 100;
  while (performance.now() < until);
  ok(processFacts().cpuSeconds > before.cpuSeconds);
});
