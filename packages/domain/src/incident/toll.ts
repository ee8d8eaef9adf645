// One toll out of several reports of the same deaths. Sums over incidents: trigger-summary.ts,
// possible-duplicates.ts.

import type { Fatalities } from '../report/report.ts'

const unknown: Fatalities = { low: null, best: null, high: null }

/** The first toll with any number; later ones fill its gaps unless they contradict it. Pure. */
export function tollOfTheFirst(tolls: readonly Fatalities[]): Fatalities {
  return tolls.reduce(filled, unknown)
}

function filled(toll: Fatalities, other: Fatalities): Fatalities {
  let all = toll
  for (const bound of ['best', 'low', 'high'] as const) {
    if (all[bound] !== null || other[bound] === null) continue
    const more = { ...all, [bound]: other[bound] }
    if (isInOrder(more)) all = more
  }
  return all
}

function isInOrder({ low, best, high }: Fatalities): boolean {
  const known = [low, best, high].filter(bound => bound !== null)
  return known.every((bound, i) => i === 0 || bound >= (known[i - 1] as number))
}
