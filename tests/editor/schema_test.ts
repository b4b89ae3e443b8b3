/**
 * What an editor shows of a configuration, by yaml-language-server.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { schemaText } from "../../src/cli/schema.ts";
import {
  type Completion,
  type Diagnostic,
  LanguageServer,
} from "../lab/language_server.ts";

/** Where a cursor stands in a text. */
const CURSOR = "¦";

/** A file that is open, and where its cursor stands. */
interface OpenFile {
  readonly uri: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly line: number;
  readonly character: number;
}

/** A directory with the schema, as `alived install` makes it. */
class Editor implements AsyncDisposable {
  readonly #server: LanguageServer;
  readonly #directory: string;
  #files = 0;

  private constructor(server: LanguageServer, directory: string) {
    this.#server = server;
    this.#directory = directory;
  }

  static async start(): Promise<Editor> {
    const directory = await Deno.makeTempDir();
    await Deno.writeTextFile(`${directory}/schema.json`, schemaText());
    return new Editor(await LanguageServer.start(), directory);
  }

  /** What is underlined, as line and text. */
  async mistakes(text: string): Promise<string[]> {
    const { diagnostics } = await this.#open(text);
    return diagnostics.map(({ message, range }) =>
      `${range.start.line + 1}: ${message}`
    );
  }

  /** What is shown where the cursor is. */
  async hover(text: string): Promise<string> {
    const { uri, line, character } = await this.#open(text);
    return await this.#server.hover(uri, line, character);
  }

  /** What is offered where the cursor is. */
  async offers(text: string): Promise<readonly Completion[]> {
    const { uri, line, character } = await this.#open(text);
    return await this.#server.complete(uri, line, character);
  }

  async #open(text: string): Promise<OpenFile> {
    const uri = `file://${this.#directory}/${++this.#files}.yaml`;
    const before = text.slice(0, Math.max(0, text.indexOf(CURSOR))).split("\n");
    const diagnostics = await this.#server.open(uri, text.replace(CURSOR, ""));
    return {
      uri,
      diagnostics,
      line: before.length - 1,
      character: before.at(-1)?.length ?? 0,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** A configuration with these keys in its instance, and these sections. */
function configuration(keys: string, sections = ""): string {
  return `# yaml-language-server: $schema=schema.json
vrrp_instances:
  - name: VI_1
    interface: eth0
    virtual_router_id: 51
    ${keys}
${sections}`;
}

/** What stands under the cursor, and what is shown of it. */
const HOVERS: readonly (readonly [keys: string, shown: RegExp])[] = [
  ["pri¦ority: 100", /^#### Priority\n\n1 to 255; the .*\. Default: 100$/m],
  ["pre¦empt: true", /^#### Preempt\n\nWhether to take over/],
  [
    "advert_¦interval: 250ms",
    /^#### Interval of adverts\n\nTime between adverts/,
  ],
  ["virtual_¦ips: [192.0.2.100/24]", /^#### Virtual IPs\n\nAddresses that/],
  ["virtual_ips: [192.0.¦2.100/24]", /^#### Virtual IP\n\nAn address/],
  [
    "track_interfaces: [{ name: eth1, wei¦ght: -20 }]",
    /^#### Weight\n\nAdded to/,
  ],
  ["notify_¦master: /bin/true", /^#### Command for MASTER\n\nCommand for/],
  ["checksum: au¦to", /auto.*As peers send it/s],
];

/** What is offered for a key, all of it. */
const OFFERS: readonly (readonly [text: string, labels: readonly string[]])[] =
  [
    [configuration("preempt: ¦"), ["false", "true"]],
    [configuration("auth_pass: ¦"), []],
    [
      configuration("", "notifications:\n  webhooks:\n    - events: [¦]"),
      ["BACKUP", "FAULT", "MASTER", "STOP"],
    ],
    [configuration("version: ¦"), ["2", "3"]],
    [configuration("checksum: ¦"), ["auto", "pseudo_header", "rfc9568"]],
    [
      configuration("", "health_checkers:\n  - name: a\n    type: ¦"),
      [
        ...["dns", "file", "http", "https", "ping", "process", "script"],
        "tcp",
      ],
    ],
    [
      configuration("", "health_checkers:\n  - ¦"),
      [
        ...["Health checker", "config", "fall", "interval", "name", "rise"],
        ...["timeout", "type"],
      ],
    ],
    [
      configuration(
        "",
        "health_checkers:\n  - name: a\n    type: tcp\n    config:\n      ¦",
      ),
      ["What to check", "expect", "host", "port", "send"],
    ],
    [
      configuration(
        "",
        "health_checkers:\n  - name: a\n    type: http\n" +
          "    config:\n      url: http://a/\n      method: ¦",
      ),
      ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
    ],
  ];

/** A slip, its line, and what is said of it. */
const MISTAKES: readonly (readonly [string, number, RegExp])[] = [
  [configuration("prioritty: 100"), 6, /prioritty is not allowed/],
  [configuration("priority: 300"), 6, /maximum of 255/],
  [configuration("advert_interval: 1sec"), 6, /^must be a duration/],
  [configuration("virtual_ips: [192.0.2.256]"), 6, /^must be an address/],
  [configuration("preempt: maybe"), 6, /^must be true or false/],
  [
    configuration("", "health_checkers:\n  - name: a\n    type: htpp"),
    9,
    /"tcp", "http", "https", "ping", "script", "dns", "file", "process"/,
  ],
  [
    configuration(
      "",
      "health_checkers:\n  - name: a\n    type: tcp\n" +
        "    config: { host: a, port: 80, prt: 1 }",
    ),
    10,
    /prt is not allowed/,
  ],
];

Deno.test("an editor with yaml-language-server", async (t) => {
  await using editor = await Editor.start();

  for (const path of ["config.example.yaml", "deployment/config.yaml"]) {
    await t.step(`finds nothing wrong in ${path}`, async () => {
      const url = new URL(`../../${path}`, import.meta.url);
      const text = await Deno.readTextFile(url);
      match(text, /^# yaml-language-server: \$schema=schema\.json\n/);
      deepStrictEqual(await editor.mistakes(text), []);
    });
  }
  for (const [keys, shown] of HOVERS) {
    await t.step(`explains ${keys}`, async () => {
      const text = await editor.hover(configuration(keys));
      match(text, shown);
      ok(!text.includes("||"), text);
    });
  }
  for (const [text, labels] of OFFERS) {
    await t.step(`offers ${labels.join(", ") || "nothing"}`, async () => {
      const offers = await editor.offers(text);
      deepStrictEqual(offers.map(({ label }) => label).sort(), labels);
    });
  }
  await t.step("offers a key with its default", async () => {
    const offers = await editor.offers(configuration("prio¦"));
    const offer = offers.find(({ label }) => label === "priority");
    match(offer?.insertText ?? "", /^priority: .*100/);
  });
  for (const [text, line, said] of MISTAKES) {
    await t.step(`underlines what must match ${said.source}`, async () => {
      const [mistake = "", ...more] = await editor.mistakes(text);
      const [, where, message = ""] = /^(\d+): (.*)$/s.exec(mistake) ?? [];
      strictEqual(Number(where), line, mistake);
      match(message, said);
      deepStrictEqual(more, []);
    });
  }
});
