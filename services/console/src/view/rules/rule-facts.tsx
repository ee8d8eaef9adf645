// Facts about a rule: its performance, its parts, its parameters with their meaning, what nearly
// fired by it, and its earlier versions.

import { diffLines, findRuleState, formatRule, readParameter } from '../../records/rule-text.ts'
import type { NearMiss, Rule, RuleVersion } from '../../shown/answers.ts'
import { mayUse, theatreWords } from '../../state/console-state.ts'
import { useDispositions } from '../../state/dispositions.ts'
import { useResource } from '../../state/resource.ts'
import { nearMisses, restore, ruleVersions, seeking, seekNear } from '../../state/rules.ts'
import { patternWords } from '../../words/alert-words.ts'
import { judgedAndExpectedWords } from '../../words/judged-words.ts'
import { capital } from '../../words/language/language.ts'
import { dayWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Button } from '../parts/button.tsx'
import { Outcome } from '../parts/form.tsx'
import { Facts, Failure, Mark } from '../parts/records.tsx'
import { Time } from '../parts/time.tsx'

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

export function NearMisses({ ruleId }: { readonly ruleId: string }) {
  const told = words.rules.near
  const items = nearMisses.value?.of === ruleId ? nearMisses.value.items : []
  return (
    <section class="record" aria-label={told.title}>
      <h3>{told.title}</h3>
      <p class="soft">{told.means}</p>
      <p>
        <Button
          disabled={seeking.state.value.kind === 'asking'}
          onClick={() => void seekNear(ruleId)}
        >
          {told.ask}
        </Button>
      </p>
      <Outcome state={seeking.state.value} />
      {items.length === 0 ? null : (
        <ul class="near-misses">
          {items.map((miss, i) => (
            <NearMissItem key={i} miss={miss} />
          ))}
        </ul>
      )}
    </section>
  )
}

function NearMissItem({ miss }: { readonly miss: NearMiss }) {
  const told = words.rules.near
  const { theatre, group, measure, lacks, drill, incidents, lastAt } = miss
  return (
    <li>
      {drill === true ? `${told.drill} ` : ''}
      <b>
        <bdi>{Object.values(group).join(', ')}</bdi>
      </b>{' '}
      <span class="soft">
        <bdi>{theatreWords(theatre)}</bdi>
      </span>
      : {told.measure(measure.name, measure.value, measure.threshold)} · {told.lacks}{' '}
      <bdi>{lacks}</bdi> · {told.seen(incidents, dayWords(lastAt))}
    </li>
  )
}

const signs = { same: ' ', gone: '−', new: '+' } as const
const elements = { same: 'span', gone: 'del', new: 'ins' } as const

/** `published`: the version of the rule now. */
export function RuleVersions({ published }: { readonly published: number }) {
  const { body, failure } = useResource(ruleVersions, ['rules'])
  const told = words.rules.versions
  const items = body?.items ?? []
  return (
    <section class="record" aria-label={told.title}>
      <h3>{told.title}</h3>
      <Failure failure={failure} />
      <ol class="rule-versions as-grid gap-2">
        {items.map((each, i) => (
          <li key={each.ruleVersion}>
            <span>{told.version(each.ruleVersion, each.by?.name ?? told.unknown)}</span>{' '}
            <Time at={each.at} />{' '}
            {each.ruleVersion === published ? (
              <span class="mark good">{told.published}</span>
            ) : mayUse('rules:manage') ? (
              <Button class="small" onClick={() => restore(each)}>
                {told.restore}
              </Button>
            ) : null}
            <Difference of={each} before={items[i + 1]} />
          </li>
        ))}
      </ol>
    </section>
  )
}

interface DifferenceProps {
  readonly of: RuleVersion
  /** The one before it; undefined: it is the first, or not known. */
  readonly before: RuleVersion | undefined
}

function Difference({ of, before }: DifferenceProps) {
  const told = words.rules.versions
  const lines = diffLines(before === undefined ? '' : formatRule(before.rule), formatRule(of.rule))
  return (
    <details>
      <summary>{before === undefined ? told.first : told.difference}</summary>
      <pre class="line-diff">
        {lines.map(({ kind, line }, i) => {
          const Element = elements[kind]
          return (
            <Element key={i}>
              {before === undefined ? '' : `${signs[kind]} `}
              {line}
              {'\n'}
            </Element>
          )
        })}
      </pre>
    </details>
  )
}
