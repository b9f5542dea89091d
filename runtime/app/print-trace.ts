/** The console of a host with one, and of debug builds, whose debugger has it. */
export default function print(line: string): void {
  trace(line, "\n");
}
