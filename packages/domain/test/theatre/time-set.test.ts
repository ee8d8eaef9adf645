// A theatre that started or continued with a wrong clock, and whose time an officer corrects: it
// ends like one whose clock was never wrong.

import { describe, expect, it } from 'vitest'
import type { TheatreRecord } from '../../src/record/theatre-record.ts'
import { withCorrectedTime } from '../../src/record/time-corrections.ts'
import { TheatreFold } from '../../src/theatre/theatre-fold.ts'
import { course, FoldStory, testDigest } from '../fold-story.ts'

const right = '2025-03-10T00:00:00.000Z'
const attacks = [1, 2, 3, 4].map(day => ({
  id: `a${day}`,
  at: `2025-03-0${day}`,
  settlement: 'Diosso',
  reportedAt: right
}))
const word = (to: string) =>
  ({
    type: 'clock.set',
    data: { to, by: 'officer (key_1)', reason: 'the clock was wrong' }
  }) as const

/**
 * Applies an officer's time setting as an owner does: folds the earlier records again with that
 * time.
 */
function setTime(story: FoldStory, to: string): void {
  const record = {
    ...word(to),
    id: `set-${story.records.length}`,
    theatre: story.fold.id,
    time: to
  } as TheatreRecord & {
    readonly type: 'clock.set'
  }
  const all = [...story.records, record]
  const sets = all.flatMap((one, i) =>
    one.type === 'clock.set' ? [{ position: BigInt(i), to: one.data.to }] : []
  )
  const again = TheatreFold.again(story.fold.id, testDigest, record)
  for (const [i, one] of story.records.entries())
    again.apply(withCorrectedTime(one, BigInt(i), sets))
  expect(story.fold.setsBack(record)).toBe(true)
  const output = again.succeed(story.fold, record)
  story.records.push(record)
  story.events.push(...output.alerts)
  story.fold = again
}

const standing = (story: FoldStory) =>
  [...story.fold.alerts.entries]
    .map(({ state }) => state)
    .filter(({ status }) => status !== 'retracted')
    .map(({ ruleId, group, window, levels, severity }) => ({
      ruleId,
      group,
      window,
      levels,
      severity
    }))

const story = (start: string) => new FoldStory({ start, sources: ['wire-1'] })

describe('a theatre whose first tick came from a clock years ahead', () => {
  const wrong = () => {
    const told = story('2035-06-01')
    for (const attack of attacks) told.report(attack)
    return told
  }

  it('sees nothing of today, and all of it once its time is set', () => {
    const told = wrong()
    expect(told.outputs.filter(({ ignored }) => ignored === 'beyond-window')).toHaveLength(
      attacks.length
    )
    setTime(told, right)
    const plain = story('2025-03-01')
    for (const attack of attacks) plain.report(attack)
    plain.tick(right)
    expect(standing(told)).toEqual(standing(plain))
    expect(standing(told).length).toBeGreaterThan(0)
    expect([told.fold.now, told.fold.watermarkMs]).toEqual([right, plain.fold.watermarkMs])
  })
})

describe('a theatre with a past, whose clock went years ahead', () => {
  it('keeps its published state, and continues it', () => {
    const told = story('2025-03-01')
    for (const attack of attacks) told.report(attack)
    told.tick('2025-03-06')
    const raised = told.events.map(({ data }) => data.alertId)
    told.tick('2025-04-01')
    setTime(told, right)
    expect(standing(told).map(({ window }) => window.to)).toContain(null)
    expect(course(told.events).filter(line => line.startsWith('raised'))).toHaveLength(
      new Set(raised).size
    )
    const seqs = told.events.map(({ data }) => data.seq)
    expect(seqs).toEqual(seqs.map((_, i) => i + 1))
  })
})
