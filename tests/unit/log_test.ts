import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { LogEvent } from "../../src/log/catalogue.ts";
import type { LogLevel } from "../../src/log/level.ts";
import { Log, type LogSettings, type LogStream } from "../../src/log/log.ts";
import { lineStyle } from "../../src/log/log_format.ts";

const TRANSITION: LogEvent = {
  event: "transition",
  time: new Date(2026, 10, 22, 16, 10, 3, 123).getTime(),
  instance: "VI_1",
  from: "BACKUP",
  to: "MASTER",
  reason: "no advert for 3.6 s",
  priority: 100,
  isPlanned: false,
};
/** An event of each level. */
const EVENTS: Readonly<Record<LogLevel, LogEvent>> = {
  debug: { event: "check_result", check: "a", isOk: true, detail: "200" },
  info: { event: "check_up", check: "a", detail: "200" },
  notice: { ...TRANSITION, instance: "a" },
  warning: { event: "check_down", check: "a", detail: "500" },
  error: { event: "check_error", check: "a", error: "bug" },
};
const TEXT: LogSettings = { level: "info", format: "text" };
const JSON_LINES: LogSettings = { level: "info", format: "json" };
const SECOND = 1000;
const LOG = import.meta.resolve("../../src/log/log.ts");

/** An event that says just this, as an error. */
function saying(error: string): LogEvent {
  return { event: "failed", error };
}

/** A reader that takes everything, and shows what it got. */
function reader({ terminal = false } = {}): LogStream & { text(): string } {
  let text = "";
  return {
    isTerminal: () => terminal,
    write(bytes): Promise<number> {
      text += new TextDecoder().decode(bytes);
      return Promise.resolve(bytes.length);
    },
    text: () => text,
  };
}

/** What is written, with TIME for the time that text lines begin with. */
function withoutTime(text: string): string {
  return text.replace(/^[-\d]{10}T[:.\d]{12}[+-]\d\d:\d\d/gm, "TIME");
}

/** What a log of these settings writes of these events. */
async function written(
  settings: LogSettings,
  events: readonly LogEvent[],
  terminal = false,
): Promise<string> {
  const stream = reader({ terminal });
  const log = new Log(settings, stream);
  for (const event of events) {
    log.log(event);
    await log.flush(SECOND);
  }
  return stream.text();
}

Deno.test("Log writes text with time, level, instance and message", async () => {
  strictEqual(
    withoutTime(await written(TEXT, [TRANSITION, EVENTS.warning])),
    "TIME NOTE  VI_1 BACKUP → MASTER: no advert for 3.6 s\n" +
      'TIME WARN  Check "a" is failing: 500\n',
  );
});

Deno.test("Log writes the time of the host with its offset at that time", async () => {
  const script = `
    const { Log } = await import(Deno.args[0]);
    const log = new Log({ level: "info", format: "text" });
    for (const time of [Date.UTC(2026, 6, 1, 1, 2, 3, 4), Date.UTC(2026, 10, 25, 20)]) {
      log.log({ event: "stopped", time });
    }
    await log.flush(1000);`;
  const timesIn = async (zone: string): Promise<string[]> => {
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--ext=ts", script, LOG],
      env: { NO_COLOR: "1", TZ: zone },
    }).output();
    return new TextDecoder().decode(stderr).match(/^\S+/gm) ?? [];
  };
  deepStrictEqual(await timesIn("Europe/Berlin"), [
    "2026-07-01T03:02:03.004+02:00",
    "2026-11-25T21:00:00.000+01:00",
  ]);
  deepStrictEqual(await timesIn("America/St_Johns"), [
    "2026-06-30T22:32:03.004-02:30",
    "2026-11-25T16:30:00.000-03:30",
  ]);
  deepStrictEqual((await timesIn("UTC"))[1], "2026-11-25T20:00:00.000+00:00");
});

Deno.test("Log colours the level on a terminal that takes colours", async () => {
  // NO_COLOR may be set where this runs.
  const label = Deno.noColor ? "NOTE " : "\x1b[36mNOTE \x1b[0m";
  const start = `TIME ${label} VI_1 `;
  const first = async (settings: LogSettings): Promise<string> =>
    withoutTime(await written(settings, [TRANSITION], true));
  const auto: LogSettings = { level: "info", format: "auto" };
  ok((await first(TEXT)).startsWith(start));
  ok((await first(auto)).startsWith(start));
  ok(!(await written(auto, [TRANSITION])).includes("\x1b"));
  ok(!(await written(JSON_LINES, [TRANSITION], true)).includes("\x1b"));
});

Deno.test("Log writes JSON lines with all fields and the router", async () => {
  strictEqual(
    await written({ ...JSON_LINES, routerId: "node1" }, [{
      ...TRANSITION,
      time: Date.UTC(2026, 10, 22, 16, 10, 3, 123),
    }]),
    '{"time":"2026-11-22T16:10:03.123Z","level":"notice",' +
      '"message":"BACKUP → MASTER: no advert for 3.6 s",' +
      '"event":"transition","instance":"VI_1","from":"BACKUP","to":"MASTER",' +
      '"reason":"no advert for 3.6 s","priority":100,"isPlanned":false,"router":"node1"}\n',
  );
});

Deno.test("Log writes journald lines with the level of syslog", async () => {
  const lines = await written(
    { level: "debug", format: "journald" },
    [...Object.values(EVENTS), { ...TRANSITION, to: "FAULT" }],
  );
  deepStrictEqual(lines.match(/^<\d>\w+/gm), [
    ...["<7>Check", "<6>Check", "<5>a", "<4>Check", "<3>Error", "<3>VI_1"],
  ]);
});

Deno.test("lineStyle() finds what auto stands for", () => {
  const style = (terminal: boolean, journal: boolean): string =>
    lineStyle("auto", { terminal, journal });
  strictEqual(style(false, false), "text");
  strictEqual(style(true, false), "colour");
  strictEqual(style(false, true), "journald");
  strictEqual(lineStyle("text", { terminal: false, journal: true }), "text");
});

Deno.test("Log finds the journal by the device and inode of stderr", async () => {
  const script = `
    const { Log } = await import(Deno.args[0]);
    const { dev, ino } = Deno.statSync("/proc/self/fd/2");
    for (const stream of [\`\${dev}:\${ino}\`, \`\${dev}:\${ino + 1}\`, "x"]) {
      Deno.env.set("JOURNAL_STREAM", stream);
      const log = new Log({ level: "info", format: "auto" });
      log.log({ event: "stopped" });
      await log.flush(1000);
    }`;
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--ext=ts",
      script,
      LOG,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const lines = new TextDecoder().decode(stderr).trimEnd().split("\n");
  deepStrictEqual(
    lines.map(withoutTime),
    ["<6>Stopped", "TIME INFO  Stopped", "TIME INFO  Stopped"],
  );
});

Deno.test("Log escapes what could make a second line", async () => {
  const message = "a\nb\r\tc\x1b[31m\x7f\x85\u2028\u202e {name}";
  const event: LogEvent = {
    ...{ event: "address_stuck", instance: "V\nI", time: 0 },
    ...{ address: "A", error: message },
  };
  strictEqual(
    await written({ level: "info", format: "journald" }, [event]),
    "<3>V\\nI a\\nb\\r\\tc\\u001b[31m\\u007f\\u0085\\u2028\\u202e {name}\n",
  );
  strictEqual(
    await written(JSON_LINES, [event]),
    '{"time":"1970-01-01T00:00:00.000Z","level":"error","message":' +
      '"a\\nb\\r\\tc\\u001b[31m\\u007f\\u0085\\u2028\\u202e {name}",' +
      '"event":"address_stuck","instance":"V\\nI","address":"A","error":' +
      '"a\\nb\\r\\tc\\u001b[31m\\u007f\\u0085\\u2028\\u202e {name}"}\n',
  );
});

Deno.test("Log writes one line an event whatever the event holds", async () => {
  const formats = fc.constantFrom("text", "journald", "json");
  const text = fc.string({ unit: "binary" });
  await fc.assert(
    fc.asyncProperty(formats, text, text, async (format, message, field) => {
      const event: LogEvent = {
        ...{ event: "address_stuck", instance: field },
        ...{ address: "A", error: message },
      };
      const lines = await written({ level: "info", format }, [event]);
      const breaks = [...lines.matchAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu)];
      deepStrictEqual(breaks.map(({ index }) => index), [lines.length - 1]);
      if (format === "json") {
        strictEqual(JSON.parse(lines).message, message.toWellFormed());
      }
    }),
  );
});

Deno.test("Log drops events below the level, which can be changed", async () => {
  const stream = reader();
  const log = new Log({ level: "warning", format: "journald" }, stream);
  const all = (): Promise<void> => {
    for (const event of Object.values(EVENTS)) log.log(event);
    return log.flush(SECOND);
  };
  await all();
  log.update({ level: "debug", format: "json" });
  log.log({ event: "stopped", time: 0 });
  await log.flush(SECOND);
  log.update({ level: "error", format: "journald" });
  await all();
  const error = '<3>Error in check "a", which counts as unknown: bug\n';
  strictEqual(
    stream.text(),
    `<4>Check "a" is failing: 500\n${error}` +
      '{"time":"1970-01-01T00:00:00.000Z","level":"info",' +
      `"message":"Stopped","event":"stopped"}\n${error}`,
  );
});

Deno.test("Log writes lines in the order of their time, without being asked", async () => {
  const came = Promise.withResolvers<string>();
  const log = new Log({ level: "info", format: "journald" }, {
    isTerminal: () => false,
    write(bytes): Promise<number> {
      text += new TextDecoder().decode(bytes);
      if (text.includes("soon")) came.resolve(text);
      return Promise.resolve(bytes.length);
    },
  });
  let text = "";
  // That of the core is told by a message, and comes behind one of the side.
  for (const time of [5, 7, 6, 7]) log.log({ ...saying(`${time}`), time });
  log.log(saying("soon"));
  strictEqual(await came.promise, "<3>5\n<3>6\n<3>7\n<3>7\n<3>soon\n");
});

Deno.test("Log loses and counts what a stalled reader leaves no room for", async () => {
  const stalled = Promise.withResolvers<void>();
  const batches: string[] = [];
  const log = new Log({ level: "info", format: "journald" }, {
    isTerminal: () => false,
    async write(bytes): Promise<number> {
      await stalled.promise;
      batches.push(new TextDecoder().decode(bytes));
      return bytes.length;
    },
  });
  for (let i = 1; i <= 1500; i++) log.log(saying(`${i}`));
  await log.flush(10);
  deepStrictEqual(batches, []);
  stalled.resolve();
  await log.flush(SECOND);
  const lines = batches.join("").split("\n");
  // The first is with the reader, a thousand wait, the rest is lost.
  strictEqual(lines[1000], "<3>1001");
  deepStrictEqual(lines.slice(1001), ["<4>499 log lines lost", ""]);
  strictEqual(log.lost, 499);
});

Deno.test("Log holds nothing up when nobody reads standard error", async () => {
  const script = `
    const { Log } = await import(Deno.args[0]);
    const log = new Log({ level: "info", format: "json" });
    for (let i = 0; i < 3000; i++) {
      log.log({ event: "failed", error: "x".repeat(200) });
      if (i % 100 === 0) await new Promise((done) => setTimeout(done, 1));
    }
    await log.flush(10);
    await Deno.stdout.write(new TextEncoder().encode("not held up"));
    Deno.exit(7);`;
  await using child = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--ext=ts",
      script,
      LOG,
    ],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  strictEqual(await new Response(child.stdout).text(), "not held up");
  strictEqual((await child.status).code, 7);
  await child.stderr.cancel();
});

Deno.test("Log says what was lost before the next line that is not", async () => {
  const first = Promise.withResolvers<void>();
  const others = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const batches: string[] = [];
  const log = new Log({ level: "info", format: "journald" }, {
    isTerminal: () => false,
    async write(bytes): Promise<number> {
      if (batches.length === 1) second.resolve();
      await (batches.length === 0 ? first : others).promise;
      batches.push(new TextDecoder().decode(bytes));
      return bytes.length;
    },
  });
  for (let i = 1; i <= 1002; i++) log.log(saying(`${i}`));
  await log.flush(1);
  first.resolve();
  await second.promise;
  log.log(saying("after"));
  others.resolve();
  await log.flush(SECOND);
  deepStrictEqual(batches.join("").split("\n").slice(1000), [
    "<3>1001",
    "<4>1 log line lost",
    "<3>after",
    "",
  ]);
});

Deno.test("Log survives a reader that is gone and one that takes a byte", async () => {
  let broken = true;
  let text = "";
  const log = new Log({ level: "info", format: "journald" }, {
    isTerminal: () => false,
    write(bytes): Promise<number> {
      if (broken) return Promise.reject(new Deno.errors.BrokenPipe());
      text += new TextDecoder().decode(bytes.subarray(0, 1));
      return Promise.resolve(1);
    },
  });
  for (const text of ["1", "2", "3"]) {
    log.log(saying(text));
    await log.flush(SECOND);
  }
  broken = false;
  log.log(saying("4"));
  await log.flush(SECOND);
  strictEqual(text, "<4>3 log lines lost\n<3>4\n");
  // The line that told of them was lost twice, and counts none.
  strictEqual(log.lost, 3);
});

Deno.test("Log counts the events that did not reach it as lost lines, whatever its level", () => {
  const log = new Log({ level: "error", format: "journald" }, {
    isTerminal: () => false,
    write: (bytes) => Promise.resolve(bytes.length),
  });
  log.log({ event: "events_lost", count: 7 });
  log.log({ event: "events_lost", count: 2 });
  strictEqual(log.lost, 9);
});
