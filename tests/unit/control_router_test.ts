import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { FakeDaemon, instanceStatus, statusOf } from "./control_fixture.ts";

const TWO = statusOf([
  instanceStatus(),
  instanceStatus({
    ...{ name: "VI_2", vrid: 52, state: "BACKUP" },
    master: { address: "192.0.2.2", priority: 200, self: false },
    vips: [{
      ...{ address: "2001:db8::1/64", interface: "eth0", excluded: true },
      ...{ held: false, owner: null, lease_seconds: null },
    }],
  }),
]);

/** Status code and body of an answer. */
async function told(
  response: Response,
): Promise<readonly [number, Record<string, unknown>]> {
  return [response.status, await response.json()];
}

Deno.test("/v1/status gives the whole status, or that of one instance", async () => {
  const daemon = new FakeDaemon(TWO);
  const [code, whole] = await told(await daemon.get("/v1/status"));
  strictEqual(code, 200);
  deepStrictEqual(whole, JSON.parse(JSON.stringify(TWO)));
  const [, one] = await told(await daemon.get("/v1/status?instance=VI_2"));
  deepStrictEqual(
    (one.instances as { name: string }[]).map(({ name }) => name),
    ["VI_2"],
  );
  // Whoever looks here wants to know of the others too.
  deepStrictEqual(daemon.done, [["look"], ["look"]]);
});

Deno.test("an instance that is none is a 404 with what was meant", async () => {
  const daemon = new FakeDaemon(TWO);
  for (
    const path of [
      "/v1/status?instance=VI_9",
      "/v1/instances/VI_9/explain",
      "/v1/events?instance=VI_9",
      "/instances/VI_9/master",
    ]
  ) {
    deepStrictEqual(await told(await daemon.get(path)), [404, {
      error: 'There is no instance "VI_9" (not VI_9 but VI_1,VI_2)',
    }], path);
  }
});

Deno.test("a core that is silent is a 503 everywhere, and never what was", async () => {
  const daemon = new FakeDaemon(TWO);
  daemon.silence(3.21);
  daemon.outcomes = { answers: false, silentSeconds: 3.21 };
  daemon.failovers = daemon.outcomes;
  const silent = [503, {
    error: "The core has not answered for 3.2 s",
    core: { answers: false, silent_seconds: 3.21 },
  }];
  for (
    const path of [
      ...["/v1/status", "/v1/watch", "/v1/instances/VI_1/explain"],
      ...["/v1/checks", "/healthz", "/readyz", "/instances/VI_1/master"],
      ...["/instances/VI_1/backup", "/vip/192.0.2.100"],
    ]
  ) deepStrictEqual(await told(await daemon.get(path)), silent, path);
  for (const path of ["/v1/drain", "/v1/resume", "/v1/failover"]) {
    const body = { instances: ["VI_1"] };
    deepStrictEqual(await told(await daemon.post(path, body)), silent, path);
  }
});

Deno.test("health is told by the status code, by HEAD and OPTIONS as well", async () => {
  const fault = { cause: "interface", reason: "interface eth2 is down" };
  const order = { cause: "operator", reason: "drained" };
  const drained = {
    ...{ since: "2026-11-25T20:00:00.000Z", until: null, by: "ops" },
    ...{ reason: null, last_resort: false },
  };
  const daemon = new FakeDaemon(statusOf([
    ...TWO.instances,
    instanceStatus({ name: "VI_3", state: "FAULT", faults: [fault] }),
    instanceStatus({ name: "VI_4", state: "FAULT", faults: [order], drained }),
  ]));
  const codes: readonly (readonly [string, number])[] = [
    ["/healthz", 200],
    ["/readyz", 503],
    ["/instances/VI_1/master", 200],
    ["/instances/VI_1/backup", 503],
    ["/instances/VI_2/master", 503],
    ["/instances/VI_2/backup", 200],
    ["/instances/VI_3/master", 503],
    ["/vip/192.0.2.100", 200],
    ["/vip/192.0.2.100/24", 404],
    ["/vip/2001:DB8:0::1", 503],
    ["/vip/192.0.2.7", 404],
    // A load balancer may add what it likes.
    ["/healthz?_=17", 200],
  ];
  for (const [path, code] of codes) {
    for (const method of ["GET", "HEAD", "OPTIONS"]) {
      const response = await daemon.get(path, { method });
      await response.body?.cancel();
      strictEqual(response.status, code, `${method} ${path}`);
    }
  }
  deepStrictEqual(await told(await daemon.get("/readyz")), [503, {
    error: "VI_3 is FAULT, VI_4 is DRAINED",
    ready: false,
    waiting: [
      { instance: "VI_3", state: "FAULT" },
      { instance: "VI_4", state: "DRAINED" },
    ],
  }]);
  const well = new FakeDaemon(TWO);
  deepStrictEqual(await told(await well.get("/readyz")), [200, {
    ready: true,
  }]);
});

Deno.test("metrics are those of now, and of a silent core that it is silent", async () => {
  const daemon = new FakeDaemon(TWO);
  const response = await daemon.get("/metrics");
  deepStrictEqual(
    [response.status, response.headers.get("Content-Type")],
    [200, "text/plain; version=0.0.4; charset=utf-8"],
  );
  const text = await response.text();
  match(text, /^alived_up 1$/m);
  match(text, /^alived_vip_held\{.*address="192\.0\.2\.100".*\} 1$/m);
  ok(!text.includes("keepalived_"));
  daemon.keepalivedMetrics = true;
  match(await (await daemon.get("/metrics")).text(), /^keepalived_up 1$/m);
  daemon.silence(7);
  const silent = await (await daemon.get("/metrics")).text();
  match(silent, /^alived_up 0$/m);
  match(silent, /^keepalived_up 0$/m);
  ok(!silent.includes("vip_held"));
});

Deno.test("a name is taken as it is written in a path, whatever is in it", async () => {
  const name = "VI/1:%ü?";
  const daemon = new FakeDaemon(statusOf([instanceStatus({ name })]));
  const path = `/instances/${encodeURIComponent(name)}/master`;
  const response = await daemon.get(path);
  deepStrictEqual(await told(response), [200, {
    instance: name,
    state: "MASTER",
  }]);
  deepStrictEqual(await told(await daemon.get("/instances/%ff/master")), [
    400,
    { error: "The path has a % that is none" },
  ]);
});

Deno.test("explain gives what is next, and what a peer would come to", async () => {
  const daemon = new FakeDaemon(TWO);
  const path = "/v1/instances/VI_1/explain?peer_priority=145";
  const [code, master] = await told(await daemon.get(path));
  strictEqual(code, 200);
  const { priority, takes_over } = master.peer as Record<string, unknown>;
  deepStrictEqual(
    [master.host, (master.instance as { name: string }).name],
    ["node1", "VI_1"],
  );
  deepStrictEqual([priority, takes_over], [145, true]);
  const [, backup] = await told(await daemon.get("/v1/instances/VI_2/explain"));
  deepStrictEqual(backup.outlook, { kind: "waits", in_seconds: null });
  strictEqual(backup.peer, null);
});

Deno.test("parameters that are not known, or out of range, are refused", async () => {
  const daemon = new FakeDaemon(TWO);
  const cases: readonly (readonly [string, string])[] = [
    [
      "/v1/status?instanec=VI_1",
      '/v1/status takes no parameter "instanec" ' +
      "(not instanec but instance)",
    ],
    ["/v1/events?limit=0", '"limit" must be a whole number from 1 to 10000'],
    ["/v1/events?limit=1e3", '"limit" must be a whole number from 1 to 10000'],
    [
      "/v1/instances/VI_1/explain?peer_priority=256",
      '"peer_priority" must be a whole number from 1 to 255',
    ],
  ];
  for (const [path, error] of cases) {
    deepStrictEqual(await told(await daemon.get(path)), [400, { error }], path);
  }
  await daemon.get("/v1/events?limit=7&instance=VI_1");
  await daemon.get("/v1/events");
  deepStrictEqual(daemon.done.slice(-2), [
    ["events", 7, "VI_1"],
    ["events", 200, null],
  ]);
});

Deno.test("another method is a 405 that names those that there are", async () => {
  const daemon = new FakeDaemon(TWO);
  const cases: readonly (readonly [string, string, string])[] = [
    ["PUT", "/v1/status", "GET, HEAD"],
    ["DELETE", "/healthz", "GET, HEAD, OPTIONS"],
    ["HEAD", "/v1/watch", "GET"],
    ["GET", "/v1/drain", "POST"],
  ];
  for (const [method, path, allowed] of cases) {
    const response = await daemon.get(path, { method });
    strictEqual(response.status, 405);
    strictEqual(response.headers.get("Allow"), allowed);
    if (method === "HEAD") continue;
    deepStrictEqual(await response.json(), {
      error: `${path} takes ${allowed}, not ${method}`,
    });
  }
});

const ORDERS = [
  ...["drain", "resume", "failover", "reload", "log-level"] as const,
];

Deno.test("orders are taken on the control socket and nowhere else", async () => {
  for (const door of ["status", "tcp"] as const) {
    const daemon = new FakeDaemon(TWO);
    for (const verb of ORDERS) {
      for (const method of ["POST", "GET", "PUT", "OPTIONS"]) {
        const response = await daemon.ask(
          new Request(`http://localhost/v1/${verb}`, {
            method,
            headers: { Host: "localhost" },
            ...(method === "POST" &&
              { body: '{"instances":"all","yes":true}' }),
          }),
          door,
        );
        await response.body?.cancel();
        strictEqual(response.status, 405, `${method} ${verb} by ${door}`);
      }
    }
    deepStrictEqual(daemon.done, []);
  }
});

/** What a page of `origin`, which asks for `host`, gets by TCP. */
async function asPage(
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const request = new Request(`http://127.0.0.1${path}`, { headers });
  const response = await new FakeDaemon(TWO).ask(request, "tcp");
  await response.body?.cancel();
  return response.status;
}

Deno.test("by TCP a request must be for this host, by a name or any address", async () => {
  const hosts: readonly (readonly [string, number])[] = [
    ["localhost", 200],
    ["localhost:9650", 200],
    ["LOCALHOST:9650", 200],
    ["node1", 200],
    ["node1.", 200],
    ["status.example.com", 200],
    ["127.0.0.1:9650", 200],
    ["[::1]:9650", 200],
    ["198.51.100.7", 200],
    ["evil.example", 421],
    ["evil.example:9650", 421],
    ["localhost.evil.example", 421],
    ["127.0.0.1.evil.example", 421],
    ["localhost@evil.example", 421],
    ["evil.example/localhost", 421],
    ["", 421],
  ];
  for (const [host, code] of hosts) {
    strictEqual(await asPage("/v1/status", { Host: host }), code, host);
  }
  strictEqual(await asPage("/nothing", { Host: "evil.example" }), 421);
  // Prometheus and load balancers ask by whatever name they know.
  const probes = ["/healthz", "/readyz", "/instances/VI_1/master", "/metrics"];
  for (const path of probes) {
    strictEqual(await asPage(path, { Host: "vip.example" }), 200, path);
  }
});

Deno.test("by TCP a page of another origin gets nothing, and is told the key", async () => {
  const origins: readonly (readonly [string, number])[] = [
    ["http://localhost:9650", 200],
    ["https://status.example.com", 200],
    ["http://127.0.0.1:9650", 200],
    ["http://evil.example", 403],
    ["null", 403],
    ["file://", 403],
  ];
  for (const [origin, code] of origins) {
    const headers = { Host: "localhost", Origin: origin };
    strictEqual(await asPage("/v1/status", headers), code, origin);
    strictEqual(await asPage("/healthz", headers), code, origin);
  }
  const daemon = new FakeDaemon(TWO);
  const headers = { Host: "evil.example" };
  const request = new Request("http://127.0.0.1/v1/status", { headers });
  deepStrictEqual(await told(await daemon.ask(request, "tcp")), [421, {
    error: '"evil.example" is not a name of this host: add it to ' +
      "global.http.allowed_hosts",
  }]);
});

Deno.test("the sockets of the file system ask nobody for a Host or an Origin", async () => {
  const headers = { Host: "evil.example", Origin: "http://evil.example" };
  for (const door of ["control", "status"] as const) {
    const request = new Request("http://localhost/v1/status", { headers });
    const response = await new FakeDaemon(TWO).ask(request, door);
    await response.body?.cancel();
    strictEqual(response.status, 200, door);
  }
});

Deno.test("every answer forbids to be kept, embedded or guessed", async () => {
  const daemon = new FakeDaemon(TWO);
  for (const path of ["/v1/status", "/nothing", "/healthz"]) {
    const response = await daemon.get(path);
    await response.body?.cancel();
    const { headers } = response;
    strictEqual(headers.get("Cache-Control"), "no-store");
    strictEqual(headers.get("X-Content-Type-Options"), "nosniff");
    strictEqual(headers.get("Cross-Origin-Resource-Policy"), "same-origin");
    match(headers.get("Content-Security-Policy") ?? "", /default-src 'none'/);
    strictEqual(headers.get("Access-Control-Allow-Origin"), null);
  }
});

Deno.test("an order to drain is passed on, in milliseconds, each name once", async () => {
  const daemon = new FakeDaemon(TWO);
  daemon.outcomes = [{ instance: "VI_1", refused: null, note: null }];
  const response = await daemon.post("/v1/drain", {
    instances: ["VI_1", "VI_1"],
    ...{ for_seconds: 1.5, reason: "kernel update", by: "ops" },
  });
  deepStrictEqual(await told(response), [200, { outcomes: daemon.outcomes }]);
  deepStrictEqual(daemon.done, [["drain", {
    instances: ["VI_1"],
    ...{ duration: 1500, reason: "kernel update", by: "ops" },
    lastResort: false,
  }]]);
});

Deno.test("to drain all needs a yes where nobody else is known to serve", async () => {
  const other = {
    ...{ url: "http://192.0.2.2:9650", host: "node2", error: null },
    fetched_seconds_ago: 1,
  };
  const standby = {
    ...{ name: "VI_1", vrid: 51, family: "ipv4", state: "BACKUP" as const },
    ...{ effective: 100, drained: false },
  };
  const all = { instances: "all" };
  const post = async (
    cluster: Parameters<typeof statusOf>[1],
    body: unknown,
  ): Promise<readonly [number, unknown, number]> => {
    const daemon = new FakeDaemon(statusOf(TWO.instances, cluster));
    const response = await daemon.post("/v1/drain", body);
    const { error = null } = await response.json();
    return [response.status, error, daemon.done.length];
  };
  const alone = "Nobody else is known to serve VI_1: drain all the same with " +
    "yes (--yes)";
  deepStrictEqual(await post({}, all), [409, alone, 0]);
  deepStrictEqual(await post({}, { ...all, yes: true }), [200, null, 1]);
  deepStrictEqual(await post({}, { ...all, last_resort: true }), [
    ...[200, null, 1],
  ]);
  deepStrictEqual(
    await post({ cluster: [{ ...other, instances: [standby] }] }, all),
    [200, null, 1],
  );
  // Those that do not serve, and those that did not answer, do not count.
  for (
    const peer of [
      { ...other, instances: [{ ...standby, drained: true }] },
      { ...other, instances: [{ ...standby, state: "FAULT" as const }] },
      { ...other, instances: [{ ...standby, vrid: 99 }] },
      { ...other, error: "connection refused", instances: [standby] },
    ]
  ) deepStrictEqual(await post({ cluster: [peer] }, all), [409, alone, 0]);
});

Deno.test("what was refused is a 409 with a sentence for each instance", async () => {
  const daemon = new FakeDaemon(TWO);
  daemon.outcomes = [
    { instance: "VI_1", refused: "It is drained already", note: null },
    { instance: "VI_2", refused: null, note: null },
  ];
  const response = await daemon.post("/v1/resume", {
    ...{ instances: "all", by: "ops" },
  });
  deepStrictEqual(await told(response), [409, {
    error: "VI_1: It is drained already",
    outcomes: daemon.outcomes,
  }]);
  deepStrictEqual(daemon.done, [["resume", "all", "ops"]]);
});

Deno.test("a handing over tells who took it and when, in seconds and RFC 3339", async () => {
  const daemon = new FakeDaemon(TWO);
  daemon.failovers = [{
    ...{ instance: "VI_1", refused: null, awaySeconds: null },
    resignedAt: Date.UTC(2026, 10, 25, 21, 3, 10, 2),
    successor: { address: "192.0.2.2", priority: 100, afterSeconds: 0.61 },
  }];
  const response = await daemon.post("/v1/failover", { instances: ["VI_1"] });
  deepStrictEqual(await told(response), [200, {
    failovers: [{
      ...{ instance: "VI_1", refused: null, away_seconds: null },
      resigned_at: "2026-11-25T21:03:10.002Z",
      successor: { address: "192.0.2.2", priority: 100, after_seconds: 0.61 },
    }],
  }]);
});

Deno.test("a reload says what it did, or gives every mistake", async () => {
  const daemon = new FakeDaemon(TWO);
  deepStrictEqual(await told(await daemon.post("/v1/reload", "")), [200, {
    ...{ ok: true, issues: [], added: [], removed: [], restarted: [] },
    changed: [],
  }]);
  daemon.reloads = {
    ...daemon.reloads,
    ...{ ok: false, issues: ["c.yaml:1:1 global: must be a map"] },
  };
  const dry = await daemon.post("/v1/reload", { dry_run: true });
  const [code, { error, issues }] = await told(dry);
  deepStrictEqual([code, error, issues], [
    409,
    "Nothing was changed: the configuration cannot be used",
    ["c.yaml:1:1 global: must be a map"],
  ]);
  deepStrictEqual(daemon.done, [["reload", false], ["reload", true]]);
});

Deno.test("a restart tells who serves now, or why nobody took over", async () => {
  const daemon = new FakeDaemon(TWO);
  deepStrictEqual(await told(await daemon.post("/v1/restart", "")), [200, {
    pid: 4712,
  }]);
  daemon.restarts = { ok: false, why: "a restart is under way" };
  deepStrictEqual(await told(await daemon.post("/v1/restart", {})), [409, {
    error: "Not restarted, and goes on as before: a restart is under way",
  }]);
  const [code] = await told(await daemon.post("/v1/restart", { all: true }));
  deepStrictEqual([code, daemon.done], [400, ["restart", "restart"]]);
  const { status } = await daemon.post("/v1/restart", "", "status");
  strictEqual(status, 405);
});

Deno.test("a level of the log is set for a while", async () => {
  const daemon = new FakeDaemon(TWO);
  const order = { level: "debug", for_seconds: 600 };
  deepStrictEqual(await told(await daemon.post("/v1/log-level", order)), [
    ...[200, order],
  ]);
  deepStrictEqual(daemon.done, [["logLevel", "debug", 600_000]]);
});

/** A body, and what is said of it. */
const BAD_BODIES: readonly (readonly [string, string])[] = [
  ["{", "The body is not JSON"],
  ["[]", "The body must be a JSON object"],
  ["null", "The body must be a JSON object"],
  ["{}", '"instances" is required'],
  ['{"instances":[]}', '"instances" must name an instance'],
  ['{"instances":"VI_1"}', '"instances" must be a list of names, or "all"'],
  [
    '{"instances":["VI_1"],"resaon":"x"}',
    '"resaon" is not a known key (not ' +
    "resaon but instances,for_seconds,reason,by,last_resort,yes)",
  ],
  [
    '{"instances":["VI_1"],"for_seconds":0}',
    '"for_seconds" must be a number ' +
    "of seconds above 0 and up to 31622400",
  ],
  [
    '{"instances":["VI_1"],"for_seconds":"2h"}',
    '"for_seconds" must be a ' +
    "number of seconds above 0 and up to 31622400",
  ],
  [
    '{"instances":["VI_1"],"reason":"a\\nb"}',
    '"reason" must be one line of ' +
    "1 to 200 characters",
  ],
  [
    '{"instances":["VI_1"],"last_resort":1}',
    '"last_resort" must be true or ' +
    "false",
  ],
];

for (const [body, error] of BAD_BODIES) {
  Deno.test(`an order of ${body} is refused and nothing done`, async () => {
    const daemon = new FakeDaemon(TWO);
    const [code, answer] = await told(await daemon.post("/v1/drain", body));
    strictEqual(code, 400);
    strictEqual(answer.error, error);
    deepStrictEqual(daemon.done, []);
  });
}

Deno.test("a body that is too large is not read to its end", async () => {
  const daemon = new FakeDaemon(TWO);
  let given = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller): void => {
      given++;
      controller.enqueue(new Uint8Array(1024).fill(32));
    },
  });
  const response = await daemon.ask(
    new Request("http://localhost/v1/drain", {
      ...{ method: "POST", body: endless },
    }),
  );
  deepStrictEqual(await told(response), [413, {
    error: "The body is too large: at most 65536 bytes",
  }]);
  ok(given <= 68, `${given} KiB were read`);
  deepStrictEqual(daemon.done, []);
});

Deno.test("a body of no UTF-8 is refused", async () => {
  const daemon = new FakeDaemon(TWO);
  const request = new Request("http://localhost/v1/drain", {
    ...{ method: "POST", body: new Uint8Array([0x22, 0xff, 0x22]) },
  });
  deepStrictEqual(await told(await daemon.ask(request)), [400, {
    error: "The body is not JSON in UTF-8",
  }]);
});
