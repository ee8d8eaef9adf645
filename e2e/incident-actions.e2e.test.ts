// Two officers concurrently split and merge one incident of a running suite: the answer to each,
// and the final state, also after a kill.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { CheckedApi } from './harness/checked-api.ts'
import { WholeSuite } from './harness/whole-suite.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

interface IncidentShown {
  readonly incidentId: string
  readonly revision: number
  readonly reports: readonly { readonly reportId: string }[]
  readonly history: readonly {
    readonly type: string
    readonly declared: { readonly by: string; readonly note: string | null } | null
    readonly data: { readonly joins?: readonly { readonly why: string }[] }
  }[]
}

let suite: WholeSuite
beforeAll(async () => {
  suite = await WholeSuite.start()
})
afterAll(() => suite?.end())

async function reported(source: string, lat: number): Promise<string> {
  const body = {
    ...{
      source: { id: source },
      externalId: '1',
      occurred: { from: yesterday, to: yesterday },
      category: 'attack'
    },
    location: { country: 'ML', lat, lon: -5.2547, radiusKm: 2 }
  }
  const posted = await suite.api.call('POST', '/v1/reports', { body })
  const { reportId } = posted.body as { reportId: string }
  const read = await suite.api.call('GET', `/v1/reports/${reportId}?wait=10`)
  expect(read.body).toMatchObject({ assembled: true })
  return reportId
}

async function incidentOf(reportId: string): Promise<IncidentShown> {
  return (await suite.api.call('GET', `/v1/incidents/${reportId}`)).body as IncidentShown
}

async function officer(name: string): Promise<CheckedApi> {
  const body = { name, scopes: ['alerts:operate', 'alerts:read'], handling: 'restricted' }
  const made = await suite.api.call('POST', '/v1/keys', { body })
  return new CheckedApi({ url: suite.url, key: (made.body as { secret: string }).secret })
}

it('lets one of two concurrent actions of officers win, tells the other who and when, and keeps that over a kill', async () => {
  const [a, b, far] = [
    await reported('wire-1', 14.8252),
    await reported('wire-2', 14.83),
    await reported('wire-3', 13.2)
  ]
  const before = await incidentOf(a)
  expect(before.reports.map(({ reportId }) => reportId).sort()).toEqual([a, b].sort())
  expect(before.history.at(-1)?.data.joins).toMatchObject([
    { why: 'same settlement, same day, both attack' }
  ])
  const [one, other] = [await officer('first officer'), await officer('second officer')]
  const headers = { 'if-match': `"${before.revision}"` }
  const [split, merge] = await Promise.all([
    one.call('POST', `/v1/incidents/${a}/split`, {
      headers,
      body: { reports: [b], note: 'Two villages.' }
    }),
    other.call('POST', `/v1/incidents/${a}/merge`, {
      headers,
      body: { with: far, note: 'One convoy.' }
    })
  ])
  expect([split.status, merge.status].sort()).toEqual([200, 409])
  const [winner, lost] = split.status === 200 ? ['first officer', merge] : ['second officer', split]
  expect(lost.body).toMatchObject({
    code: 'action-refused',
    by: winner,
    at: expect.stringMatching(/^20\d\d-/)
  })

  const told = async () => {
    const shown = await Promise.all([a, b, far].map(incidentOf))
    return shown.map(({ reports, revision, history }) => [
      reports.map(r => r.reportId).sort(),
      revision,
      history.at(-1)?.declared
    ])
  }
  const after = await told()
  expect(after[0]?.[0]).toHaveLength(winner === 'first officer' ? 1 : 3)
  expect(after[0]?.[2]).toMatchObject({
    by: winner,
    note: winner === 'first officer' ? 'Two villages.' : 'One convoy.'
  })
  await suite.killAndRestart()
  expect(await told()).toEqual(after)
})
