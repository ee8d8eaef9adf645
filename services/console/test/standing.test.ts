// Whether reports become alerts, and which sources are heard.

import { describe, expect, it } from 'vitest'
import {
  assessSources,
  createPipeline,
  currentForMs,
  overdueMs,
  sourceCounts,
  sourceRows
} from '../src/live/standing.ts'
import type { Source } from '../src/shown/answers.ts'
import { isCanary } from '../src/shown/shown-alert.ts'
import { anAlert } from './support/an-alert.ts'
import { aSource as shownSource } from './support/records.ts'

const nowMs = Date.parse('2026-03-01T12:00:00Z')
const ready = { ready: true, log: 'ok', checks: { intake: { log: 'ok' } } }
const signs = {
  ready,
  canaryAtMs: nowMs - 60_000,
  mayReadAlerts: true,
  isLive: true,
  behindMs: null,
  nowMs
}

describe('the pipeline', () => {
  const overdue = { canaryAtMs: nowMs - overdueMs - 1 }
  const behind = { behindMs: 90_000 }
  const names = ['down since 11:58', 'rules theatres']
  const checks = { rules: { theatres: '1 stopped', log: 'ok' } }
  const broken = { ready: { ready: false, log: 'down since 11:58', checks } }

  it.each<[object, Partial<Parameters<typeof createPipeline>[0]>]>([
    [{ kind: 'through', ageMs: 60_000 }, {}],
    [{ kind: 'overdue', ageMs: overdueMs + 1 }, overdue],
    // Never good without a canary.
    [{ kind: 'none' }, { canaryAtMs: null }],
    [{ kind: 'hidden' }, { mayReadAlerts: false }],
    [{ kind: 'unknown' }, { isLive: false }],
    [{ kind: 'unknown' }, { ready: null }],
    [{ kind: 'unknown' }, { ready: undefined }],
    // Behind, unless a fault is named or a canary is overdue.
    [{ kind: 'behind', ageMs: 90_000 }, behind],
    [{ kind: 'behind' }, { ...behind, ready: null }],
    [{ kind: 'behind' }, { ...behind, ready: undefined }],
    [{ kind: 'behind' }, { ...behind, canaryAtMs: null }],
    [{ kind: 'overdue' }, { ...behind, ...overdue }],
    [{ kind: 'faults' }, { ...behind, ...broken }],
    [{ kind: 'through', ageMs: 0 }, { canaryAtMs: nowMs + 1_000 }],
    // What is not ready is named, whatever the canary says.
    [{ kind: 'faults', names }, broken]
  ])('is %j with %j', (state, members) => {
    expect(createPipeline({ ...signs, ...members })).toMatchObject(state)
  })
})

describe('a canary', () => {
  it.each([
    ['canary', true, true],
    ['canary', false, false],
    ['siege', true, false]
  ])('is an exercise under the rule of that name: %s, %s', (ruleId, drill, is) => {
    expect(isCanary(anAlert({ ruleId, drill }))).toBe(is)
  })
})

const now = Date.parse('2026-03-10T00:00:00Z')
const aSource = (id: string, members: Partial<Source> = {}) =>
  shownSource(id, { heard: [], ...members })
const heard = (theatre: string, day: string, state: 'live' | 'silent' | 'archive') => ({
  ...{ theatre, state, reportsADay: [] },
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
  const halfHeard = aSource('c', {
    heard: [heard('world', '02', 'silent'), heard('sahel', '09', 'live')]
  })
  const { heard: _, ...hidden } = aSource('a')
  const toldAtMs = now - 1_000
  const asked = (items: readonly Source[], members: object = {}) => ({
    ...{ body: { items }, failure: null, toldAtMs },
    ...members
  })
  const was = { live: 1, all: 2, silent: ['b'], unheard: [] }
  const three = { kind: 'heard', ...was, all: 3 }
  const failed = { failure: 'unreachable' as const }
  const longAgo = now - currentForMs - 1
  const unasked = asked([], { body: null, toldAtMs: null })
  const forbidden = { failure: { status: 403, detail: '' } }

  it.each<[string, object, Parameters<typeof assessSources>[0], boolean?]>([
    ['who is heard while that was told lately', { kind: 'heard', ...was }, asked(all)],
    ['the same, a failed question or two between', { kind: 'heard', ...was }, asked(all, failed)],
    ['who was never heard here', { ...three, unheard: ['c'] }, asked([...all, aSource('c')])],
    ['in which theatre', { ...three, silent: ['b', 'c (world)'] }, asked([...all, halfHeard])],
    [
      'as of when',
      { kind: 'unknown', atMs: longAgo, was },
      asked(all, { toldAtMs: longAgo, ...failed })
    ],
    ['the same while not live', { kind: 'unknown', atMs: toldAtMs, was }, asked(all), false],
    ['that it asks', { kind: 'asking' }, unasked],
    [
      'that nothing is known',
      { kind: 'unknown', atMs: null, was: null },
      { ...unasked, ...failed }
    ],
    ['what is not told to this key', { kind: 'hidden' }, asked([hidden])],
    ['that it is forbidden', { kind: 'hidden' }, { ...unasked, ...forbidden }],
    ['that there are none', { kind: 'none' }, asked([aSource('x', { archive: true })])]
  ])('says %s', (_, standing, sources, isLive = true) => {
    expect(assessSources(sources, isLive, now)).toMatchObject(standing)
  })
})
