// The reports of bench `path`: some that each cause an alert event, and some that cause none.

export const benchTheatre = 'bench'

/** The day `daysAgo` days ago, UTC: the theatre runs on the wall clock, like a live one. */
function day(daysAgo: number): string {
  return new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10)
}

const base = {
  category: 'blockade',
  handling: 'partners',
  credibility: 2,
  actors: [{ name: 'Group A', role: 'perpetrator' }],
  targets: [{ kind: 'civilians' }]
}

/** Number of villages with a separate place. */
export const villagesMax = 2000

/**
 * Villages far apart, so that each has a separate siege, all in the north of Mali: a place that
 * contradicts its country triggers no rule.
 */
export function villageName(village: number): string {
  return `Village ${village}`
}

function place(village: number) {
  return {
    name: villageName(village),
    country: 'ML',
    admin1: 'ML-6',
    lat: 17 + (village % 50) * 0.1,
    lon: -5 + (Math.floor(village / 50) % 40) * 0.1,
    radiusKm: 2
  }
}

/** The report before a siege: one criterion for three weeks, no alert. */
export function openingReport(village: number) {
  return {
    ...base,
    source: { id: 'bench-a' },
    externalId: `open-${village}`,
    occurred: { from: day(29), to: day(10) },
    location: place(village)
  }
}

/**
 * The reports after it, each of which raises, escalates or revises the siege of the village: steps
 * from 1.
 */
export function tellingReport(village: number, step: number) {
  const category = step === 1 ? 'movement-denied' : step === 2 ? 'aid-denied' : 'blockade'
  const from = step <= 2 ? day(29) : day(20 - step)
  const to = step <= 2 ? day(10) : from
  return {
    ...base,
    category,
    source: { id: 'bench-b' },
    externalId: `tell-${village}-${step}`,
    occurred: { from, to },
    location: place(village)
  }
}

/** Ordinary reports that no pattern uses. */
export function quietReport(number: number) {
  return {
    source: { id: 'bench-c' },
    externalId: `quiet-${number}`,
    occurred: { from: day(1), to: day(1) },
    category: 'protest',
    location: {
      name: `Town ${number % 500}`,
      country: 'ML',
      lat: 13.2 + ((number * 7) % 200) * 0.01,
      lon: -7.5 + ((number * 13) % 300) * 0.01,
      radiusKm: 5
    },
    credibility: 3,
    handling: 'partners'
  }
}

/** One of the abducted of one village and day. */
export function abductionReport(number: number) {
  return {
    ...base,
    source: { id: 'bench-d' },
    externalId: `abducted-${number}`,
    occurred: { from: day(1), to: day(1) },
    category: 'abduction',
    location: place(villagesMax - 1),
    private: { persons: [{ name: `Person ${number}`, role: 'abducted' }] }
  }
}
