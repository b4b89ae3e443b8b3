import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { LinkSysctls } from "../../src/daemon/core/link_sysctls.ts";
import type { RecordedSysctl } from "../../src/kernel/held_record.ts";
import { Failure } from "../../src/kernel/port.ts";
import { FakeMachine } from "../lab/fake_machine.ts";

const ETH0 = { index: 2, name: "eth0" };
const PROMOTE = "net/ipv4/conf/eth0/promote_secondaries";
const ACCEPT = "net/ipv4/conf/eth0/accept_local";
const REFUSED = new Failure({
  operation: "write",
  errno: 30,
  code: "EROFS",
  message: "Cannot write: read-only file system",
});

function machine(values: Readonly<Record<string, string>>): FakeMachine {
  const made = new FakeMachine();
  for (const [path, value] of Object.entries(values)) {
    made.sysctls.set(path, value);
  }
  return made;
}

/** Names that links have now. */
function named(name: string | null): (index: number) => string | null {
  return (index) => index === 2 ? name : null;
}

Deno.test("LinkSysctls turn on what is off, and off again at the end", () => {
  const kernel = machine({ [PROMOTE]: "0\n", [ACCEPT]: "0\n" });
  const sysctls = new LinkSysctls(kernel);
  strictEqual(sysctls.enable(ETH0, "promote_secondaries"), true);
  strictEqual(kernel.sysctls.get(PROMOTE), "1");
  strictEqual(kernel.sysctls.get(ACCEPT), "0\n");
  strictEqual(sysctls.enable(ETH0, "accept_local"), true);
  deepStrictEqual(sysctls.restore(named("eth0")), [
    { link: "eth0", setting: "promote_secondaries" },
    { link: "eth0", setting: "accept_local" },
  ]);
  strictEqual(kernel.sysctls.get(PROMOTE), "0");
  strictEqual(kernel.sysctls.get(ACCEPT), "0");
});

Deno.test("LinkSysctls leave on what was on before", () => {
  const kernel = machine({ [PROMOTE]: "1\n" });
  const sysctls = new LinkSysctls(kernel);
  strictEqual(sysctls.enable(ETH0, "promote_secondaries"), false);
  deepStrictEqual(sysctls.restore(named("eth0")), []);
  strictEqual(kernel.sysctls.get(PROMOTE), "1\n");
});

Deno.test("LinkSysctls ask once for each link and setting", () => {
  const kernel = machine({ [PROMOTE]: "0\n" });
  const sysctls = new LinkSysctls(kernel);
  sysctls.enable(ETH0, "promote_secondaries");
  kernel.sysctls.set(PROMOTE, "0\n");
  strictEqual(sysctls.enable(ETH0, "promote_secondaries"), false);
  strictEqual(kernel.sysctls.get(PROMOTE), "0\n");
  // Another link of that name has settings of its own.
  strictEqual(
    sysctls.enable({ index: 7, name: "eth0" }, "promote_secondaries"),
    true,
  );
  strictEqual(kernel.sysctls.get(PROMOTE), "1");
});

Deno.test("LinkSysctls try again what the kernel refused", () => {
  const kernel = machine({ [PROMOTE]: "0\n" });
  const sysctls = new LinkSysctls(kernel);
  kernel.refuse = () => REFUSED;
  strictEqual(sysctls.enable(ETH0, "promote_secondaries"), REFUSED);
  kernel.refuse = (call) => call === "writeSysctl" ? REFUSED : null;
  strictEqual(sysctls.enable(ETH0, "promote_secondaries"), REFUSED);
  deepStrictEqual(sysctls.restore(named("eth0")), []);
  kernel.refuse = () => null;
  strictEqual(sysctls.enable(ETH0, "promote_secondaries"), true);
});

Deno.test("LinkSysctls fail where the setting does not exist", () => {
  const sysctls = new LinkSysctls(machine({}));
  ok(sysctls.enable(ETH0, "accept_local") instanceof Failure);
});

Deno.test("LinkSysctls restore a link under the name that it has now, and none that is gone", () => {
  for (const name of ["wan", null]) {
    const kernel = machine({ [PROMOTE]: "0\n" });
    const sysctls = new LinkSysctls(kernel);
    sysctls.enable(ETH0, "promote_secondaries");
    deepStrictEqual(
      sysctls.restore(named(name)),
      name === null ? [] : [{ link: name, setting: "promote_secondaries" }],
    );
    strictEqual(kernel.sysctls.get(PROMOTE), "1");
    strictEqual(
      kernel.sysctls.get("net/ipv4/conf/wan/promote_secondaries"),
      name === null ? undefined : "0",
    );
  }
});

Deno.test("LinkSysctls name what was restored, and keep what was refused", () => {
  const kernel = machine({ [PROMOTE]: "0\n" });
  const sysctls = new LinkSysctls(kernel);
  sysctls.enable(ETH0, "promote_secondaries");
  kernel.refuse = (call) => call === "writeSysctl" ? REFUSED : null;
  deepStrictEqual(sysctls.restore(named("eth0")), []);
  strictEqual(sysctls.changed.length, 1);
  kernel.refuse = () => null;
  deepStrictEqual(sysctls.restore(named("eth0")), [
    { link: "eth0", setting: "promote_secondaries" },
  ]);
  deepStrictEqual(sysctls.restore(named("eth0")), []);
  deepStrictEqual(sysctls.changed, []);
});

Deno.test("LinkSysctls know what will be turned on before it is", () => {
  const kernel = machine({ [PROMOTE]: "0\n", [ACCEPT]: "1\n" });
  const sysctls = new LinkSysctls(kernel);
  sysctls.prepare(ETH0, "promote_secondaries");
  sysctls.prepare(ETH0, "accept_local");
  deepStrictEqual(sysctls.changed, [
    { index: 2, link: "eth0", setting: "promote_secondaries", before: "0" },
  ]);
  strictEqual(kernel.sysctls.get(PROMOTE), "0\n");
  const { version } = sysctls;
  sysctls.enable(ETH0, "promote_secondaries");
  sysctls.prepare(ETH0, "promote_secondaries");
  strictEqual(sysctls.version, version);
  // What was never turned on is not put back.
  const other = new LinkSysctls(machine({ [PROMOTE]: "0\n" }));
  other.prepare(ETH0, "promote_secondaries");
  deepStrictEqual(other.restore(named("eth0")), []);
  deepStrictEqual(other.changed, []);
  // Nor what somebody else turned on meanwhile.
  const late = new LinkSysctls(kernel);
  kernel.sysctls.set(PROMOTE, "0");
  late.prepare(ETH0, "promote_secondaries");
  kernel.sysctls.set(PROMOTE, "1");
  strictEqual(late.enable(ETH0, "promote_secondaries"), false);
  deepStrictEqual(late.changed, []);
});

Deno.test("LinkSysctls take over what a killed daemon turned on", () => {
  const left: RecordedSysctl = {
    ...{ index: 2, link: "old0", before: "0" },
    setting: "promote_secondaries",
  };
  const kernel = machine({ [PROMOTE]: "1\n" });
  const sysctls = new LinkSysctls(kernel);
  sysctls.adopt(left, "eth0");
  deepStrictEqual(sysctls.changed, [{ ...left, link: "eth0" }]);
  // It was on, and nothing has to be said of it.
  strictEqual(sysctls.enable(ETH0, "promote_secondaries"), false);
  deepStrictEqual(sysctls.restore(named("eth0")), [
    { link: "eth0", setting: "promote_secondaries" },
  ]);
  strictEqual(kernel.sysctls.get(PROMOTE), "0");
  // Somebody has put it back meanwhile, or the link is gone.
  sysctls.adopt(left, "eth0");
  sysctls.adopt(left, "eth7");
  deepStrictEqual(sysctls.changed, []);
});
