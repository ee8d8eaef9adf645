// A roster: who is on shift until when, and which subscriptions are notified meanwhile, all in
// parallel. A subscription whose policy names a roster is notified while a shift names it.
// Escalation is another subscription, by `unansweredMinutes` of its policy. Pure.

export interface Shift {
  readonly fromMs: number
  readonly untilMs: number
  /** Subscriptions that are notified during the shift. */
  readonly lines: readonly string[]
}

/** Whether a subscription is notified now. */
export interface Duty {
  readonly isOn: boolean
  /** If it is not: when its next shift begins, ms; null: none is planned. */
  readonly untilMs: number | null
}

/** Of a subscription without a roster. */
export const alwaysOn: Duty = { isOn: true, untilMs: null }

export function shiftsAt<S extends Shift>(shifts: readonly S[], atMs: number): readonly S[] {
  return shifts.filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)
}

/**
 * Whether a subscription is notified at a time. While no one on shift can be reached, every
 * subscription of the roster is notified: an empty roster must not mean that no one hears.
 * `canReach`: whether a subscription can be notified of the alert.
 */
export function decideDuty(
  shifts: readonly Shift[],
  subscriptionId: string,
  atMs: number,
  canReach: (subscriptionId: string) => boolean
): Duty {
  const onShift = new Set(shiftsAt(shifts, atMs).flatMap(({ lines }) => lines))
  if (onShift.has(subscriptionId) || ![...onShift].some(canReach)) return alwaysOn
  const next = shifts
    .filter(({ fromMs, lines }) => fromMs > atMs && lines.includes(subscriptionId))
    .map(({ fromMs }) => fromMs)
  return { isOn: false, untilMs: next.length === 0 ? null : Math.min(...next) }
}
