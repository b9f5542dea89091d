/** How near a search came that found nothing. */
import { budgetText } from "./budget.js";
import type { CompressionReport, StepReport } from "./report.js";

export interface Nearest {
  readonly budget: string;
  readonly maxDrop: number;
  /** Of those that meet the budget the most accurate: its name, and percentage points below the float model. */
  readonly accurate?: { readonly name: string; readonly drop: number };
  /** Where none does, the one that is nearest to it: its name, and how many times the budget it takes. */
  readonly small?: { readonly name: string; readonly share: number };
}

export function nearest({ budget, maxDrop, steps }: CompressionReport): Nearest {
  const common = { budget: budgetText(budget), maxDrop };
  const meeting = steps.filter(({ share, tried }) => tried && share <= 1);
  if (meeting.length > 0) {
    const { name, tried } = least(meeting, (step) => step.tried!.drop);
    return { ...common, accurate: { name, drop: tried!.drop } };
  }
  const { name, share } = least(steps, (step) => step.share);
  return { ...common, small: { name, share } };
}

function least(steps: readonly StepReport[], figure: (step: StepReport) => number): StepReport {
  return steps.reduce((best, step) => (figure(step) < figure(best) ? step : best));
}
