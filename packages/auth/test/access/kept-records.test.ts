import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { controlFormats } from '@tocsin/contracts/record/control-record'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import { describe, expect, it } from 'vitest'
import { findKeptKind, type KeptKind, KeptRecords } from '../../src/access/kept-records.ts'

const desk = { id: 'key_1' }
const other = { id: 'key_2' }

function keptOf(
  given: { changesPerHour?: number; actsPerHour?: number; trackedMax?: number } = {}
) {
  const clock = new ManualClock()
  const refused: string[] = []
  const onOver = (policy: string) => void refused.push(policy)
  return {
    clock,
    refused,
    kept: new KeptRecords({ clock, changesPerHour: 4, actsPerHour: 8, onOver, ...given })
  }
}

/** When there is room again, s; null: it was taken. */
function waitOf(
  kept: KeptRecords,
  who: Parameters<KeptRecords['take']>[0],
  kind: KeptKind,
  bytes?: number
): number | null {
  try {
    kept.take(who, kind, bytes)
    return null
  } catch (error) {
    if (error instanceof ProblemError) return error.retryAfterS
    throw error
  }
}
const waits = (times: number, ...asked: Parameters<typeof waitOf>) =>
  Array.from({ length: times }, () => waitOf(...asked))

describe('what a key may have kept in an hour', () => {
  it('is refused beyond its limit with what it is and when to come again, and there is room again long before the hour is over', () => {
    const { clock, refused, kept } = keptOf()
    expect(waits(4, kept, desk, 'changes')).toEqual([null, null, null, null])
    try {
      kept.take(desk, 'changes')
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({
        code: 'too-many',
        retryAfterS: 900,
        members: { policy: 'changes-per-hour', limit: 4 }
      })
    }
    clock.advance(899_000)
    expect(waitOf(kept, desk, 'changes')).toBe(1)
    clock.advance(1_000)
    expect(waits(2, kept, desk, 'changes')).toEqual([null, 900])
    clock.advance(3_600_000)
    expect(waits(5, kept, desk, 'changes')).toEqual([null, null, null, null, 900])
    expect(new Set(refused)).toEqual(new Set(['changes-per-hour']))
  })

  it('is counted for each key, and acts apart from changes', () => {
    const { kept } = keptOf()
    waits(5, kept, desk, 'changes')
    expect(waits(9, kept, desk, 'acts')).toEqual([...Array(8).fill(null), 450])
    expect(waitOf(kept, other, 'changes')).toBeNull()
    expect(kept.size).toBe(3)
  })

  it('counts a long record as several, and takes one of any length where nothing else was written', () => {
    const { clock, kept } = keptOf()
    expect(waits(3, kept, desk, 'changes', 4_097)).toEqual([null, null, 1_800])
    clock.advance(3_600_000)
    expect(waits(2, kept, desk, 'changes', 50_000_000)).toEqual([null, 3_600])
  })

  it('is not limited for the owner, nor where the setting is 0', () => {
    const { kept } = keptOf({ changesPerHour: 0 })
    expect(waits(99, kept, { ...desk, limits: 'none' }, 'acts')).not.toContain(450)
    expect(waits(99, kept, desk, 'changes')).toEqual(Array(99).fill(null))
    expect(kept.size).toBe(0)
  })
})

describe('a record of the control log', () => {
  it('that ends something, or that the suite writes, does not count; every other does', () => {
    const free = Object.keys(controlFormats).filter(
      type => findKeptKind({ type, data: {} } as never) === null
    )
    expect(free.sort()).toEqual([
      'cap.publisher-set',
      'copy.begun',
      'key.revoked',
      'keys.used',
      'log.copied',
      'log.restored',
      'report.erasure-requested',
      'rule.withdrawn',
      'session.ended',
      'silence.ended',
      'subscription.consented',
      'subscription.deleted',
      'suite.begun',
      'view.deleted',
      'watch.withdrawn'
    ])
  })
})
