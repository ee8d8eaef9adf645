// Day rules find at every prefix of a course what a fold of all days finds: whatever comes late, is
// corrected or is withdrawn (I1 to I6 of fold/track.ts).

import { describe, expect, it } from 'vitest'
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
  const { incidents, assembly, reports } = engine
  const rows = [...reports.ids.keys()].filter(row => assembly.findIncident(row) === row)
  const view = new DayView(incidents)
  view.countUnheardDays = (from, to) => engine.unheard.count(from, to)
  const now = rule.clock === 'watermark' ? engine.watermarkDay : engine.today
  return findEpisodes(rule, incidents, rows, view, now)
    .map(found => format(engine, Object.assign(new Episode(rule, found.scope, view), found)))
    .sort()
}

const seeds = Array.from({ length: 12 }, (_, i) => i + 1)
const options: CourseOptions = { reports: 90, days: 500 }

describe.each(
  makeRuleSet(
    [...ruleDefinitions.keys()].map(id => ({
      ruleId: id,
      ruleVersion: 1,
      pattern: id,
      parameters: {}
    }))
  ).dayRules.filter(({ inputRules }) => inputRules === undefined)
)('$id', ({ id }) => {
  it.each(seeds)('finds what a fold of all days finds, seed %i', seed => {
    const engine = new Engine(
      makeRuleSet([{ ruleId: id, ruleVersion: 1, pattern: id, parameters: {} }]),
      makeSilentPublisher
    )
    const [rule] = engine.rules.dayRules
    for (const record of makeTheatreCourse(seed, options).records) {
      engine.apply(record)
      expect(formatEpisodes(engine, rule!)).toEqual(formatOracle(engine, rule!))
    }
  })
})
