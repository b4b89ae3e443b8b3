import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  type ControlKeys,
  ControlServer,
  placesOf,
} from "../../src/daemon/side/control_server.ts";
import { openSocket } from "../../src/daemon/side/control_socket.ts";
import { type Told, told } from "../lab/told.ts";
import { until } from "../lab/wait.ts";

const OFF: ControlKeys = { controlSocket: null, http: null };
const HTTP = { allowedHosts: [], keepalivedMetrics: false };

/** A server in a directory of its own, which answers by which door one came. */
class Bench implements AsyncDisposable {
  readonly directory = Deno.makeTempDirSync();
  readonly logged: Told[] = [];
  streamsEnded = 0;
  readonly server = this.another();

  /** One more server for the same directory. */
  another(): ControlServer {
    return new ControlServer({
      runDirectory: this.directory,
      log: { log: (event) => void this.logged.push(told(event)) },
      handle: (_, door) => Promise.resolve(new Response(door)),
      endStreams: () => void this.streamsEnded++,
    });
  }

  /** Paths of sockets that are there. */
  files(): string[] {
    return [...Deno.readDirSync(this.directory)].map(({ name }) => name).sort();
  }

  mode(name: string): number {
    return (Deno.lstatSync(`${this.directory}/${name}`).mode ?? 0) & 0o777;
  }

  messages(): string[] {
    return this.logged.map(({ message }) =>
      message.replaceAll(this.directory, "DIR")
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await Deno.remove(this.directory, { recursive: true });
  }
}

/** What is answered at a path. */
async function ask(path: string): Promise<string> {
  using client = Deno.createHttpClient({
    proxy: { transport: "unix", path },
  });
  const response = await fetch("http://localhost/", { client });
  return await response.text();
}

const BOTH: ControlKeys = {
  controlSocket: { path: null, status: { path: null, group: null } },
  http: null,
};

Deno.test("places are those of the run directory unless the file says others", () => {
  deepStrictEqual(placesOf(OFF, "/run/alived"), []);
  deepStrictEqual(placesOf(BOTH, "/run/alived"), [
    { door: "control", path: "/run/alived/control.sock", group: null },
    { door: "status", path: "/run/alived/status.sock", group: null },
  ]);
  const group = { name: "adm", gid: 4 };
  deepStrictEqual(
    placesOf({
      controlSocket: { path: "/a/b.sock", status: { path: null, group } },
      http: { ...HTTP, listen: { address: "::1", port: 9650 } },
    }, "/run/alived"),
    [
      { door: "control", path: "/a/b.sock", group: null },
      { door: "status", path: "/a/status.sock", group },
      { door: "tcp", address: "::1", port: 9650 },
    ],
  );
});

Deno.test("sockets answer, have their rights, and are gone at the end", async () => {
  await using bench = new Bench();
  const before = Deno.umask();
  await bench.server.update(BOTH);
  strictEqual(Deno.umask(), before);
  deepStrictEqual(bench.files(), ["control.sock", "status.sock"]);
  strictEqual(bench.mode("control.sock"), 0o600);
  strictEqual(bench.mode("status.sock"), 0o660);
  strictEqual(await ask(`${bench.directory}/control.sock`), "control");
  strictEqual(await ask(`${bench.directory}/status.sock`), "status");
  deepStrictEqual(bench.messages(), [
    "Answers on DIR/control.sock",
    "Answers on DIR/status.sock",
  ]);
  await bench.server.close();
  deepStrictEqual(bench.files(), []);
});

Deno.test("a reload touches only the sockets whose keys changed", async () => {
  await using bench = new Bench();
  await bench.server.update(BOTH);
  const inode = (): number | null =>
    Deno.lstatSync(`${bench.directory}/control.sock`).ino;
  const first = inode();
  await bench.server.update(structuredClone(BOTH));
  strictEqual(bench.streamsEnded, 0);
  await bench.server.update({
    ...BOTH,
    controlSocket: { path: null, status: null },
  });
  strictEqual(inode(), first);
  strictEqual(bench.streamsEnded, 1);
  deepStrictEqual(bench.files(), ["control.sock"]);
  strictEqual(await ask(`${bench.directory}/control.sock`), "control");
  await bench.server.update(OFF);
  deepStrictEqual(bench.files(), []);
});

Deno.test("the socket of a dead daemon is replaced, that of a living one is not", async () => {
  await using bench = new Bench();
  const path = `${bench.directory}/control.sock`;
  const left = Deno.listen({ transport: "unix", path });
  const one = { controlSocket: { path: null, status: null }, http: null };
  await bench.server.update(one);
  deepStrictEqual(bench.messages(), [
    "Cannot answer on DIR/control.sock: another process listens there: stop it",
  ]);
  left.close();
  // It is left behind as by SIGKILL, or made once more.
  if (bench.files().length === 0) {
    Deno.listen({ transport: "unix", path }).close();
  }
  await until(() => bench.messages().includes("Answers on DIR/control.sock"));
  strictEqual(await ask(path), "control");
});

Deno.test("a file that is no socket is never removed", async () => {
  await using bench = new Bench();
  await Deno.writeTextFile(`${bench.directory}/control.sock`, "mine");
  await bench.server.update(BOTH);
  strictEqual(
    await Deno.readTextFile(`${bench.directory}/control.sock`),
    "mine",
  );
  strictEqual(
    bench.messages()[0],
    "Cannot answer on DIR/control.sock: there is a file that is no socket: " +
      "remove it",
  );
});

Deno.test("a directory that others can write is no place for a socket", async () => {
  await using bench = new Bench();
  await Deno.chmod(bench.directory, 0o777);
  await bench.server.update(BOTH);
  deepStrictEqual(bench.files(), []);
  match(bench.messages()[0] ?? "", /all users can write "DIR"; run chmod o-w/);
  await Deno.chmod(bench.directory, 0o700);
});

Deno.test("the socket of a daemon that came after is not removed", {
  // The older one ends with its process.
  ...{ sanitizeOps: false, sanitizeResources: false },
}, async () => {
  await using bench = new Bench();
  const one = { controlSocket: { path: null, status: null }, http: null };
  await bench.server.update(one);
  await Deno.remove(`${bench.directory}/control.sock`);
  const after = bench.another();
  await after.update(one);
  await bench.server.close();
  deepStrictEqual(bench.files(), ["control.sock"]);
  strictEqual(await ask(`${bench.directory}/control.sock`), "control");
  await after.close();
});

Deno.test("a port in use is told with what may have it, and taken when it is free", async () => {
  await using bench = new Bench();
  const other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = other.addr as Deno.NetAddr;
  await bench.server.update({
    ...OFF,
    http: { ...HTTP, listen: { address: "127.0.0.1", port } },
  });
  strictEqual(
    bench.messages()[0],
    `Cannot answer on http://127.0.0.1:${port}: the port is in use: choose ` +
      "another one in global.http.listen",
  );
  other.close();
  await until(() =>
    bench.messages().includes(`Answers on http://127.0.0.1:${port}`)
  );
  const response = await fetch(`http://127.0.0.1:${port}/`);
  strictEqual(await response.text(), "tcp");
  // Said once, however often it was tried.
  strictEqual(bench.logged.length, 2);
});

Deno.test("of the ports of exporters for keepalived it is said whose they are", async () => {
  const place = { door: "tcp", address: "127.0.0.1", port: 9650 } as const;
  let other: Deno.Listener | null = null;
  try {
    other = Deno.listen({ hostname: "127.0.0.1", port: 9650 });
  } catch (error) {
    // Somebody has it, which is as good.
    ok(error instanceof Deno.errors.AddrInUse);
  }
  const handle = (): Promise<Response> => Promise.resolve(new Response());
  // It throws before there is a promise to be rejected, or after: both count.
  const problem = await (async () => await openSocket(place, handle))()
    .then(() => "", (error: Error) => error.message);
  other?.close();
  match(problem, /^the port is in use: stop the exporter of keepalived, which/);
});

Deno.test("an address that the host does not have is told", async () => {
  const place = { door: "tcp", address: "192.0.2.77", port: 9650 } as const;
  const handle = (): Promise<Response> => Promise.resolve(new Response());
  const problem = await (async () => await openSocket(place, handle))()
    .then(() => "", (error: Error) => error.message);
  strictEqual(problem, "this host does not have the address");
});
