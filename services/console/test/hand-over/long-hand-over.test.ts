// A shift in which more changed than anybody reads at a glance: all of it is handed over.

import '../state/a-suite.ts'
import { afterEach, expect, it } from 'vitest'
import { sitrepOf } from '../../src/change/sitrep.ts'
import { picture } from '../../src/state/console-state.ts'
import { caveatsOf, handOver, type MadeHandOver, makeHandOver, openHandOver, toldMax } from '../../src/state/hand-over.ts'
import { suiteAnswers } from '../state/a-suite.ts'
import { anAlert } from '../support/an-alert.ts'

const now = () => new Date(Date.now() - 60_000).toISOString()
const idOf = (i: number) => `a${String(i).padStart(5, '0')}`
const changedNow = (i: number) =>
  anAlert({
    alertId: idOf(i),
    headline: `Headline ${idOf(i)}.`,
    severity: i % 100 === 0 ? 'extreme' : 'minor',
    operator: { acknowledgedBy: 'Ama', acknowledgedUntil: null, assignedTo: null, disposition: null },
    times: { ...anAlert().times, detectedAt: now() }
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
  await makeHandOver()
  const state = handOver.value
  if (state.kind !== 'made') throw new Error('it is not made')
  return state.made
}

afterEach(() => picture.clear())

it('tells of a thousand alerts what became of each, gravest first, on the page and as text', async () => {
  const made = await handedOver(1_000)
  const { raised, unknown } = made.handOver
  expect([raised.length, unknown.length]).toEqual([1_000, 0])
  expect(raised.slice(0, 11).map(({ alert }) => alert.severity)).toEqual([...Array(10).fill('extreme'), 'minor'])
  expect(caveatsOf(made).filter(caveat => caveat.includes('changed.'))).toEqual([])
  const text = sitrepOf(made.handOver, 'Now.', [])
  for (let i = 0; i < 1_000; i++) expect(text).toContain(`Headline ${idOf(i)}.`)
})

it('names all that changed, also where there are more than it asks about, and says so', async () => {
  const made = await handedOver(toldMax + 30)
  expect([made.handOver.raised.length, made.handOver.unknown.length]).toEqual([toldMax, 30])
  expect(made.handOver.unknown.every(({ alert }) => alert.severity === 'minor')).toBe(true)
  expect(caveatsOf(made)).toContain(
    '2,030 alerts changed. What became of them is told of the gravest 2,000; the others are named.'
  )
})
