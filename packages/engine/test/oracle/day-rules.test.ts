// Day rules find at every prefix of a course what a fold of all days finds: whatever comes late, is
// corrected or is withdrawn (I1 to I6 of fold/track.ts).

import type { RuleVersion } from '@tocsin/domain/record/theatre-record'
import { afterAll, describe, expect, it } from 'vitest'
import { never } from '../../src/data/time.ts'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { DayView } from '../../src/rules/day-view.ts'
import { Episode } from '../../src/rules/fold/episode.ts'
import type { DayRule } from '../../src/rules/rule.ts'
import { Engine } from '../../src/theatre/engine.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { makeSilentPublisher } from '../support/silent-publisher.ts'
import { type CourseOptions, makeTheatreCourse } from '../support/theatre-course.ts'
import { findEpisodes } from './day-oracle.ts'

/** The findings of a rule as texts, by the engine. */
function formatEpisodes(engine: Engine, rule: DayRule): string[] {
  const found: string[] = []
  for (const track of engine.index.listTracks())
    if (track.rule === rule)
      for (const episode of track.episodes) found.push(format(engine, episode))
  return found.sort()
}

function format({ incidents }: Engine, episode: Episode): string {
  const { rule, startDay, endDay, level, group } = episode
  const triggers = episode.listTriggers().map(row => incidents.reports.ids[row]!)
  const end = endDay === never ? 'open' : endDay
  return JSON.stringify([
    rule.id,
    group,
    startDay,
    end,
    level,
    episode.listLevelDays(),
    episode.measure(),
    episode.listFacts(),
    triggers.sort()
  ])
}

function formatOracle(engine: Engine, rule: DayRule): string[] {
  const view = makeOracleView(engine)
  return findInOracle(engine, rule, view)
    .map(found => format(engine, found))
    .sort()
}

function makeOracleView(engine: Engine): DayView {
  const view = new DayView(engine.incidents)
  view.countUnheardDays = (from, to) => engine.unheard.count(from, to)
  view.listInputs = (patterns, from, to, scopes) => {
    const { key, isDrill } = view.scope
    const inputView = makeOracleView(engine)
    return engine.rules.dayRules
      .filter(({ pattern }) => patterns.includes(pattern))
      .flatMap(rule => findInOracle(engine, rule, inputView))
      .filter(one => (scopes === 'all' ? one.isDrill === isDrill : one.scope.key === key))
      .filter(one => one.startDay <= to && from <= one.endDay)
      .map(one => ({ startDay: one.startDay, endDay: one.endDay, triggers: one.listTriggers() }))
  }
  return view
}

function findInOracle(engine: Engine, rule: DayRule, view: DayView): Episode[] {
  const { incidents, assembly, reports } = engine
  const rows = [...reports.ids.keys()].filter(row => assembly.findIncident(row) === row)
  const now = rule.clock === 'watermark' ? engine.watermarkDay : engine.today
  return findEpisodes(rule, incidents, rows, view, now, engine.watermarkDay).map(found =>
    Object.assign(new Episode(rule, found.scope, view), found)
  )
}

const seeds = Array.from({ length: 12 }, (_, i) => i + 1)

interface Setting
  extends Partial<Pick<RuleVersion, 'pattern' | 'parameters' | 'where' | 'groupBy'>> {
  readonly course?: Partial<CourseOptions>
}

/** Reports that a rule reads, where most are not attacks. */
const settings: Readonly<Record<string, Setting>> = {
  siege: {
    course: {
      usual: ['blockade', 'aid-denied', 'access-restored', 'access-restored', 'access-restored'],
      usualTactics: ['movement-denied', 'movement-denied', 'hunger', 'leader-killed'],
      reports: 150,
      days: 900,
      areas: 1
    }
  },
  'supply-line-interdiction': {
    course: {
      usual: ['blockade', 'ambush', 'access-restored', 'other'],
      usualTactics: ['road-block', 'convoy', 'fuel-blockade', 'school-closure', 'other:delivery']
    },
    parameters: {
      hubs: [{ name: 'Mopti', country: 'ML', lat: 12.9, lon: -3.9 }],
      nationalCapitals: false
    }
  },
  'reporting-blackout': {
    course: {
      usual: ['protest', 'attack', 'blockade'],
      usualTactics: ['movement-denied'],
      areas: 3
    },
    parameters: { chance: 0.2, reportsMin: 3 }
  },
  'retaliation-watch': {
    course: {
      usual: ['blockade', 'blockade', 'appeal', 'threat', 'attack', 'access-restored'],
      usualTactics: ['movement-denied', 'movement-denied', 'other:resistance'],
      reports: 150,
      areas: 1
    }
  },
  'territory-lost': {
    course: {
      usual: ['territory-seized', 'imposed-rule', 'school-closure', 'other'],
      usualTactics: ['tax', 'other:forces-shut-out', 'other:retaken', 'other:retaken']
    }
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
      areas: 1
    }
  },
  sequence: {
    course: { usual: ['threat', 'attack', 'access-restored'] },
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
  'count-by-target': {
    pattern: 'count',
    parameters: { groupBy: 'target', threshold: 2, windowDays: 30 }
  },
  'third-party-convergence': {
    course: {
      usual: ['advisory'],
      usualTactics: ['ordered-departure', 'other:lowered', 'other:lowered'],
      areas: 2
    }
  }
}

/** The rule, and then the rules that it reads. */
function makeRules(id: string) {
  const { course, ...setting } = settings[id] ?? {}
  const version = { ruleId: id, ruleVersion: 1, pattern: id, parameters: {}, ...setting }
  const inputs = makeRuleSet([version]).dayRules[0]?.inputPatterns ?? []
  return makeRuleSet([
    version,
    ...inputs.map(input => ({ ruleId: input, ruleVersion: 1, pattern: input, parameters: {} }))
  ])
}

const ids = [...new Set([...ruleDefinitions.keys(), ...Object.keys(settings)])].filter(
  id => makeRules(id).dayRules.length > 0
)

describe.each(ids)('%s', id => {
  let found = 0
  it.each(seeds)('finds what a fold of all days finds, seed %i', seed => {
    const engine = new Engine(makeRules(id), makeSilentPublisher)
    const [rule] = engine.rules.dayRules
    const course = makeTheatreCourse(seed, { reports: 90, days: 500, ...settings[id]?.course })
    for (const record of course.records) {
      engine.apply(record)
      expect(formatEpisodes(engine, rule!)).toEqual(formatOracle(engine, rule!))
    }
    for (const finding of engine.listFindings()) if (finding.rule === rule) found += 1
  })

  afterAll(() => {
    if (id in settings) expect(found).toBeGreaterThan(0)
  })
})
