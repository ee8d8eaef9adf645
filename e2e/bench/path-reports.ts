// The reports of the bench `path`: some that each make an alert event, and some that make none.

export const benchTheatre = 'bench'
export const benchNow = '2025-06-30T12:00:00Z'

const base = {
  category: 'blockade',
  handling: 'partners',
  credibility: 2,
  actors: [{ name: 'Group A', role: 'perpetrator' }],
  targets: [{ kind: 'civilians' }]
}

/** Villages far from one another, so that each has a siege of its own. */
export function villageName(village: number): string {
  return `Village ${village}`
}

function place(village: number) {
  return {
    name: villageName(village),
    country: 'ML',
    admin1: 'ML-4',
    lat: 11 + (village % 90) * 0.1,
    lon: -10 + Math.floor(village / 90) * 0.5,
    radiusKm: 2
  }
}

/** The report before a siege: one criterion for three weeks, no alert. */
export function openingReport(village: number) {
  return {
    ...base,
    source: { id: 'bench-a' },
    externalId: `open-${village}`,
    occurred: { from: '2025-06-01', to: '2025-06-20' },
    location: place(village)
  }
}

/** The reports after it, each of which raises, escalates or revises the siege of the village: from 1 on. */
export function tellingReport(village: number, step: number) {
  const category = step === 1 ? 'movement-denied' : step === 2 ? 'aid-denied' : 'blockade'
  const from = step <= 2 ? '2025-06-01' : `2025-06-${String(10 + step).padStart(2, '0')}`
  const to = step <= 2 ? '2025-06-20' : from
  return {
    ...base,
    category,
    source: { id: 'bench-b' },
    externalId: `tell-${village}-${step}`,
    occurred: { from, to },
    location: place(village)
  }
}

/** Ordinary news that no pattern reads. */
export function quietReport(number: number) {
  return {
    source: { id: 'bench-c' },
    externalId: `quiet-${number}`,
    occurred: { from: '2025-06-29', to: '2025-06-29' },
    category: 'protest',
    location: {
      name: `Town ${number % 500}`,
      country: 'ML',
      lat: 11 + ((number * 7) % 900) * 0.01,
      lon: -10 + ((number * 13) % 1300) * 0.01,
      radiusKm: 5
    },
    credibility: 3,
    handling: 'partners'
  }
}
