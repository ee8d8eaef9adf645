// A shift in which more changed than anybody reads at a glance: all of it is handed over.

import '../state/a-suite.ts'
import { afterEach, expect, it } from 'vitest'
import { sitrepOf } from '../../src/change/sitrep.ts'
import type { Caller } from '../../src/http/suite.ts'
import { nowMs, picture, readiness, signedIn } from '../../src/state/console-state.ts'
import {
  caveatsOf,
  type MadeHandOver,
  newer,
  openHandOver,
  toldMax
} from '../../src/state/hand-over.ts'
import { madeHandOver } from '../state/a-hand-over.ts'
import { thePageIsLive } from '../state/a-live-page.ts'
import { suiteAnswers } from '../state/a-suite.ts'
import { anAlert } from '../support/an-alert.ts'

const now = () => new Date(Date.now() - 60_000).toISOString()
const idOf = (i: number) => `a${String(i).padStart(5, '0')}`
const changedNow = (i: number) =>
  anAlert({
    alertId: idOf(i),
    headline: `Headline ${idOf(i)}.`,
    severity: i % 100 === 0 ? 'extreme' : 'minor',
    operator: { acknowledgedBy: 'Ama' },
    times: { detectedAt: now() }
  })

async function handedOver(count: number): Promise<MadeHandOver> {
  picture.takePart(
    Array.from({ length: count }, (_, i) => changedNow(i)),
    { isFirst: true, isLast: true }
  )
  suiteAnswers(path => {
    const alertId = /alerts\/(a\d+)/.exec(path)?.[1]
    if (alertId === undefined) return Response.json({ items: [] })
    const data = changedNow(Number(alertId.slice(1)))
    const raised = { id: `r${alertId}`, type: 'tocsin.alert.raised.v1', time: now(), data }
    return Response.json({ ...data, revisions: [raised], revisionsOmitted: 0 })
  })
  openHandOver()
  return madeHandOver()
}

afterEach(() => picture.clear())

it('tells of as many as it asks about what became of each, gravest first, and names the others', async () => {
  const made = await handedOver(toldMax + 30)
  const { raised, unknown } = made.handOver
  expect([raised.length, unknown.length]).toEqual([toldMax, 30])
  expect(raised.slice(0, 22).map(({ alert }) => alert.severity)).toEqual([
    ...Array(21).fill('extreme'),
    'minor'
  ])
  expect(unknown.every(({ alert }) => alert.severity === 'minor')).toBe(true)
  const text = sitrepOf(made.handOver, 'Now.', [])
  const named = new Set(text.match(/(?<=Headline )a\d+/g))
  expect(named.size).toBe(toldMax + 30)
  expect(caveatsOf(made)).toContain(
    '2,030 alerts changed. What became of them is told of the gravest 2,000; the others are named.'
  )
})

it('counts what changed after it was made, also where the time of a replay stands still', async () => {
  // As late as the replay is: by the time alone it may have changed before or after.
  const standing = (revision: number, operatorRevision: number) =>
    anAlert({
      ...changedNow(1),
      revision,
      operatorRevision,
      times: { detectedAt: '2999-01-01T00:00:00.000Z' }
    })
  const take = (alert: ReturnType<typeof standing>) =>
    picture.takePart([alert], { isFirst: true, isLast: true })
  take(standing(1, 0))
  signedIn.value = { kind: 'caller', caller: { scopes: ['alerts:read'] } as unknown as Caller }
  thePageIsLive()
  readiness.value = { ready: true, log: 'ok', checks: {} }
  await madeHandOver()
  expect(newer.value).toBe(0)
  take(standing(1, 1))
  nowMs.value += 1
  expect(newer.value).toBe(1)
  await madeHandOver()
  expect(newer.value).toBe(0)
})

it('is asked for what else the key may know of, and says what of that was not answered', async () => {
  const scopes = ['alerts:read', 'alerts:operate', 'admin']
  signedIn.value = { kind: 'caller', caller: { scopes } as unknown as Caller }
  const asked: string[] = []
  suiteAnswers(path => {
    asked.push(path)
    return path.startsWith('/v1/watches')
      ? new Response('', { status: 503 })
      : Response.json({ items: [], next: null })
  })
  const made = await madeHandOver()
  expect(made.around.map(({ kind }) => kind)).toEqual(['sources', 'silences'])
  expect(caveatsOf(made)).toContain('Not loaded, and missing here: On watch.')
  signedIn.value = { kind: 'caller', caller: { scopes: ['alerts:read'] } as unknown as Caller }
  asked.length = 0
  await madeHandOver()
  expect(asked.filter(path => /silences|watches/.test(path))).toEqual([])
})
