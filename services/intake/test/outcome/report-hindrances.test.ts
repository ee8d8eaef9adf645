// What keeps a report from triggering: its grade, its days, and its place.

import type { Reliability, ReportRevision } from '@tocsin/contracts/theatre/report'
import { certainArea } from '@tocsin/engine/theatre/place-needs'
import { aReport, places, type ReportOverrides } from '@tocsin/testing/report/report-builder'
import { describe, expect, it } from 'vitest'
import { collectHindrances } from '../../src/outcome/report-hindrances.ts'

const needs = 'coordinates'

function listReasons(report: ReportRevision, more: { reliability?: Reliability; need?: string }) {
  const { reliability = 'B', need } = more
  const unmetNeeds = () => (need === undefined ? [] : [{ needs: need, rules: ['front'] }])
  const ground = { reliability, unmetNeeds, windowStartMs: null, namesRules: true }
  return collectHindrances(report, ground).map(({ reason, detail }) => `${reason}: ${detail}`)
}

describe('the grade', () => {
  it.each<[Reliability, ReportRevision['credibility'], string | null]>([
    ['C', 3, null],
    ['F', 6, null],
    ['D', 2, 'grade: Its source has reliability D'],
    ['E', 6, 'grade: Its source has reliability E'],
    ['B', 4, 'grade: It has credibility 4'],
    ['F', 5, 'grade: It has credibility 5']
  ])('of %s%i', (reliability, credibility, expected) => {
    const reasons = listReasons(aReport({ credibility }), { reliability })
    expect(reasons).toEqual(expected === null ? [] : [expect.stringContaining(expected)])
  })
})

describe('a place that some rules can not use', () => {
  const far = { contradiction: 'country' } as const
  const unknown = { lat: null, lon: null, radiusKm: null, settlement: null } as const

  it.each<[string, ReportOverrides, string]>([
    ['too-coarse: Its place is known to within 40 km', { place: { radiusKm: 40 } }, needs],
    ['unknown-place: ', { place: unknown }, needs],
    ['contradicting-place: Its coordinates lie far outside its country', { place: far }, needs],
    ['too-coarse: ', { place: far, alsoAt: [places.dioura] }, needs],
    [
      'contradicting-place: Its coordinates lie far outside its area',
      { place: { contradiction: 'admin1' } },
      certainArea
    ]
  ])('%s', (expected, report, need) => {
    expect(listReasons(aReport(report), { need })).toEqual([expect.stringContaining(expected)])
  })
})
