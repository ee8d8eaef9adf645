// The suite that all browser tests of a run share, and what stories do with it over HTTP.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { EventLog } from '@tocsin/event-log/port'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import { inject } from 'vitest'
import { CheckedApi } from '../../harness/checked-api.ts'
import { withLog } from '../../harness/logs.ts'

export interface TestSuite {
  readonly url: string
  readonly key: string
  readonly api: SuiteApi
  withLog<T>(use: (log: EventLog) => Promise<T>): Promise<T>
}

let shared: TestSuite | null = null

export function testSuite(): TestSuite {
  const run = inject('browserRun')
  if (run === null) throw new Error('no Chromium on this machine')
  const { url, key, dataDir } = run
  shared ??= {
    url,
    key,
    api: new CheckedApi({ url, key }),
    withLog: use => withLog(dataDir, use)
  }
  return shared
}

type Method = Parameters<SuiteApi['call']>[0]

/** Calls the suite; throws unless it succeeds. */
export async function call<T = Record<string, unknown>>(
  method: Method,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
  { api }: TestSuite = testSuite()
): Promise<T> {
  const answer = await api.call(method, path, { ...(body && { body }), headers })
  if (answer.problem !== null)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body as T
}

/** Makes a key and returns its secret. */
export async function makeKey(
  name: string,
  scopes: readonly string[],
  handling = 'restricted'
): Promise<string> {
  return (await call<{ secret: string }>('POST', '/v1/keys', { name, scopes, handling })).secret
}

/** Makes the key of an officer. */
export function makeOfficer(name: string): Promise<string> {
  return makeKey(name, ['alerts:operate', 'alerts:read'])
}

export const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

export interface PostedPlace {
  readonly country: string
  readonly lat: number
  readonly lon: number
}

/** Posts a report of yesterday and waits until the rules have seen it. */
export async function postReport(externalId: string, place: PostedPlace, more: object = {}) {
  const { reportId } = await call<{ reportId: string }>('POST', '/v1/reports', {
    source: { id: 'wire-1' },
    externalId,
    occurred: { from: yesterday, to: yesterday },
    category: 'looting',
    handling: 'internal',
    location: { ...place, radiusKm: 2 },
    ...more
  })
  await call('GET', `/v1/reports/${reportId}?wait=30`)
  return reportId
}

/** Posts an attack that raises an alert by itself; returns the alert. */
export async function raiseAlert(externalId: string, place: PostedPlace): Promise<AlertState> {
  const before = new Set((await listMassacres(place.country)).map(({ alertId }) => alertId))
  await postReport(externalId, place, {
    category: 'attack-on-civilians',
    fatalities: { low: 40, best: 45, high: 50 }
  })
  const raised = (await listMassacres(place.country)).find(({ alertId }) => !before.has(alertId))
  if (raised === undefined) throw new Error(`${externalId} raised no alert`)
  return raised
}

async function listMassacres(country: string): Promise<readonly AlertState[]> {
  const path = `/v1/alerts?pattern=mass-casualty&country=${country}&limit=500`
  return (await call<{ items: readonly AlertState[] }>('GET', path)).items
}

/** Acts on an alert as it is now, as the owner. */
export async function actOnAlert(alertId: string, act: string, body: object = {}): Promise<void> {
  const { operatorRevision } = await call<AlertState>('GET', `/v1/alerts/${alertId}`)
  await call('POST', `/v1/alerts/${alertId}/${act}`, body, {
    'if-match': `"${operatorRevision}"`
  })
}
