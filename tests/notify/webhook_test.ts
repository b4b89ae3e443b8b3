/**
 * Webhooks against a real server on loopback.
 *
 * @module
 */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import type { WebhookSettings } from "../../src/config/settings/notify.ts";
import type { Notification } from "../../src/notify/notification.ts";
import type { Attempt } from "../../src/notify/retry.ts";
import { postWebhook, webhookBody } from "../../src/notify/webhook.ts";

const NOTIFICATION: Notification = {
  kind: "INSTANCE",
  name: "VI_1",
  state: "MASTER",
  previousState: "BACKUP",
  priority: 100,
  reason: "no advert for 3.61 s",
  interface: "eth0",
  virtualIps: ["192.0.2.100/24"],
  time: 1_795_363_803_123,
};

const BODY = {
  text: "VI_1 on node1 went from BACKUP to MASTER: no advert for 3.61 s",
  router: "node1",
  kind: "INSTANCE",
  name: "VI_1",
  state: "MASTER",
  previous_state: "BACKUP",
  priority: 100,
  reason: "no advert for 3.61 s",
  interface: "eth0",
  virtual_ips: ["192.0.2.100/24"],
  time: "2026-11-22T16:10:03.123Z",
};

/** Start a server; `paths` has what was asked for. */
function serve(answer: (request: Request) => Response | Promise<Response>): {
  readonly url: string;
  readonly paths: string[];
} & AsyncDisposable {
  const paths: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      paths.push(new URL(request.url).pathname);
      return answer(request);
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    paths,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function post(
  url: string,
  webhook: Partial<WebhookSettings> = {},
  signal = new AbortController().signal,
): Promise<Attempt> {
  return postWebhook(
    { url, headers: {}, events: ["MASTER"], timeout: 5000, ...webhook },
    webhookBody(NOTIFICATION, "node1"),
    signal,
  );
}

Deno.test("postWebhook() posts JSON with the headers that are configured", async () => {
  const { promise: seen, resolve } = Promise.withResolvers<unknown>();
  await using server = serve(async (request) => {
    const { method, headers } = request;
    resolve({
      method,
      type: headers.get("content-type"),
      agent: headers.get("user-agent"),
      token: headers.get("authorization"),
      body: await request.json(),
    });
    return new Response("taken");
  });
  const headers = { Authorization: "Bearer x", "User-Agent": "mine" };
  deepStrictEqual(await post(server.url, { headers }), {
    ok: true,
    detail: "status 200",
    retry: false,
  });
  deepStrictEqual(await seen, {
    method: "POST",
    type: "application/json",
    agent: "mine",
    token: "Bearer x",
    body: BODY,
  });
});

const STATUSES: readonly (readonly [number, boolean, boolean])[] = [
  // status, ok, retry
  [204, true, false],
  [304, false, false],
  [400, false, false],
  [404, false, false],
  [429, false, true],
  [500, false, true],
  [503, false, true],
];

for (const [status, ok, retry] of STATUSES) {
  Deno.test(`postWebhook() judges status ${status}`, async () => {
    await using server = serve(() => new Response(null, { status }));
    const attempt = await post(server.url);
    deepStrictEqual([attempt.detail, attempt.ok, attempt.retry], [
      `status ${status}`,
      ok,
      retry,
    ]);
  });
}

Deno.test("postWebhook() does not follow a redirection", async () => {
  await using server = serve(({ url }) =>
    Response.redirect(new URL("/elsewhere", url), 307)
  );
  const attempt = await post(`${server.url}/here`);
  deepStrictEqual([attempt.ok, attempt.retry, attempt.detail], [
    false,
    false,
    "status 307",
  ]);
  deepStrictEqual(server.paths, ["/here"]);
});

Deno.test("postWebhook() gives up a server that does not answer in time", async () => {
  const { promise: end, resolve } = Promise.withResolvers<void>();
  await using server = serve(async () => {
    await end;
    return new Response();
  });
  const attempt = await post(server.url, { timeout: 100 });
  resolve();
  deepStrictEqual([attempt.ok, attempt.retry, attempt.detail], [
    false,
    true,
    "no answer within 0.1 s",
  ]);
});

Deno.test("postWebhook() does not read an endless answer", async () => {
  let cancelled = false;
  await using server = serve(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
        cancel: () => {
          cancelled = true;
        },
      }),
    )
  );
  strictEqual((await post(server.url)).ok, true);
  await server[Symbol.asyncDispose]();
  strictEqual(cancelled, true);
});

Deno.test("postWebhook() keeps the path of the URL to itself", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const attempt = await post(`http://127.0.0.1:${port}/services/s3cret`);
  deepStrictEqual([attempt.ok, attempt.retry], [false, true]);
  match(attempt.detail, /Connection refused/);
  strictEqual(attempt.detail.includes("s3cret"), false);
});

Deno.test("postWebhook() ends when told to", async () => {
  const controller = new AbortController();
  await using server = serve(async () => {
    controller.abort();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return new Response();
  });
  const attempt = await post(server.url, {}, controller.signal);
  strictEqual(attempt.ok, false);
});
