// What a subscriber is told of silences and watches, and when: each thing at most once, and nothing
// of what flaps.

import type { SilenceNews, WatchNews } from '@tocsin/contracts/subscription/notification-words'
import { describe, expect, it } from 'vitest'
import {
  decideSilenceNotice,
  decideWatchNotice,
  type ToldNews,
  unmatchedAfterMs,
  unmatchedForMs,
  watchGapMs
} from '../../src/notification/notice-news.ts'

const told = (state: SilenceNews | WatchNews, toldMs = 0): ToldNews => ({ state, toldMs })
const minuteMs = 60_000

describe('a silence', () => {
  const next = (
    known: ToldNews | null,
    standing: 'waiting' | 'holding' | 'over',
    unmatchedSinceMs: number | null,
    nowMs: number
  ) => decideSilenceNotice(known, { standing, unmatchedSinceMs }, nowMs)

  it('is told as it begins to hold, and not before', () => {
    expect([next(null, 'waiting', null, 0), next(null, 'holding', null, 0)]).toEqual([
      null,
      'holding'
    ])
    expect(next(told('holding'), 'holding', null, minuteMs)).toBeNull()
  })

  it('is told to be over once, to whom its beginning was told', () => {
    expect(next(null, 'over', null, 0)).toBeNull()
    expect([next(told('holding'), 'over', 0, 0), next(told('unmatched'), 'over', null, 0)]).toEqual(
      ['over', 'over']
    )
    expect([
      next(told('over'), 'over', null, 0),
      next(told('over'), 'waiting', null, unmatchedAfterMs)
    ]).toEqual([null, null])
  })

  it('that holds again because a clock was set is told again, at most every ten minutes', () => {
    expect(next(told('over', 0), 'holding', null, watchGapMs - 1)).toBeNull()
    expect(next(told('over', 0), 'holding', null, watchGapMs)).toBe('holding')
    expect(next(told('over', 40 * unmatchedAfterMs), 'holding', null, 0)).toBe('holding')
  })

  it('that matches nothing is told once, after an hour, and if it did for ten minutes', () => {
    const late = unmatchedAfterMs
    expect(next(told('holding'), 'holding', 0, late - 1)).toBeNull()
    expect(next(told('holding'), 'holding', 0, late)).toBe('unmatched')
    expect(next(told('holding'), 'holding', late - unmatchedForMs + 1, late)).toBeNull()
    expect(next(told('holding'), 'holding', null, late)).toBeNull()
    expect(next(told('unmatched', late), 'holding', 0, 100 * late)).toBeNull()
  })
})

describe('a watch', () => {
  it('is told when nobody is on, and when somebody is again', () => {
    expect([decideWatchNotice(null, false, 0), decideWatchNotice(null, true, 0)]).toEqual([
      null,
      'unstaffed'
    ])
    expect(decideWatchNotice(told('unstaffed'), true, watchGapMs)).toBeNull()
    expect(decideWatchNotice(told('unstaffed'), false, watchGapMs)).toBe('staffed')
  })

  it('that comes and goes is told at most every ten minutes, whatever a clock does', () => {
    expect(decideWatchNotice(told('unstaffed'), false, watchGapMs - 1)).toBeNull()
    expect(decideWatchNotice(told('unstaffed', watchGapMs), false, 0)).toBe('staffed')
    let known: ToldNews | null = null
    const states: string[] = []
    for (let nowMs = 0; nowMs < 60 * minuteMs; nowMs += minuteMs) {
      const state: WatchNews | null = decideWatchNotice(known, (nowMs / minuteMs) % 3 !== 0, nowMs)
      if (state === null) continue
      known = told(state, nowMs)
      states.push(state)
    }
    expect(states.length).toBeLessThanOrEqual(6)
  })
})
