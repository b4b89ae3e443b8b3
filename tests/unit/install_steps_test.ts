import {
  deepStrictEqual,
  match,
  strictEqual,
  throws,
} from "node:assert/strict";
import { rootOf } from "../../src/cli/install.ts";
import { installPlan, uninstallPlan } from "../../src/cli/install_plan.ts";
import { exists, InstallError, takeStep } from "../../src/cli/install_steps.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** Do something with an empty directory. */
async function inScratch(
  use: (directory: string) => Promise<void> | void,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const DROP_INS = {
  "realtime.conf": "one",
  "script_user.conf": "two",
  "unprivileged.conf": "three",
};

/** Install a stand-in below a root; which steps had something to do. */
function install(directory: string, unit = "the unit"): boolean[] {
  const binary = `${directory}/program`;
  if (!exists(binary)) Deno.writeTextFileSync(binary, "#!/bin/sh\n");
  const prefix = `${directory}/root`;
  return installPlan({
    ...{ method: "systemd", prefix, binary, hasOtherConfig: false },
    texts: {
      ...{ config: "the sample", schema: "the schema", guide: "the guide" },
      ...{ unit, script: "", dropIns: DROP_INS },
    },
  }).map(takeStep);
}

function uninstall(directory: string, purge: boolean): void {
  const prefix = `${directory}/root`;
  uninstallPlan({ prefix, purge, systemd: true, exists }).forEach(takeStep);
}

/** Every file below a directory with its mode and text. */
function filesIn(directory: string, path = ""): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(directory + path)) {
    const file = `${path}/${name}`;
    if (isDirectory) {
      Object.assign(files, filesIn(directory, file));
    } else {
      const mode = (Deno.statSync(directory + file).mode ?? 0) & 0o7777;
      const text = Deno.readTextFileSync(directory + file);
      files[file] = `${mode.toString(8)} ${text}`;
    }
  }
  return files;
}

const INSTALLED = {
  "/etc/alived/config.yaml": "640 the sample",
  "/etc/alived/schema.json": "644 the schema",
  "/etc/systemd/system/alived.service": "644 the unit",
  "/etc/systemd/system/alived.service.d/realtime.conf.example": "644 one",
  "/etc/systemd/system/alived.service.d/script_user.conf.example": "644 two",
  "/etc/systemd/system/alived.service.d/unprivileged.conf.example": "644 three",
  "/usr/local/bin/alived": "755 #!/bin/sh\n",
  "/usr/local/share/doc/alived/COMPATIBILITY.md": "644 the guide",
};

Deno.test("an installation has its files with their modes", async () => {
  await inScratch((directory) => {
    deepStrictEqual(install(directory), Array(8).fill(true));
    deepStrictEqual(filesIn(`${directory}/root`), INSTALLED);
  });
});

Deno.test("an installation that is repeated changes nothing", async () => {
  await inScratch((directory) => {
    install(directory);
    deepStrictEqual(install(directory), Array(8).fill(false));
    deepStrictEqual(filesIn(`${directory}/root`), INSTALLED);
  });
});

Deno.test("an upgrade replaces program and unit and keeps the configuration", async () => {
  await inScratch((directory) => {
    install(directory);
    const config = `${directory}/root/etc/alived/config.yaml`;
    Deno.writeTextFileSync(config, "mine");
    Deno.chmodSync(config, 0o600);
    Deno.writeTextFileSync(`${directory}/program`, "#!/bin/sh\nexit 0\n");
    deepStrictEqual(install(directory, "another"), [
      ...[true, false, false, false, true, false, false, false],
    ]);
    deepStrictEqual(filesIn(`${directory}/root`), {
      ...INSTALLED,
      "/etc/alived/config.yaml": "600 mine",
      "/etc/systemd/system/alived.service": "644 another",
      "/usr/local/bin/alived": "755 #!/bin/sh\nexit 0\n",
    });
  });
});

Deno.test("an upgrade leaves a program that runs its own file", async () => {
  await inScratch((directory) => {
    install(directory);
    using running = Deno.openSync(`${directory}/root/usr/local/bin/alived`);
    Deno.writeTextFileSync(`${directory}/program`, "#!/bin/ash\n");
    install(directory);
    const bytes = new Uint8Array(32);
    const count = running.readSync(bytes) ?? 0;
    const text = new TextDecoder().decode(bytes.subarray(0, count));
    strictEqual(text, "#!/bin/sh\n");
  });
});

Deno.test("an installation mends a mode that somebody changed", async () => {
  await inScratch((directory) => {
    install(directory);
    Deno.chmodSync(`${directory}/root/usr/local/bin/alived`, 0o600);
    deepStrictEqual(install(directory), [
      ...[true, false, false, false, false, false, false, false],
    ]);
    deepStrictEqual(filesIn(`${directory}/root`), INSTALLED);
  });
});

Deno.test("an uninstallation leaves the configuration, a purge does not", async () => {
  await inScratch((directory) => {
    install(directory);
    uninstall(directory, false);
    deepStrictEqual(filesIn(`${directory}/root`), {
      "/etc/alived/config.yaml": "640 the sample",
    });
    uninstall(directory, true);
    deepStrictEqual(filesIn(`${directory}/root`), {});
    strictEqual(exists(`${directory}/root/etc/alived`), false);
  });
});

Deno.test("a purge leaves what alived did not bring", async () => {
  await inScratch((directory) => {
    install(directory);
    const script = `${directory}/root/etc/alived/notify.sh`;
    Deno.writeTextFileSync(script, "mine");
    Deno.chmodSync(script, 0o700);
    uninstall(directory, true);
    deepStrictEqual(filesIn(`${directory}/root`), {
      "/etc/alived/notify.sh": "700 mine",
    });
  });
});

Deno.test("a step that cannot be done says why and leaves no draft", async () => {
  await inScratch((directory) => {
    const path = `${directory}/taken`;
    Deno.mkdirSync(`${path}/by a directory`, { recursive: true });
    throws(
      () =>
        takeStep({ type: "write", path, text: "", mode: 0o644, once: false }),
      InstallError,
    );
    deepStrictEqual([...Deno.readDirSync(directory)].map(({ name }) => name), [
      "taken",
    ]);
  });
});

Deno.test("a program that fails fails its step, with what it said", () => {
  const command = ["sh", "-c", "echo no bus >&2; exit 1"];
  throws(
    () => takeStep({ type: "run", command, optional: false }),
    (error) =>
      error instanceof InstallError && error.message.endsWith("no bus"),
  );
  strictEqual(takeStep({ type: "run", command, optional: true }), false);
  throws(
    () =>
      takeStep({
        ...{ type: "run", command: ["/nonexistent"], optional: false },
      }),
    InstallError,
  );
});

Deno.test("rootOf() knows the host's root", () => {
  strictEqual(rootOf(undefined), "");
  strictEqual(rootOf("/"), "");
  strictEqual(rootOf("/mnt/"), "/mnt");
});

/** Run the program from its sources. */
async function alived(
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "--no-check", "--quiet", MAIN, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

Deno.test("alived install from sources is refused", async () => {
  await inScratch(async (directory) => {
    deepStrictEqual(await alived("install", "--prefix", directory), {
      code: 1,
      stdout: "",
      stderr: "Cannot install from sources: compile the program " +
        '("deno task compile") and run "./alived install"\n',
    });
    deepStrictEqual(filesIn(directory), {});
  });
});

Deno.test("alived install --dry-run prints the steps and takes none", async () => {
  await inScratch(async (directory) => {
    deepStrictEqual(
      await alived(
        ...["install", "--dry-run", "--method", "sysv"],
        ...["--prefix", `${directory}/`],
      ),
      {
        code: 0,
        stdout: `copy ./alived to ${directory}/usr/local/bin/alived ` +
          `(mode 0755)
write ${directory}/usr/local/share/doc/alived/COMPATIBILITY.md (mode 0644)
write ${directory}/etc/alived/schema.json (mode 0644)
write ${directory}/etc/alived/config.yaml (mode 0640, unless it exists)
write ${directory}/etc/init.d/alived (mode 0755)
`,
        stderr: "",
      },
    );
    deepStrictEqual(filesIn(directory), {});
  });
});

Deno.test("alived install refuses a method that it does not know", async () => {
  const { code, stderr } = await alived("install", "--method", "upstart");
  strictEqual(code, 2);
  match(stderr, /'upstart' is invalid.*auto, systemd, sysv/);
});

Deno.test("alived uninstall says when there is nothing to do", async () => {
  await inScratch(async (directory) => {
    deepStrictEqual(await alived("uninstall", "--prefix", directory), {
      code: 0,
      stdout: "Nothing is installed\n",
      stderr: "",
    });
  });
});

Deno.test("alived uninstall --dry-run prints the steps and takes none", async () => {
  await inScratch(async (directory) => {
    install(directory);
    const root = `${directory}/root`;
    const { code, stdout } = await alived(
      ...["uninstall", "--dry-run", "--purge", "--prefix", root],
    );
    strictEqual(code, 0);
    strictEqual(
      stdout,
      `remove ${root}/etc/systemd/system/alived.service
remove ${root}/etc/systemd/system/alived.service.d/realtime.conf.example
remove ${root}/etc/systemd/system/alived.service.d/script_user.conf.example
remove ${root}/etc/systemd/system/alived.service.d/unprivileged.conf.example
remove ${root}/etc/systemd/system/alived.service.d if it is empty
remove ${root}/etc/alived/schema.json
remove ${root}/etc/alived/config.yaml
remove ${root}/etc/alived if it is empty
remove ${root}/usr/local/share/doc/alived/COMPATIBILITY.md
remove ${root}/usr/local/share/doc/alived if it is empty
remove ${root}/usr/local/bin/alived
`,
    );
    deepStrictEqual(filesIn(root), INSTALLED);
  });
});
