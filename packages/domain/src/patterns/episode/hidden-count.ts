// What a number counts although it only supported the episode when it came. Who reads the number
// may read all that is in it: once it is told, the strictest of what it counts is a trigger, if it
// is stricter than those. Plain data. Source: decision 0033.

import type { Incident } from '../../incident/incident.ts'
import { type Handling, maySee, stricter } from '../../report/handling.ts'
import { strictestSince, withCounted } from './counted-handling.ts'
import { evidenceOf } from './episode-evidence.ts'

export interface HiddenCount {
  /** The strictest handling of the triggers. */
  readonly handling: Handling
  /** Of each stricter handling, the counted incident that ends last. */
  readonly counted: readonly Incident[]
  /** Those that became triggers by a number that counts them. */
  readonly named: readonly Incident[]
}

const nothing: readonly Incident[] = []

/** Nothing is counted beside these triggers. */
export function noneBeside(triggers: readonly Incident[]): HiddenCount {
  return { handling: handlingOf(triggers), counted: nothing, named: nothing }
}

/**
 * With one more incident in a window that began at a moment. The same object if nothing differs.
 */
export function counting(hidden: HiddenCount, incident: Incident, afterMs: number): HiddenCount {
  const { handling, counted } = hidden
  if (counted.length === 0 && maySee(handling, incident.handling)) return hidden
  const young = counted.every(({ toMs }) => toMs > afterMs)
    ? counted
    : counted.filter(({ toMs }) => toMs > afterMs)
  const now = maySee(handling, incident.handling) ? young : withCounted(young, incident)
  return now === counted ? hidden : { ...hidden, counted: now }
}

/** With one more trigger that tells no other number. */
export function withTrigger(hidden: HiddenCount, trigger: Incident): HiddenCount {
  if (maySee(hidden.handling, trigger.handling)) return hidden
  const { handling } = trigger
  return {
    ...hidden,
    handling,
    counted: hidden.counted.filter(one => !maySee(handling, one.handling))
  }
}

/** With one more trigger that tells a number; `counted`: what the number counts. */
export function telling(
  hidden: HiddenCount,
  trigger: Incident,
  counted = hidden.counted
): HiddenCount {
  const now = withTrigger(hidden, trigger)
  const strictest = strictestSince(counted, Number.NEGATIVE_INFINITY)
  if (strictest === null || maySee(now.handling, strictest.handling)) return now
  return { ...withTrigger(now, strictest), named: [...now.named, strictest] }
}

export function isSameHidden(a: HiddenCount, b: HiddenCount): boolean {
  const haveSame = (some: readonly Incident[], others: readonly Incident[]) =>
    some === others || (some.length === others.length && some.every((one, i) => one === others[i]))
  return (
    a === b ||
    (a.handling === b.handling && haveSame(a.counted, b.counted) && haveSame(a.named, b.named))
  )
}

interface Told {
  readonly triggers: readonly Incident[]
  readonly support: readonly Incident[]
  readonly omitted: number
}

/**
 * The evidence of a finding, with those that became triggers among its triggers and no more in its
 * support.
 */
export function evidenceWith({ named }: HiddenCount, told: Told): Told {
  if (named.length === 0) return told
  const { triggers, support, omitted } = told
  const { kept } = evidenceOf([...triggers, ...named])
  const others = support.filter(({ id }) => named.every(one => one.id !== id))
  // All of them were counted before.
  const count = triggers.length + support.length + omitted
  return { triggers: kept, support: others, omitted: count - kept.length - others.length }
}

function handlingOf(triggers: readonly Incident[]): Handling {
  return triggers.reduce<Handling>((most, { handling }) => stricter(most, handling), 'public')
}
