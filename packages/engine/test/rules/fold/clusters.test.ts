// The clusters of all cluster rules against a naive oracle, at every prefix of random courses.

import { describe, expect, it } from 'vitest'
import { convertToMs } from '../../../src/data/time.ts'
import { findClusters } from '../../oracle/cluster-oracle.ts'
import { makeRules } from '../../support/cluster-rules.ts'
import { ClusterTheatre } from '../../support/cluster-theatre.ts'
import { formatFinding } from '../../support/format-finding.ts'
import { type CourseStep, makeCourse, makeRandom, shuffle } from '../../support/random-course.ts'

function makeTheatre(): ClusterTheatre {
  return new ClusterTheatre(makeRules())
}

function apply(theatre: ClusterTheatre, step: CourseStep): void {
  if (step.type === 'receive') theatre.receive(step.report)
  else if (step.type === 'withdraw') theatre.withdraw(step.reportId)
  else theatre.tick(step.day, step.day - 10)
}

function findAll(theatre: ClusterTheatre): string[] {
  return theatre.clusters.flatMap(({ rule }) =>
    findClusters(rule, theatre.incidents, [...theatre.rows], theatre).map(found =>
      formatFinding(theatre.incidents, found)
    )
  )
}

describe('clusters', () => {
  it('are what the oracle finds, at every prefix of a course', () => {
    let prefixes = 0
    const levels = new Map<string, number>()
    // In the last course the watermark passes an absence of a case that has ended.
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8, 9, 412]) {
      const theatre = makeTheatre()
      for (const [index, step] of makeCourse(seed, seed === 412 ? 60 : 50).entries()) {
        apply(theatre, step)
        const found = theatre.formatFound().sort()
        expect(found, `seed ${seed}, step ${index}`).toEqual(findAll(theatre).sort())
        prefixes += 1
        for (const { rule, level } of theatre.found)
          levels.set(rule.id, Math.max(level, levels.get(rule.id) ?? 0))
      }
    }
    expect(prefixes).toBeGreaterThan(500)
    // Every rule finds something, and escalates it.
    for (const rule of makeRules()) expect(levels.get(rule.id), rule.id).toBeGreaterThan(1)
  })

  it('do not depend on the order of arrival', () => {
    for (let seed = 20; seed < 32; seed++) {
      const course = makeCourse(seed, 60)
      const orders = [course, shuffle(makeRandom(seed), course)]
      const [one, other] = orders.map(steps => {
        const theatre = makeTheatre()
        for (const step of steps) if (step.type !== 'tick') apply(theatre, step)
        theatre.tick(45_300, 45_290)
        return theatre.formatFound().sort()
      })
      expect(other).toEqual(one)
    }
  })

  it('go on after a restore as if there had been none', () => {
    let compared = 0
    // Courses of 400 days.
    for (let seed = 41; seed < 70; seed += 3) {
      const course = makeCourse(seed, 90)
      const firstTick = course.find(step => step.type === 'tick') as { readonly day: number }
      const restoreDay = firstTick.day + 306
      const cutOffDay = restoreDay - 50
      // The past of a hot cell is longer than these courses.
      const rules = () => makeRules().map(({ hotCell: _, ...rule }) => rule)
      const [plain, restored] = [new ClusterTheatre(rules()), new ClusterTheatre(rules())]
      for (const step of course) {
        const isRestored = plain.today >= restoreDay
        if (isRestored && isBefore(step, cutOffDay)) continue
        for (const theatre of [plain, restored]) apply(theatre, step)
        if (step.type === 'tick' && step.day === restoreDay) {
          for (const theatre of [plain, restored]) theatre.evictBefore(cutOffDay - linkDaysMax)
          restored.restore(cutOffDay)
        }
        if (!isRestored) continue
        expect(restored.formatFound().sort(), `seed ${seed}`).toEqual(plain.formatFound().sort())
        compared += plain.found.size
      }
    }
    expect(compared).toBeGreaterThan(1000)
  })
})

/** What has no link to what is evicted can change. */
const linkDaysMax = 200

function isBefore(step: CourseStep, day: number): boolean {
  if (step.type === 'withdraw') return true
  return step.type === 'receive' && Date.parse(step.report.occurred.from) < convertToMs(day)
}
