import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { PAGE_FILES } from "../../src/control/page.ts";
import type { PastEvent } from "../../src/control/daemon_port.ts";
import { lastDay } from "../../src/control/page/pictures.js";
import { clock, shellWord, span } from "../../src/control/page/words.js";
import {
  backup,
  check,
  heard,
  instance,
  NGINX_DOWN,
  peer,
  status,
  TIME,
  vip,
  WEB_DOWN,
} from "../lab/control_example.ts";
import { FakeDaemon } from "./control_fixture.ts";

const DIRECTORY = new URL("../../src/control/page/", import.meta.url);

/** The page, and its text as without its tags. */
async function drawn(
  daemon: FakeDaemon,
  path = "/",
): Promise<{ response: Response; html: string; text: string }> {
  const response = await daemon.get(path);
  const html = await response.text();
  const text = html.replace(/<[^>]*>/g, "\n").replace(/\n+/g, "|");
  return { response, html, text };
}

Deno.test("the page is complete without a script", async () => {
  const daemon = new FakeDaemon(status({
    instances: [
      instance({
        priority: { base: 150, effective: 140, terms: [WEB_DOWN] },
        heard: [heard({ mismatch: ["address_list"] })],
        vips: [
          vip({ held: true, owner: "alived" }),
          vip({ address: "2001:db8::1/64", excluded: true }),
        ],
      }),
      backup({ vrid: 52 }),
    ],
    checks: [NGINX_DOWN, check()],
    cluster: [peer()],
  }));
  const { response, html, text } = await drawn(daemon);
  strictEqual(response.status, 200);
  strictEqual(response.headers.get("Content-Type"), "text/html; charset=utf-8");
  ok(html.startsWith("<!DOCTYPE html>\n<html "));
  for (
    const part of [
      "<title>1 MASTER · node1 · alived</title>",
      '<details class="instance" id="instance-VI_1" data-state="MASTER" open="">',
    ]
  ) ok(html.includes(part), part);
  for (
    const part of [
      "|as of 21:00:00 UTC|",
      "|eth0 · VRID 51 · IPv4 · VRRPv2|1 of 2 addresses here|",
      "|MASTER for 2 h 14 min|, since 18:46:00 UTC: heard nothing from " +
      "192.0.2.2 for 3.609 s|",
      "|140| = 150| − 10 check web|",
      "|192.0.2.100/24| here, eth0|",
      "|2001:db8::1/64| not here, eth0, not advertised|",
      "|Next advert|in 0.6 s|",
      "|node2|192.0.2.2 · asked 1.2 s ago · advert 7 min 1 s ago; differs: " +
      "address list|BACKUP|100|",
      "|Silence|0.7 s of 3.6 s|",
      "|down|nginx|http|1 ms: connection refused|250 ms|",
      "|alived failover VI_1|",
      "|adverts sent|9\u202f000|",
      "|dropped: checksum|3|",
    ]
  ) {
    ok(
      text.includes(part),
      `${part}
${text}`,
    );
  }
});

Deno.test("names, reasons and answers stay text", async () => {
  const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>&`;
  const { html } = await drawn(
    new FakeDaemon(status({
      host: evil,
      instances: [instance({
        ...{ name: evil, interface: evil, group: evil, reason: evil },
        priority: {
          ...{ base: 1, effective: 1 },
          terms: [{ ...WEB_DOWN, tracker: evil, detail: evil }],
        },
        heard: [heard({ address: evil, mismatch: [evil] })],
        vips: [vip({ address: evil, interface: evil })],
        faults: [{ cause: evil, reason: evil }],
        state: "FAULT",
        drained: {
          ...{ since: evil, until: evil, by: evil, reason: evil },
          last_resort: true,
        },
      })],
      checks: [check({
        ...{ name: evil, type: evil, used_by: [evil] },
        history: [{ time: TIME, ok: false, seconds: 1, message: evil }],
      })],
      cluster: [peer({ host: evil, error: evil, url: evil })],
    })),
  );
  const tags = new Set(
    [...html.matchAll(/<\/?([a-z\d]+)/g)].map(([, tag]) => tag),
  );
  strictEqual(tags.has("img"), false);
  // Those of the head, and no third.
  strictEqual(html.split("<script").length, 3);
  // Nowhere an attribute that ended early: all of it is there escaped.
  strictEqual(html.includes("onerror=alert(1)>"), false);
  ok(html.includes("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;"));
});

Deno.test("the page and its files may load nothing of others, and run nothing inline", async () => {
  const daemon = new FakeDaemon();
  const policy = "default-src 'none'; script-src 'self'; style-src 'self'; " +
    "connect-src 'self'; img-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'";
  for (const path of ["/", "/page/page.js", "/page/page.css"]) {
    const { headers, body } = await daemon.get(path);
    await body?.cancel();
    strictEqual(headers.get("Content-Security-Policy"), policy);
    strictEqual(headers.get("X-Content-Type-Options"), "nosniff");
    strictEqual(headers.get("Cache-Control"), "no-store");
    strictEqual(headers.get("Referrer-Policy"), "no-referrer");
  }
  const { html } = await drawn(daemon);
  strictEqual(/ (style|on\w+)="/.test(html), false);
  const loaded = [...html.matchAll(/ (?:src|href)="([^"#?]+)"/g)]
    .map(([, path]) => path);
  deepStrictEqual(loaded, [
    ...["page/icon.svg", "page/page.css", "page/theme.js", "page/page.js"],
  ]);
});

Deno.test("a browser loads at most 60 KB, and the files are all there", async () => {
  const files = (await Array.fromAsync(Deno.readDir(DIRECTORY)))
    .map(({ name }) => name);
  deepStrictEqual(files.toSorted(), PAGE_FILES.toSorted());
  const daemon = new FakeDaemon(status());
  let bytes = (await (await daemon.get("/")).arrayBuffer()).byteLength;
  for (const name of PAGE_FILES) {
    const response = await daemon.get(`/page/${name}`);
    strictEqual(response.status, 200);
    const text = await response.text();
    bytes += new TextEncoder().encode(text).length;
    // It orders nothing, and makes no HTML of text.
    strictEqual(/innerHTML|POST|eval|insertAdjacent/.test(text), false, name);
  }
  ok(bytes <= 60_000, `${bytes} bytes`);
  for (const name of ["nothing.js", "..%2Fpage.ts", "__proto__"]) {
    const response = await daemon.get(`/page/${name}`);
    await response.body?.cancel();
    strictEqual(response.status, 404, name);
  }
});

Deno.test("a silent core gives a page that shows no state", async () => {
  const daemon = new FakeDaemon(status());
  daemon.silence(7.42);
  const { response, text } = await drawn(daemon);
  strictEqual(response.status, 503);
  ok(text.includes("|The core has not answered for 7.4 s|"), text);
  strictEqual(/MASTER|BACKUP|192\.0/.test(text), false);
});

Deno.test("the page is for this host, for reading, and for instances that are", async () => {
  const daemon = new FakeDaemon(status({ instances: [instance(), backup()] }));
  const asked: readonly (readonly [number, string, RequestInit])[] = [
    [200, "http://node1:9650/", {}],
    [200, "http://node1:9650/", { method: "HEAD" }],
    [405, "http://node1:9650/", { method: "POST" }],
    [421, "http://evil.example/", {}],
    [421, "http://evil.example/page/page.js", {}],
    [403, "http://node1/", { headers: { Origin: "http://evil.example" } }],
    [404, "http://node1/?instance=VI_9", {}],
    [400, "http://node1/?other=1", {}],
  ];
  for (const [code, url, init] of asked) {
    const headers = new Headers(init.headers);
    headers.set("Host", new URL(url).host);
    const request = new Request(url, { ...init, headers });
    const response = await daemon.ask(request, "tcp");
    await response.body?.cancel();
    strictEqual(response.status, code, `${init.method ?? "GET"} ${url}`);
  }
  const { html } = await drawn(daemon, "/?instance=VI_2");
  ok(html.includes('id="instance-VI_2"'));
  strictEqual(html.includes('id="instance-VI_1"'), false);
});

Deno.test("many instances are a line each", async () => {
  const daemon = new FakeDaemon(status({
    instances: Array.from(
      { length: 41 },
      (_, i) => instance({ name: `a b/${i}`, vrid: i + 1 }),
    ),
  }));
  const { html } = await drawn(daemon);
  strictEqual(html.includes("<details"), false);
  ok(html.includes('<a href="?instance=a%20b%2F40">a b/40</a>'));
});

Deno.test("drained is DRAINED, and says how it ends", async () => {
  const order = {
    ...{ since: "2026-11-25T20:00:00.000Z", by: "ops", reason: "new kernel" },
    ...{ until: "2026-11-26T02:00:00.000Z", last_resort: false },
  };
  const faults = [{ cause: "operator", reason: "drained" }];
  const daemon = new FakeDaemon(status({
    instances: [
      instance({ state: "FAULT", drained: order, faults }),
      instance({ name: "it's", drained: { ...order, last_resort: true } }),
    ],
  }));
  daemon.past = [{
    ...{ time: order.since, instance: "VI_1", from: "MASTER", to: "FAULT" },
    ...{ reason: "drained by ops", priority: 0, drained: true },
  }];
  const { html, text } = await drawn(daemon);
  ok(text.includes("|1|DRAINED|"));
  strictEqual(text.includes("|FAULT|"), false);
  ok(text.includes(
    "|Taken out of service by ops since 20:00:00 UTC, until " +
      "26 Nov 02:00:00 UTC: new kernel|",
  ));
  ok(text.includes("|Last resort by ops since"), text);
  ok(text.includes("|alived resume VI_1|"));
  strictEqual(text.includes("|alived drain VI_1|"), false);
  ok(html.includes("alived resume &#39;it&#39;\\&#39;&#39;s&#39;"));
});

Deno.test("what is known of a standby is said, and a second master too", async () => {
  const told = async (
    cluster: ReturnType<typeof peer>[],
  ): Promise<string> => (await drawn(new FakeDaemon(status({ cluster })))).text;
  ok((await told([])).includes("Backups are silent"));
  strictEqual((await told([peer()])).includes("No standby"), false);
  const failing = peer({ error: "connection refused" });
  ok((await told([failing])).includes("|No standby is known|"));
  const [there] = peer().instances;
  ok(there !== undefined);
  for (const changes of [{ drained: true }, { state: "FAULT" as const }]) {
    const worse = peer({ instances: [{ ...there, ...changes }] });
    ok((await told([worse])).includes("|No standby is known|"));
  }
  const rival = peer({ instances: [{ ...there, state: "MASTER" }] });
  ok((await told([rival])).includes("|node2 is MASTER of VI_1 as well|"));
});

Deno.test("spans, times and words of a shell read as people write them", () => {
  const spans: readonly (readonly [number, string])[] = [
    [-1, "0 s"],
    [0.44, "0.4 s"],
    [7, "7 s"],
    [59.4, "59 s"],
    [200, "3 min 20 s"],
    [120, "2 min"],
    [8040, "2 h 14 min"],
    [442_800, "5 d 3 h"],
  ];
  for (const [seconds, text] of spans) strictEqual(span(seconds), text);
  strictEqual(clock("2026-11-25T18:46:02.9Z", TIME, "utc"), "18:46:02 UTC");
  strictEqual(
    clock("2026-11-09T18:46:02Z", TIME, "utc"),
    "9 Nov 18:46:02 UTC",
  );
  strictEqual(shellWord("VI_1"), "VI_1");
  strictEqual(shellWord("a b"), "'a b'");
  strictEqual(shellWord("$(reboot)'"), "'$(reboot)'\\'''");
});

Deno.test("a day is what the transitions say, and nothing before the start", () => {
  const event = (
    time: string,
    from: PastEvent["from"],
    to: PastEvent["to"],
  ): PastEvent => ({
    ...{ time, from, to, instance: "VI_1", reason: "", priority: 100 },
  });
  const day = (events: PastEvent[], started: string): unknown =>
    lastDay(instance(), events, "2026-11-25T20:00:00Z", started);
  const events = [
    event("2026-11-24T10:00:00Z", "INIT", "BACKUP"),
    event("2026-11-25T18:00:00Z", "BACKUP", "MASTER"),
    { ...event("2026-11-25T19:59:00Z", "MASTER", "FAULT"), drained: true },
  ];
  deepStrictEqual(day(events, "2026-11-24T09:00:00Z"), [
    { state: "BACKUP", from: 86_400, to: 7200 },
    { state: "MASTER", from: 7200, to: 60 },
    { state: "DRAINED", from: 60, to: 0 },
  ]);
  deepStrictEqual(day(events.slice(1, 2), "2026-11-25T17:00:00Z"), [
    { state: "BACKUP", from: 10_800, to: 7200 },
    { state: "MASTER", from: 7200, to: 0 },
  ]);
  deepStrictEqual(day([], "2026-11-25T17:00:00Z"), [
    { state: "MASTER", from: 4440, to: 0 },
  ]);
});
