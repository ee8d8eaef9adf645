// Reports as benches post them: some that each cause an alert event, and some that cause none.

const dayMs = 86_400_000

/** The day `daysAgo` days ago, UTC: theatres of benches run on the wall clock. */
export function formatDay(daysAgo: number): string {
  return new Date(Date.now() - daysAgo * dayMs).toISOString().slice(0, 10)
}

export const benchTheatre = 'bench'
/** The body of the theatre of these reports. */
export const benchTheatreBody = { countries: ['ML'], clock: 'wall' } as const

const siegeBase = {
  category: 'blockade',
  handling: 'partners',
  credibility: 2,
  actors: [{ name: 'Group A', role: 'perpetrator' }],
  targets: [{ kind: 'civilians' }]
} as const

/** Number of villages with a place of their own. */
export const villagesMax = 2000
/** Reports after the first of a village that each change its alert. */
export const stepsPerVillage = 8

export function nameVillage(village: number): string {
  return `Village ${village}`
}

/**
 * Villages far enough from each other that each has its own siege, all in the north of Mali: a
 * place that contradicts its country triggers no rule.
 */
function makePlace(village: number) {
  return {
    name: nameVillage(village),
    country: 'ML',
    admin1: 'ML-6',
    lat: 17 + (village % 50) * 0.1,
    lon: -5 + (Math.floor(village / 50) % 40) * 0.1,
    radiusKm: 2
  }
}

/** The report before a siege: one criterion for three weeks, no alert. */
export function makeOpeningReport(village: number) {
  return {
    ...siegeBase,
    source: { id: 'bench-a' },
    externalId: `open-${village}`,
    occurred: { from: formatDay(29), to: formatDay(10) },
    location: makePlace(village)
  }
}

/** A report after it, which raises, escalates or revises the siege: steps from 1. */
export function makeSiegeReport(village: number, step: number) {
  const category = step === 1 ? 'movement-denied' : step === 2 ? 'aid-denied' : 'blockade'
  const from = step <= 2 ? formatDay(29) : formatDay(20 - step)
  const to = step <= 2 ? formatDay(10) : from
  return {
    ...siegeBase,
    category,
    source: { id: 'bench-b' },
    externalId: `tell-${village}-${step}`,
    occurred: { from, to },
    location: makePlace(village)
  }
}

/** One of many attacks of three days in sixty villages of three areas. */
export function makeAttackReport(number: number) {
  const day = formatDay(1 + (number % 3))
  const village = (number * 7) % 60
  return {
    source: { id: `wire-${number % 5}` },
    externalId: `attack-${number}`,
    occurred: { from: day, to: day },
    category: number % 4 === 0 ? 'attack-on-civilians' : 'attack',
    location: {
      country: 'ML',
      admin1: `ML-${5 + (village % 3)}`,
      lat: 13 + (village % 10) * 0.15,
      lon: -4 + Math.floor(village / 10) * 0.2,
      radiusKm: 2
    },
    actors: number % 3 === 0 ? [] : [{ name: `Katiba ${'ABCD'[number % 4]}`, role: 'perpetrator' }],
    fatalities: { low: number % 7, best: number % 7, high: (number % 7) + 2 },
    credibility: 2,
    handling: 'partners'
  }
}

function makeTown(number: number) {
  return {
    name: `Town ${number % 500}`,
    country: 'ML',
    lat: 13.2 + ((number * 7) % 200) * 0.01,
    lon: -7.5 + ((number * 13) % 300) * 0.01,
    radiusKm: 5
  }
}

/** An ordinary report that no pattern uses. */
export function makeQuietReport(number: number) {
  return {
    source: { id: 'bench-c' },
    externalId: `quiet-${number}`,
    occurred: { from: formatDay(1), to: formatDay(1) },
    category: 'protest',
    location: makeTown(number),
    credibility: 3,
    handling: 'partners'
  }
}

/**
 * A report typical of feeds, some 600 bytes of JSON, with or without private texts. It triggers no
 * alert.
 */
export function makeFeedReport(number: number, hasPrivate: boolean): string {
  return JSON.stringify({
    source: { id: `wire-${number % 20}` },
    externalId: `bench-${number}`,
    reportedAt: `${formatDay(1)}T09:00:00Z`,
    occurred: { from: formatDay(2), to: formatDay(2) },
    category: 'protest',
    tactics: ['other:road-closed'],
    location: makeTown(number),
    actors: [
      { name: 'Residents', role: 'initiator' },
      { name: 'Police', role: 'respondent' }
    ],
    targets: [{ kind: 'government' }],
    fatalities: { low: 0, best: 0, high: 0 },
    credibility: 3,
    handling: 'partners',
    ...(hasPrivate ? { private: makePrivateTexts(number) } : {})
  })
}

function makePrivateTexts(number: number) {
  return {
    narrative: `Report ${number}: several hundred people closed the road to the north of the town in the early morning and went home by noon.`,
    links: [`https://wire.example.org/${number}`],
    persons: [{ name: `Speaker ${number % 1000}`, role: 'witness' }]
  }
}
