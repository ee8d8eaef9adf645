// Facts about a rule: its performance, its parts, and its parameters with their meaning.

import { findRuleState, readParameter } from '../../records/rule-text.ts'
import type { Rule } from '../../shown/answers.ts'
import { useDispositions } from '../../state/dispositions.ts'
import { patternWords } from '../../words/alert-words.ts'
import { judgedAndExpectedWords } from '../../words/judged-words.ts'
import { capital } from '../../words/language/language.ts'
import { words } from '../../words/words.ts'
import { Facts, Mark } from '../parts/records.tsx'

const levels = { runs: 'good', failing: 'bad', short: 'bad', warming: 'warn' } as const

export function RuleMark({ rule }: { readonly rule: Rule }) {
  const state = findRuleState(rule)
  return <Mark level={levels[state]} text={words.rules.states[state]} />
}

export function RuleFacts({ rule }: { readonly rule: Rule }) {
  const told = words.rules
  const { budgets = {}, failing, where } = rule
  const list = (all: readonly string[]) => (all.length === 0 ? null : all.join(', '))
  return (
    <Facts
      of={[
        [told.form.pattern, patternWords(rule.pattern)],
        [told.version, rule.ruleVersion],
        [told.form.theatres, rule.theatres?.join(', ') ?? told.everywhere],
        Object.keys(budgets).length === 0
          ? null
          : [told.budgets, told.budgetsOf(Object.entries(budgets))],
        [told.form.severities, rule.severities?.join(', ') ?? told.levelsDefault],
        where === undefined ? null : [told.form.where, <code>{where}</code>],
        [told.groupBy, rule.groupBy?.join(', ')],
        [told.headline, rule.headline],
        [words.judged.title, useJudged(rule.ruleId), true],
        failing.count === 0
          ? null
          : [told.failingName, told.failing(failing.count, failing.lastMessage)],
        [told.shortName, list(rule.retainedTooShort)],
        [told.looseName, list(rule.namesNoRule)],
        rule.warming.length === 0 ? null : [told.warmingName, told.warming(rule.warming), true]
      ]}
    />
  )
}

/** How often it was wrong, in each theatre where it raised something; null: not told. */
function useJudged(ruleId: string) {
  const rows = useDispositions(ruleId)
  if (rows === null || rows.length === 0) return rows === null ? null : words.judged.none
  return rows.map(row => (
    <div key={row.theatre}>{words.judged.inTheatre(row.theatre, judgedAndExpectedWords(row))}</div>
  ))
}

function valueWords(value: unknown): string {
  if (Array.isArray(value) && value.every(item => typeof item !== 'object')) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export function Parameters({ rule }: { readonly rule: Rule }) {
  const told = words.rules
  if (rule.inForce.length === 0) return null
  return (
    <section class="record">
      <h3>{told.parameters}</h3>
      <dl class="parameters">
        {rule.inForce.map(readParameter).map(({ name, title, value, unit, meaning }) => (
          <div key={name}>
            <dt>{title}</dt>
            <dd class="parameter-value">
              <b>{valueWords(value)}</b> {unit}
              {Object.hasOwn(rule.parameters, name) ? (
                <span class="mark"> · {told.setHere}</span>
              ) : null}
            </dd>
            <dd class="soft">
              {capital(meaning)}. <code>{name}</code>
            </dd>
          </div>
        ))}
      </dl>
      <p class="soft">{told.howOften}</p>
    </section>
  )
}
