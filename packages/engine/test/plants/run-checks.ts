// Runs the checks of random courses, the quickest first, until one fails. Prints its name and the
// number of records (of shuffles: orders) until then; nothing if none fails.

import { handlings } from '../../src/data/vocabulary.ts'
import { compareTwins } from '../courses/level-twins.ts'
import { compareOrders } from '../courses/order-check.ts'
import { PublishedSums } from '../courses/published-check.ts'
import { compareRestored, restoredCourse } from '../courses/restore-check.ts'
import { RuleCoverage } from '../courses/rule-check.ts'
import {
  coveredRules,
  makeCoveredRules,
  makeDefaultRules,
  makeRuleCourse
} from '../courses/rule-courses.ts'
import { makeTheatreCourse } from '../support/theatre-course.ts'

/** Courses of each check. */
const coursesEach = 6
const ordersEach = 5

let prefixes = 0
const defaultRules = makeDefaultRules()

function checkRule(id: string, seed: number): void {
  const coverage = new RuleCoverage(id)
  try {
    coverage.run(seed)
  } finally {
    prefixes += coverage.prefixes
  }
}

function checkSums(id: string, seed: number): void {
  const sums = new PublishedSums(makeCoveredRules(id))
  for (const record of makeRuleCourse(id, seed).records) {
    prefixes += 1
    sums.apply(record)
  }
}

function checkLevels(seed: number): void {
  for (const level of handlings.slice(0, -1)) {
    const counts = { prefixes: 0, events: 0, acts: 0 }
    try {
      compareTwins(defaultRules, level, seed, counts)
    } finally {
      prefixes += counts.prefixes
    }
  }
}

function checkOrder(id: string, seed: number): void {
  prefixes += ordersEach
  compareOrders(id, seed, ordersEach)
}

function checkRestored(seed: number): void {
  prefixes += makeTheatreCourse(seed, restoredCourse).records.length
  compareRestored(defaultRules, seed)
}

const checks: readonly (readonly [name: string, run: (seed: number) => void])[] = [
  ...coveredRules.map(id => [`oracle of ${id}`, (seed: number) => checkRule(id, seed)] as const),
  ...coveredRules.map(id => [`sums of ${id}`, (seed: number) => checkSums(id, seed)] as const),
  ['twins of levels', checkLevels],
  ...coveredRules.map(id => [`order of ${id}`, (seed: number) => checkOrder(id, seed)] as const),
  ['restored folds', checkRestored]
]

function findFailure(): string | null {
  for (let seed = 1; seed <= coursesEach; seed++)
    for (const [name, run] of checks)
      try {
        run(seed)
      } catch (error) {
        return `${name}, course ${seed}: ${(error as Error).name}`
      }
  return null
}

const failure = findFailure()
if (failure !== null) console.log(`${failure}, after ${prefixes} records`)
