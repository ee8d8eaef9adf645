// The open alert beside the list: it is as the list says, or says since when it is not.

import './a-suite.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ShownAlert } from '../../src/shown/shown-alert.ts'
import { setAddress } from '../../src/state/address.ts'
import {
  detail,
  detailAsOf,
  isGathering,
  load,
  loadAllEvidence
} from '../../src/state/alert-detail.ts'
import { completeAtMs, nowMs, picture, pictureAge } from '../../src/state/console-state.ts'
import { anAlert } from '../support/an-alert.ts'
import { aPiece } from '../support/evidence.ts'
import { draw, thePageIsLive } from './a-live-page.ts'
import { aProblem, held, soon, suiteAnswers } from './a-suite.ts'

const beganMs = Date.parse('2026-03-01T12:00:00Z')

const at = (revision: number) => anAlert({ revision })
const event = { type: 'raised', time: '2026-03-01T12:00:00.000Z' }
const bodyOf = (alert: ShownAlert, evidence: readonly object[] = []) =>
  Response.json({ ...alert, revisions: [], evidence, event })
const shownRevision = () =>
  detail.value.kind === 'shown' ? detail.value.alert.revision : detail.value.kind
const pass = (ms: number) => {
  nowMs.value += ms
}

/** Another one is chosen, which does not exist. */
async function forgetShown(): Promise<void> {
  suiteAnswers(() => aProblem(404))
  setAddress({ alert: 'none' })
  await soon(shownRevision).toBe('gone')
}

describe('the open alert', () => {
  beforeEach(async () => {
    await forgetShown()
    nowMs.value = beganMs
    draw(at(1))
    suiteAnswers(() => bodyOf(at(1)))
    setAddress({ alert: 'a1' })
    await soon(shownRevision).toBe(1)
  })

  it('is asked for until it is as the list says, and says meanwhile since when it is not', async () => {
    let isDown = true
    let asked = 0
    suiteAnswers(() => {
      asked += 1
      return isDown ? aProblem(503) : bodyOf(at(2))
    })
    expect(detailAsOf.value).toBeNull()
    draw(at(2))
    await soon(() => detailAsOf.value).toBe(beganMs)
    // Other alerts change.
    pictureAge.value += 1
    pictureAge.value += 1
    expect(asked).toBe(1)
    pass(60_000)
    await soon(() => asked).toBe(2)
    expect([shownRevision(), detailAsOf.value]).toEqual([1, beganMs])
    isDown = false
    pass(60_000)
    await soon(shownRevision).toBe(2)
    expect(detailAsOf.value).toBeNull()
  })

  it('is shown as each answer tells it, however fast it changes', async () => {
    const [first, second] = [held(), held()]
    const answers = [first.promise, second.promise]
    suiteAnswers(() => answers.shift() ?? bodyOf(at(4)))
    draw(at(2))
    draw(at(3))
    first.answer(bodyOf(at(2)))
    await soon(shownRevision).toBe(2)
    draw(at(4))
    second.answer(bodyOf(at(4)))
    await soon(shownRevision).toBe(4)
    expect(detailAsOf.value).toBeNull()
  })

  it('says after two seconds that an answer is awaited, not before', () => {
    suiteAnswers(() => new Promise<Response>(() => {}))
    draw(at(2))
    expect(detailAsOf.value).toBeNull()
    pass(3_000)
    expect(detailAsOf.value).toBe(beganMs)
  })

  it('is not made older by an instance that is behind', async () => {
    suiteAnswers(() => bodyOf(at(3)))
    draw(at(3))
    await soon(shownRevision).toBe(3)
    suiteAnswers(() => bodyOf(at(2)))
    await load('a1')
    expect(shownRevision()).toBe(3)
  })

  it('is asked for when it has left the view, though nothing was drawn between its coming and its leaving', async () => {
    thePageIsLive(beganMs)
    completeAtMs.value = beganMs
    picture.clear()
    pictureAge.value += 1
    picture.takePart([at(1)], { isFirst: true, isLast: true })
    suiteAnswers(() => aProblem(404))
    draw()
    await soon(shownRevision).toBe('gone')
  })

  it('that could not be loaded at first is asked for again by itself', async () => {
    suiteAnswers(() => aProblem(503))
    setAddress({ alert: 'a2' })
    await soon(shownRevision).toBe('failed')
    suiteAnswers(() => bodyOf(anAlert({ alertId: 'a2', revision: 7 })))
    pass(60_000)
    await soon(shownRevision).toBe(7)
  })

  it('is loaded though an act on the one before asks for that once more', async () => {
    const slow = held()
    suiteAnswers(() => slow.promise)
    setAddress({ alert: 'a2' })
    void load('a1')
    slow.answer(bodyOf(anAlert({ alertId: 'a2', revision: 5 })))
    await soon(shownRevision).toBe(5)
  })
})

describe('evidence of the open alert that was loaded whole', () => {
  const pieces = (...ids: readonly string[]) =>
    ids.map(incidentId => aPiece(null, { incidentId, revision: 1 }))
  const counted = (revision: number, triggers: number) =>
    anAlert({ revision, evidenceCount: { triggers, support: 0 } })
  const named = (alert: ShownAlert, ...ids: readonly string[]) => bodyOf(alert, pieces(...ids))
  const page = (...ids: readonly string[]) => Response.json({ items: pieces(...ids), next: null })
  const isPages = (path: string) => path.includes('/evidence')
  const shown = () =>
    detail.value.kind === 'shown' ? detail.value : expect.unreachable('it is shown')
  const shownIds = () => shown().alert.evidence.map(({ incidentId }) => incidentId)
  const four = ['i1', 'i2', 'i3', 'i4']

  beforeEach(async () => {
    await forgetShown()
    nowMs.value = beganMs
    draw(counted(1, 3))
    suiteAnswers(path => (isPages(path) ? page('i1', 'i2', 'i3') : named(counted(1, 3), 'i3')))
    setAddress({ alert: 'a1' })
    await soon(shownRevision).toBe(1)
    await loadAllEvidence()
    expect([shownIds(), shown().isAll]).toEqual([['i1', 'i2', 'i3'], true])
  })

  it('is asked for again as a whole when the alert changes, and stays until it has come', async () => {
    const { promise, answer } = held()
    suiteAnswers(path => (isPages(path) ? promise : named(counted(2, 3), 'i4')))
    draw(counted(2, 3))
    pass(3_000)
    expect([shownRevision(), shownIds(), detailAsOf.value]).toEqual([
      1,
      ['i1', 'i2', 'i3'],
      beganMs
    ])
    answer(page('i1', 'i2', 'i4'))
    await soon(shownRevision).toBe(2)
    expect([shownIds(), shown().isAll, detailAsOf.value]).toEqual([['i1', 'i2', 'i4'], true, null])
  })

  it('is said to be older where it could not be asked for again, until it is', async () => {
    suiteAnswers(path => (isPages(path) ? aProblem(503) : named(counted(2, 4), 'i4')))
    draw(counted(2, 4))
    await soon(() => detailAsOf.value).toBe(beganMs)
    expect(isGathering.value).toBe(false)
    suiteAnswers(path => (isPages(path) ? page(...four) : named(counted(2, 4), 'i4')))
    await loadAllEvidence()
    expect([shownRevision(), shownIds(), shown().isAll]).toEqual([2, four, true])
  })

  it('is of one alert: another one begins with what is named of it', async () => {
    const other = anAlert({ alertId: 'a2', evidenceCount: { triggers: 2, support: 0 } })
    suiteAnswers(path =>
      isPages(path) ? expect.unreachable('nobody asked for it') : named(other, 'i9')
    )
    setAddress({ alert: 'a2' })
    await soon(() => shown().id).toBe('a2')
    expect([shownIds(), shown().isAll]).toEqual([['i9'], false])
  })
})
