// Exports over HTTP: what lists show to the same key, in each format.

import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { askText } from '../support/cap-reading.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const exported = async (suite: Suite, query: string, key = suite.owner) => {
  const answer = await askText(suite, `/v1/export?${query}`, key)
  return { ...answer, lines: answer.text.split('\n').filter(line => line !== '') }
}
const idsIn = (lines: readonly string[]) => lines.slice(1, -1).map(line => line.split(',')[0])

async function assembled(
  suite: Suite,
  incidentId: string,
  more: Partial<IncidentState> = {}
): Promise<void> {
  const data: IncidentState = {
    incidentId,
    revision: 1,
    seq: Number(incidentId.slice(1)),
    theatre: 'sahel',
    aliases: [],
    reports: [{ reportId: `r-${incidentId}`, contentHash: 'x', sourceId: 'wire-1' }],
    independentSources: 1,
    occurred: { from: '2026-02-01T00:00:00.000Z', to: '2026-02-01T23:59:59.999Z' },
    category: 'attack',
    tactics: [],
    place: {
      name: 'Diosso',
      country: 'ML',
      admin1: 'ML-4',
      lat: 13.88,
      lon: -5.36,
      radiusKm: 5,
      settlement: null
    },
    fatalities: { low: 3, best: null, high: null },
    credibility: 2,
    handling: 'public',
    from: [],
    ...more
  }
  const time = `2026-03-01T12:00:0${data.seq}.000Z`
  const head = {
    id: `record-${incidentId}`,
    source: '/tocsin/rules',
    time,
    cause: null,
    theatre: data.theatre
  }
  const value = encodeRecord(head, { type: 'incident.assembled', data })
  await suite.h.log.append(topics.assembly, [{ id: head.id, key: data.theatre, value }])
}

describe('an export of alerts', () => {
  it('as CSV has a row each, in the order of lists, and an end that counts them', async () => {
    const suite = await Suite.start()
    await suite.h.alerts.write('raised', 'a1')
    await suite.h.alerts.write('raised', 'a2', {
      headline: '=HYPERLINK("x"),\n"quoted"',
      explanation: '-1+1'
    })
    await settle()
    const { status, headers, text, lines } = await exported(suite, 'kind=alerts&format=csv')
    expect([status, headers['content-type']]).toEqual([
      200,
      'text/csv; charset=utf-8; header=present'
    ])
    expect(headers['content-disposition']).toBe('attachment; filename="alerts.csv"')
    expect(lines[0]).toMatch(/^alertId,revision,operatorRevision,theatre,status,/)
    expect(lines.at(-1)).toMatch(/^#end,2,,/)
    expect(text).toContain(`"'=HYPERLINK(""x""),\n""quoted""",'-1+1,`)
    // A negative number is no formula.
    expect(lines.at(-2)).toContain(',13.88,-5.36,5,blockade,')
    expect(lines.at(-2)).toMatch(/^a1,1,0,sahel,provisional,moderate,/)
    const columns = (line: string | undefined) => line?.split(',').length
    expect([columns(lines.at(-2)), columns(lines.at(-1))]).toEqual([
      columns(lines[0]),
      columns(lines[0])
    ])
  })

  it('as NDJSON is the whole statements of the list', async () => {
    const suite = await Suite.start()
    for (let i = 0; i < 120; i++) await suite.h.alerts.write('raised', `a${i}`)
    await settle()
    const { lines, headers } = await exported(suite, 'kind=alerts&format=ndjson')
    expect(headers['content-type']).toBe('application/x-ndjson')
    const { body } = await suite.ask('GET', '/v1/alerts?limit=500')
    expect(lines.map(line => JSON.parse(line))).toEqual([...body.items, { end: { rows: 120 } }])
  })

  it('as GeoJSON shows a place as wide as it is known', async () => {
    const suite = await Suite.start()
    const area = { country: ['ML'], admin1: ['ML-4'], circle: null, settlement: null }
    await suite.h.alerts.write('raised', 'wide')
    await suite.h.alerts.write('raised', 'near', { area: { ...area, circle: [13.88, -5.36, 0.5] } })
    await suite.h.alerts.write('raised', 'none', { area })
    await settle()
    const { text, headers } = await exported(suite, 'kind=alerts&format=geojson')
    expect(headers['content-type']).toBe('application/geo+json')
    const { type, features, rows } = JSON.parse(text)
    expect([type, rows, features.map(({ id }: { id: string }) => id)]).toEqual([
      'FeatureCollection',
      3,
      ['none', 'near', 'wide']
    ])
    expect(features[0].geometry).toBeNull()
    expect(features[1].geometry).toEqual({ type: 'Point', coordinates: [-5.36, 13.88] })
    const [ring] = features[2].geometry.coordinates as [number, number][][]
    expect(ring).toHaveLength(33)
    expect(ring?.at(0)).toEqual(ring?.at(-1))
    // Counterclockwise, as RFC 7946 has it, and around the whole circle of 5 km.
    const steps = ring!.slice(1).map(([x, y], i) => (ring![i]![0] * y - x * ring![i]![1]) / 2)
    expect(steps.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(0)
    for (const [lon, lat] of ring!)
      expect(
        Math.hypot(
          (lat - 13.88) * 111.195,
          (lon + 5.36) * 111.195 * Math.cos((13.88 * Math.PI) / 180)
        )
      ).toBeGreaterThan(5)
    expect(features[2].properties).toMatchObject({
      alertId: 'wide',
      radiusKm: 5,
      country: ['ML'],
      severity: 'moderate'
    })
  })

  it('refuses what it does not understand before it begins', async () => {
    const suite = await Suite.start()
    for (const [query, pointer] of [
      ['kind=alerts', 'format'],
      ['format=csv', 'kind'],
      ['kind=keys&format=csv', 'kind'],
      ['kind=alerts&format=xlsx', 'format'],
      ['kind=alerts&format=csv&from=yesterday', 'from'],
      ['kind=alerts&format=csv&to=2025-02-30', 'to'],
      ['kind=alerts&format=csv&severity=awful', 'severity'],
      ['kind=alerts&format=csv&limit=1', 'limit'],
      ['kind=incidents&format=csv&severity=severe', 'severity'],
      ['kind=alerts&format=csv&source=wire', 'source']
    ]) {
      const answer = await suite.ask('GET', `/v1/export?${query}`)
      expect([query, answer]).toMatchObject([
        query,
        { status: 400, body: { code: 'query-invalid', errors: [{ pointer }] } }
      ])
    }
    expect(suite.h.notifier.exports.used).toBe(0)
  })
})

describe('an export of incidents', () => {
  it('is what the list shows, in each format', async () => {
    const suite = await Suite.start()
    await assembled(suite, 'i1')
    await assembled(suite, 'i2', { handling: 'restricted' })
    await assembled(suite, 'i3', {
      category: 'clash',
      place: {
        name: null,
        country: 'NE',
        admin1: null,
        lat: 1,
        lon: 2,
        radiusKm: null,
        settlement: null
      }
    })
    await settle()
    const { body } = await suite.ask('GET', '/v1/incidents')
    const { lines } = await exported(suite, 'kind=incidents&format=ndjson')
    expect(lines.map(line => JSON.parse(line))).toEqual([...body.items, { end: { rows: 3 } }])
    const csv = await exported(suite, 'kind=incidents&format=csv&country=NE,ML&category=attack')
    expect(idsIn(csv.lines)).toEqual(['i2', 'i1'])
    expect(csv.lines[2]).toMatch(/^i1,1,sahel,2026-02-01T00:00:00.000Z,/)
    const { features } = JSON.parse(
      (await exported(suite, 'kind=incidents&format=geojson&from=2026-02-01')).text
    )
    expect(
      features.map(({ geometry }: { geometry: { type: string } | null }) => geometry?.type ?? null)
    ).toEqual([null, 'Polygon', 'Polygon'])
    const partner = await suite.key(['alerts:read'], { handling: 'partners' })
    expect(idsIn((await exported(suite, 'kind=incidents&format=csv', partner)).lines)).toEqual([
      'i3',
      'i1'
    ])
    expect(idsIn((await exported(suite, 'kind=incidents&format=csv&to=2026-01-01')).lines)).toEqual(
      []
    )
  })

  it('is filtered by days and sources as the list is', async () => {
    const suite = await Suite.start()
    const at = (day: string) => ({
      occurred: { from: `${day}T00:00:00.000Z`, to: `${day}T12:00:00.000Z` }
    })
    const of = (sourceId: string) => ({
      reports: [{ reportId: `r-${sourceId}`, contentHash: 'x', sourceId }]
    })
    await assembled(suite, 'i1', at('2026-01-10'))
    await assembled(suite, 'i2', { ...at('2026-01-11'), ...of('wire-2') })
    await assembled(suite, 'i3', { ...at('2026-01-12'), ...of('wire-3') })
    await settle()
    for (const [query, ids] of [
      ['from=2026-01-11', ['i3', 'i2']],
      ['from=2026-01-10&to=2026-01-12', ['i2', 'i1']],
      ['source=wire-1,wire-3', ['i3', 'i1']],
      ['source=nobody', []]
    ] as const) {
      const { body } = await suite.ask('GET', `/v1/incidents?${query}`)
      expect(body.items.map(({ incidentId }: IncidentState) => incidentId)).toEqual(ids)
      const { lines } = await exported(suite, `kind=incidents&format=csv&${query}`)
      expect(idsIn(lines)).toEqual(ids)
    }
    expect(await suite.ask('GET', '/v1/incidents?from=yesterday')).toMatchObject({ status: 400 })
  })
})
