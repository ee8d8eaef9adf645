import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
})
