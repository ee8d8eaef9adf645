// The light of the pipeline: good by a canary alone, and only while its age is known.

import { describe, expect, it } from 'vitest'
import {
  createPipeline,
  isCanary,
  newestReportMs,
  oldestCanaryMs,
  overdueMs
} from '../src/derived/pipeline.ts'
import type { ShownEvidence } from '../src/shown/shown-alert.ts'
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
    // No canary is young by a clock that was set back.
    [{ kind: 'unknown' }, { nowMs: nowMs - 3_600_000 }],
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

  it('is waited for in each theatre that had one and is still there', () => {
    const newest = new Map([
      ['sahel', 100],
      ['horn', 50]
    ])
    expect(oldestCanaryMs(newest, [{ id: 'sahel' }, { id: 'horn' }, { id: 'none' }])).toBe(50)
    expect(oldestCanaryMs(newest, null)).toBe(50)
    expect(oldestCanaryMs(newest, [{ id: 'sahel' }])).toBe(100)
    expect(oldestCanaryMs(new Map(), null)).toBeNull()
  })

  it('is as old as its newest report', () => {
    const evidence = (...times: readonly string[]): ShownEvidence =>
      ({
        role: 'trigger',
        incident: { reports: times.map(reportedAt => ({ reportedAt })) }
      }) as unknown as ShownEvidence
    const hidden = { role: 'trigger', incident: null } as unknown as ShownEvidence
    expect(
      newestReportMs([evidence('2026-03-01T11:00:00Z'), hidden, evidence('2026-03-01T11:59:00Z')])
    ).toBe(nowMs - 60_000)
    expect(newestReportMs([hidden])).toBeNull()
  })
})
