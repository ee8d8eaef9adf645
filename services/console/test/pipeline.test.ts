// The light of the pipeline: good by a canary alone, and only while its age is known.

import { describe, expect, it } from 'vitest'
import { createPipeline, overdueMs } from '../src/live/standing.ts'
import { isCanary } from '../src/shown/shown-alert.ts'
import { anAlert } from './support/an-alert.ts'

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
