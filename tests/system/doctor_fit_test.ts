/**
 * `alived test` on hosts where all is right, and the one promise it makes to
 * every host: nothing is disturbed.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived, alivedCommand } from "../lab/alived.ts";
import { type Host, Lab } from "../lab/lab.ts";
import { report } from "../lab/pair.ts";
import type { Program } from "../lab/program.ts";
import { VIP } from "../lab/router.ts";
import { sleep, until } from "../lab/wait.ts";

/**
 * Wait until the kernel changes an address no more by itself: a link gets one
 * of its own some time after it is up.
 */
async function settledAddresses(host: Host): Promise<string> {
  return await until(async () => {
    const text = await host.exec("ip", "-json", "address");
    return text.includes('"fe80:') && !text.includes("tentative") && text;
  }, { what: "addresses that are not tentative" });
}

/** What tcpdump shows of a segment, one line a packet. */
async function watchPackets(lab: Lab, filter: string): Promise<Program> {
  const program = lab.spawn([
    ...["tcpdump", "-i", "br0", "-n", "-e", "-l", "-Z", "root"],
    ...["--immediate-mode", filter],
  ]);
  await program.waitFor((line) => line.includes("listening on"));
  return program;
}

function packets(tcpdump: Program): string[] {
  return tcpdump.lines.filter((line) => / > /.test(line));
}

Deno.test("alived test finds nothing wrong where all is right, and disturbs nothing", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  await lab.host("b", "192.0.2.2/24");
  await a.exec("ip", "route", "add", "default", "via", "192.0.2.2");
  const adverts = await watchPackets(lab, "proto 112");
  const arps = await watchPackets(lab, "arp");
  const before = await settledAddresses(a);

  const start = performance.now();
  const doctor = a.spawn(alivedCommand("test", "--vip", `${VIP}/24`));
  const { code } = await doctor.ended;
  const took = performance.now() - start;

  const text = doctor.lines.join("\n");
  strictEqual(code, 0, text);
  ok(!text.includes("✗"), text);
  match(text, /^✓ interface +"eth0" \(from default route\) is up/m);
  match(text, /^✓ multicast +sent to 224\.0\.0\.18 .* and received/m);
  match(text, /^✓ firewall +adverts pass/m);
  match(text, /^✓ speakers +no VRRP router heard in 3 s/m);
  match(text, /^✓ vip\.use +192\.0\.2\.100\/24 is free/m);
  match(text, /^✓ vip\.hold +192\.0\.2\.100\/24 was added to "eth0", ann/m);
  match(text, /^This host is fit for VRRP/m);
  strictEqual(await settledAddresses(a), before);
  report(`alived test took ${(took / 1000).toFixed(1)} s`);
  // Nothing of the multicast left the host.
  deepStrictEqual(packets(adverts), []);
  // Probes claim nothing; what does came after them, once.
  const about = packets(arps).filter((line) => line.includes(`has ${VIP}`));
  deepStrictEqual(
    about.map((line) => /tell ([0-9.]+)/.exec(line)?.[1]),
    ["0.0.0.0", "0.0.0.0", "0.0.0.0", VIP],
  );
});

Deno.test("alived test knows the service beside it, which takes no notice", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const service = await Alived.start(a, { vrid: 51 });
  await service.waitForState("MASTER");
  const doctor = a.spawn(alivedCommand("test", "-i", "eth0"));
  strictEqual((await doctor.ended).code, 0, doctor.lines.join("\n"));
  const text = doctor.lines.join("\n");
  const { pid } = service.program;
  match(
    text,
    new RegExp(`^✓ services +alived serves here \\(pid ${pid}\\)`, "m"),
  );
  strictEqual(await service.program.stop(), 0);
  const events = service.events().map(({ event }) => event);
  ok(!events.includes("advert_dropped"), service.program.lines.join("\n"));
});

Deno.test("alived test leaves an address alone that is here already", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  await a.exec("ip", "address", "add", `${VIP}/24`, "dev", "eth0");
  const arps = await watchPackets(lab, "arp");
  const before = await settledAddresses(a);
  const doctor = a.spawn(
    alivedCommand("test", "-i", "eth0", "-v", `${VIP}/24`),
  );
  strictEqual((await doctor.ended).code, 0);
  const text = doctor.lines.join("\n");
  match(text, /^⚠ vip\.use .* is on "eth0" of this host already, left alone/m);
  ok(!text.includes("vip.hold"));
  strictEqual(await settledAddresses(a), before);
  deepStrictEqual(packets(arps).filter((line) => line.includes("Reply")), []);
});

const ENDINGS: readonly (readonly [Deno.Signal, status: number])[] = [
  ["SIGINT", 130],
  ["SIGHUP", 129],
  ["SIGQUIT", 131],
  ["SIGTERM", 143],
];

Deno.test("a signal ends alived test with nothing left behind", async () => {
  await using lab = await Lab.open();
  // While it starts, listens, and in the moment before it adds the address.
  const moments = {
    a: "privileges",
    b: "sysctl.ip_forward",
    c: "speakers",
    d: "speakers",
  };
  const hosts = await Promise.all(
    Object.entries(moments).map(async ([name, words], i) => ({
      host: await lab.host(name, `192.0.2.${i + 1}/24`),
      vip: `192.0.2.${i + 101}/24`,
      words,
    })),
  );
  await Promise.all(hosts.map(async ({ host, vip, words }, i) => {
    const before = await settledAddresses(host);
    const doctor = host.spawn(alivedCommand("test", "-i", "eth0", "-v", vip));
    await doctor.waitFor((line) => line.includes(words));
    if (i === 1) await sleep(1000);
    const [ending, status] = ENDINGS[i] ?? ["SIGINT", 130];
    const code = await doctor.stop(ending);
    strictEqual(await settledAddresses(host), before);
    // It may have been done before the signal came.
    if (words !== "speakers" || code !== 0) {
      strictEqual(code, status, doctor.lines.join("\n"));
      match(doctor.lines.at(-1) ?? "", /^Interrupted by SIG/);
    }
  }));
});
