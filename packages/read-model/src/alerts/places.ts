// Places in the order of lists: when an alert was raised, then its id.

export interface Place {
  readonly firstTime: string
  readonly alertId: string
}

const beforeAll: Place = { firstTime: '', alertId: '' }
const afterAll: Place = { firstTime: '\u{10ffff}', alertId: '' }

/** Between which two places the rest of a list is, in a direction, behind a place and in a span. */
export function computeBounds({
  direction,
  after,
  from,
  to
}: {
  readonly direction: 'newest' | 'oldest'
  readonly after: Place | null
  readonly from: string | null
  readonly to: string | null
}): readonly [lower: Place, upper: Place] {
  const isUp = direction === 'oldest'
  return [later(from, isUp ? after : null), earlier(to, isUp ? null : after)]
}

function later(from: string | null, after: Place | null): Place {
  const bound = from === null ? beforeAll : { firstTime: from, alertId: '' }
  return after === null || isBefore(after, bound) ? bound : after
}

function earlier(to: string | null, after: Place | null): Place {
  const bound = to === null ? afterAll : { firstTime: to, alertId: '' }
  return after === null || isBefore(bound, after) ? bound : after
}

function isBefore(a: Place, b: Place): boolean {
  return a.firstTime < b.firstTime || (a.firstTime === b.firstTime && a.alertId < b.alertId)
}
