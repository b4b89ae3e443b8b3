import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startMailServer } from "./mail_server.ts";

const PROGRAM = fileURLToPath(new URL("straight.ts", import.meta.url));
const DONE = ["status 204", "204 No Content", "Connected", "sent"];

interface Servers extends AsyncDisposable {
  /** Ports of a web server and of a mail server. */
  readonly ports: readonly [string, string];
}

function serve(): Servers {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const web = Deno.serve(options, () => new Response(null, { status: 204 }));
  const mail = startMailServer({ tls: "none" });
  return {
    ports: [String(web.addr.port), String(mail.port)],
    async [Symbol.asyncDispose](): Promise<void> {
      await web.shutdown();
      await mail[Symbol.asyncDispose]();
    },
  };
}

/** What the program says of its ways to a host. */
async function tell(
  before: readonly string[],
  host: string,
  { ports }: Servers,
  env: Record<string, string> = {},
): Promise<string[]> {
  const [program = "", ...args] = [
    ...[...before, Deno.execPath(), "run", "-A", "--no-prompt", "--no-check"],
    ...[PROGRAM, host, ...ports],
  ];
  const { stdout, stderr } = await new Deno.Command(program, {
    args,
    // The runtime looks for newer ones, which the compiled program does not.
    env: { ...env, DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  strictEqual(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}

Deno.test("no proxy is asked, whatever the environment says", async () => {
  await using servers = serve();
  using proxy = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let asked = 0;
  const asking = (async () => {
    for await (const conn of proxy) {
      asked++;
      conn.close();
    }
  })().catch(() => {});
  const url = `http://127.0.0.1:${proxy.addr.port}`;
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SOCKS_PROXY"];
  const env = Object.fromEntries(
    names.flatMap((name) => [[name, url], [name.toLowerCase(), url]]),
  );
  deepStrictEqual(await tell([], "127.0.0.1", servers, env), DONE);
  strictEqual(asked, 0);
  proxy.close();
  await asking;
});

Deno.test({
  name: "names of the host itself need no name server",
  ignore: Deno.uid() !== 0,
  fn: async () => {
    await using servers = serve();
    const directory = await Deno.makeTempDir();
    try {
      const hosts = `${directory}/hosts`;
      await Deno.writeTextFile(`${directory}/empty`, "");
      await Deno.writeTextFile(hosts, "127.0.0.1 other Here.example # there\n");
      const mount = `mount --bind ${directory}/empty /etc/resolv.conf && ` +
        `mount --bind ${hosts} /etc/hosts && exec "$0" "$@"`;
      const before = ["unshare", "--mount", "/bin/sh", "-c", mount];
      for (const host of ["localhost", "here.example", "127.0.0.1"]) {
        deepStrictEqual(await tell(before, host, servers), DONE, host);
      }
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
