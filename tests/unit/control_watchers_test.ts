import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { WatchEvent } from "../../src/control/daemon_port.ts";
import { FakeDaemon } from "./control_fixture.ts";

function event(number: number): WatchEvent {
  return {
    time: "2026-11-25T21:00:00.000Z",
    ...{ type: "transition", event: "transition", instance: "VI_1" },
    ...{ level: "notice", message: `number ${number}`, facts: { number } },
  };
}

/** Reads a stream piece by piece. */
class Reader {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(response: Response) {
    this.response = response;
    strictEqual(response.status, 200);
    ok(response.body !== null);
    this.#reader = response.body.getReader();
  }

  /** The next piece, or null at the end. */
  async text(): Promise<string | null> {
    const { done, value } = await this.#reader.read();
    return done ? null : new TextDecoder().decode(value);
  }

  /** The lines of the next piece, as JSON. */
  async lines(): Promise<Record<string, unknown>[]> {
    const text = await this.text() ?? "";
    ok(text.endsWith("\n"));
    return text.trimEnd().split("\n").map((line) => JSON.parse(line));
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }
}

Deno.test("a watch begins with the status, then each event by its number", async () => {
  const daemon = new FakeDaemon();
  const reader = new Reader(await daemon.get("/v1/watch"));
  strictEqual(
    reader.response.headers.get("Content-Type"),
    "application/x-ndjson; charset=utf-8",
  );
  const status = await (await daemon.get("/v1/status")).text();
  strictEqual(await reader.text(), status);
  daemon.tell(event(1));
  deepStrictEqual(await reader.lines(), [{ seq: 1, ...event(1) }]);
  daemon.tell(event(2));
  daemon.tell(event(3));
  deepStrictEqual(
    (await reader.lines()).map(({ seq, message }) => [seq, message]),
    [[2, "number 2"], [3, "number 3"]],
  );
  strictEqual(daemon.listeners.size, 1);
  await reader.cancel();
  strictEqual(daemon.listeners.size, 0);
  deepStrictEqual(daemon.watchers.counts, { present: 0, dropped: 0 });
});

Deno.test("a page gets server-sent events", async () => {
  const daemon = new FakeDaemon();
  const reader = new Reader(
    await daemon.get("/v1/watch", {
      headers: { Accept: "text/event-stream" },
    }),
  );
  const status = JSON.stringify(await (await daemon.get("/v1/status")).json());
  strictEqual(
    await reader.text(),
    `retry: 2000\n\nid: 0\nevent: snapshot\ndata: ${status}\n\n`,
  );
  daemon.tell(event(1));
  strictEqual(
    await reader.text(),
    `id: 1\nevent: transition\ndata: ${
      JSON.stringify({ seq: 1, ...event(1) })
    }\n\n`,
  );
  await reader.cancel();
});

Deno.test("who does not read misses what is beyond 256 events, and is told", async () => {
  const daemon = new FakeDaemon();
  const reader = new Reader(await daemon.get("/v1/watch"));
  await reader.lines();
  for (let i = 1; i <= 1000; i++) daemon.tell(event(i));
  const lines = await reader.lines();
  deepStrictEqual(
    lines.map(({ seq }) => seq),
    // The gap has the number of the last that was missed.
    [...Array.from({ length: 256 }, (_, i) => i + 1), 1000],
  );
  strictEqual(lines[255]?.message, "number 256");
  const gap = lines.at(-1);
  deepStrictEqual([gap?.type, gap?.missed], ["gap", 744]);
  daemon.tell(event(1001));
  const [next] = await reader.lines();
  deepStrictEqual([next?.seq, next?.message], [1001, "number 1001"]);
  await reader.cancel();
});

Deno.test("32 watch at one time; another is refused until one goes", async () => {
  const daemon = new FakeDaemon();
  const readers: Reader[] = [];
  for (let i = 0; i < 32; i++) {
    readers.push(new Reader(await daemon.get("/v1/watch")));
  }
  const refused = await daemon.get("/v1/watch");
  deepStrictEqual([refused.status, await refused.json()], [503, {
    error: "Too many watch already: at most 32",
  }]);
  await readers[0]?.cancel();
  readers[0] = new Reader(await daemon.get("/v1/watch"));
  daemon.watchers.closeAll();
  for (const reader of readers) {
    // What was not read yet is gone with the end, which is all that is left.
    while (await reader.text() !== null);
  }
  strictEqual(daemon.listeners.size, 0);
});

Deno.test("heartbeats tell that the core answers, and since when it does not", async () => {
  const daemon = new FakeDaemon(undefined, 5);
  const reader = new Reader(await daemon.get("/v1/watch"));
  await reader.lines();
  const [first] = await reader.lines();
  deepStrictEqual([first?.type, first?.core], ["heartbeat", {
    ...{ answers: true, silent_seconds: null },
  }]);
  daemon.silence(7);
  let line = await reader.lines();
  while ((line[0]?.core as { answers: boolean }).answers) {
    line = await reader.lines();
  }
  deepStrictEqual(line[0]?.core, { answers: false, silent_seconds: 7 });
  await reader.cancel();
});

Deno.test("who reads nothing for 12 heartbeats is let go and counted", async () => {
  const daemon = new FakeDaemon(undefined, 2);
  const stuck = await daemon.get("/v1/watch");
  const reader = new Reader(await daemon.get("/v1/watch"));
  while (daemon.watchers.counts.present > 1) await reader.text();
  deepStrictEqual(daemon.watchers.counts, { present: 1, dropped: 1 });
  await reader.cancel();
  await stuck.body?.cancel();
});
