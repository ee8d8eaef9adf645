// The course in which each rule finds the most: what its reports are about, and its parameters where
// the defaults need years of reports.

import type { RuleVersion, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { formatDay } from '../../src/data/time.ts'
import { handlings } from '../../src/data/vocabulary.ts'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import type { RuleBase } from '../../src/rules/rule-base.ts'
import { isFindingsRule, makeRuleSet, type RuleSet, readsRule } from '../../src/theatre/rule-set.ts'
import { makeReport } from '../support/make-report.ts'
import {
  type Course,
  type CourseOptions,
  courseFirstDay,
  makeTheatreCourse
} from '../support/theatre-course.ts'

interface Setting extends Partial<RuleVersion> {
  readonly course?: Partial<CourseOptions>
}

const usualCourse: CourseOptions = {
  reports: 60,
  days: 240,
  areas: 2,
  villages: 2,
  handlings: ['public', 'public', ...handlings],
  unclearShare: 0.15,
  shares: { late: 0.5, corrected: 0.35, withdrawn: 0.3, interval: 0.35, copy: 0.3 }
}

/** Patterns that blocks over findings read. */
const inputPatterns = ['mass-casualty', 'near-repeat', 'new-tactic', 'surge']
const inputCourse: Partial<CourseOptions> = { crueltyShare: 0.3, areas: 1, unclearShare: 0 }

/** By rule of the catalogue, or by the id of a further version of one. */
const settings: Readonly<Record<string, Setting>> = {
  surge: { course: { areas: 1, reports: 90 } },
  'rare-count': {
    course: { areas: 1, reports: 90 },
    parameters: { alpha: 0.01, escalateAlpha: 0.001 }
  },
  cluster: { course: { days: 400, reports: 80, lon: 179.97 } },
  front: { course: { areas: 1, reports: 90 } },
  'widening-arc': { course: { unclearShare: 0 } },
  'coordinated-attack': {
    parameters: {
      windowHours: 72,
      sitesMin: 2,
      escalateSites: 3,
      apartKm: 5,
      alpha: 0.99,
      rateDays: 30
    },
    course: { areas: 1, villages: 3, days: 120, reports: 90, unclearShare: 0 }
  },
  'cumulative-deaths': { course: { areas: 1, crueltyShare: 0.5 } },
  'all-of': {
    course: { usual: ['threat', 'displacement'], areas: 1 }
  },
  siege: {
    course: {
      usual: ['blockade', 'aid-denied', 'access-restored', 'access-restored'],
      usualTactics: ['movement-denied', 'movement-denied', 'hunger', 'leader-killed'],
      areas: 1
    }
  },
  'supply-line-interdiction': {
    course: {
      usual: ['blockade', 'ambush', 'ambush', 'other'],
      areas: 1,
      unclearShare: 0,
      usualTactics: ['road-block', 'convoy', 'fuel-blockade', 'school-closure', 'other:delivery']
    },
    parameters: {
      hubs: [{ name: 'Mopti', country: 'ML', lat: 12.3, lon: -4.7 }],
      nationalCapitals: false
    }
  },
  'abduction-to-killing': {
    course: { usual: ['abduction', 'abduction', 'release', 'killing'], peopleShare: 0.6 }
  },
  'mass-casualty': { course: { crueltyShare: 0.5 } },
  'reporting-blackout': {
    course: {
      usual: ['protest', 'attack', 'blockade'],
      unclearShare: 0,
      usualTactics: ['movement-denied'],
      areas: 3
    },
    parameters: { chance: 0.2, reportsMin: 3 }
  },
  'retaliation-watch': {
    course: {
      usual: ['blockade', 'blockade', 'appeal', 'appeal', 'threat', 'attack'],
      usualTactics: ['movement-denied', 'movement-denied', 'other:resistance'],
      areas: 1,
      villages: 1
    }
  },
  'territory-lost': {
    course: {
      usual: ['territory-seized', 'imposed-rule', 'school-closure', 'other'],
      usualTactics: ['tax', 'other:forces-shut-out', 'other:retaken', 'other:retaken']
    }
  },
  'third-party-convergence': {
    course: {
      usual: ['advisory'],
      usualTactics: ['ordered-departure', 'other:lowered', 'other:lowered'],
      areas: 2
    }
  },
  'compound-crisis': {
    course: {
      usual: ['blockade', 'aid-denied', 'attack', 'food-insecurity', 'access-restored'],
      usualTactics: ['movement-denied', 'other:ipc-4', 'hunger'],
      crueltyShare: 0.3,
      areas: 1,
      villages: 1
    }
  },
  absence: {
    course: { usual: ['access-restored'], areas: 1 },
    parameters: { days: 12, levels: [20] }
  },
  sequence: {
    course: { usual: ['threat', 'threat', 'attack'], areas: 1, villages: 1 },
    parameters: {
      groupBy: 'admin1',
      steps: [
        'category == "threat"',
        { absent: 'category == "access-restored"' },
        'category == "attack"',
        { absent: 'category == "clash"', days: 9 }
      ]
    }
  },
  'findings-count': {
    parameters: { of: inputPatterns, groupBy: 'admin1', threshold: 2 },
    course: inputCourse
  },
  'findings-absence': {
    parameters: {
      of: inputPatterns,
      days: 10,
      expected: ['"other:finding-near-repeat" in tactics']
    },
    course: inputCourse
  },
  'findings-distinct-count': {
    parameters: { of: inputPatterns, threshold: 2 },
    course: inputCourse
  },
  'findings-sum': { parameters: { of: inputPatterns }, course: inputCourse },
  'findings-sequence': {
    parameters: {
      of: inputPatterns,
      steps: ['"other:finding-near-repeat" in tactics', '"other:finding-mass-casualty" in tactics']
    },
    course: inputCourse
  },
  'findings-all-of': {
    parameters: {
      of: inputPatterns,
      groupBy: 'admin1',
      steps: ['"other:finding-near-repeat" in tactics', '"other:finding-mass-casualty" in tactics']
    },
    course: inputCourse
  },
  'surge-by-actor': {
    pattern: 'surge',
    parameters: { countMin: 1, factor: 1, floorMean: 0.1, baseDays: 14 },
    where: 'category == "attack" || "civilians" in targets || size(persons.kinds) > 0',
    groupBy: ['actor']
  },
  'siege-by-source': {
    pattern: 'siege',
    where: 'deaths.best == null',
    groupBy: ['source', 'country'],
    course: {
      usual: ['blockade', 'aid-denied', 'access-restored'],
      usualTactics: ['movement-denied'],
      areas: 1,
      villages: 1
    }
  },
  'count-by-target': {
    pattern: 'count',
    parameters: { groupBy: 'target', threshold: 2, windowDays: 30 }
  },
  'front-hot': {
    pattern: 'front',
    parameters: { hotRate: 0.1, minPointsHot: 5, epsilonDays: 5 },
    course: { lon: 179.97, areas: 1 }
  },
  'near-repeat-hot': {
    pattern: 'near-repeat',
    parameters: { hotRate: 0.2, longestDays: 30, quietDays: 20 }
  },
  'near-repeat-by-actor': {
    pattern: 'near-repeat',
    where: 'deaths.high == null || deaths.high < 40',
    groupBy: ['actor']
  },
  'repeat-victimisation-of-three': {
    pattern: 'repeat-victimisation',
    parameters: { settlementsMin: 3, incidentsMin: 4 },
    course: { villages: 3 }
  },
  'abduction-with-proof': {
    pattern: 'abduction-to-killing',
    parameters: { proofOfLifeDays: 20 },
    course: { usual: ['abduction', 'abduction', 'release', 'killing'], peopleShare: 0.6 }
  }
}

/** Ids of the settings and of the catalogue. */
export const coveredRules: readonly string[] = [
  ...new Set([...ruleDefinitions.keys(), ...Object.keys(settings)])
]

/** A rule with the defaults of a pattern. */
function makeUsual(pattern: string) {
  const version = { ruleId: pattern, ruleVersion: 1, pattern, parameters: {} }
  return makeRuleSet([version]).byId.get(pattern)!.rule
}

/** The rule, and those that it reads. */
export function makeCoveredRules(id: string): RuleSet {
  const version = makeVersion(id)
  const { rule } = makeRuleSet([version]).byId.get(id)!
  const inputs = [...ruleDefinitions.keys()].filter(pattern =>
    isFindingsRule(rule)
      ? rule.readsFindingsOf.includes(pattern)
      : readsRule(rule, makeUsual(pattern))
  )
  const { parameters } = settings['supply-line-interdiction']!
  return makeRuleSet([
    version,
    ...inputs.map(input => ({
      ...{ ruleId: input, ruleVersion: 1, pattern: input },
      parameters: input === 'supply-line-interdiction' ? parameters! : {}
    }))
  ])
}

interface RuleCourseOptions extends Partial<CourseOptions> {
  /** True if the theatre has a past that is long enough for the rule. */
  readonly isWarm?: boolean
}

export function makeRuleCourse(
  id: string,
  seed: number,
  { isWarm = true, ...options }: RuleCourseOptions = {}
): Course {
  const course = makeTheatreCourse(seed, { ...usualCourse, ...settings[id]?.course, ...options })
  const { warmUpDays = 0 }: RuleBase = makeCoveredRules(id).byId.get(id)!.rule
  const past = makePast(courseFirstDay - warmUpDays - 1)
  return isWarm ? { ...course, records: [past, ...course.records] } : course
}

/** A report that no rule reads. */
function makePast(day: number): TheatreRecord {
  const at = formatDay(day)
  const report = makeReport({
    reportId: 'past',
    at,
    category: 'other',
    reportedAt: `${at}T12:00:00Z`
  })
  return {
    ...{ id: 'past', theatre: 'sahel', time: `${at}T12:00:00.000Z` },
    ...{ type: 'report.received', data: report }
  }
}

/** All rules of the catalogue with their defaults. */
export function makeDefaultRules(): RuleSet {
  return makeRuleSet(
    [...ruleDefinitions.keys()].map(id => ({
      ...{ ruleId: id, ruleVersion: 1, pattern: id, parameters: {} }
    }))
  )
}

function makeVersion(id: string): RuleVersion {
  const { course: _, ...setting } = settings[id] ?? {}
  return { ruleId: id, ruleVersion: 1, pattern: id, parameters: {}, ...setting }
}
