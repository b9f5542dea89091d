import { InvalidArgumentError } from "commander";

const SECONDS = { s: 1, min: 60, h: 3600, day: 86400 } as const;
type Unit = keyof typeof SECONDS;

/** How often something happens, a second: "2/s", "10/h", "every 10s", "every 5 min". */
export function rate(text: string): number {
  const [, times, per] = /^(\d+(?:\.\d+)?)\/(s|min|h|day)$/.exec(text) ?? [];
  const [, apart, unit] = /^every (\d+(?:\.\d+)?) ?(s|min|h|day)$/.exec(text) ?? [];
  const perSecond = times
    ? Number(times) / SECONDS[per as Unit]
    : 1 / (Number(apart) * SECONDS[unit as Unit]);
  if (perSecond > 0 && Number.isFinite(perSecond)) return perSecond;
  throw new InvalidArgumentError('It must be like "2/s", "10/h", "every 10s" or "every 5 min".');
}
