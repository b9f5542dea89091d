/** The console of a board: its first UART at 115,200 baud. Release builds of Moddable print nothing by themselves. */
import Serial from "embedded:io/serial";
import config from "mc/config";

const waiting: Uint8Array[] = [];

/** Bytes that the UART takes at once. */
let room = 0;

const serial = open();

/** Nothing in debug builds: there the debugger has the UART, and shows what is traced. */
function open(): Serial | undefined {
  try {
    return new Serial({
      transmit: config.consolePin as number,
      baud: 115_200,
      port: 0,
      format: "buffer",
      onWritable(count) {
        room = count;
        send();
      },
    });
  } catch {
    return undefined;
  }
}

function send(): void {
  while (serial && room > 0 && waiting.length > 0) {
    const part = waiting[0].subarray(0, room);
    serial.write(part);
    room -= part.length;
    if (part.length === waiting[0].length) waiting.shift();
    else waiting[0] = waiting[0].subarray(part.length);
  }
}

/** Prints a line in the background, while the application goes on. */
export default function print(line: string): void {
  if (!serial) {
    trace(line, "\n");
    return;
  }
  waiting.push(new Uint8Array(ArrayBuffer.fromString(`${line}\r\n`)));
  send();
}
