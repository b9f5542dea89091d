/** Programs on the PATH in place of the SDK's, so that builds are driven without it. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface FakeSdk {
  /** What `mcconfig` says before it ends with 1. */
  readonly failure?: string;
  /** Bytes of the application's image. */
  readonly imageBytes?: number;
  /** Version that `tsc` claims. */
  readonly typescript?: string;
}

/**
 * `mcconfig` writes down how it was called, and a makefile where the SDK's does. That has the goal `build`, which makes images as
 * ESP-IDF would, and those of linked modules.
 *
 * @returns the environment in which it is the SDK
 */
export function writeFakeSdk(folder: string, fake: FakeSdk = {}): NodeJS.ProcessEnv {
  const { failure, imageBytes = 1000, typescript = "7.0.2" } = fake;
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  mkdirSync(join(folder, "tools"), { recursive: true });
  writeFileSync(join(folder, "tools", "VERSION"), "8.2.3\n");
  program(bin, "tsc", `echo "Version ${typescript}"`);
  program(
    bin,
    "mcconfig",
    `echo "$@" >> ${folder}/calls
${failure === undefined ? "" : `echo "### Error: ${failure}!"; exit 1`}
goal=release
while [ $# -gt 1 ]; do
  case "$1" in -d) goal=debug ;; -p) platform="$2"; shift ;; -o) output="$2"; shift ;; esac
  shift
done
name=$(sed -n 's/.*"NAME": "\\(.*\\)".*/\\1/p' "$1")
[ "$platform" = lin ] && platform=lin/mc
tmp="$output/tmp/$platform/$goal/$name"; images="$output/bin/$platform/$goal/$name"
mkdir -p "$tmp" "$images"
printf 'build:\\n\\tcd %s && head -c 900 /dev/zero > bootloader.bin && head -c 3072 /dev/zero > partition-table.bin && head -c ${imageBytes} /dev/zero > xs_esp32.bin\\n%s:\\n\\techo linked > $@\\n' "$images" "$tmp/mc.xs.c $tmp/mc.resources.c" > "$tmp/makefile"`,
  );
  return { PATH: `${bin}:${process.env.PATH}`, MODDABLE: folder };
}

function program(folder: string, name: string, script: string): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}
