// How a place was resolved, as answered to a post, a correction, and each line of a stream.

import { componentsFor } from '@tocsin/contracts/openapi/components'
import { ref } from '@tocsin/contracts/openapi/json-schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { candidatesToldMax, toldPlace, toldResolutions } from '../../src/report/told-places.ts'
import { aReport } from '../support/intake-under-test.ts'
import { ServedIntake } from '../support/served-intake.ts'

let served: ServedIntake
let count = 0
beforeAll(async () => {
  served = await ServedIntake.start()
})
afterAll(() => served.end())

const reportAt = (location: object, more: object = {}) => ({
  ...aReport,
  externalId: `place-${++count}`,
  location,
  ...more
})
const paris = { name: 'Bamako', country: 'ML', lat: 48.8566, lon: 2.3522 }

async function posted(report: object) {
  const answer = await served.ask('POST', '/v1/reports', { payload: report })
  expect(answer.statusCode).toBe(202)
  return answer.json()
}

describe('a reporter is told', () => {
  it('how the place was understood, by its coordinates or by its name', async () => {
    expect((await posted(reportAt({ country: 'ML', lat: 14.8252, lon: -5.2547 }))).place).toEqual({
      resolution: 'stated',
      candidates: []
    })
    expect((await posted(reportAt({ name: 'Djibo', country: 'BF' }))).place).toEqual({
      resolution: 'gazetteer',
      candidates: []
    })
  })

  it('that a name may mean several places, and which', async () => {
    const { place } = await posted(reportAt({ name: 'Kamona', country: 'ML', admin1: 'ML-4' }))
    expect(place).toMatchObject({
      resolution: 'ambiguous',
      candidates: [{ name: 'Kamona' }, { name: 'Kamona' }]
    })
    expect(place.hint).toMatch(/^"Kamona" may mean any of these/)
  })

  it('that a name is not known', async () => {
    const { place } = await posted(reportAt({ name: 'Xyzzyplugh', country: 'ML' }))
    expect(place).toMatchObject({ resolution: 'unresolved', candidates: [] })
    expect(place.hint).toContain('"Xyzzyplugh" is known in Mali')
  })

  it('that it lies in no theatre, beside what else is wrong with its place', async () => {
    const { theatre, place } = await posted(reportAt({ country: 'TZ', lat: -6.1731, lon: 35.7416 }))
    expect([theatre, place.resolution]).toEqual(['_unassigned', 'stated'])
    expect(place.hint).toMatch(/^The report lies in no theatre/)
    const unknown = await posted(reportAt({ name: 'Xyzzyplugh', country: 'TZ' }))
    expect(unknown.place.hint).toMatch(
      /^no place named "Xyzzyplugh".* The report lies in no theatre/
    )
  })

  it('that coordinates contradict their country, and are kept', async () => {
    const { place, reportId } = await posted(reportAt(paris))
    expect(place).toMatchObject({ resolution: 'contradicting', candidates: [] })
    expect(place.hint).toMatch(/^48.8566, 2.3522 lies far outside the stated country, Mali/)
    const { report } = (await served.ask('GET', `/v1/reports/${reportId}`)).json()
    expect(report.place).toMatchObject({ ...paris, contradiction: 'country', settlement: null })
  })

  it('that coordinates contradict their area, where they lie, and what the report does not trigger', async () => {
    const { place, reportId } = await posted(
      reportAt({ country: 'ML', admin1: 'ML-1', lat: 14.8252, lon: -5.2547 })
    )
    expect(place).toMatchObject({ resolution: 'stated', candidates: [] })
    expect(place.hint).toMatch(
      /^14.8252, -5.2547 lies far outside the stated area, Kayes \(ML-1\), and in Mopti \(ML-5\)/
    )
    const { report } = (await served.ask('GET', `/v1/reports/${reportId}`)).json()
    expect(report.place).toMatchObject({
      contradiction: 'admin1',
      admin1: 'ML-1',
      foundAdmin1: 'ML-5'
    })
  })

  it('the same of further places, in their order', async () => {
    const { place, alsoAt } = await posted(
      reportAt(
        { name: 'Djibo', country: 'BF' },
        { alsoAt: [paris, { name: 'Kamona', country: 'ML', admin1: 'ML-4' }] }
      )
    )
    expect(place.resolution).toBe('gazetteer')
    expect(alsoAt.map(({ resolution }: { resolution: string }) => resolution)).toEqual([
      'contradicting',
      'ambiguous'
    ])
  })

  it('the same for a repeated post and a correction, and nothing for a withdrawal', async () => {
    const report = reportAt(paris)
    const first = await posted(report)
    expect(await posted(report)).toMatchObject({ duplicate: true, place: first.place })
    const url = `/v1/reports/${first.reportId}`
    const corrected = await served.ask('PUT', url, {
      payload: { ...report, location: { name: 'Bamako', country: 'ML' } }
    })
    expect(corrected.json().place).toEqual({ resolution: 'gazetteer', candidates: [] })
    const withdrawn = await served.ask('DELETE', url, { payload: { reason: 'sent in error' } })
    expect([withdrawn.statusCode, 'place' in withdrawn.json()]).toEqual([202, false])
  })

  it('the same in each line of a stream', async () => {
    const lines = [
      reportAt({ name: 'Djibo', country: 'BF' }),
      reportAt(paris),
      reportAt({ lat: 0, lon: 0, country: 'ML' })
    ]
    const answer = await served.ask('POST', '/v1/reports', {
      payload: `${lines.map(line => JSON.stringify(line)).join('\n')}\n`,
      headers: { 'content-type': 'application/x-ndjson' }
    })
    const results = answer.body.trim().split('\n').slice(0, -1)
    const [clear, wrong, lost] = results.map(line => JSON.parse(line))
    expect([clear.place.resolution, wrong.place.resolution]).toEqual(['gazetteer', 'contradicting'])
    expect(lost).toMatchObject({
      status: 422,
      code: 'body-invalid',
      errors: [{ pointer: '/location/lat' }]
    })
  })
})

describe('coordinates with swapped or lost values', () => {
  it('are refused by field, with any stated country', async () => {
    const answer = await served.ask('POST', '/v1/reports', {
      payload: reportAt({ country: 'ML', lat: 0, lon: 0 })
    })
    expect([answer.statusCode, answer.json().errors]).toEqual([
      422,
      [{ pointer: '/location/lat', detail: expect.stringContaining('coordinates are missing') }]
    ])
  })
})

describe('the answer', () => {
  it('names a limited number of candidates, and counts the rest', () => {
    const candidate = {
      settlement: 'ML/x',
      name: 'X',
      country: 'ML',
      admin1: null,
      lat: 14,
      lon: -5
    }
    const candidates = Array.from({ length: candidatesToldMax + 7 }, () => candidate)
    const place = { ...(ambiguous as object), candidates } as never
    const told = toldPlace(place)
    expect([told.candidates.length, told.omitted]).toEqual([candidatesToldMax, 7])
  })

  it('that another revision counts, as the OpenAPI document has it', async () => {
    const first = reportAt(aReport.location, { reportedAt: '2025-06-02T11:00:00Z' })
    await posted(first)
    const { superseded } = await posted({
      ...first,
      category: 'killing',
      reportedAt: '2025-06-02T10:00:00Z'
    })
    expect(superseded).toEqual({
      reportedAt: '2025-06-02T11:00:00.000Z',
      hint: expect.stringContaining('does not count')
    })
    const { ReportAccepted } = componentsFor(ref('ReportAccepted')) as {
      ReportAccepted: { properties: Record<string, object> }
    }
    expect(ReportAccepted.properties.superseded).toMatchObject({
      required: Object.keys(superseded)
    })
  })

  it('has only values that the OpenAPI document names', () => {
    const { ToldPlace } = componentsFor(ref('ToldPlace')) as {
      ToldPlace: { properties: { resolution: { enum: unknown } } }
    }
    expect(ToldPlace.properties.resolution.enum).toEqual(toldResolutions)
  })
})

const ambiguous = { name: 'X', country: 'ML', resolution: 'ambiguous' }
