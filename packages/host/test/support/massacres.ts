// Theatres of one country each, and massacres in their capitals: each is alerted at once, whichever
// thread folds it.

const capitals: Readonly<Record<string, readonly [number, number]>> = {
  ML: [12.65, -8],
  NE: [13.51, 2.11],
  KE: [-1.29, 36.82],
  SD: [15.5, 32.56],
  SO: [2.04, 45.34],
  TD: [12.11, 15.04],
  CF: [4.36, 18.56],
  UG: [0.32, 32.58]
}

export const theatreOf = (country: string) => `of-${country.toLowerCase()}`

/** The body of a report of a massacre of today. */
export function massacreIn(country: string, externalId: string): object {
  const day = new Date().toISOString().slice(0, 10)
  const [lat, lon] = capitals[country] ?? [0, 0]
  return {
    source: { id: 'wire-1' },
    externalId,
    occurred: { from: day, to: day },
    category: 'attack-on-civilians',
    location: { country, lat, lon, radiusKm: 2 },
    fatalities: { low: 30, best: 30, high: 30 },
    handling: 'public'
  }
}
