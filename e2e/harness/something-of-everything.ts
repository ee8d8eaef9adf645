// A suite that holds something of everything that the console shows: no view of it is empty.

import { topics } from '@tocsin/event-log/topics'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { postFront } from './front-of-attacks.ts'
import type { WholeSuite } from './whole-suite.ts'

const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()

/** Posts an attack that raises an alert by itself, and waits for it. */
export async function postMassacre(
  suite: WholeSuite,
  externalId: string,
  lat: number
): Promise<string> {
  const body = {
    ...{
      source: { id: 'wire-1' },
      externalId,
      occurred: { from: day, to: day },
      category: 'attack-on-civilians'
    },
    location: { country: 'ML', lat, lon: -5.2547, radiusKm: 2 },
    ...{ fatalities: { low: 40, best: 45, high: 50 }, handling: 'internal' }
  }
  const { reportId } = await make<{ reportId: string }>(suite, '/v1/reports', body)
  await suite.api.call('GET', `/v1/reports/${reportId}?wait=30`)
  return reportId
}

/** What a call has made; anything but a success ends the test. */
async function make<T>(
  suite: WholeSuite,
  path: string,
  body: object,
  headers: Record<string, string> = {}
): Promise<T> {
  const { status, body: made } = await suite.api.call('POST', path, { body, headers })
  if (status < 200 || status > 299)
    throw new Error(`POST ${path}: ${status} ${JSON.stringify(made)}`)
  return made as T
}

/** Acts on an alert as it is now. */
export async function actOn(
  suite: WholeSuite,
  alertId: string | undefined,
  act: string,
  body: object
): Promise<void> {
  const { operatorRevision } = (await suite.api.call('GET', `/v1/alerts/${alertId}`)).body as {
    operatorRevision: number
  }
  await make(suite, `/v1/alerts/${alertId}/${act}`, body, { 'if-match': `"${operatorRevision}"` })
}

/**
 * `takes` answers webhooks with 200, `refuses` with an error. The id of the report of the alert
 * that was answered.
 */
export async function fillSuite(
  suite: WholeSuite,
  takes: string,
  refuses: string
): Promise<string> {
  for (const url of [takes, refuses])
    await make(suite, '/v1/subscriptions', { url, policy: { groupWaitSeconds: 0 } })
  await suite.api.call('PUT', '/v1/sources/wire-1', { body: { reliability: 'B', cadenceDays: 2 } })
  await suite.api.call('PUT', '/v1/sources/never-heard', {
    body: { reliability: 'C', cadenceDays: 2 }
  })
  await postFront(suite)
  const reportId = await postMassacre(suite, 'answered', 14.8252)
  const [alert] = await suite.alerts('&pattern=mass-casualty')
  await actOn(suite, alert?.alertId, 'acknowledgement', { note: 'I call the field office.' })
  await actOn(suite, alert?.alertId, 'response', { kind: 'warned', text: 'Two villages.' })
  const silenced = { reason: 'An exercise.', minutes: 60, filter: { country: ['FI'] } }
  await make(suite, '/v1/silences', silenced)
  const { items } = (await suite.api.call('GET', '/v1/subscriptions')).body as {
    items: readonly { id: string }[]
  }
  const shift = {
    officer: 'Ama',
    from: inHours(-1),
    until: inHours(7),
    lines: [items[0]?.id],
    note: 'The bridge is down.'
  }
  await make(suite, '/v1/watches', { name: 'Joint desk', shifts: [shift] })
  await make(suite, '/v1/keys', {
    name: 'Ama',
    scopes: ['alerts:read', 'alerts:operate'],
    handling: 'restricted'
  })
  const record = {
    id: 'aside',
    key: 'world',
    value: Buffer.from('{"source":{"id":"wire-7"},"category":"attack"}')
  }
  await suite.withLog(log => log.append(topics.incidents, [record]))
  const listed = async () =>
    ((await suite.api.call('GET', '/v1/quarantine')).body as { items: readonly object[] }).items
      .length
  await waitFor(async () => (await listed()) === 1, {
    what: 'an entry of the quarantine',
    timeoutMs: 60_000
  })
  return reportId
}
