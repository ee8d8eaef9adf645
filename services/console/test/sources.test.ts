// Who is silent, and how badly each is missed.

import { describe, expect, it } from 'vitest'
import { currentForMs, type SourcesSigns, sourcesStandingOf } from '../src/live/sources-standing.ts'
import type { Source } from '../src/shown/source.ts'
import { sourceCounts, sourceRows } from '../src/upkeep/source-rows.ts'
import { aSource as shownSource } from './support/records.ts'

const now = Date.parse('2026-03-10T00:00:00Z')
const aSource = (id: string, members: Partial<Source> = {}) =>
  shownSource(id, { heard: [], ...members })
const heard = (theatre: string, day: string, state: 'live' | 'silent' | 'archive') => ({
  ...{ theatre, state },
  lastReportedAt: `2026-03-${day}T00:00:00Z`
})

describe('sources', () => {
  const all = [
    aSource('archive', { archive: true, heard: [heard('world', '01', 'archive')] }),
    aSource('new'),
    aSource('busy', { heard: [heard('world', '09', 'live')] }),
    aSource('late', { heard: [heard('world', '08', 'silent')] }),
    aSource('gone', { heard: [heard('world', '02', 'silent'), heard('sahel', '09', 'live')] })
  ]

  it('that are silent for longest beyond their rhythm come first, archives last', () => {
    const rows = sourceRows(all, () => now)
    expect(rows.map(({ source, theatre }) => `${source.id} ${theatre}`)).toEqual([
      ...['gone world', 'late world', 'busy world', 'gone sahel', 'new null', 'archive world']
    ])
    expect(rows.map(({ overdueMs }) => overdueMs / 86_400_000)).toEqual([7, 1, 0, 0, 0, 0])
  })

  it('are as quiet as the time of their theatre says', () => {
    const replayNow = Date.parse('2026-03-08T06:00:00Z')
    const [row] = sourceRows(
      [aSource('late', { heard: [heard('replay', '08', 'live')] })],
      () => replayNow
    )
    expect(row?.quietMs).toBe(6 * 3_600_000)
  })

  it('that are silent in one theatre count as silent, wherever else they are heard', () => {
    expect(sourceCounts(all)).toEqual({ silent: 2, live: 1, unheard: 1, archive: 1 })
  })
})

describe('the light of the sources', () => {
  const all = [
    aSource('a', { heard: [heard('world', '09', 'live')] }),
    aSource('b', { heard: [heard('world', '02', 'silent')] })
  ]
  const signs: SourcesSigns = {
    ...{
      sources: all,
      toldAtMs: now - 1_000,
      isForbidden: false,
      hasFailed: false,
      isLive: true,
      nowMs: now
    }
  }
  const was = { live: 1, all: 2, silent: ['b'], unheard: [] }

  it('keeps who was never heard here apart from who fell silent', () => {
    const sources = [...all, aSource('c', { heard: [] })]
    expect(sourcesStandingOf({ ...signs, sources })).toEqual({
      kind: 'heard',
      ...was,
      all: 3,
      unheard: ['c']
    })
  })

  it('names the theatre in which one is silent that is heard in another', () => {
    const halfHeard = aSource('c', {
      heard: [heard('world', '02', 'silent'), heard('sahel', '09', 'live')]
    })
    const { silent } = { ...was, silent: ['b', 'c (world)'] }
    expect(sourcesStandingOf({ ...signs, sources: [...all, halfHeard] })).toEqual({
      kind: 'heard',
      ...was,
      all: 3,
      silent
    })
  })

  it('says who is heard while that was told lately, a failed question or two between', () => {
    expect(sourcesStandingOf(signs)).toEqual({ kind: 'heard', ...was })
    expect(sourcesStandingOf({ ...signs, hasFailed: true })).toEqual({ kind: 'heard', ...was })
  })

  it('is not known, and as of when, once nothing was told for three questions', () => {
    const toldAtMs = now - currentForMs - 1
    expect(sourcesStandingOf({ ...signs, toldAtMs, hasFailed: true })).toEqual({
      kind: 'unknown',
      atMs: toldAtMs,
      was
    })
    // A clock that was set back makes no answer young.
    expect(sourcesStandingOf({ ...signs, toldAtMs: now + currentForMs + 1 }).kind).toBe('unknown')
  })

  it('is not known while the page is not live, nor where the suite never answered', () => {
    expect(sourcesStandingOf({ ...signs, isLive: false })).toEqual({
      kind: 'unknown',
      atMs: now - 1_000,
      was
    })
    const unasked = { ...signs, sources: null, toldAtMs: null }
    expect(sourcesStandingOf(unasked)).toEqual({ kind: 'asking' })
    expect(sourcesStandingOf({ ...unasked, hasFailed: true })).toEqual({
      kind: 'unknown',
      atMs: null,
      was: null
    })
  })

  it('keeps what is not told to a key apart from what nobody knows', () => {
    const { heard: _, ...hidden } = aSource('a')
    expect(sourcesStandingOf({ ...signs, sources: [hidden] }).kind).toBe('hidden')
    expect(
      sourcesStandingOf({ ...signs, sources: null, isForbidden: true, hasFailed: true }).kind
    ).toBe('hidden')
    expect(sourcesStandingOf({ ...signs, sources: [aSource('x', { archive: true })] }).kind).toBe(
      'none'
    )
  })
})
