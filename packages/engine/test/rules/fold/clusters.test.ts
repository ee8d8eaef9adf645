// The clusters of all cluster rules against a naive oracle, at every prefix of random courses.

import { describe, expect, it } from 'vitest'
import { findClusters } from '../../oracle/cluster-oracle.ts'
import { makeRules } from '../../support/cluster-rules.ts'
import { ClusterTheatre } from '../../support/cluster-theatre.ts'
import { type CourseStep, makeCourse, makeRandom, shuffle } from '../../support/random-course.ts'

function apply(theatre: ClusterTheatre, step: CourseStep): void {
  if (step.type === 'receive') theatre.receive(step.report)
  else if (step.type === 'withdraw') theatre.withdraw(step.reportId)
  else theatre.tick(step.day, step.day - 10)
}

function findAll(theatre: ClusterTheatre): string[] {
  return theatre.clusters.flatMap(({ rule }) =>
    findClusters(rule, theatre.incidents, [...theatre.rows], theatre)
  )
}

describe('clusters', () => {
  it('are what the oracle finds, at every prefix of a course', () => {
    let prefixes = 0
    const levels = new Map<string, number>()
    for (let seed = 1; seed <= 9; seed++) {
      const theatre = new ClusterTheatre(makeRules())
      for (const [index, step] of makeCourse(seed, 50).entries()) {
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
        const theatre = new ClusterTheatre(makeRules())
        for (const step of steps) if (step.type !== 'tick') apply(theatre, step)
        theatre.tick(45_300, 45_290)
        return theatre.formatFound().sort()
      })
      expect(other).toEqual(one)
    }
  })
})
