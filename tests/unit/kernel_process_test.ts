import { strictEqual } from "node:assert/strict";
import { testedDeno } from "../lab/tested_deno.ts";

const PROCESS = new URL("../../src/kernel/process.ts", import.meta.url).href;
const SPIN = `data:text/javascript,self.postMessage(0);for(;;);`;

Deno.test("endProcess() ends a process whatever its threads do", async () => {
  const script = `
    import { endProcess } from ${JSON.stringify(PROCESS)};
    addEventListener("unload", () => console.log("went on"));
    const spinning = new Worker(${JSON.stringify(SPIN)}, { type: "module" });
    spinning.onmessage = () => endProcess(7);
  `;
  const { code, stdout } = await new Deno.Command(testedDeno(), {
    args: ["eval", script],
  }).output();
  strictEqual(code, 7);
  strictEqual(new TextDecoder().decode(stdout), "");
});
