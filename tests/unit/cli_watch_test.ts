import { ok } from "node:assert/strict";
import { alivedCommand } from "../lab/alived.ts";
import { backup, instance, status } from "../lab/control_example.ts";
import { fakeDaemon, json } from "../lab/control_socket.ts";

const CLEAR = "\x1b[H\x1b[J";
const EVENT = {
  ...{ seq: 1, time: "2026-11-25T21:00:01.000Z", type: "transition" },
  ...{ event: "transition", instance: "VI_1", level: "notice", facts: {} },
  message: "VI_1 MASTER → BACKUP: 192.0.2.2 has priority 200",
};

/** Wait until what a terminal was sent last is such. */
async function shown(
  reader: ReadableStreamDefaultReader<string>,
  wanted: RegExp,
): Promise<string> {
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    ok(!done, `not shown: ${wanted} in ${text}`);
    text += value;
    const drawing = text.split(CLEAR).at(-1) ?? "";
    if (wanted.test(drawing)) return drawing;
  }
}

Deno.test("watch draws a terminal again, and nothing of a core that is silent", async () => {
  let isSilent = false;
  const watchers: ReadableStreamDefaultController<Uint8Array>[] = [];
  const said = status({ instances: [instance(), backup()] });
  await using daemon = await fakeDaemon({
    "/v1/status": () =>
      isSilent
        ? json({
          error: "…",
          core: { answers: false, silent_seconds: 2.25 },
        }, 503)
        : json(said),
    "/v1/watch": () =>
      new Response(
        new ReadableStream({
          start: (controller): void => {
            watchers.push(controller);
            controller.enqueue(encoded(said));
          },
        }),
      ),
  });
  const words = alivedCommand("watch", "--socket", daemon.socket);
  await using terminal = new Deno.Command("script", {
    args: ["-qec", `stty cols 80; exec ${words.join(" ")}`, "/dev/null"],
    env: { TZ: "UTC", NO_COLOR: "" },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = terminal.stdout.pipeThrough(new TextDecoderStream())
    .getReader();
  try {
    const first = await shown(reader, /VI_2 .*101\/24/);
    ok(first.includes("VI_1      \x1b[32mMASTER\x1b[0m  2h 14m"), first);
    watchers[0]?.enqueue(encoded(EVENT));
    await shown(
      reader,
      /VI_1 [^]*2026-11-25 21:00:01 VI_1 MASTER → BACKUP: 192\.0\.2\.2 has/,
    );
    isSilent = true;
    const silent = await shown(reader, /has not answered for 2\.3 s/);
    ok(!silent.includes("192.0.2.100"), silent);
  } finally {
    for (const watcher of watchers) watcher.close();
    terminal.kill("SIGTERM");
    await reader.cancel();
  }
});

function encoded(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}
