// What is said of a rule: how it does, what it is made of, and its parameters with their meaning.

import type { Rule } from '../../shown/answers.ts'
import { useDispositionsOf } from '../../state/response/dispositions.ts'
import { stateOfRule } from '../../upkeep/rule-text.ts'
import { patternWords } from '../../words/alert-words.ts'
import { judgedAndExpectedWords } from '../../words/judged-words.ts'
import { words } from '../../words/words.ts'
import { Fact, Mark } from '../parts/records.tsx'

const levels = { runs: 'good', failing: 'bad', short: 'bad', warming: 'warn' } as const

export function RuleMark({ rule }: { readonly rule: Rule }) {
  const state = stateOfRule(rule)
  return <Mark level={levels[state]} text={words.rules.states[state]} />
}

export function RuleFacts({ rule }: { readonly rule: Rule }) {
  const told = words.rules
  const {
    ruleVersion,
    pattern,
    where,
    groupBy,
    severities,
    headline,
    theatres,
    budgets = {},
    failing,
    warming,
    retainedTooShort = [],
    namesNoRule = []
  } = rule
  return (
    <dl class="facts-row">
      <Fact name={told.pattern}>{patternWords(pattern)}</Fact>
      <Fact name={told.version}>{ruleVersion}</Fact>
      <Fact name={told.theatres}>{theatres?.join(', ') ?? told.everywhere}</Fact>
      {Object.keys(budgets).length === 0 ? null : (
        <Fact name={told.budgets}>{told.budgetsOf(Object.entries(budgets))}</Fact>
      )}
      <Fact name={told.levels}>{severities?.join(', ') ?? told.levelsDefault}</Fact>
      {where === undefined ? null : (
        <Fact name={told.where}>
          <code>{where}</code>
        </Fact>
      )}
      {groupBy === undefined ? null : <Fact name={told.groupBy}>{groupBy.join(', ')}</Fact>}
      {headline === undefined ? null : (
        <Fact name={told.headline}>
          <bdi>{headline}</bdi>
        </Fact>
      )}
      <Judged ruleId={rule.ruleId} />
      {failing.count === 0 ? null : (
        <Fact name={told.failingName}>{told.failing(failing.count, failing.lastMessage)}</Fact>
      )}
      {retainedTooShort.length === 0 ? null : (
        <Fact name={told.shortName}>{retainedTooShort.join(', ')}</Fact>
      )}
      {namesNoRule.length === 0 ? null : (
        <Fact name={told.looseName}>{namesNoRule.join(', ')}</Fact>
      )}
      {warming.length === 0 ? null : <Fact name={told.warmingName}>{warming.join(', ')}</Fact>}
    </dl>
  )
}

/** How often it was wrong, in each theatre where it raised something. */
function Judged({ ruleId }: { readonly ruleId: string }) {
  const rows = useDispositionsOf(ruleId)
  if (rows === null) return null
  return (
    <Fact name={words.judged.title} isLong>
      {rows.length === 0 ? words.judged.none : null}
      {rows.map(row => (
        <div key={row.theatre}>
          {words.judged.inTheatre(row.theatre, judgedAndExpectedWords(row))}
        </div>
      ))}
    </Fact>
  )
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
        {rule.inForce.map(({ name, value, unit, meaning }) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd class="parameter-value">
              <b>{valueWords(value)}</b> {unit}
              {Object.hasOwn(rule.parameters, name) ? (
                <span class="mark"> · {told.setHere}</span>
              ) : null}
            </dd>
            <dd class="soft">{meaning}</dd>
          </div>
        ))}
      </dl>
      <p class="soft">{told.howOften}</p>
    </section>
  )
}
