import { Command } from "commander";
import { json } from "../../emit/text.js";
import { type Cli, examples } from "../cli.js";
import { publicPath, writeKeyPair } from "../store/key-file.js";

interface Options {
  readonly output: string;
  readonly json?: true;
}

export function keyCommand({ io }: Cli): Command {
  return new Command("key")
    .description("make a key pair to sign updates with: Ed25519, as PEM files")
    .option(
      "-o, --output <file>",
      "file of the private key; the public one goes beside it. Neither is overwritten",
      "update-key.pem",
    )
    .option("--json", "print it as JSON")
    .addHelpText("after", examples("key", "key -o keys/doorbell.pem"))
    .action(async ({ output, json: asJson }: Options) => {
      const publicKey = await writeKeyPair(output);
      io.out(asJson ? json({ output, public: publicPath(output), publicKey }) : text(output, publicKey));
    });
}

function text(path: string, publicKey: string): string {
  return `Private key: ${path}
Public key:  ${publicPath(path)}

In the application, for its model store:

  publicKey: "${publicKey}",

Keep the private key off the boards and off the repository, and keep a copy: what trusts it takes no update without it.
`;
}
