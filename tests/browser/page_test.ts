import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Status } from "../../src/control/snapshot.ts";
import { look, withBrowser } from "../lab/browser.ts";
import {
  backup,
  check,
  heard,
  instance,
  NGINX_DOWN,
  peer,
  status,
  vip,
  WEB_DOWN,
} from "../lab/control_example.ts";
import { FakeDaemon } from "../unit/control_fixture.ts";

const DRAINED = {
  ...{ since: "2026-11-25T20:00:00.000Z", until: null, by: "ops" },
  ...{ reason: "new kernel", last_resort: false },
};

/** A master, a backup, one in FAULT and one that is drained. */
function everything(changes: Partial<Status> = {}): Status {
  return status({
    instances: [
      instance({
        priority: { base: 150, effective: 140, terms: [WEB_DOWN] },
        heard: [heard({ mismatch: ["address_list"] })],
        vips: [vip({ held: true, owner: "alived" }), vip({ excluded: true })],
      }),
      backup({ vrid: 52 }),
      instance({
        ...{ name: "VI_3", state: "FAULT", yielded: true },
        faults: [{ cause: "interface", reason: "interface eth2 is down" }],
      }),
      instance({ name: "VI_4", state: "FAULT", drained: DRAINED }),
      instance({ name: "VI_5", state: "INIT", cause: null, reason: null }),
    ],
    config: { ...status().config, changed_on_disk: true },
    checks: [NGINX_DOWN, check(), check({ name: "spare", used_by: [] })],
    cluster: [peer(), peer({ url: "http://192.0.2.3", error: "refused" })],
    ...changes,
  });
}

/** A daemon with events. */
function daemonOf(first: Status, heartbeat = 60_000): FakeDaemon {
  const daemon = new FakeDaemon(first, heartbeat);
  daemon.past = [{
    ...{ time: "2026-11-25T18:46:00.000Z", instance: "VI_1" },
    ...{ from: "BACKUP", to: "MASTER", priority: 150 },
    reason: "heard nothing from 192.0.2.2 for 3.609 s",
  }];
  return daemon;
}

const AXE = await Deno.readTextFile(
  new URL(import.meta.resolve("axe-core")).pathname.replace(
    /axe\.js$/,
    "axe.min.js",
  ),
);

/** What axe finds wrong, a line each. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return await page.evaluate(`axe.run(document).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, any }) =>
      [id, target, any[0]?.message].join(" "))))`);
}

/** Whether anything that is drawn is green, by its computed colours. */
const GREENS =
  `[...document.querySelectorAll("body, body *")].filter((each) => {
  const { color, backgroundColor, fill } = getComputedStyle(each);
  const { width } = each.getBoundingClientRect();
  const greens = [color, backgroundColor, fill].filter((text) => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g)?.map(Number) ?? [];
    return a > 0 && g > r + 24 && g > b + 8;
  });
  return width > 0 && greens.length > 0;
}).length`;

/** Wait until an expression is true; 30 s at most. */
async function until(page: Page, expression: string): Promise<void> {
  // Not by waitForFunction(), which evaluates as the page's policy forbids.
  const end = Date.now() + 30_000;
  while (!(await page.evaluate(expression).catch(() => false))) {
    ok(Date.now() < end, `never: ${expression}`);
    await page.waitForTimeout(50);
  }
}

/** Wait until the page says something. */
async function says(page: Page, words: string): Promise<void> {
  await until(
    page,
    `document.body.textContent.includes(${JSON.stringify(words)})`,
  );
}

const isLive = `document.documentElement.dataset.live === "live"`;

Deno.test("the scripts keep to their types, those of a browser beside ours", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const { default: { imports, compilerOptions } } = await import(
      "../../deno.json",
      { with: { type: "json" } }
    );
    const lib = ["dom", "dom.iterable", "deno.ns", "esnext"];
    const config = {
      ...{ imports, nodeModulesDir: "none" },
      compilerOptions: { ...compilerOptions, checkJs: true, lib },
    };
    await Deno.writeTextFile(
      `${directory}/deno.json`,
      JSON.stringify(config),
    );
    const page = new URL("../../src/control/page/", import.meta.url).pathname;
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["check", "--quiet", "--no-lock"],
        ...["--config", `${directory}/deno.json`],
        ...[`${page}page.js`, `${page}theme.js`],
      ],
      env: { NO_COLOR: "1" },
    }).output();
    ok(success, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("axe finds nothing wrong, dark or light, wide or narrow, and it fits", async () => {
  const many = everything({
    instances: Array.from(
      { length: 60 },
      (_, i) => instance({ name: `VI_${i}`, vrid: i + 1 }),
    ),
  });
  const quiet = daemonOf(everything());
  quiet.silence(8);
  await withBrowser(async (browser) => {
    for (
      const [scheme, width, daemon] of [
        ["dark", 1280, daemonOf(everything())],
        ["light", 1280, daemonOf(everything())],
        ["dark", 360, daemonOf(everything())],
        ["light", 360, daemonOf(many)],
        ["light", 360, quiet],
      ] as const
    ) {
      await look(browser, daemon, { scheme, width }, async ({ page }) => {
        await until(
          page,
          daemon === quiet
            ? `document.querySelector("main .copy") !== null`
            : isLive,
        );
        await page.evaluate(
          `for (const each of document.querySelectorAll("details"))
             each.open = true`,
        );
        deepStrictEqual(await violations(page), [], `${scheme} ${width}`);
        const over = "document.documentElement.scrollWidth - innerWidth";
        strictEqual(await page.evaluate(over), 0, `${scheme} ${width}`);
      });
    }
  });
});

Deno.test("what happens is seen and said, and asked for twice a second at most", async () => {
  const daemon = daemonOf(everything());
  await withBrowser((browser) =>
    look(browser, daemon, {}, async ({ page, complaints, asked }) => {
      await until(page, isLive);
      while (daemon.listeners.size === 0) await page.waitForTimeout(20);
      const [first, ...others] = everything().instances;
      ok(first !== undefined);
      const next = everything({
        instances: [{ ...first, state: "BACKUP", reason: "heard" }, ...others],
      });
      daemon.answer = { answers: true, status: next };
      const since = performance.now();
      const before = asked("/v1/status");
      // Many things happen at once, as when a switch dies.
      for (let i = 0; i < 100; i++) {
        daemon.tell({
          ...{ time: next.time, type: "transition", event: "transition" },
          ...{ instance: "VI_1", level: "notice", facts: {} },
          message: `MASTER → BACKUP ${i}`,
        });
        await page.waitForTimeout(10);
      }
      await says(page, "BACKUP for 2 h 14 min, since");
      const seconds = (performance.now() - since) / 1000;
      const questions = asked("/v1/status") - before;
      // Those, and the look of each second.
      ok(questions <= 3 * seconds + 3, `${questions} in ${seconds} s`);
      // Told by the stream alone, and only the last of them.
      await until(page, `/^VI_1: MASTER → BACKUP 99/.test(said.textContent)`);
      strictEqual(
        await page.title(),
        "1 FAULT · node1 · alived",
      );
      deepStrictEqual(complaints, []);
    })
  );
});

Deno.test("a daemon that was killed is green no more after 10 s, and is seen when it is back", async () => {
  const daemon = daemonOf(everything());
  await withBrowser((browser) =>
    look(browser, daemon, {}, async ({ page, kill, revive }) => {
      await until(page, isLive);
      ok(Number(await page.evaluate(GREENS)) > 10);
      await kill();
      await until(page, `document.documentElement.dataset.live === "late"`);
      match(await page.innerText("#live"), /^last heard \d s ago$/);
      await until(page, `document.documentElement.dataset.live === "lost"`);
      strictEqual(await page.evaluate(GREENS), 0);
      await says(page, "was MASTER");
      await says(page, "No answer from node1");
      strictEqual(await page.title(), "? · node1 · alived");
      deepStrictEqual(await violations(page), []);
      // The same process again: a network that was away.
      revive(daemon);
      await until(page, isLive);
      ok(Number(await page.evaluate(GREENS)) > 10);
      await page.evaluate("document.body.dataset.old = 'yes'");
      await kill();
      // Another one, which may have another page.
      revive(daemonOf(everything({ started: "2026-11-25T20:59:00.000Z" })));
      await until(page, "document.body?.dataset.old === undefined");
      await until(page, isLive);
    })
  );
});

Deno.test("a core that falls silent is told at once, and its states go", async () => {
  const daemon = daemonOf(everything(), 500);
  await withBrowser((browser) =>
    look(browser, daemon, {}, async ({ page }) => {
      await until(page, isLive);
      daemon.silence(1.5);
      await until(page, `live.textContent === "the core is silent"`);
      await until(page, `!document.body.textContent.includes("MASTER")`);
      await says(page, "The core has not answered for");
      strictEqual(await page.evaluate(GREENS), 0);
      daemon.answer = { answers: true, status: everything() };
      await says(page, "MASTER for 2 h 14 min");
      daemon.silence(2);
      await page.reload();
      strictEqual(await page.innerText("h1"), "No answer");
      daemon.answer = { answers: true, status: everything() };
      await says(page, "MASTER for 2 h 14 min");
      strictEqual(await page.innerText("h1"), "node1");
    })
  );
});

Deno.test("the keyboard goes everywhere, and what it opened stays open", async () => {
  const daemon = daemonOf(everything());
  await withBrowser((browser) =>
    look(browser, daemon, {
      permissions: ["clipboard-read", "clipboard-write"],
    }, async ({ page, asked, complaints }) => {
      await until(page, isLive);
      const focused = (): Promise<string> =>
        page.evaluate("document.activeElement.textContent");
      await page.keyboard.press("Tab");
      strictEqual(await focused(), "To the instances");
      await page.keyboard.press("Enter");
      strictEqual(await focused(), "Instances");
      await page.keyboard.press("Tab");
      match(await focused(), /^MASTERVI_1eth0/);
      const isOpen = "document.getElementById('instance-VI_1').open";
      strictEqual(await page.evaluate(isOpen), false);
      await page.keyboard.press("Enter");
      strictEqual(await page.evaluate(isOpen), true);
      const outline = "getComputedStyle(document.activeElement).outlineStyle";
      strictEqual(await page.evaluate(outline), "solid");
      const before = asked("/v1/status");
      while (asked("/v1/status") < before + 2) await page.waitForTimeout(100);
      strictEqual(await page.evaluate(isOpen), true);
      match(await focused(), /^MASTERVI_1eth0/);

      await page.focus('[data-copy="alived failover VI_1"]');
      await page.keyboard.press("Enter");
      await until(page, `said.textContent === "Copied: alived failover VI_1"`);
      strictEqual(
        await page.evaluate("navigator.clipboard.readText()"),
        "alived failover VI_1",
      );

      await page.focus("#theme");
      await page.keyboard.press("Space");
      const ground = "getComputedStyle(document.body).backgroundColor";
      strictEqual(await page.evaluate(ground), "rgb(16, 20, 24)");
      await page.reload();
      strictEqual(await page.evaluate(ground), "rgb(16, 20, 24)");
      deepStrictEqual(complaints, []);
    })
  );
});

Deno.test("many instances are found by what is typed", async () => {
  const instances = Array.from(
    { length: 60 },
    (_, i) =>
      i % 2 === 0
        ? instance({ name: `web${i}`, vrid: i + 1 })
        : backup({ name: `db${i}`, vrid: i + 1 }),
  );
  await withBrowser((browser) =>
    look(browser, daemonOf(everything({ instances })), {}, async ({ page }) => {
      await page.waitForSelector("#find");
      strictEqual(await page.locator(".dense tbody tr").count(), 60);
      await page.fill("#find", "db5 backup");
      deepStrictEqual(
        await page.locator(".instance h3").allInnerTexts(),
        ["db5", "db51", "db53", "db55", "db57", "db59"],
      );
      strictEqual(
        await page.evaluate("document.activeElement.id"),
        "find",
      );
    })
  );
});

Deno.test("hostile names are text to the scripts, too", async () => {
  const evil = `<img src=x onerror="window.hacked = 1">`;
  const daemon = daemonOf(everything({
    host: evil,
    instances: [instance({ name: evil, reason: evil })],
    checks: [check({ name: evil, used_by: [evil] })],
  }));
  await withBrowser((browser) =>
    look(browser, daemon, {}, async ({ page, complaints }) => {
      await until(page, isLive);
      await page.waitForSelector(".copy");
      strictEqual(await page.innerText("h3"), evil);
      strictEqual(await page.evaluate("window.hacked"), undefined);
      strictEqual(await page.locator("img").count(), 0);
      deepStrictEqual(complaints, []);
    })
  );
});

Deno.test("nothing moves for those who do not want it", async () => {
  await withBrowser((browser) =>
    look(browser, daemonOf(everything()), {}, async ({ page }) => {
      await until(page, isLive);
      const name = `getComputedStyle(live, "::before").animationName`;
      strictEqual(await page.evaluate(name), "breathe");
      await page.emulateMedia({ reducedMotion: "reduce" });
      strictEqual(await page.evaluate(name), "none");
    })
  );
});

Deno.test("without scripts the page is there, and asks again by itself", async () => {
  await withBrowser((browser) =>
    look(
      browser,
      daemonOf(everything()),
      { scripts: false },
      async ({ page, asked }) => {
        await page.locator("summary").first().click();
        match(
          await page.innerText("#instance-VI_1"),
          /140 = 150 − 10 check web/,
        );
        strictEqual(await page.locator(".copy:visible").count(), 0);
        strictEqual(await page.locator("#theme:visible").count(), 0);
        while (asked("/") < 2) await page.waitForTimeout(100);
        match(await page.innerText("h1"), /node1/);
      },
    )
  );
});
