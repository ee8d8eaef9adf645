// Names a place that has none by the nearest settlement.

import type { Near } from '@tocsin/contracts/theatre/report'

/** Up to this distance a place is near the settlement, in whichever direction. */
const nearKm = 10

export function describeNear({ name, km, wind }: Near): string {
  if (km <= nearKm) return `near ${name} (${km} km)`
  const [first, second = ''] = wind.split('-')
  return `${km} km ${`${first!.charAt(0)}${second.charAt(0)}`.toUpperCase()} of ${name}`
}
