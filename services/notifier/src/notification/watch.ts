// A watch: who is on until when, and whom alerts go to first, second and so on. A subscription
// whose policy names a watch is told while it is a line of it, the later lines of what nobody
// answered. Pure.

export interface Shift {
  /** Who has the watch. */
  readonly officer: string
  readonly fromMs: number
  readonly untilMs: number
  /** Subscriptions, in the order in which alerts go on to them. */
  readonly lines: readonly string[]
  /** What the officer before handed over; null: nothing was said. */
  readonly note: string | null
}

export interface Watch {
  /** How long an alert stays unacknowledged with one line before it goes on to the next, min. */
  readonly lineMinutes: number
  /** In order of their beginnings. */
  readonly shifts: readonly Shift[]
}

/** Whether a subscription is told now. */
export interface Duty {
  readonly isOn: boolean
  /** If it is not: when its next shift begins, ms; null: none is planned. */
  readonly untilMs: number | null
  /** If it is: how long an alert must be unacknowledged first, ms. */
  readonly afterMs: number
}

/** Of a subscription without a watch. */
export const alwaysOn: Duty = { isOn: true, untilMs: null, afterMs: 0 }

export function shiftsAt({ shifts }: Pick<Watch, 'shifts'>, atMs: number): readonly Shift[] {
  return shifts.filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)
}

/**
 * Whether a subscription is told at a time. While nobody is on watch whom anything can reach, every
 * subscription of the watch is told at once: an empty roster must not mean that nobody hears.
 * `isServed`: whether a subscription is there and can be told. `isPassedOver`: whether a line keeps
 * it from nobody for now. What holds a line itself its own decision says, so that it is tried when
 * that is over.
 */
export function dutyOf(
  watch: Watch,
  subscriptionId: string,
  atMs: number,
  isServed: (subscriptionId: string) => boolean,
  isPassedOver: (subscriptionId: string) => boolean = () => false
): Duty {
  const counts = (id: string) => isServed(id) && (id === subscriptionId || !isPassedOver(id))
  const lines = shiftsAt(watch, atMs).map(shift => shift.lines.filter(counts))
  if (lines.every(each => each.length === 0)) return alwaysOn
  const places = lines.map(each => each.indexOf(subscriptionId)).filter(place => place >= 0)
  if (places.length > 0)
    return { isOn: true, untilMs: null, afterMs: Math.min(...places) * watch.lineMinutes * 60_000 }
  const next = watch.shifts.find(
    ({ fromMs, lines: own }) => fromMs > atMs && own.includes(subscriptionId)
  )
  return { isOn: false, untilMs: next?.fromMs ?? null, afterMs: 0 }
}
