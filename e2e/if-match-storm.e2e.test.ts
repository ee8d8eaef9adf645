// Twenty officers act on one alert of a running suite. Of those who act on the same revision one
// wins, and the others learn who. Who reads again and repeats succeeds: each comment is stored once,
// also after a kill.

import type { SuiteApi } from '@tocsin/host/client/suite-api'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CheckedApi } from './harness/checked-api.ts'
import { WholeSuite } from './harness/whole-suite.ts'

const officersMax = 20
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

interface Officer {
  readonly name: string
  readonly api: SuiteApi
}

interface Shown {
  readonly operatorRevision: number
  readonly operator: {
    readonly acknowledgedBy: string | null
    readonly responses?: { readonly count: number }
  }
  readonly revisions: readonly {
    readonly type: string
    readonly data: { readonly action: { readonly by: string; readonly text: string | null } | null }
  }[]
}

let suite: WholeSuite
let officers: readonly Officer[]
let alertId: string

beforeAll(async () => {
  suite = await WholeSuite.start()
  const made: Officer[] = []
  for (let i = 0; i < officersMax; i++) {
    const name = `Officer ${i}`
    const body = { name, scopes: ['alerts:operate', 'alerts:read'], handling: 'restricted' }
    const { secret } = (await suite.api.call('POST', '/v1/keys', { body })).body as {
      secret: string
    }
    made.push({ name, api: new CheckedApi({ url: suite.url, key: secret }) })
  }
  officers = made
  alertId = await raised()
})
afterAll(async () => {
  for (const { api } of officers ?? []) await api.close()
  await suite?.end()
})

async function raised(): Promise<string> {
  for (const [i, [lat, lon]] of [
    [11.8212, -5.1403],
    [11.8634, -5.1711],
    [11.8907, -5.1127],
    [11.8429, -5.0976]
  ].entries()) {
    const body = {
      ...{
        source: { id: 'my-desk' },
        externalId: String(i),
        occurred: { from: yesterday, to: yesterday },
        category: 'attack'
      },
      ...{ location: { country: 'ML', lat, lon }, handling: 'partners' }
    }
    await suite.api.call('POST', '/v1/reports', { body })
  }
  return waitFor(async () => (await suite.alerts('&pattern=front'))[0]?.alertId, {
    what: 'a front',
    timeoutMs: 30_000
  })
}

async function seenBy({ api }: Pick<Officer, 'api'>): Promise<Shown> {
  return (await api.call('GET', `/v1/alerts/${alertId}?revisions=1000`)).body as Shown
}

type Outcome = 'done' | { readonly by: string | null }

/** What became of an action; of one that is not decided yet, what will have become of it. */
async function act(
  { api }: Officer,
  what: string,
  body: object,
  ifMatch: number
): Promise<Outcome> {
  const headers = { 'if-match': `"${ifMatch}"` }
  const { status, body: said } = await api.call('POST', `/v1/alerts/${alertId}/${what}`, {
    headers,
    body
  })
  if (status === 200) return 'done'
  if (status === 409) return { by: (said as { by: string | null }).by }
  expect(status).toBe(202)
  const { actionId } = said as { actionId: string }
  const decided = await waitFor(
    async () => {
      const { body: now } = await api.call('GET', `/v1/actions/${actionId}`)
      const { state, by = null } = now as { state: string; by?: string | null }
      return state === 'pending' ? undefined : { state, by }
    },
    { what: `a decision on ${actionId}`, timeoutMs: 60_000 }
  )
  return decided.state === 'done' ? 'done' : { by: decided.by }
}

/** Looks and acts until the action is done. Returns how often the officer had to. */
async function insist(officer: Officer, what: string, body: object): Promise<number> {
  for (let tries = 1; ; tries++) {
    const { operatorRevision } = await seenBy(officer)
    if ((await act(officer, what, body, operatorRevision)) === 'done') return tries
  }
}

const actsOf = ({ revisions }: Shown, type: string) =>
  revisions.flatMap(({ type: own, data: { action } }) =>
    own === `tocsin.alert.${type}.v1` && action !== null ? [action] : []
  )

describe('twenty officers on one alert', () => {
  it('at once on the same revision: one wins, and everyone else is told who', async () => {
    for (const [what, body] of [
      ['acknowledgement', { note: 'Mine.' }],
      ['assignment', { to: 'the desk' }],
      ['response', { kind: 'warned', text: 'Called.' }]
    ] as const) {
      const { operatorRevision } = await seenBy(suite)
      const outcomes = await Promise.all(
        officers.map(officer => act(officer, what, body, operatorRevision))
      )
      const winners = officers.filter((_, i) => outcomes[i] === 'done').map(({ name }) => name)
      expect([what, winners.length]).toEqual([what, 1])
      expect(
        new Set(outcomes.flatMap(outcome => (outcome === 'done' ? [] : [outcome.by])))
      ).toEqual(new Set(winners))
      expect((await seenBy(suite)).operatorRevision).toBe(operatorRevision + 1)
    }
    const shown = await seenBy(suite)
    expect([
      actsOf(shown, 'acknowledged'),
      actsOf(shown, 'assigned'),
      actsOf(shown, 'responded')
    ]).toMatchObject([
      [{ by: shown.operator.acknowledgedBy, text: 'Mine.' }],
      [{ text: null }],
      [{ text: 'Called.' }]
    ])
  })

  it('each until heard: every word stands once, with its officer, also after a kill', async () => {
    const { operatorRevision } = await seenBy(suite)
    const tries = await Promise.all(
      officers.map((officer, i) =>
        i % 2 === 0
          ? insist(officer, 'comment', { text: `Said by ${officer.name}.` })
          : insist(officer, 'response', { kind: 'moved', text: `Said by ${officer.name}.` })
      )
    )
    expect(Math.max(...tries)).toBeGreaterThan(1)
    const check = async () => {
      const shown = await seenBy(suite)
      const said = [...actsOf(shown, 'commented'), ...actsOf(shown, 'responded')].filter(
        ({ text }) => text?.startsWith('Said by')
      )
      const theirs = said.map(({ by, text }) => `${by}: ${text}`).sort()
      expect(theirs).toEqual(officers.map(({ name }) => `${name}: Said by ${name}.`).sort())
      expect(shown.operatorRevision).toBe(operatorRevision + officersMax)
      expect(shown.operator.responses?.count).toBe(1 + officersMax / 2)
    }
    await check()
    await suite.killAndRestart()
    await check()
  })
})
