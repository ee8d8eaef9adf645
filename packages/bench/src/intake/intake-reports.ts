// The reports of bench `intake`: typical of feeds, some 600 bytes each, with or without private
// texts. None triggers an alert.

/** A body as text. Its day is two days ago, so that it fits the wall clock. */
export function reportBody(number: number, withPrivate: boolean): string {
  const report = {
    source: { id: `wire-${number % 20}` },
    externalId: `bench-${number}`,
    reportedAt: `${day(1)}T09:00:00Z`,
    occurred: { from: day(2), to: day(2) },
    category: 'protest',
    tactics: ['other:road-closed'],
    location: {
      name: `Town ${number % 500}`,
      country: 'ML',
      lat: 13.2 + ((number * 7) % 200) * 0.01,
      lon: -7.5 + ((number * 13) % 300) * 0.01,
      radiusKm: 5
    },
    actors: [
      { name: 'Residents', role: 'initiator' },
      { name: 'Police', role: 'respondent' }
    ],
    targets: [{ kind: 'government' }],
    fatalities: { low: 0, best: 0, high: 0 },
    credibility: 3,
    handling: 'partners',
    ...(withPrivate ? { private: privateTexts(number) } : {})
  }
  return JSON.stringify(report)
}

function privateTexts(number: number) {
  return {
    narrative: `Report ${number}: several hundred people closed the road to the north of the town in the early morning and went home by noon.`,
    links: [`https://wire.example.org/${number}`],
    persons: [{ name: `Speaker ${number % 1000}`, role: 'witness' }]
  }
}

function day(daysAgo: number): string {
  return new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10)
}
