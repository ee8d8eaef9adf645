// Alert identity over a running suite: late reports split a front and join it again, officers merge
// two incidents and revert that. Checks what a partner's webhook receives, in order, and what the
// list shows afterwards.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { computeReportId } from '@tocsin/contracts/report/report-identity'
import { systemClock } from '@tocsin/service/process/clock'
import type { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'

let suite: WholeSuite
let partner: WebhookReceiver
let cursor: string | null = null

beforeAll(async () => {
  suite = await WholeSuite.start()
  partner = await suite.webhook({ ruleId: ['fronts'] })
  await written('PUT', '/v1/theatres/mali', { countries: ['ML'], clock: 'replay' })
  // The default rule for fronts notifies nobody.
  await written('PUT', '/v1/rules/fronts', { pattern: 'front' })
})
afterAll(() => suite?.end())

async function written(
  method: 'PUT' | 'POST' | 'DELETE',
  path: string,
  body: unknown
): Promise<void> {
  const answer = await suite.api.callPatiently(
    method,
    path,
    { body, cursor },
    { clock: systemClock, patienceMs: 30_000 }
  )
  if (answer.problem) throw new Error(`${method} ${path}: ${JSON.stringify(answer.problem)}`)
  cursor = answer.cursor ?? cursor
}

const tick = (day: string) => written('POST', '/v1/theatres/mali/ticks', { to: `${day}T00:00:00Z` })
const idOf = (source: string, externalId: string) => computeReportId(source, externalId)

/** An attack in the west (-5), in the east (-4.7), or on the road between, 16 km from either. */
function attack(externalId: string, day: string, lon: number, source = 'wire-1'): Promise<void> {
  const location = {
    country: 'ML',
    admin1: 'ML-5',
    lat: 14 + Number(day.slice(-2)) * 0.004,
    lon,
    radiusKm: 2
  }
  const body = {
    source: { id: source },
    externalId,
    occurred: { from: day, to: day },
    category: 'attack',
    location,
    credibility: 2
  }
  return written('POST', '/v1/reports', body)
}
const withdraw = (source: string, externalId: string) =>
  written('DELETE', `/v1/reports/${idOf(source, externalId)}`, { reason: 'It was another road.' })

/**
 * The partner's next `count` deliveries: `A revised update`, … with letters in order of appearance.
 */
async function toldNext(count: number): Promise<string[]> {
  const before = heard
  heard += count
  await waitFor(() => partner.events.length >= heard, {
    what: `delivery ${heard}`,
    timeoutMs: 60_000
  })
  return partner.events.slice(before, heard).map(({ type, data }) => {
    const because = data.reason === null ? '' : ` ${data.reason}`
    return `${letterOf(data.alertId)} ${type.split('.')[2]}${because} ${data.notify}`
  })
}
let heard = 0

function letterOf(alertId: string): string {
  const ids = [...new Set(partner.events.map(({ data }) => data.alertId))]
  return String.fromCharCode('A'.charCodeAt(0) + ids.indexOf(alertId))
}
const last = (letter: string) =>
  partner.events.findLast(({ data }) => letterOf(data.alertId) === letter)?.data as AlertState

it('a front of seven attacks splits without the middle one, and joins again when another source reports it', async () => {
  await tick('2025-03-07')
  for (const [id, day] of [
    ['w1', '2025-03-01'],
    ['w2', '2025-03-03']
  ] as const)
    await attack(id, day, -5)
  await attack('road', '2025-03-04', -4.85)
  expect(await toldNext(1)).toEqual(['A raised page'])
  await attack('e1', '2025-03-02', -4.7)
  await attack('e2', '2025-03-05', -4.7)
  await attack('w3', '2025-03-06', -5, 'wire-2')
  await attack('e3', '2025-03-06', -4.7)
  expect(await toldNext(4)).toEqual([
    'A revised update',
    'A revised update',
    'A escalated page',
    'A revised update'
  ])

  await withdraw('wire-1', 'road')
  expect(await toldNext(2)).toEqual(['A revised update', 'B raised page'])
  const idsIn = (letter: string) =>
    last(letter)
      .evidence.map(({ incidentId }) => incidentId)
      .sort()
  expect(idsIn('A')).toEqual(
    [idOf('wire-1', 'w1'), idOf('wire-1', 'w2'), idOf('wire-2', 'w3')].sort()
  )
  expect(idsIn('B')).toEqual(['e1', 'e2', 'e3'].map(id => idOf('wire-1', id)).sort())

  await attack('seen', '2025-03-04', -4.85, 'wire-3')
  expect(await toldNext(2)).toEqual(['B retracted merged update', 'A escalated page'])
  expect(last('B').references).toEqual([last('A').alertId])
  expect(last('A')).toMatchObject({ references: [last('B').alertId], evidence: { length: 7 } })

  await withdraw('wire-3', 'seen')
  expect(await toldNext(2)).toEqual(['B reopened support-returned page', 'A revised update'])
})

it('a merge by an officer leaves too few incidents for a front, until it is reverted', async () => {
  const [first, third] = [idOf('wire-1', 'w1'), idOf('wire-2', 'w3')]
  const declare = async (what: 'merge' | 'split', body: object) => {
    const shown = (await suite.api.call('GET', `/v1/incidents/${first}`)).body as {
      revision: number
    }
    const headers = { 'if-match': `"${shown.revision}"` }
    const answer = await suite.api.call('POST', `/v1/incidents/${first}/${what}`, { headers, body })
    expect(answer.status).toBe(200)
  }
  await declare('merge', { with: third, note: 'One raid over six days.' })
  expect(await toldNext(1)).toEqual(['A retracted support-fell-away update'])
  expect(last('A').headline).toMatch(/^Retracted: /)
  await declare('split', { reports: [third], note: 'No: two raids.' })
  expect(await toldNext(1)).toEqual(['A reopened support-returned page'])

  const fronts = await suite.alerts('&ruleId=fronts')
  expect(fronts.map(({ alertId, status }) => `${letterOf(alertId)} ${status}`).sort()).toEqual([
    'A provisional',
    'B provisional'
  ])
  // Every revision of both from the first on, none twice, in one unbroken chain.
  for (const letter of ['A', 'B']) {
    const revisions = partner.events
      .filter(({ data }) => letterOf(data.alertId) === letter)
      .map(({ data }) => data.revision)
    expect(revisions).toEqual(revisions.map((_, i) => i + 1))
  }
  expect(partner.violations).toEqual([])
  expect(partner.events.map(({ sequence }) => sequence)).toEqual(
    partner.events.map((_, i) => i + 1)
  )
})
